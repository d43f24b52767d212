"""Returns, utilisation and the pace of a year."""

from decimal import Decimal as D

import pytest

from customers.rules.value import pace, utilisation, yearly_return


@pytest.mark.parametrize(
    ("profit", "funds", "months", "percent"),
    [
        (D(60), D(1000), 6, D("12.00")),
        (D(-60), D(1000), 12, D("-6.00")),
        (D(60), D(0), 6, None),
        (D(60), D(9), 0, None),
    ],
)
def test_return_is_taken_to_a_year(profit, funds, months, percent):
    assert yearly_return(profit, funds, months) == percent


@pytest.mark.parametrize(
    ("used", "limit", "percent"), [(D(-30), D(120), D("25.0")), (D(30), None, None), (D(30), D(0), None)]
)
def test_utilisation_needs_a_limit(used, limit, percent):
    assert utilisation(used, limit) == percent


def test_pace_says_what_is_missing_and_what_it_takes_a_month():
    found = pace(D(600), months=6, target=D(1800))
    assert (found.per_month, found.forecast, found.gap, found.needed_per_month, found.reached) == (
        D(100),
        D(1200),
        D(1200),
        D(200),
        D("33.3"),
    )


@pytest.mark.parametrize(
    ("done", "months", "target", "gap", "needed"),
    [
        (D(600), 6, None, None, None),
        (D(600), 6, D(500), D(-100), None),
        (D(600), 12, D(900), D(300), None),
        (D(0), 0, D(120), D(120), D(10)),
    ],
)
def test_pace_at_the_edges(done, months, target, gap, needed):
    found = pace(done, months=months, target=target)
    assert (found.gap, found.needed_per_month) == (gap, needed)
