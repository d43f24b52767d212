"""Whose birthday comes within some days, by either calendar (customs: customers.rules.birthdays)."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from customers.rules.birthdays import birthdays_kept


@dataclass(frozen=True)
class Birthday:
    """Everybody born on `code` (month * 100 + day) of the calendar keeps the next birthday on `happens_on`."""

    lunar: bool
    code: int
    leap: bool
    happens_on: date


@lru_cache(maxsize=16)
def birthdays_within(on, days):
    """The birthdays kept from the day `on` to `days` days later, both included; of each only the next."""
    found = {}
    for left in range(days + 1):
        day = on + timedelta(days=left)
        solar, lunar = birthdays_kept([day])
        for code in sorted(solar):
            found.setdefault((False, code, False), day)
        for code, leap in sorted(lunar):
            found.setdefault((True, code, leap), day)
    return tuple(Birthday(*key, day) for key, day in found.items())
