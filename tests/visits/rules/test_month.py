"""The month as weeks, with the lunar day."""

from datetime import date

import pytest

from visits.rules.month import month_after, month_before, parse_month, short_lunar, weeks_of

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 11, 1)),
        (None, date(2026, 11, 1)),
        ("2026-13", date(2026, 11, 1)),
        ("1899-01", date(2026, 11, 1)),
        ("2026-1", date(2026, 11, 1)),
        ("' OR 1", date(2026, 11, 1)),
        ("２０２６-01", date(2026, 1, 1)),
    ],
)
def test_parse_month_takes_a_month_or_falls_back_to_this_one(text, first):
    assert parse_month(text, today=TODAY) == first


def test_months_go_over_the_year():
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)


def test_weeks_run_from_monday_to_sunday():
    weeks = weeks_of(date(2026, 11, 1))
    assert weeks[0][0] == date(2026, 10, 26)
    assert weeks[-1][-1] == date(2026, 12, 6)
    assert all(len(week) == 7 and week[0].weekday() == 0 for week in weeks)


def test_short_lunar_prints_the_day_and_on_the_first_the_month():
    assert short_lunar(date(2026, 11, 21)) == "十三"
    assert short_lunar(date(2026, 11, 9)) == "十月"
