"""Profiles: what is added up anew only where the database noted a change is what reading everybody would give."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import F

from customers.choices import Category, RelationKind
from customers.models import Customer, Holding, Person, Product, Relation, ValueRecord
from tiering.models import Gathered, Profile, Touched
from tiering.services.profile import DAILY, EARNED, HELD, INTRODUCED, refresh_profiles

DAY = date(2026, 11, 21)
NEEDS = {HELD, INTRODUCED, EARNED}


def rows():
    return sorted(Profile.objects.values_list())


def anew(on=DAY, needs=NEEDS):
    """The profiles when everybody is read."""
    with transaction.atomic():
        Profile.objects.all().delete()
        Gathered.objects.all().delete()
        refresh_profiles(on=on, needs=needs)
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def people(manager, make_customer, make_holding):
    """Six customers with holdings, income and introductions, read once."""
    people = [make_customer(manager, customer_no=f"P{number}") for number in range(6)]
    for number, one in enumerate(people):
        for code in ("CA01", "FD01", "WM01")[: number % 4]:
            make_holding(one, code, balance=100, opened_on=date(2020 + number, 1, 1))
        ValueRecord.objects.create(customer=one, period=date(2026, 10, 1), interest_income=100 * number)
        Relation.objects.create(customer=people[number - 1], related=one, kind=RelationKind.INTRODUCER)
    refresh_profiles(on=DAY, needs=NEEDS)
    assert not Touched.objects.exists()
    return people


def buy(people, make_holding):
    make_holding(people[0], "TD01", balance=1)


def sell(people, make_holding):
    Holding.objects.filter(customer=people[3], product__code="WM01").delete()


def close(people, make_holding):
    Holding.objects.filter(customer=people[3]).update(status="closed")


def hand_over(people, make_holding):
    Holding.objects.filter(customer=people[3]).update(customer=people[0])


def earn(people, make_holding):
    ValueRecord.objects.filter(customer=people[2]).update(fee_income=7)
    ValueRecord.objects.filter(customer=people[1]).delete()


def introduce(people, make_holding):
    Relation.objects.filter(related=people[4]).delete()
    Relation.objects.create(customer=people[2], related=people[5], kind=RelationKind.INTRODUCER)


def begin_earlier(people, make_holding):
    Customer.objects.filter(pk=people[2].pk).update(opened_on=date(2001, 1, 1))


def begin_with_a_holding(people, make_holding):
    Customer.objects.update(opened_on=date(2001, 1, 1))
    refresh_profiles(on=DAY, needs=NEEDS)
    Customer.objects.filter(pk__in=[people[1].pk, people[4].pk]).update(opened_on=None)


def count_otherwise(people, make_holding):
    Product.objects.filter(code="FD01").update(category=Category.INSURANCE, risk_level=5)


def write_in_sql(people, make_holding):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_holding SET status = 'closed' WHERE customer_id %% 2 = 0", [])


def know_more(people, make_holding):
    Person.objects.filter(customer=people[1]).update(annual_income=Decimal(90000), occupation="clerk")


def go(people, make_holding):
    Holding.objects.filter(customer=people[5]).delete()
    Relation.objects.all().delete()
    people[5].delete()


CHANGES = [
    buy, sell, close, hand_over, earn, introduce, begin_earlier, begin_with_a_holding, count_otherwise, write_in_sql,
    know_more, go,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_read_again(people, make_holding, change):
    before = rows()
    change(people, make_holding)
    assert refresh_profiles(on=DAY, needs=NEEDS) or change is go
    assert rows() == anew() != before
    assert refresh_profiles(on=DAY, needs=NEEDS) == 0
    assert not Touched.objects.exists()


def test_newcomer_has_totals_at_once(people, manager, make_customer):
    make_customer(manager, customer_no="NEW")
    assert refresh_profiles(on=DAY, needs=NEEDS) == 1
    new = Profile.objects.get(customer__customer_no="NEW")
    assert (new.categories, new.introduced, new.contribution_fen) == (0, 0, None)


def test_another_month_and_other_needs_read_everybody(people):
    ValueRecord.objects.create(customer=people[0], period=date(2025, 12, 1), fee_income=9)
    refresh_profiles(on=DAY, needs=NEEDS)
    for on, needs in ((date(2026, 12, 1), NEEDS), (date(2026, 12, 2), {HELD}), (date(2026, 12, 3), NEEDS)):
        refresh_profiles(on=on, needs=needs)
        assert rows() == anew(on, needs)
        assert Gathered.objects.get().month == date(2026, 12, 1)


def test_balance_alone_touches_nobody(people):
    Holding.objects.update(balance=F("balance") * 2)
    assert not Touched.objects.exists()


def test_change_that_is_taken_back_touches_nobody(people):
    with transaction.atomic():
        Holding.objects.all().delete()
        transaction.set_rollback(True)
    assert not Touched.objects.exists()


def test_daily_facts_are_columns_of_the_profile():
    columns = {field.column for field in Profile._meta.concrete_fields}
    assert {column for daily in DAILY.values() for column in daily} <= columns
