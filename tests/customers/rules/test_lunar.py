from datetime import date

import pytest

from customers.rules.lunar import LunarDay, lunar_text, next_birthday, next_lunar_birthday, parse_lunar, solar_date
from customers.rules.reasons import Refused


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10-13", LunarDay(10, 13)),
        ("1-1", LunarDay(1, 1)),
        ("闰06-01", LunarDay(6, 1, True)),
        ("闰6-1", LunarDay(6, 1, True)),
        ("12/30", LunarDay(12, 30)),
    ],
)
def test_lunar_birthday_is_read(text, day):
    assert parse_lunar(text) == day
    assert parse_lunar(str(day)) == day


@pytest.mark.parametrize("text", ["13-01", "00-10", "10-31", "10-00", "十月十三", "1013", "润06-01", "10-13-1"])
def test_lunar_birthday_that_is_none_is_refused(text):
    with pytest.raises(Refused):
        parse_lunar(text)


@pytest.mark.parametrize(
    ("day", "year", "solar"),
    [
        (LunarDay(1, 1), 2025, date(2025, 1, 29)),
        (LunarDay(1, 1), 2026, date(2026, 2, 17)),
        (LunarDay(8, 15), 2027, date(2027, 9, 15)),
        # Born in a leap month: kept in it when there is one, else in the ordinary month.
        (LunarDay(6, 1, True), 2025, date(2025, 7, 25)),
        (LunarDay(6, 1, True), 2026, date(2026, 7, 14)),
        (LunarDay(6, 1, True), 2027, date(2027, 7, 4)),
        (LunarDay(6, 1), 2025, date(2025, 6, 25)),
        # The twelfth month of 2025 has 29 days.
        (LunarDay(12, 30), 2025, date(2026, 2, 16)),
        (LunarDay(12, 29), 2025, date(2026, 2, 16)),
    ],
)
def test_lunar_birthday_falls_on_a_day(day, year, solar):
    assert solar_date(day, year) == solar


def test_days_outside_the_tables_are_none():
    assert solar_date(LunarDay(1, 1), 1899) is None
    assert solar_date(LunarDay(1, 1), 2100) is None
    assert next_lunar_birthday(LunarDay(1, 1), on=date(2150, 1, 1)) is None
    assert lunar_text(date(2150, 1, 1)) == ""


@pytest.mark.parametrize(
    ("day", "on", "kept"),
    [
        (LunarDay(12, 30), date(2026, 1, 1), date(2026, 2, 16)),
        (LunarDay(12, 30), date(2026, 2, 16), date(2026, 2, 16)),
        (LunarDay(12, 30), date(2026, 2, 17), date(2027, 2, 5)),
        (LunarDay(10, 13), date(2026, 12, 1), date(2027, 11, 10)),
    ],
)
def test_next_lunar_birthday_is_on_or_after_the_day(day, on, kept):
    assert next_lunar_birthday(day, on=on) == kept


@pytest.mark.parametrize(
    ("month", "day", "on", "kept"),
    [
        (12, 31, date(2026, 12, 31), date(2026, 12, 31)),
        (12, 30, date(2026, 12, 31), date(2027, 12, 30)),
        (2, 29, date(2026, 2, 1), date(2026, 2, 28)),
        (2, 29, date(2027, 3, 1), date(2028, 2, 29)),
        (2, 29, date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_next_birthday_is_on_or_after_the_day(month, day, on, kept):
    assert next_birthday(month, day, on=on) == kept


def test_lunar_text_is_how_people_say_it():
    assert lunar_text(date(2026, 11, 22)) == "农历十月十四"
    assert lunar_text(date(2025, 7, 25)) == "农历闰六月初一"
