"""Every field of every kind against real customers: each finds whom it means, in scope, and nobody by mistake."""

from datetime import date, timedelta

import pytest

from customers.choices import CashNeed
from customers.filters import Selection
from customers.models import ContactPreference, Customer, CustomerGroup, CustomField, CustomValue, GroupMember, Need
from customers.rules.conditions import OPERATORS
from customers.services.conditions import Registry
from customers.services.names import rebuild_name_keys
from customers.services.views import make_tag, put_tag


@pytest.fixture
def book(manager, make_customer, make_holding, today):
    """Three customers that differ in whatever is asked."""
    rich = make_customer(
        manager,
        customer_no="RICH",
        name="王建国",
        mobile="13800138000",
        source="walk_in",
        person={"birth_date": date(1966, 11, 21), "occupation": "executive", "children": 2},
        standing={"asset_total": 600_000, "score": 80, "tier": "A", "tier_rank": 2, "last_contact": today},
    )
    make_holding(rich, "TD01", balance=5, matures_on=today + timedelta(days=10))
    Need.objects.create(customer=rich, dimension="savings", driver="habit", found_on=today)
    poor = make_customer(
        manager, customer_no="POOR", name="陈静", restricted=True, person={"birth_date": date(1966, 11, 22)}
    )
    make_customer(
        manager,
        customer_no="FIRM",
        name="鹏程贸易",
        kind="organization",
        organisation={"cash_needs": [CashNeed.values[0]]},
    )
    put_tag(customer=rich, tag=make_tag(by=manager, name="重点"), by=manager, on=today)
    rebuild_name_keys(rich)
    ContactPreference.objects.create(
        customer=rich, do_not_call=True, valid_until=today, given=["calls"], withdrawn=["messages"]
    )
    ContactPreference.objects.create(customer=poor, do_not_call=True, valid_until=today - timedelta(days=1))
    group = CustomerGroup.objects.create(kind="household", name="王建国家庭", created_on=today)
    GroupMember.objects.create(group=group, customer=rich, kind="household")
    score = CustomField.objects.create(code="pets", name="宠物", kind="number")
    CustomValue.objects.create(customer=poor, field=score, number=2)
    yes = CustomField.objects.create(code="vip", name="贵宾厅", kind="yesno")
    CustomValue.objects.create(customer=rich, field=yes, text="yes")


def found(user, today, tree):
    selection = Selection({"where": tree}, user=user, on=today)
    assert selection.problems == []
    return sorted(selection.customers().values_list("customer_no", flat=True))


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        (("kind", "is", "organization"), ["FIRM"]),
        (("kind", "not", "organization"), ["POOR", "RICH"]),
        (("person-occupation", "is", "executive"), ["RICH"]),
        (("person-occupation", "not", "executive"), ["POOR"]),
        (("person-occupation", "unknown"), ["POOR"]),
        (("person-occupation", "known"), ["RICH"]),
        (("person-children", "above", "1"), ["RICH"]),
        (("person-children", "unknown"), ["POOR"]),
        (("source", "in", "walk_in", "direct"), ["RICH"]),
        (("source", "unknown"), ["FIRM", "POOR"]),
        (("standing-asset_total", "least", "60万"), ["RICH"]),
        (("standing-asset_total", "below", "1"), ["FIRM", "POOR"]),
        (("standing-score", "between", "70", "90"), ["RICH"]),
        (("standing-score", "unknown"), ["FIRM", "POOR"]),
        (("standing-last_contact", "last", "0"), ["RICH"]),
        (("standing-tier", "unknown"), ["FIRM", "POOR"]),
        (("standing-tier", "not", "A"), ["FIRM", "POOR"]),
        (("restricted", "yes"), ["POOR"]),
        (("restricted", "no"), ["FIRM", "RICH"]),
        (("phone", "yes"), ["RICH"]),
        (("name", "contains", "建国"), ["RICH"]),
        (("name", "starts", "陈"), ["POOR"]),
        (("name", "contains", "%"), []),
        (("number", "starts", "ri"), ["RICH"]),
        (("age", "is", "60"), ["RICH"]),
        (("age", "below", "60"), ["POOR"]),
        (("age", "least", "59"), ["POOR", "RICH"]),
        (("birthday", "today"), ["RICH"]),
        (("birthday", "next", "1"), ["POOR", "RICH"]),
        (("holds", "is", "time_deposit"), ["RICH"]),
        (("holds", "out", "time_deposit"), ["FIRM", "POOR"]),
        (("holds", "unknown"), ["FIRM", "POOR"]),
        (("matures", "next", "10"), ["RICH"]),
        (("matures", "next", "9"), []),
        (("need", "is", "savings"), ["RICH"]),
        (("tag", "known"), ["RICH"]),
        (("branch", "is", "D001"), ["FIRM", "POOR", "RICH"]),
        (("group", "is", "household"), ["RICH"]),
        (("group", "out", "household"), ["FIRM", "POOR"]),
        (("group", "is", "corporate"), []),
        (("group", "unknown"), ["FIRM", "POOR"]),
        (("group_name", "is", "王建国家庭"), ["RICH"]),
        (("group_name", "contains", "建国"), ["RICH"]),
        (("group_name", "contains", "建华"), []),
        (("consent_calls", "is", "given"), ["RICH"]),
        (("consent_messages", "in", "withdrawn", "silent"), ["FIRM", "POOR", "RICH"]),
        (("consent_messages", "is", "silent"), ["FIRM", "POOR"]),
        (("consent_calls", "not", "given"), ["FIRM", "POOR"]),
        (("contact-do_not_call", "yes"), ["RICH"]),
        (("contact-do_not_call", "no"), ["FIRM", "POOR"]),
        (("custom-pets", "least", "2"), ["POOR"]),
        (("custom-pets", "unknown"), ["FIRM", "RICH"]),
        (("custom-vip", "yes"), ["RICH"]),
        (("organisation-cash_needs", "is", CashNeed.values[0]), ["FIRM"]),
        (("organisation-cash_needs", "unknown"), []),
    ],
)
def test_condition_finds_these_and_no_others(condition, numbers, book, manager, today):
    code, operator, *values = condition
    assert found(manager, today, {"all": [{"field": code, "op": operator, "value": values}]}) == numbers


