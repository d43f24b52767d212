"""The work list's order: what SQL computes is what the rule says."""

from datetime import timedelta
from decimal import Decimal
from itertools import product

from care.models import FollowUp
from care.rules.ordering import priority
from tests.conftest import TODAY


def test_sql_orders_as_the_rule_says(manager, make_customer, make_holding):
    ranks = [1, 2, 3, 4, 5, None]
    amounts = [None, "49999.99", "50000", "200000", "1000000"]
    days = [-3, 0, 1, 3, 7, 30, 31]
    expected = {}
    for rank, amount, left in product(ranks, amounts, days):
        customer = make_customer(manager, standing={"tier_rank": rank})
        happens_on = TODAY + timedelta(days=left)
        holding = make_holding(customer, "TD01", balance=amount, matures_on=happens_on) if amount else None
        FollowUp.objects.create(
            customer=customer, kind="maturity", holding=holding, happens_on=happens_on, raised_for=TODAY, due_on=TODAY
        )
        expected[customer.pk] = priority(rank, amount and Decimal(amount), left)
    found = list(FollowUp.objects.open().customers_by_priority(on=TODAY))
    assert {row["customer_id"]: row["priority"] for row in found} == expected
    assert [row["priority"] for row in found] == sorted(expected.values(), reverse=True)


def test_a_customer_comes_once_with_the_most_pressing_reason(manager, make_customer):
    customer = make_customer(manager, standing={"tier_rank": 1})
    for left in (20, 1):
        FollowUp.objects.create(
            customer=customer,
            kind="manual",
            subject=f"form:{left}",
            raised_for=TODAY,
            due_on=TODAY + timedelta(days=left),
        )
    assert list(FollowUp.objects.open().customers_by_priority(on=TODAY)) == [
        {"customer_id": customer.pk, "priority": 25, "nearest": TODAY + timedelta(days=1)}
    ]
