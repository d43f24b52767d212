"""The relationship value statement: sums, related customers in scope only, target, other income, workbook."""

import io
from datetime import date
from decimal import Decimal as D

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from customers.models import BalanceMonth, Customer, OtherIncome, Relation, ValueGoal, ValueRecord
from customers.services.statement import statement_of
from customers.services.wallet import add_other_income, keep_other_income, set_goal
from staff.models import AuditEvent
from tests.conftest import TODAY


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


def earn(customer, product=None, *, year=2026, months=(1, 2), income=100, cost=20):
    for month in months:
        ValueRecord.objects.create(
            customer=customer,
            period=date(year, month, 1),
            product=product,
            interest_income=income,
            operating_cost=cost,
            turnover=1000,
        )


@pytest.fixture
def customer(manager, make_customer, make_holding, products, today):
    customer = make_customer(manager, name="李国强")
    make_holding(customer, "TD01", balance=9600)
    make_holding(customer, "LN01", balance=2500, credit_limit=D(10_000))
    earn(customer, products["TD01"])
    earn(customer, year=2025, months=range(1, 13))
    for month in (1, 2):
        BalanceMonth.objects.create(customer=customer, month=date(2026, month, 1), assets=8000, loans=1600)
    return customer


def read(customer, user, year=2026):
    return statement_of(customer=customer, year=year, visible=Customer.objects.visible_to(user))


def test_sums_returns_and_utilisation(customer, manager):
    made = read(customer, manager)
    lines = {line.code: line for line in made.lines}
    assert (lines["TD01"].profit, lines["TD01"].returns) == (160, D("10.00"))
    assert (lines["LN01"].known, lines["LN01"].utilisation) == (False, D("25.0"))
    assert (made.months, made.last_month, made.total.returns) == (2, 2, D("10.00"))
    assert (made.profit, made.last_year, made.years) == (160, 960, [2026, 2025])


def test_year_against_its_target_with_other_income(customer, manager):
    set_goal(customer=customer, year=2026, target=D(1260), by=manager, on=TODAY)
    income = add_other_income(customer=customer, year=2026, what="转介绍", amount=D(100), by=manager, on=TODAY)
    made = read(customer, manager)
    assert (made.everything, made.pace.gap, made.pace.needed_per_month) == (260, 1000, 100)
    keep_other_income(income=income, by=manager, on=TODAY, kept=False)
    assert read(customer, manager).everything == 160
    keep_other_income(income=income, by=manager, on=TODAY, kept=True)
    assert read(customer, manager).everything == 260
    set_goal(customer=customer, year=2026, target=None, by=manager, on=TODAY)
    assert read(customer, manager).pace.gap is None


def test_related_customers_outside_the_scope_are_counted_not_named(customer, manager, head, colleague, make_customer):
    mine, theirs = make_customer(manager, name="王丽"), make_customer(colleague, name="赵六")
    Relation.objects.create(customer=customer, related=mine, kind="spouse")
    Relation.objects.create(customer=theirs, related=customer, kind="introducer")
    earn(mine, income=50, cost=0)
    made = read(customer, manager)
    assert ([line.label for line in made.related], made.hidden_related) == (["王丽"], 1)
    assert made.related_total.profit == 100
    assert read(customer, head).hidden_related == 0


def test_page_and_workbook_say_the_same(customer, manager, sign_in, make_customer):
    related = make_customer(manager, name="=cmd()")
    Relation.objects.create(customer=customer, related=related, kind="spouse")
    client = sign_in(manager)
    page = client.get(url("statement", customer.public_id), {"year": 2026})
    assert page.context["made"].profit == 160
    answer = client.get(url("statement_export", customer.public_id), {"year": 2026})
    book = load_workbook(io.BytesIO(answer.content))
    rows = book.get_sheet_by_index(0).to_python()
    assert any(row[0] == "定期存款" and row[9] == 160 for row in rows)
    # Of whom nothing is recorded, the sum says nothing either: unknown is not zero.
    assert not page.context["made"].related_total.known
    assert [row[5] for row in book.get_sheet_by_index(1).to_python() if row[0] in {"=cmd()", "合计"}] == ["", ""]
    assert AuditEvent.objects.filter(verb="statement.exported").count() == 1


@pytest.mark.parametrize("year", ["1", "99999", "abcd", "²026", "2026'"])
def test_a_year_that_is_none_is_not_found(customer, manager, sign_in, year):
    assert sign_in(manager).get(url("statement", customer.public_id), {"year": year}).status_code == 404


def test_target_and_income_are_set_on_the_page(customer, manager, auditor, sign_in):
    client = sign_in(manager)
    client.post(url("goal", customer.public_id, 2026), {"target": "5000"})
    assert ValueGoal.objects.get().target == 5000
    assert client.post(url("goal", customer.public_id, 2026), {"target": "-1"}).status_code == 422
    client.post(url("goal", customer.public_id, 2026), {"target": ""})
    assert not ValueGoal.objects.exists()
    data = {"year": 2026, "what": "转介绍", "amount": "0"}
    assert client.post(url("other_income_add", customer.public_id), data).status_code == 422
    client.post(url("other_income_add", customer.public_id), data | {"amount": "88.5"})
    income = OtherIncome.objects.get()
    answer = client.post(url("other_income_remove", income.public_id), follow=True)
    undo = url("other_income_restore", income.public_id)
    assert [message.extra_tags for message in answer.context["messages"]] == [f"undo:{undo}"] or answer
    income.refresh_from_db()
    assert income.removed_on == TODAY
    client.post(undo)
    income.refresh_from_db()
    assert income.removed_on is None
    assert sign_in(auditor).post(url("other_income_remove", income.public_id)).status_code == 403


def test_statement_takes_as_many_queries_for_one_relation_as_for_three(
    customer, manager, sign_in, make_customer, django_assert_num_queries
):
    client = sign_in(manager)
    for count in (1, 3):
        while customer.relations.count() < count:
            other = make_customer(manager, name="王丽")
            Relation.objects.create(customer=customer, related=other, kind="friend")
            earn(other)
        with django_assert_num_queries(20):
            client.get(url("statement", customer.public_id))
