"""A run that goes on from the one before comes to what a run that looks at everybody comes to, whatever happened."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import F

from customers.choices import RelationKind
from customers.models import CashFlow, Customer, Person, Relation, Standing, ValueRecord
from tests.tiering.town import by_hand
from tiering.choices import OverrideState, Rhythm
from tiering.models import Cutoff, Gathered, Movement, Override, Placement, Scheme, TierCount
from tiering.services.compile import needs_of, plans
from tiering.services.counts import write_counts
from tiering.services.profile import refresh_profiles
from tiering.services.retier import retier, retier_customer
from tiering.services.settled import rules_of, unsettled

pytestmark = pytest.mark.slow
DAY = date(2026, 11, 21)


class Stopped(Exception):
    """Somebody pulled the plug."""


def state(day):
    """Every placement, standing and count of the day."""
    counts = TierCount.objects.filter(on=day).order_by("scheme", "branch", "manager", "code")
    return (
        list(Placement.objects.order_by("customer", "scheme").values_list()),
        list(Standing.objects.order_by("customer").values_list()),
        list(counts.values_list("scheme", "branch", "manager", "code", "customers", "assets", "value", "watched",
                                "pinned", "organisations", "organisation_assets")),
    )  # fmt: skip


def looked_at_by_all(day):
    """The state after another run that reads and places everybody, and counts them; nobody may move."""
    with transaction.atomic():
        Gathered.objects.all().delete()
        moved = Movement.objects.count()
        retier(as_of=day)
        assert Movement.objects.count() == moved
        write_counts(on=day)
        found = state(day)
        transaction.set_rollback(True)
    return found


class Life:
    """What may happen between two runs, drawn from a seed."""

    def __init__(self, seed, town, administrator, make_customer, make_holding, managers):
        self.draw, self.town, self.by = random.Random(seed), town, administrator  # noqa: S311
        self.make_customer, self.make_holding, self.managers, self.number = make_customer, make_holding, managers, 0

    def some(self, at_most=4):
        """A few customers, by primary key."""
        known = list(Customer.objects.order_by("pk").values_list("pk", flat=True))
        return self.draw.sample(known, self.draw.randint(1, at_most))

    def earn_and_lose(self):
        Standing.objects.filter(customer__in=self.some()).update(asset_total=Decimal(self.draw.randrange(8_000_000)))

    def tell_more(self):
        Person.objects.filter(customer__in=self.some()).update(
            occupation=self.draw.choice(["", "executive", "other"]),
            birth_date=date(1981, 11, self.draw.randint(20, 30)),
        )

    def change_hands(self):
        Customer.objects.filter(pk__in=self.some()).update(manager=self.draw.choice(self.managers))

    def buy(self):
        for number, key in enumerate(self.some()):
            self.number += 1
            code = ("CA01", "FD01", "WM01")[number % 3]
            self.make_holding(Customer.objects.get(pk=key), code, balance=1, opened_on=date(2024, 11, 22))
        ValueRecord.objects.update_or_create(
            customer_id=self.some(1)[0], period=date(2026, 11, 1), defaults={"fee_income": self.draw.randrange(90_000)}
        )

    def be_paid(self):
        self.number += 1
        CashFlow.objects.create(
            customer_id=self.some(1)[0], booked_on=DAY - timedelta(days=self.draw.randrange(90)), direction="in",
            amount=Decimal(100), memo="工资", entry_no=f"F{self.number}",
        )  # fmt: skip

    def introduce(self):
        one, other = self.draw.sample(list(Customer.objects.order_by("pk")), 2)
        Relation.objects.get_or_create(customer=one, related=other, kind=RelationKind.INTRODUCER)

    def come(self):
        self.number += 1
        self.make_customer(
            self.draw.choice(self.managers), customer_no=f"NEW{self.number}", standing={"asset_total": 7}
        )

    def go(self):
        Customer.objects.get(pk=self.some(1)[0]).delete()

    def be_placed_by_hand(self):
        customer = Customer.objects.get(pk=self.some(1)[0])
        open_states = [OverrideState.PROPOSED, OverrideState.APPROVED]
        if not Override.objects.filter(customer=customer, state__in=open_states).exists():
            first = DAY + timedelta(days=self.draw.randrange(9))
            by_hand(customer, self.draw.choice("ABC"), first, first + timedelta(days=self.draw.randrange(20)), self.by)

    def be_edited(self):
        key = self.some(1)[0]
        Person.objects.filter(customer=key).update(education="bachelor")
        retier_customer(customer=key, as_of=DAY)

    def cut_otherwise(self):
        Cutoff.objects.filter(minimum__gt=10).update(minimum=F("minimum") + self.draw.choice([-3, 3]))

    def switch_a_scheme(self):
        scheme = Scheme.objects.get(code=self.draw.choice(["assets", "loyalty", "contribution"]))
        Scheme.objects.filter(pk=scheme.pk).update(active=not scheme.active)

    def review_less_often(self):
        Scheme.objects.filter(code="loyalty").update(rhythm=self.draw.choice([Rhythm.DAILY, Rhythm.MONTHLY]))

    def stop_a_run(self):
        """A run that dies after some of its steps; the next finishes it."""
        steps = self.draw.randint(1, 9)

        def stop(done, total, text):
            if done >= steps:
                raise Stopped

        self.earn_and_lose()
        with pytest.raises(Stopped):
            retier(as_of=DAY, progress=stop)


HAPPENINGS = [
    "earn_and_lose", "earn_and_lose", "tell_more", "change_hands", "buy", "be_paid", "introduce", "come", "go",
    "be_placed_by_hand", "be_edited", "cut_otherwise", "switch_a_scheme", "stop_a_run",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_run_after_run_comes_to_what_looking_at_everybody_comes_to(
    town, administrator, make_customer, make_holding, manager, other_manager, seed
):
    life = Life(seed, town, administrator, make_customer, make_holding, [manager, other_manager])
    retier(as_of=DAY)
    day = DAY
    for _turn in range(7):
        for name in life.draw.sample(HAPPENINGS, 2):
            getattr(life, name)()
        day += timedelta(days=life.draw.choice([0, 0, 1, 12, 100]))
        retier(as_of=day)
        assert state(day) == looked_at_by_all(day)


def test_day_is_part_of_the_rules_only_where_they_ask_for_it(town):
    today, later = (
        {plan.scheme.code: rules_of(plan, plans(), day) for plan in plans()} for day in (DAY, date(2027, 2, 1))
    )
    # Where questions are asked, an answer decides that no profile knows of.
    assert {code for code in today if today[code] is None} == {"satisfaction", "organisation", "quadrant"}
    same = {code for code in today if today[code] and today[code] == later[code]}
    assert {"assets", "contribution", "operating"} <= same
    assert not {"sheet", "loyalty"} & same


def test_by_the_same_rules_only_few_are_looked_at(town):
    retier(as_of=DAY)
    Standing.objects.filter(customer=town["T040"]).update(asset_total=Decimal(9_000_000))
    assets = Scheme.objects.get(code="assets")
    with connection.cursor() as cursor:
        refresh_profiles(on=DAY, needs=needs_of(plans()))
        cursor.execute(f"SELECT customer_id FROM {unsettled(assets)} few")
        few = {key for (key,) in cursor.fetchall()}
    held = Placement.objects.filter(scheme=assets, watch_until__isnull=False).values_list("customer", flat=True)
    assert few == {town["T040"].pk, *held} < set(Customer.objects.values_list("pk", flat=True))


def test_watch_ends_although_nothing_was_noted(manager, make_customer):
    rich = make_customer(manager, standing={"asset_total": Decimal(700_000)})
    retier(as_of=date(2026, 8, 24))
    Standing.objects.update(asset_total=Decimal(300_000))
    found = {}
    for day in (date(2026, 8, 25), date(2026, 11, 21), date(2026, 11, 24), date(2026, 11, 25)):
        retier(as_of=day)
        found[day] = Placement.objects.get(customer=rich, scheme__code="assets").code
    assert list(found.values()) == ["W50", "W50", "W50", "W20"]


def test_customer_placed_by_rules_that_were_taken_back_is_looked_at_again(manager, make_customer):
    rich = make_customer(manager, standing={"asset_total": Decimal(700_000)})
    retier(as_of=DAY)
    band = Scheme.objects.get(code="assets").bands.filter(code="W50")
    band.update(minimum=Decimal(750_000))
    Scheme.objects.filter(code="assets").update(watch_months=0)
    retier_customer(customer=rich.pk, as_of=DAY)
    assert Placement.objects.get(customer=rich, scheme__code="assets").code == "W20"
    band.update(minimum=Decimal(500_000))
    Scheme.objects.filter(code="assets").update(watch_months=3)
    retier(as_of=DAY)
    assert Placement.objects.get(customer=rich, scheme__code="assets").code == "W50"


def test_scheme_that_is_reviewed_now_and_then_is_not_settled(town):
    Scheme.objects.filter(code="assets").update(rhythm=Rhythm.MONTHLY)
    plan = next(plan for plan in plans() if plan.scheme.code == "assets")
    assert rules_of(plan, plans(), DAY) is None
    retier(as_of=DAY)
    assert str(plan.scheme.pk) not in Gathered.objects.get().placed
