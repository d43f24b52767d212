"""Re-tiering everybody: placements, moves with reasons, the standing; what differs and nothing else."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.choices import (
    EaseOfContact,
    Education,
    Influence,
    Kind,
    MaritalStatus,
    Occupation,
    RelationKind,
)
from customers.models import Customer, Person, Relation, Standing, TierName, ValueRecord
from tiering.choices import MoveReason
from tiering.models import Movement, Placement, Scheme, TierCount, TieringRun
from tiering.rules import loyalty
from tiering.rules.bands import tier_for
from tiering.rules.sheet import assess
from tiering.services.counts import write_counts
from tiering.services.drafts import start_draft
from tiering.services.explain import explain
from tiering.services.record import record_of
from tiering.services.retier import LOCK, retier, retier_customer
from tiering.services.sheets import publish

DAY = date(2026, 11, 21)
RICH = {
    "occupation": "business_owner",
    "annual_income": Decimal(300000),
    "birth_date": date(1988, 1, 1),
    "marital_status": "married",
    "children": 1,
    "education": "postgraduate",
}


def codes(scheme):
    """{customer number: code} of the placements in a scheme."""
    return dict(Placement.objects.filter(scheme__code=scheme).values_list("customer__customer_no", "code"))


def moves(run):
    return {(move["scheme"], move["from"], move["to"]): move["count"] for move in run.result["moves"]}


def written():
    """Every row with the transaction that wrote it: equal before and after when nothing was written."""
    rows = []
    with connection.cursor() as cursor:
        for table in ("tiering_placement", "tiering_movement", "customers_standing"):
            cursor.execute(f"SELECT ctid::text, xmin::text FROM {table} ORDER BY 1")
            rows.append(cursor.fetchall())
    return rows


@pytest.fixture
def book(manager, make_customer):
    """Somebody at the top, somebody unknown, and a company."""
    make_customer(
        manager,
        customer_no="TOP",
        person=RICH,
        known_since=date(2020, 1, 1),
        ease_of_contact="very_easy",
        influence="great",
        standing={"asset_total": Decimal("1000000.00")},
    )
    make_customer(manager, customer_no="NEW", standing={"asset_total": Decimal("49999.99")})
    make_customer(manager, customer_no="ORG", kind=Kind.ORGANIZATION, standing={"asset_total": Decimal(-5)})


def test_first_run_places_everybody_and_reports_it(book):
    run = retier(as_of=DAY)
    assert codes("sheet") == {"TOP": "VIP", "NEW": "C"}
    assert codes("assets") == {"TOP": "W100", "NEW": "W0", "ORG": "W0"}
    assert codes("loyalty") == {"TOP": "L1", "NEW": "L1", "ORG": "L1"}
    assert codes("contribution") == {}
    assert run.result == {
        "as_of": "2026-11-21",
        "scored": 2,
        "incomplete": 1,
        "changed": 3,
        "tiers": {"VIP": 1, "A": 0, "B": 0, "C": 1},
        "moves": [
            {"scheme": "sheet", "from": "", "to": "VIP", "count": 1},
            {"scheme": "sheet", "from": "", "to": "C", "count": 1},
            {"scheme": "assets", "from": "", "to": "W100", "count": 1},
            {"scheme": "assets", "from": "", "to": "W0", "count": 2},
            {"scheme": "loyalty", "from": "", "to": "L1", "count": 3},
            {"scheme": "relationship", "from": "", "to": "R1", "count": 3},
            {"scheme": "quadrant", "from": "", "to": "Q4", "count": 1},
            {"scheme": "quadrant", "from": "", "to": "Q2", "count": 1},
            {"scheme": "stickiness", "from": "", "to": "S1", "count": 3},
            {"scheme": "operating", "from": "", "to": "O1", "count": 3},
        ],
    }
    assert set(Movement.objects.values_list("reason", "on")) == {(MoveReason.FIRST, DAY)}


def test_standing_carries_the_tiers_and_stays_empty_where_there_is_none(book):
    retier(as_of=DAY)
    fields = ["tier", "tier_rank", "score", "coverage", "asset_tier", "asset_rank", "contribution_tier", "loyalty_tier"]
    assert dict(Standing.objects.values_list("customer__customer_no", "tier")) == {"TOP": "VIP", "NEW": "C", "ORG": ""}
    assert Standing.objects.values_list(*fields).get(customer__customer_no="TOP") == (
        "VIP",
        1,
        80,
        100,
        "W100",
        2,
        "",
        "L1",
    )
    assert Standing.objects.values_list(*fields).get(customer__customer_no="ORG") == (
        "",
        None,
        None,
        None,
        "W0",
        6,
        "",
        "L1",
    )


def test_second_run_of_the_day_writes_no_row(book):
    retier(as_of=DAY)
    before = written()
    run = retier(as_of=DAY)
    assert written() == before
    assert (run.changed, run.result["moves"], run.result["scored"]) == (0, [], 2)


def counts():
    fields = [field.attname for field in TierCount._meta.concrete_fields if field.attname != "id"]
    return sorted(TierCount.objects.values_list(*fields), key=str)


def counts_everybody(captured):
    return any("tiering_placed" in query["sql"] for query in captured)


def test_run_that_writes_nothing_counts_nobody_again(book):
    retier(as_of=DAY)
    before = counts()
    with CaptureQueriesContext(connection) as captured:
        retier(as_of=DAY)
    assert not counts_everybody(captured)
    assert counts() == before


def move_somebody(pk):
    Person.objects.filter(customer=pk).update(occupation="other", education="", annual_income=None)


def change_manager(pk):
    Customer.objects.filter(pk=pk).update(manager=None)


def edit_somebody(pk):
    move_somebody(pk)
    retier_customer(customer=pk, as_of=DAY)


def lose_somebody(pk):
    for model in (Placement, Movement):
        model.objects.filter(customer=pk).delete()
    Customer.objects.filter(pk=pk).delete()


def put_a_scheme_in_force(pk):
    Scheme.objects.filter(code="knowledge").update(active=True)


def take_a_scheme_out(pk):
    Scheme.objects.filter(code="assets").update(active=False)


@pytest.mark.parametrize(
    "change", [move_somebody, change_manager, edit_somebody, lose_somebody, put_a_scheme_in_force, take_a_scheme_out]
)
def test_counts_of_the_day_are_those_of_counting_everybody(book, change):
    retier(as_of=DAY)
    change(Customer.objects.get(customer_no="TOP").pk)
    retier(as_of=DAY)
    kept = counts()
    write_counts(on=DAY)
    assert kept == counts()


def test_changed_facts_move_a_customer_with_that_reason(book):
    retier(as_of=DAY)
    Person.objects.filter(customer__customer_no="TOP").update(occupation="other", education="", annual_income=None)
    Standing.objects.filter(customer__customer_no="NEW").update(asset_total=Decimal("50000.00"))
    run = retier(as_of=date(2026, 11, 22))
    assert moves(run) == {("assets", "W0", "W5"): 1, ("quadrant", "Q4", "Q2"): 1}
    assert set(Movement.objects.filter(run=run).values_list("reason", flat=True)) == {MoveReason.FACTS}
    placement = Placement.objects.get(customer__customer_no="TOP", scheme__code="sheet")
    assert (placement.code, placement.since, placement.value, placement.answered) == ("VIP", DAY, 43, 6)
    assert (placement.measured, placement.watch_from, placement.watch_until) == (
        "B",
        date(2026, 11, 22),
        date(2027, 2, 22),
    )
    standing = Standing.objects.get(customer__customer_no="TOP")
    assert (standing.tier, standing.score, standing.tier_until) == ("VIP", 43, date(2027, 2, 22))
    run = retier(as_of=date(2027, 2, 22))
    move = Movement.objects.get(run=run, scheme__code="sheet")
    assert (move.from_rank, move.from_value, move.to_rank, move.to_value) == (1, 43, 3, 43)
    assert move.reason == MoveReason.WATCH
    assert Standing.objects.get(customer__customer_no="TOP").tier_until is None


def test_changed_points_within_a_tier_keep_the_day_since_when(book):
    retier(as_of=DAY)
    Person.objects.filter(customer__customer_no="TOP").update(education="bachelor")
    run = retier(as_of=date(2026, 11, 22))
    placement = Placement.objects.get(customer__customer_no="TOP", scheme__code="sheet")
    assert (run.changed, placement.value, placement.since) == (0, 77, DAY)


def test_published_sheet_moves_customers_by_the_rules(book, sheet, administrator, django_capture_on_commit_callbacks):
    retier(as_of=DAY)
    draft = start_draft(sheet=sheet, by=administrator)
    draft.criteria.get(fact="occupation").options.filter(value="business_owner").update(points=0)
    draft.cutoffs.filter(code="VIP").update(minimum=65)
    draft.cutoffs.filter(code="A").update(minimum=64)
    draft.criteria.get(fact="influence").options.filter(value="great").update(points=9)
    publish(sheet=draft, reason="Owners count less", on=DAY, now="2026-11-21T12:00:00Z", by=administrator)
    run = retier(as_of=DAY)
    assert moves(run) == {("sheet", "VIP", "A"): 1}
    assert Movement.objects.get(run=run).reason == MoveReason.RULES
    assert set(Placement.objects.filter(scheme__code="sheet").values_list("sheet", flat=True)) == {draft.pk}


def test_changed_bands_move_by_the_rules_and_changed_assets_by_the_facts(book):
    retier(as_of=DAY)
    Scheme.objects.get(code="assets").bands.filter(code="W100").update(minimum=Decimal(2000000))
    Standing.objects.filter(customer__customer_no="NEW").update(asset_total=Decimal(300000))
    run = retier(as_of=DAY)
    assert dict(Movement.objects.filter(run=run).values_list("to_code", "reason")) == {"W50": "rules", "W20": "facts"}


def test_contribution_is_a_year_of_income_less_cost(manager, make_customer):
    earning, costly, silent = (make_customer(manager, customer_no=number) for number in ("E", "K", "S"))
    for customer, period, income in [
        (earning, date(2025, 12, 1), "6000"),
        (earning, date(2026, 11, 1), "4000"),
        (earning, date(2025, 11, 1), "90000"),  # the month before the twelve
        (earning, date(2026, 12, 1), "90000"),  # the month after
        (costly, date(2026, 5, 1), "-0.01"),
        (silent, date(2024, 5, 1), "5000"),
    ]:
        ValueRecord.objects.create(customer=customer, period=period, fee_income=Decimal(income))
    ValueRecord.objects.create(
        customer=earning,
        period=date(2026, 10, 1),
        interest_income=Decimal(500),
        interest_cost=Decimal(300),
        operating_cost=Decimal(200),
    )
    retier(as_of=DAY)
    assert codes("contribution") == {"E": "G4", "K": "G1"}
    assert Placement.objects.get(scheme__code="contribution", customer=earning).value == 10000


def test_customer_that_nothing_measures_any_longer_loses_the_place(manager, make_customer):
    customer = make_customer(manager)
    ValueRecord.objects.create(customer=customer, period=date(2026, 1, 1), fee_income=Decimal(3000))
    retier(as_of=DAY)
    run = retier(as_of=date(2027, 1, 1))
    assert moves(run) == {("contribution", "G3", ""): 1}
    assert codes("contribution") == {}
    assert Standing.objects.get().contribution_tier == ""


def test_scheme_out_of_force_gives_its_places_back(book):
    retier(as_of=DAY)
    Scheme.objects.filter(code="loyalty").update(active=False)
    run = retier(as_of=DAY)
    assert moves(run) == {("loyalty", "L1", ""): 3}
    assert set(Standing.objects.values_list("loyalty_tier", "loyalty_rank")) == {("", None)}


def test_loyalty_ladder_is_climbed_rung_by_rung(manager, make_customer, make_holding):
    def customer(number, opened_on, *products, introduced=False):
        one = make_customer(manager, customer_no=number, opened_on=opened_on)
        for code in products:
            make_holding(one, code, opened_on=date(2026, 1, 1))
        if introduced:
            Relation.objects.create(customer=make_customer(manager), related=one, kind=RelationKind.INTRODUCER)

    long, year = date(2023, 11, 21), date(2025, 11, 21)
    customer("P", long)
    customer("C", date(2025, 11, 22), "CA01", "TD01")
    customer("D", long, "CA01", "CA01")
    customer("M", year, "CA01", "TD01")
    customer("S", long, "CA01", "TD01", "FD01")
    customer("V", long, "CA01", "TD01", "FD01", introduced=True)
    customer("I", long, "CA01", introduced=True)
    customer("U", None, "CA01", "TD01")
    retier(as_of=DAY)
    found = codes("loyalty")
    assert {number: found[number] for number in "PCDMSVIU"} == {
        "P": "L1",
        "C": "L2",
        "D": "L2",
        "M": "L3",
        "S": "L4",
        "V": "L5",
        "I": "L2",
        "U": "L2",
    }


def test_second_run_waits_for_the_first(transactional_db):
    """Somebody holds the lock: a run in another connection is seen waiting for it, and finishes when it is free."""
    done = threading.Event()

    def run():
        retier(as_of=DAY)
        connections.close_all()
        done.set()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        thread = threading.Thread(target=run)
        thread.start()
        waiting = 0
        while not waiting and not done.is_set():
            # Other databases of the same server have locks of their own.
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            (waiting,) = cursor.fetchone()
        assert waiting == 1
        assert not done.is_set()
    thread.join(timeout=60)
    assert done.is_set()
    assert TieringRun.objects.count() == 1


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 12, 31))
maybe_day = st.none() | days | st.sampled_from([date(2000, 2, 29), date(1991, 11, 21), date(1991, 11, 22), DAY])
money = st.decimals(min_value=0, max_value=Decimal(400000), places=2) | st.sampled_from(
    [Decimal(0), Decimal(50000), Decimal("99999.99"), Decimal(200000)]
)


def maybe(choices):
    return st.sampled_from(["", *choices.values])


people = st.fixed_dictionaries(
    {
        "occupation": maybe(Occupation),
        "annual_income": st.none() | money,
        "birth_date": maybe_day,
        "marital_status": maybe(MaritalStatus),
        "children": st.none() | st.integers(0, 4),
        "education": maybe(Education),
        "opened_on": maybe_day,
        "known_since": maybe_day,
        "ease_of_contact": maybe(EaseOfContact),
        "influence": maybe(Influence),
    }
)
ON_CUSTOMER = ("opened_on", "known_since", "ease_of_contact", "influence")


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    files=st.lists(people, min_size=1, max_size=20),
    on=st.sampled_from([DAY, date(2027, 2, 28), date(2028, 2, 29), date(2027, 3, 1)]),
)
def test_sql_and_python_agree_on_any_customer(manager, definition, files, on):
    Movement.objects.all().delete()
    Customer.objects.all().delete()
    customers = [
        Customer(
            customer_no=f"R{number}",
            name="李",
            manager=manager,
            branch=manager.branch,
            **{key: on_file[key] for key in ON_CUSTOMER},
        )
        for number, on_file in enumerate(files)
    ]
    Customer.objects.bulk_create(customers)
    Person.objects.bulk_create(
        Person(customer=customer, **{key: value for key, value in on_file.items() if key not in ON_CUSTOMER})
        for customer, on_file in zip(customers, files, strict=True)
    )
    Standing.objects.bulk_create(Standing(customer=customer) for customer in customers)
    retier(as_of=on)
    placed = {
        placement.customer_id: (placement.value, placement.answered, placement.code, placement.rank)
        for placement in Placement.objects.filter(scheme__code="sheet")
    }
    for customer in Customer.objects.select_related("person", "standing"):
        assessment = assess(definition, record_of(customer, on), on)
        assert placed[customer.pk] == (
            assessment.score,
            assessment.answered,
            assessment.tier.code,
            assessment.tier.rank,
        )


def test_explanation_agrees_with_what_the_run_placed(book, manager, make_customer, make_holding):
    customer = make_customer(manager, opened_on=date(2020, 1, 1), standing={"asset_total": Decimal(600000)})
    make_holding(customer, "CA01")
    make_holding(customer, "FD01")
    ValueRecord.objects.create(customer=customer, period=date(2026, 11, 1), fee_income=Decimal(9000))
    retier(as_of=DAY)
    explanation = explain(customer=customer, on=DAY)
    assert [(stand.scheme.code, stand.tier.code, stand.distance) for stand in explanation.others] == [
        ("assets", "W50", 400000),
        ("contribution", "G3", 1000),
        ("loyalty", "L3", 1),
        ("relationship", "R1", 1),
        ("quadrant", "Q2", 1),
        ("stickiness", "S2", 1),
        ("operating", "O1", 1),
    ]
    assert not any(stand.moves_on for stand in [explanation.main, *explanation.others])
    assert explanation.others[2].rungs == ((1, True), (2, True), (3, True), (4, False), (5, False))
    for stand in explanation.others:
        assert tier_for(stand.plan.tiers, stand.value) == stand.tier


@pytest.mark.parametrize(
    ("categories", "since", "introduced", "rung"),
    [
        (0, None, 3, 1),
        (1, None, 0, 2),
        (2, date(2025, 11, 22), 0, 2),
        (2, date(2025, 11, 21), 0, 3),
        (3, date(2023, 11, 22), 0, 3),
        (3, date(2023, 11, 21), 0, 4),
        (3, date(2023, 11, 21), 1, 5),
        (2, date(2020, 1, 1), 1, 3),
    ],
)
def test_rung_in_python(categories, since, introduced, rung):
    assert loyalty.rung_of(loyalty.Evidence(categories, since, introduced), DAY) == rung


def test_retier_tells_lists_what_the_tiers_are_called(db):
    retier(as_of=date(2026, 11, 21))
    names = {(row.column, row.code): row.name for row in TierName.objects.all()}
    assert names["tier", "VIP"] == "贵宾客户"
    assert names["asset_tier", "W50"] == "贵宾 50万+"
    assert {column for column, _code in names} == {"tier", "asset_tier", "contribution_tier", "loyalty_tier"}


def test_one_customer_is_placed_alone_after_an_edit(manager, make_customer):
    edited, other = (make_customer(manager, person={"occupation": "clerk"}) for _ in range(2))
    retier(as_of=DAY)
    for customer in (edited, other):
        Person.objects.filter(customer=customer).update(
            occupation="business_owner",
            annual_income=250000,
            education="postgraduate",
            marital_status="married",
            children=1,
        )
    retier_customer(customer=edited.pk, as_of=DAY)
    tiers = dict(Standing.objects.values_list("customer_id", "tier"))
    assert (tiers[edited.pk], tiers[other.pk]) == ("A", "C")
    moves = edited.movements.filter(scheme__code="sheet").order_by("pk")
    assert [(move.from_code, move.to_code, move.reason) for move in moves] == [("", "C", "first"), ("C", "A", "facts")]
    retier_customer(customer=edited.pk, as_of=DAY)
    assert edited.movements.filter(scheme__code="sheet").count() == 2
    assert retier(as_of=DAY).changed == 1