def test_groups_of_all_and_any(book, manager, today):
    rich = {"field": "standing-tier", "op": "is", "value": ["A"]}
    poor = {"field": "restricted", "op": "yes", "value": []}
    assert found(manager, today, {"any": [rich, poor]}) == ["POOR", "RICH"]
    assert found(manager, today, {"all": [rich, poor]}) == []
    assert found(
        manager, today, {"all": [{"any": [rich, poor]}, {"field": "kind", "op": "is", "value": ["individual"]}]}
    ) == [
        "POOR",
        "RICH",
    ]
    assert len(found(manager, today, {"all": [{"any": []}]})) == 3


def test_no_condition_widens_the_scope(book, colleague, other_manager, today):
    everybody = {
        "any": [{"field": "kind", "op": "known", "value": []}, {"field": "restricted", "op": "no", "value": []}]
    }
    assert Selection({"where": everybody}, user=colleague, on=today).customers().count() == 0


def test_a_condition_that_cannot_be_asked_finds_nobody(book, manager, today):
    selection = Selection({"where": {"any": [{"field": "gone", "op": "is", "value": ["1"]}]}}, user=manager, on=today)
    assert selection.problems
    assert selection.customers().count() == 0
    assert selection.definition["where"] == {"any": [{"field": "gone", "op": "is", "value": ["1"]}]}


def test_every_field_with_every_operator_makes_a_query_that_runs(book, head, today):
    """What is offered can be asked, whatever columns a file gets."""
    registry = Registry(user=head, on=today)
    values = {"number": "1", "money": "1", "day": "2026-01-01", "words": "a"}
    asked = 0
    for code, field in registry.fields.items():
        for operator in field.operators:
            value = (
                "1" if operator.days else next(iter(field.choices), None) if field.choices else values.get(field.kind)
            )
            if operator.takes != 0 and value is None:
                continue
            tree = {"all": [{"field": code, "op": operator.code, "value": [value] * (operator.takes or 1)}]}
            selection = Selection({"where": tree}, user=head, on=today)
            selection.__dict__["registry"] = registry
            assert selection.problems == [], (code, operator.code)
            str(selection.customers().query)
            asked += 1
    assert asked > 300
    assert set(OPERATORS) >= {operator.code for field in registry.fields.values() for operator in field.operators}
    # Nothing sealed, technical or merely internal is offered.
    assert not [code for code in registry.fields if "sealed" in code or code.endswith(("index", "tail", "rank"))]


def test_every_fact_can_be_shown(book, manager, today):
    registry = Registry(user=manager, on=today)
    codes = [code for code, source in registry.sources.items() if source.shows]
    customers = list(registry.with_values(Customer.objects.visible_to(manager).with_row_facts(), codes))
    values = {code: [registry.sources[code].value_of(customer) for customer in customers] for code in codes}
    assert sorted(map(str, values["person-occupation"])) == ["", "None", "executive"]
    assert sorted(values["consent_messages"]) == ["silent", "silent", "withdrawn"]
    assert "王建国家庭" in values["group_name"]
    assert registry.sources["consent_calls"].words_of("given") == "同意"
    assert ["重点"] in values["tag"]
