"""Whose birthday comes within some days, by either calendar (customs: customers.rules.lunar)."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from customers.rules.lunar import LunarDay, next_birthday, next_lunar_birthday

LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Birthday:
    """Everybody born on `code` (month * 100 + day) of the calendar keeps the next birthday on `happens_on`."""

    lunar: bool
    code: int
    leap: bool
    happens_on: date


@lru_cache(maxsize=16)
def birthdays_within(on, days):
    """The birthdays that are kept from the day `on` to `days` days later, both included, in the order of their days."""
    found = []
    for month, length in enumerate(LONGEST_MONTHS, 1):
        for day in range(1, length + 1):
            found.append(Birthday(False, month * 100 + day, False, next_birthday(month, day, on=on)))
    for month in range(1, 13):
        for day in range(1, 31):
            for leap in (False, True):
                kept = next_lunar_birthday(LunarDay(month, day, leap), on=on)
                if kept is not None:
                    found.append(Birthday(True, month * 100 + day, leap, kept))
    near = [birthday for birthday in found if (birthday.happens_on - on).days <= days]
    return tuple(sorted(near, key=lambda birthday: (birthday.happens_on, birthday.lunar, birthday.code)))
