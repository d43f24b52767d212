"""Days on which a greeting is a greeting for a festival (S4.5).

A greeting comes on the day or in the three days before; at the Spring Festival until its seventh day. Qingming is left
out on purpose: nobody is congratulated on the day of the dead.
"""

from datetime import date, timedelta
from functools import lru_cache

from customers.rules.lunar import LunarDay, solar_date

# New Year, Labour Day, National Day.
SOLAR = ((1, 1), (5, 1), (10, 1))
SPRING = LunarDay(1, 1)
# Lantern Festival, Dragon Boat Festival, Mid-Autumn Festival, Double Ninth.
LUNAR = (LunarDay(1, 15), LunarDay(5, 5), LunarDay(8, 15), LunarDay(9, 9))
BEFORE = 3
SPRING_LASTS = 7


@lru_cache(maxsize=16)
def festive_days(first, last):
    """The days from `first` to `last`, both included, on which a greeting counts as one for a festival, in order."""
    days = set()
    for year in range(first.year - 1, last.year + 2):
        for month, number in SOLAR:
            days |= _around(date(year, month, number), 1)
        for festival in LUNAR:
            days |= _around(solar_date(festival, year), 1)
        days |= _around(solar_date(SPRING, year), SPRING_LASTS)
    return tuple(sorted(day for day in days if first <= day <= last))


def _around(day, lasts):
    """The days before and of a festival; none outside the calendar's tables."""
    return {day + timedelta(days=step) for step in range(-BEFORE, lasts)} if day else set()
