"""Birthdays by either calendar.

Two choices where customs differ: somebody born in a leap month celebrates in it when the year has it and in the
ordinary month otherwise, and day 30 becomes day 29 in a short month; somebody born on 29 February celebrates on the
28th in common years, so that the greeting never comes late.
"""

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date

from borax.calendars.lunardate import LCalendars, LunarDate

from customers.rules.reasons import Refused

WRITTEN = re.compile(r"(闰|閏)?\s*(\d{1,2})[-/.月](\d{1,2})日?")
FIRST_YEAR, LAST_YEAR = 1900, 2099


@dataclass(frozen=True)
class LunarDay:
    """A day of the lunar year."""

    month: int
    day: int
    leap: bool = False

    def __str__(self):
        return f"{'闰' if self.leap else ''}{self.month:02d}-{self.day:02d}"


def parse_lunar(text):
    """A lunar birthday from ``10-13`` or, in a leap month, ``闰06-01``. Raises Refused."""
    match = WRITTEN.fullmatch(text.strip())
    if not match or not (1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 30):
        raise Refused("bad_lunar_date")
    return LunarDay(int(match[2]), int(match[3]), bool(match[1]))


def solar_date(birthday, lunar_year):
    """The day on which a lunar birthday is kept in `lunar_year`; None outside the years 1900 to 2099."""
    if not FIRST_YEAR <= lunar_year <= LAST_YEAR:
        return None
    leap = birthday.leap and LCalendars.leap_month(lunar_year) == birthday.month
    days = LCalendars.ndays(lunar_year, birthday.month, leap)
    return LunarDate(lunar_year, birthday.month, min(birthday.day, days), leap=int(leap)).to_solar_date()


def next_lunar_birthday(birthday, *, on):
    """The first day on or after `on` when the lunar birthday is kept; None beyond the calendar's tables."""
    days = (solar_date(birthday, year) for year in (on.year - 1, on.year, on.year + 1))
    return min((day for day in days if day is not None and day >= on), default=None)


def next_birthday(month, day, *, on):
    """The first day on or after `on` when a birthday of the ordinary calendar is kept."""
    for year in (on.year, on.year + 1):
        kept = date(year, 2, 28) if (month, day) == (2, 29) and not isleap(year) else date(year, month, day)
        if kept >= on:
            return kept
    raise AssertionError("a birthday comes once a year")


def lunar_text(day):
    """A day in the lunar calendar as it is said, 农历十月十三; empty outside the calendar's tables."""
    if not FIRST_YEAR < day.year <= LAST_YEAR:
        return ""
    return "农历" + LunarDate.from_solar(day).cn_md
