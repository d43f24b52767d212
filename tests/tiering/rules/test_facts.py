"""Facts as plain values."""

from datetime import date
from decimal import Decimal

import pytest

from tiering.choices import Fact
from tiering.rules.facts import Record, answer, completed_years, years_after, years_before

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("begin", "on", "years"),
    [
        (date(1991, 11, 21), DAY, 35),
        (date(1991, 11, 22), DAY, 34),
        (date(2000, 2, 29), date(2027, 2, 28), 26),
        (date(2000, 2, 29), date(2027, 3, 1), 27),
        (date(2000, 2, 29), date(2028, 2, 29), 28),
        (DAY, DAY, 0),
        (date(2026, 11, 22), DAY, None),
        (None, DAY, None),
    ],
)
def test_completed_years_run_by_anniversary(begin, on, years):
    assert completed_years(begin, on) == years


@pytest.mark.parametrize("on", [DAY, date(2027, 2, 28), date(2028, 2, 29), date(2027, 3, 1)])
@pytest.mark.parametrize("years", [1, 3, 25, 35, 45])
def test_years_before_is_the_last_day_that_has_the_years(on, years):
    latest = years_before(on, years)
    assert completed_years(latest, on) == years
    assert completed_years(date.fromordinal(latest.toordinal() + 1), on) == years - 1


@pytest.mark.parametrize("begin", [date(1990, 5, 6), date(2000, 2, 29)])
def test_years_after_is_the_first_day_that_has_the_years(begin):
    day = years_after(begin, 35)
    assert completed_years(begin, day) == 35
    assert completed_years(begin, date.fromordinal(day.toordinal() - 1)) == 34


@pytest.mark.parametrize(
    ("marital_status", "children", "family"),
    [
        ("married", 2, "married_with_children"),
        ("married", 0, "married_without_children"),
        ("married", None, "married_without_children"),
        ("single", 2, "single"),
        ("divorced", 1, "single"),
        ("widowed", None, "single"),
        ("", 3, None),
    ],
)
def test_family_is_married_with_children_married_with_none_or_single(marital_status, children, family):
    assert answer(Fact.FAMILY, Record(marital_status=marital_status, children=children), DAY) == family


@pytest.mark.parametrize(
    ("known_since", "opened_on", "years"),
    [
        (date(2020, 1, 1), date(2025, 1, 1), 6),
        (None, date(2023, 11, 21), 3),
        (date(2026, 12, 1), date(2020, 1, 1), None),
        (None, None, None),
    ],
)
def test_known_for_runs_from_known_since_else_from_the_opening(known_since, opened_on, years):
    assert answer(Fact.KNOWN_FOR, Record(known_since=known_since, opened_on=opened_on), DAY) == years


def test_unknown_answers_are_none_and_zero_is_an_answer():
    empty = Record()
    assert [answer(fact, empty, DAY) for fact in Fact] == [None] * len(Fact)
    zero = Record(annual_income=Decimal(0), children=0, holdings=0, assets=Decimal(0))
    known = [Fact.ANNUAL_INCOME, Fact.CHILDREN, Fact.HOLDINGS, Fact.ASSETS]
    assert [answer(fact, zero, DAY) for fact in known] == [0, 0, 0, 0]
