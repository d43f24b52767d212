"""Balances of a month: what stood there at its end, and day by day through it."""

from datetime import date
from decimal import Decimal

import pytest

from customers.models import BalanceMonth, Holding
from customers.services.balances import refresh_balances


@pytest.fixture
def account(manager, make_customer, make_holding):
    return make_holding(make_customer(manager), "CA01", balance=Decimal(1000))


def stands(account, balance, on):
    Holding.objects.filter(pk=account.pk).update(balance=Decimal(balance))
    refresh_balances(on=on)


def month(first):
    return BalanceMonth.objects.values_list("assets", "yuan_days", "counted_to").get(month=first)


def test_days_add_up_although_only_changes_are_written(account):
    stands(account, 1000, date(2026, 11, 1))
    stands(account, 1000, date(2026, 11, 5))
    assert month(date(2026, 11, 1)) == (1000, 1000, date(2026, 11, 1))
    stands(account, 4000, date(2026, 11, 11))
    # Ten days of 1,000 and one of 4,000.
    assert month(date(2026, 11, 1)) == (4000, 14000, date(2026, 11, 11))
    stands(account, 5000, date(2026, 11, 11))
    assert month(date(2026, 11, 1)) == (5000, 15000, date(2026, 11, 11))


def test_days_before_the_first_load_of_a_month_count_as_the_month_before_ended(account):
    stands(account, 1000, date(2026, 11, 30))
    stands(account, 3000, date(2026, 12, 4))
    assert month(date(2026, 12, 1)) == (3000, 6000, date(2026, 12, 4))


def test_an_earlier_day_leaves_what_was_counted(account):
    stands(account, 1000, date(2026, 11, 10))
    stands(account, 2000, date(2026, 11, 5))
    assert month(date(2026, 11, 1)) == (2000, 10000, date(2026, 11, 10))


def test_the_second_time_nothing_is_written(account):
    stands(account, 1000, date(2026, 11, 10))
    assert refresh_balances(on=date(2026, 11, 10)) == 0
