"""Birthdays kept on given days agree with the next day on which each birthday is kept."""

from datetime import date, timedelta

import pytest

from customers.rules.birthdays import birthdays_kept
from customers.rules.lunar import LunarDay, next_birthday, next_lunar_birthday


@pytest.mark.parametrize("first", [date(2026, 11, 21), date(2025, 7, 20), date(2026, 2, 10), date(2028, 2, 25)])
def test_birthdays_kept_agree_with_the_next_one_of_each(first):
    last = first + timedelta(days=20)
    days = [first + timedelta(days=number) for number in range(21)]
    solar, lunar = birthdays_kept(days)
    assert solar == {
        month * 100 + day
        for month in range(1, 13)
        for day in range(1, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1] + 1)
        if next_birthday(month, day, on=first) <= last
    }
    expected = {
        (month * 100 + day, leap)
        for month in range(1, 13)
        for day in range(1, 31)
        for leap in (False, True)
        if next_lunar_birthday(LunarDay(month, day, leap), on=first) <= last
    }
    assert lunar == expected
