"""Rules of care as tables."""

from datetime import date
from decimal import Decimal

import pytest

from care.rules.birthdays import birthdays_within
from care.rules.ordering import priority, urgency, value
from care.rules.reminders import tightest


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (5, 7), (2, 7), (1, 1), (0, 1), (-1, None)],
)
def test_tightest_reminder_whose_day_has_come(days_left, expected):
    assert tightest(days_left, [30, 7, 1]) == expected


def kept(on, days, **wanted):
    return [
        (day.code, day.happens_on)
        for day in birthdays_within(on, days)
        if all(getattr(day, name) == value for name, value in wanted.items())
    ]


def test_birthday_of_29_february_is_kept_on_the_28th_in_common_years():
    assert kept(date(2027, 2, 28), 0, lunar=False) == [(228, date(2027, 2, 28)), (229, date(2027, 2, 28))]


def test_birthday_of_29_february_is_kept_on_its_day_in_leap_years():
    assert kept(date(2028, 2, 28), 1, lunar=False) == [(228, date(2028, 2, 28)), (229, date(2028, 2, 29))]


def test_lunar_birthday_in_a_leap_month_is_kept_in_it_when_the_year_has_it():
    # 2025 has a leap sixth month: 闰六月初一 is 25 July; 六月初一 is 25 June.
    assert (601, date(2025, 7, 25)) in kept(date(2025, 7, 25), 0, lunar=True, leap=True)
    assert (601, date(2025, 6, 25)) in kept(date(2025, 6, 25), 0, lunar=True, leap=False)
    assert kept(date(2025, 7, 25), 0, lunar=True, leap=False) == []


def test_lunar_birthday_in_a_leap_month_is_kept_in_the_ordinary_month_otherwise():
    # 2026 has no leap month: 六月初一 is 14 July.
    assert (601, date(2026, 7, 14)) in kept(date(2026, 7, 14), 0, lunar=True, leap=True)


def test_lunar_birthday_on_day_30_is_kept_on_day_29_of_a_short_month():
    # The twelfth month of the lunar year 2025 has 29 days, the last of them 16 February 2026.
    assert [code for code, _day in kept(date(2026, 2, 16), 0, lunar=True, leap=False)] == [1229, 1230]


@pytest.mark.parametrize(
    ("days_left", "points"), [(-40, 4), (-1, 4), (0, 5), (1, 5), (2, 4), (3, 4), (7, 3), (8, 2), (30, 2), (31, 1)]
)
def test_urgency_counts_the_days_that_are_left(days_left, points):
    assert urgency(days_left) == points


@pytest.mark.parametrize(
    ("rank", "amount", "points"),
    [
        (1, None, 5),
        (4, None, 2),
        (None, None, 1),
        (9, None, 1),
        (4, "500000", 4),
        (4, "499999.99", 3),
        (1, "60000", 5),
        (None, "0", 1),
    ],
)
def test_value_is_the_better_of_tier_and_amount(rank, amount, points):
    assert value(rank, amount and Decimal(amount)) == points


def test_priority_is_value_times_urgency():
    assert priority(1, None, 1) == 25
