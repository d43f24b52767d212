"""The SQL of sheets and measures against the rules in Python, on rules and customers that nobody thought of."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.choices import EaseOfContact, Education, Influence, MaritalStatus, Occupation
from customers.models import CashFlow, Customer, Person, Relation, Standing, ValueRecord
from tiering.choices import Axis, CriterionKind, Fact, Measure
from tiering.models import Answer, Assessment, Scheme, ScoringSheet
from tiering.rules import facts, loyalty, measures
from tiering.rules.bands import ranked
from tiering.rules.sheet import Criterion, Option, Sheet, assess
from tiering.services.compile import Plan, needs_of
from tiering.services.compile import measures as measured
from tiering.services.profile import refresh_profiles
from tiering.services.record import record_of

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 21)
TIERS = ranked([("A", 50, "", ""), ("B", 20, "", ""), ("C", 0, "", "")])

amounts = st.decimals(min_value=-1000, max_value=1_000_000, places=2) | st.sampled_from(
    [Decimal(0), Decimal("0.01"), Decimal(50000), Decimal("49999.99"), Decimal(200000)]
)
counts = st.integers(0, 8)
past = st.dates(min_value=date(1880, 1, 1), max_value=date(2027, 3, 1)) | st.sampled_from(
    [DAY, DAY + timedelta(days=1), date(2000, 2, 29), date(1991, 11, 21), date(1991, 11, 22), date(1880, 1, 1)]
)


def maybe(choices):
    return st.sampled_from(["", *choices.values])


people = st.fixed_dictionaries(
    {
        "person": st.fixed_dictionaries(
            {
                "occupation": maybe(Occupation),
                "annual_income": st.none() | amounts.filter(lambda amount: amount >= 0),
                "birth_date": st.none() | past,
                "marital_status": maybe(MaritalStatus),
                "children": st.none() | counts,
                "education": maybe(Education),
            }
        ),
        "customer": st.fixed_dictionaries(
            {
                "opened_on": st.none() | past,
                "known_since": st.none() | past,
                "ease_of_contact": maybe(EaseOfContact),
                "influence": maybe(Influence),
            }
        ),
        "standing": st.fixed_dictionaries({"asset_total": amounts, "holding_count": counts, "contacts": counts}),
        "answers": st.dictionaries(
            st.sampled_from(["attitude", "brand"]), st.tuples(st.sampled_from("abcz"), past), max_size=2
        ),
    }
)
points = st.integers(0, 30)
bounds = st.lists(st.decimals(min_value=-100, max_value=300_000, places=2), min_size=0, max_size=4, unique=True)


@st.composite
def bands(draw, limits):
    """Bands as an editor might leave them: in any order, some missing, some over each other, open at either end."""
    edges = [None, *sorted(draw(limits)), None]
    pairs = list(pairwise(edges))
    kept = [pair for pair in pairs if draw(st.integers(0, 5))]
    if len(edges) > 3 and not draw(st.integers(0, 4)):
        kept.append((edges[1], None))
    return [Option(draw(points), "", *pair) for pair in draw(st.permutations(kept))]


@st.composite
def criteria(draw, fact):
    kind = facts.KIND[fact]
    if kind == CriterionKind.CHOICE:
        codes = draw(st.lists(st.sampled_from([*facts.ANSWERS[fact].values, "gone"]), unique=True))
        options = [Option(draw(points), code) for code in codes]
    elif kind == CriterionKind.YEARS:
        years = st.lists(st.decimals(min_value=0, max_value=120, places=1), max_size=4, unique=True)
        options = draw(bands(years))
    else:
        options = draw(bands(bounds))
    return Criterion(fact, kind, tuple(options))


@st.composite
def questions(draw, question):
    codes = draw(st.lists(st.sampled_from("abc"), unique=True))
    return Criterion(
        "",
        CriterionKind.CHOICE,
        tuple(Option(draw(points), code) for code in codes),
        question=question,
        stale_after=draw(st.none() | st.integers(1, 36)),
    )


@st.composite
def sheets(draw):
    chosen = draw(st.lists(st.sampled_from(list(Fact)), unique=True, max_size=6))
    asked = draw(st.lists(st.sampled_from(["attitude", "brand"]), unique=True))
    lines = [draw(criteria(fact)) for fact in chosen] + [draw(questions(question)) for question in asked]
    return Sheet(tuple(lines), TIERS)


def file(manager, files):
    """Customers with these files; returns them with all that the rules read."""
    Customer.objects.all().delete()
    customers = Customer.objects.bulk_create(
        Customer(customer_no=f"R{number}", name="李", manager=manager, branch=manager.branch, **one["customer"])
        for number, one in enumerate(files)
    )
    Person.objects.bulk_create(
        Person(customer=customer, **one["person"]) for customer, one in zip(customers, files, strict=True)
    )
    Standing.objects.bulk_create(
        Standing(customer=customer, **one["standing"]) for customer, one in zip(customers, files, strict=True)
    )
    sheet = ScoringSheet.objects.first()
    for customer, one in zip(customers, files, strict=True):
        for question, (value, day) in one["answers"].items():
            talk = Assessment.objects.create(customer=customer, sheet=sheet, asked_on=day, asked_by=manager)
            Answer.objects.create(
                assessment=talk, customer=customer, question=question, value=value, asked_on=day, current=True
            )
    return list(Customer.objects.select_related("person", "standing").order_by("pk"))


def measure(plan, on):
    """{customer: row} of the plan as SQL measures it."""
    refresh_profiles(on=on, needs=needs_of([plan]))
    text, params = measured([plan], on)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT customer_id, value_0, answered_0, code_0, rank_0 FROM ({text}) m", params)
        return {row[0]: row[1:] for row in cursor.fetchall()}


def record(customer, one):
    """The plain record of a generated file."""
    return facts.Record(
        **one["person"],
        **one["customer"],
        assets=one["standing"]["asset_total"],
        holdings=one["standing"]["holding_count"],
        contacts=one["standing"]["contacts"],
        categories=0,
        introduced=0,
        answers={question: facts.Asked(value, day) for question, (value, day) in one["answers"].items()},
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    sheet=sheets(),
    files=st.lists(people, min_size=1, max_size=8),
    on=st.sampled_from([DAY, date(2027, 2, 28), date(2028, 2, 29)]),
)
def test_any_sheet_scores_any_customer_alike_in_sql_and_in_python(manager, sheet, files, on):
    customers = file(manager, files)
    scheme = Scheme(pk=1, code="sheet", measure=Measure.SHEET)
    found = measure(Plan(scheme, TIERS, ScoringSheet(kind="individual"), sheet), on)
    for customer, one in zip(customers, files, strict=True):
        said = assess(sheet, record(customer, one), on)
        if sheet.only_asks and not said.answered:
            assert found[customer.pk] == (None, None, None, None)
        else:
            assert found[customer.pk] == (said.score, said.answered, said.tier.code, said.tier.rank)


def test_what_the_explanation_reads_is_what_the_run_reads(manager, make_customer, make_holding):
    customer = make_customer(manager, opened_on=date(2020, 1, 1), standing={"contacts": 3, "holding_count": 2})
    make_holding(customer, "CA01")
    make_holding(customer, "FD01")
    Relation.objects.create(customer=make_customer(manager), related=customer, kind="introducer")
    ValueRecord.objects.create(customer=customer, period=date(2026, 11, 1), fee_income=Decimal("900.50"))
    one = record_of(Customer.objects.select_related("person", "standing").get(pk=customer.pk), DAY)
    assert (one.categories, one.risk_level, one.introduced, one.contribution, one.contacts) == (
        2,
        3,
        1,
        Decimal("900.50"),
        3,
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    held=st.integers(0, 6),
    contacts=st.integers(0, 6),
    opened=st.none() | past,
    flows=st.lists(
        st.tuples(
            st.dates(DAY - timedelta(days=120), DAY + timedelta(days=2)),
            st.sampled_from([Decimal(1), Decimal(1000), Decimal(20000), Decimal("499999.99"), Decimal(500000)]),
            st.sampled_from(["", "代发工资", "房租"]),
            st.sampled_from(["in", "out"]),
        ),
        max_size=24,
    ),
    need=st.integers(0, 4),
    potential=st.decimals(min_value=0, max_value=1000, places=2),
    assets=st.decimals(min_value=0, max_value=1000, places=2),
)
def test_ladders_are_alike_in_sql_and_in_python(
    manager, make_customer, make_holding, products, held, contacts, opened, flows, need, potential, assets
):
    Customer.objects.all().delete()
    codes = ["CA01", "TD01", "FD01", "WM01", "LN01", "CA01"][:held]
    customer = make_customer(
        manager,
        opened_on=opened,
        standing={"contacts": contacts, "holding_count": held, "asset_total": assets},
    )
    for code in codes:
        make_holding(customer, code)
    for number, (day, amount, memo, direction) in enumerate(flows):
        CashFlow.objects.create(
            customer=customer, entry_no=f"F{number}", booked_on=day, amount=amount, memo=memo, direction=direction
        )
    categories = len({products[code].category for code in codes})
    rung = loyalty.rung_of(loyalty.Evidence(categories, opened, 0), DAY)
    within = [flow for flow in flows if DAY - timedelta(days=measures.WINDOW_DAYS) < flow[0] <= DAY]
    latest = (DAY - max(flow[0] for flow in within)).days if within else None
    pay = sum(1 for flow in within if flow[2] == "代发工资" and flow[3] == "in")
    moved = sum(flow[1] for flow in within)
    expected = {
        Measure.LOYALTY: rung,
        Measure.RELATIONSHIP: measures.relationship(held, contacts, rung),
        Measure.STICKINESS: measures.stickiness(categories, facts.completed_years(opened, DAY), False, False, pay),
        Measure.BEHAVIOUR: measures.behaviour(latest, len(within), moved) if held else None,
        Measure.QUADRANT: measures.quadrant(contacts >= need, assets >= potential),
    }
    for kind, value in expected.items():
        scheme = Scheme(
            pk=1,
            code="x",
            measure=kind,
            need_axis=Axis.CONTACTS,
            need_from=need,
            potential_axis=Axis.ASSETS,
            potential_from=potential,
        )
        assert measure(Plan(scheme, ranked([("X", None, "", "")])), DAY)[customer.pk][0] == value, kind


@pytest.mark.parametrize(("kind", "branch", "placed"), [("", "", "PQ"), ("individual", "", "P"), ("", "D002", "")])
def test_a_scheme_places_only_whom_it_is_for(manager, make_customer, tree, kind, branch, placed):
    make_customer(manager, customer_no="P")
    make_customer(manager, customer_no="Q", kind="organization")
    branches = (tree[branch].pk,) if branch else None
    scheme = Scheme(pk=1, code="x", measure=Measure.ASSETS, kind=kind)
    found = measure(Plan(scheme, ranked([("X", None, "", "")]), branches=branches), DAY)
    numbers = dict(Customer.objects.values_list("pk", "customer_no"))
    assert {numbers[pk] for pk, row in found.items() if row[2]} == set(placed)
