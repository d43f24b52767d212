"""Which birthdays are kept on given days: the other way round from `lunar.next_lunar_birthday`, for finding people."""

from calendar import isleap

from borax.calendars.lunardate import LCalendars, LunarDate

from customers.rules.lunar import FIRST_YEAR, LAST_YEAR


def birthdays_kept(days):
    """Birthdays kept on any of `days` as two sets: solar ``month * 100 + day``, lunar ``(month * 100 + day, leap)``.

    29 February is kept on 28 February of a common year, a lunar 30th on the 29th of a short month, a leap-month
    birthday in the ordinary month of a year without that leap month (S3.1; the same rules as `next_birthday`).
    """
    solar, lunar = set(), set()
    for day in days:
        solar.add(day.month * 100 + day.day)
        if (day.month, day.day) == (2, 28) and not isleap(day.year):
            solar.add(229)
        if FIRST_YEAR < day.year <= LAST_YEAR:
            lunar |= _lunar_birthdays(LunarDate.from_solar(day))
    return solar, lunar


def _lunar_birthdays(day):
    ends_short = day.day == 29 and LCalendars.ndays(day.year, day.month, day.leap) == 29
    numbers = [day.month * 100 + number for number in ((29, 30) if ends_short else (day.day,))]
    if day.leap:
        return {(number, True) for number in numbers}
    kept = {(number, False) for number in numbers}
    if LCalendars.leap_month(day.year) != day.month:
        kept |= {(number, True) for number in numbers}
    return kept
