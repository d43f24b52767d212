"""What an explanation knows beyond the score: watch, placing by hand, several sheets, and what the next run will do."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from customers.choices import Kind
from customers.models import Customer, Person, Standing
from tests.tiering.asking import ATTITUDE, DEMAND, asking_sheet
from tiering.models import Movement, Placement, Scheme, ScoringSheet
from tiering.rules.facts import months_after
from tiering.services.assessment import record_assessment
from tiering.services.explain import explain
from tiering.services.override import approve_override, propose_override
from tiering.services.retier import retier, retier_customer

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
RICH = {
    "occupation": "business_owner",
    "annual_income": Decimal(300000),
    "birth_date": date(1985, 3, 1),
    "marital_status": "married",
    "children": 1,
    "education": "bachelor",
}


def stands(customer, on=DAY):
    customer = Customer.objects.select_related("person", "standing").get(pk=customer.pk)
    found = explain(customer=customer, on=on)
    return {stand.scheme.code: stand for stand in [*found.sheets, *found.others]}


@pytest.fixture
def customer(manager, make_customer):
    """53 points: in A."""
    return make_customer(manager, person=RICH)


@pytest.fixture
def fallen(customer):
    """In A since 1 August, 41 points since 1 October: under watch until 1 January."""
    retier(as_of=date(2026, 8, 1))
    Person.objects.filter(customer=customer).update(occupation="homemaker")
    retier(as_of=date(2026, 10, 1))
    return customer


def test_watch_says_since_when_until_when_what_is_missing_and_where_it_leads(fallen):
    stand = stands(fallen)["sheet"]
    assert (stand.held.code, stand.tier.code, stand.value) == ("A", "B", 41)
    assert (stand.watched, stand.placement.watch_from) == (True, date(2026, 10, 1))
    assert stand.placement.watch_until == date(2027, 1, 1)
    assert (stand.short, stand.falls_to.code) == (4, "B")
    assert (stand.moves_on, stand.watch_begins) == (False, False)


def test_where_a_watch_leads_is_where_the_run_of_its_last_day_leads(fallen):
    Person.objects.filter(customer=fallen).update(annual_income=Decimal(1), education="")
    retier(as_of=date(2026, 11, 1))
    assert stands(fallen)["sheet"].tier.code == "C"
    foretold = stands(fallen)["sheet"].falls_to.code
    retier(as_of=date(2027, 1, 1))
    assert Placement.objects.get(customer=fallen, scheme__code="sheet").code == foretold == "B"


def test_watch_of_who_recovered_leads_nowhere(fallen):
    Person.objects.filter(customer=fallen).update(occupation="business_owner")
    stand = stands(fallen)["sheet"]
    assert (stand.short, stand.falls_to) == (0, None)


def test_next_run_that_begins_a_watch_is_foretold(customer):
    retier(as_of=DAY)
    Person.objects.filter(customer=customer).update(occupation="homemaker")
    stand = stands(customer)["sheet"]
    assert (stand.moves_on, stand.watch_begins) == (False, True)
    assert stand.outcome.watch_until == months_after(DAY, 3)


@pytest.mark.parametrize("occupation", ["business_owner", "homemaker", "executive", ""])
@pytest.mark.parametrize("days", [0, 30, 100])
@pytest.mark.parametrize("by_hand", [False, True])
def test_what_the_next_run_does_is_what_was_foretold(customer, manager, head, occupation, days, by_hand):
    retier(as_of=DAY)
    if by_hand:
        place_by_hand(customer, manager, head, ends_on=DAY + timedelta(days=50))
        retier_customer(customer=customer.pk, as_of=DAY)
    Person.objects.filter(customer=customer).update(occupation=occupation)
    Standing.objects.filter(customer=customer).update(asset_total=Decimal(600000))
    on = DAY + timedelta(days=days)
    foretold = {code: stand.outcome for code, stand in stands(customer, on).items()}
    retier_customer(customer=customer.pk, as_of=on)
    placed = {row.scheme.code: row for row in Placement.objects.filter(customer=customer).select_related("scheme")}
    for code, outcome in foretold.items():
        assert (placed[code].code if code in placed else None) == outcome.code
        if code in placed:
            assert (placed[code].watch_from, placed[code].watch_until) == (outcome.watch_from, outcome.watch_until)


def place_by_hand(customer, manager, head, ends_on=date(2027, 3, 31)):
    scheme = Scheme.objects.get(code="sheet")
    override = propose_override(
        customer=customer, scheme=scheme, code="VIP", reason="企业主", ends_on=ends_on, by=manager, on=DAY
    )
    return approve_override(override=override, by=head, on=DAY, now=NOW)[0]


def test_placing_by_hand_is_told_with_the_tier_the_rules_would_give(customer, manager, head):
    retier(as_of=DAY)
    override = place_by_hand(customer, manager, head)
    assert stands(customer)["sheet"].next_code == "VIP"
    retier_customer(customer=customer.pk, as_of=DAY)
    stand = stands(customer)["sheet"]
    assert (stand.override, stand.held.code, stand.tier.code, stand.moves_on) == (override, "VIP", "A", False)
    assert Movement.objects.filter(customer=customer, scheme__code="sheet").first().note == "企业主"


def test_several_sheets_stand_side_by_side(customer, manager):
    asking_sheet()
    stand = stands(customer)["trait"]
    assert (stand.unasked, stand.value, stand.tier, stand.outcome.code) == (True, None, None, None)
    record_assessment(
        customer=customer,
        sheet=ScoringSheet.objects.whole().get(code="trait"),
        answers={"demand": "some", "attitude": "warm"},
        asked_on=date(2026, 5, 1),
        by=manager,
        token=uuid.uuid4(),
        today=DAY,
        now=NOW,
    )
    found = stands(customer)
    assert found["sheet"].plan.main
    stand = found["trait"]
    # The attitude of May is too old in November.
    assert (stand.value, stand.tier.code, stand.assessment.answered) == (8, "C", 1)
    assert [(question.last_label, question.stale) for _line, question in stand.lines] == [
        ("一般", False),
        ("热情", True),
    ]
    assert stand.reach == "B–A"


def test_organisation_is_explained_by_its_own_sheet_only(manager, make_customer, customer):
    asking_sheet("bigone", Kind.ORGANIZATION, (DEMAND, ATTITUDE))
    organisation = make_customer(manager, kind=Kind.ORGANIZATION)
    codes = set(stands(organisation))
    assert "bigone" in codes
    assert "sheet" not in codes
    assert "bigone" not in stands(customer)


def test_scheme_of_another_branch_says_nothing(customer, tree):
    Scheme.objects.filter(code="assets").update(branch=tree["D002"])
    assert "assets" not in stands(customer)
    Scheme.objects.filter(code="assets").update(branch=tree["B01"])
    assert "assets" in stands(customer)
