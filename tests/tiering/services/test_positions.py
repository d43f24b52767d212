"""Need and potential, worth and degrees: SQL and rules say the same, and the numbers are those made by hand."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from staff.models import User
from tests.conftest import TODAY
from tiering.choices import Axis, Degree, Measure, Side
from tiering.models import Placement, Profile, Scheme, TierCount
from tiering.rules import measures
from tiering.rules.axes import Scale
from tiering.rules.bands import tier_for
from tiering.rules.worth import side_of
from tiering.services import degrees, potential, worth
from tiering.services.compile import plans
from tiering.services.retier import retier
from tiering.services.scope import Scope

AMOUNTS = [-5000, -0.01, 0, 0.01, 999.99, 1000, 5999, 45, 44, 6, 5, 100, 199_999.99, 200_000, 5_000_000, 9e9]


@pytest.fixture
def scope_of():
    """`scope_of(user, "sheet")`: the scope of everything the person sees, today."""

    def make(user, code, **fields):
        plan = next(plan for plan in plans() if plan.scheme.code == code)
        return Scope(user, plan, date(2026, 10, 31), TODAY, TODAY, **fields)

    return make


@pytest.fixture
def stand(make_customer):
    """`stand(manager, contribution=100, service=20, tier="A")`: a customer with a profile; amounts in yuan."""
    scheme = Scheme.objects.get(code="sheet")
    ranks = {"VIP": 1, "A": 2, "B": 3, "C": 4}

    def make(manager, *, contribution=None, service=0, tier="", **fields):
        customer = make_customer(manager, **fields)
        Profile.objects.create(
            customer=customer,
            individual=customer.is_individual,
            branch_id=customer.branch_id,
            manager_id=manager.pk,
            assets_fen=0,
            holdings=0,
            contribution_fen=None if contribution is None else int(contribution * 100),
            service_cost_fen=int(service * 100),
        )
        if tier:
            Placement.objects.create(
                customer=customer, scheme=scheme, code=tier, rank=ranks[tier], value=50, since=TODAY
            )
        return customer

    return make


class TestScale:
    @pytest.mark.parametrize(
        ("axis", "threshold"),
        [(Axis.SCORE, 45), (Axis.CONTACTS, 6), (Axis.ASSETS, 200_000), (Axis.CONTRIBUTION, 0), (Axis.INCOME, 500)],
    )
    def test_sql_and_rule_find_the_same_step(self, db, axis, threshold):
        scale = Scale(axis, float(threshold))
        text, params = potential.step_of(scale, "v")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT v, {text} FROM unnest(%s::float8[]) v", [*params, AMOUNTS])
            found = dict(cursor.fetchall())
        assert found == {value: scale.step(value) for value in AMOUNTS}


class TestPotential:
    @pytest.fixture
    def quadrant(self, town):
        """The town placed by need and potential; need is what some hold, so that all four cells have people."""
        scheme = Scheme.objects.get(code="quadrant")
        scheme.need_axis, scheme.need_from, scheme.potential_from, scheme.active = Axis.ASSETS, 1_500_000, 35, True
        scheme.save()
        retier(as_of=TODAY)
        return scheme

    def rows(self, scope):
        text, params = potential.axes(scope.plan, plans(), TODAY, scope.profiles())
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            return {key: (need, high) for key, _assets, need, high in cursor.fetchall()}

    def test_axes_say_the_cell_that_the_run_placed_in(self, quadrant, auditor, scope_of):
        scope = scope_of(auditor, "quadrant")
        axes = self.rows(scope)
        placed = dict(Placement.objects.filter(scheme=quadrant).values_list("customer_id", "code"))
        measured = {}
        for key, (need, high) in axes.items():
            if need is not None and high is not None:
                cell = measures.quadrant(need >= quadrant.need_from, high >= quadrant.potential_from)
                measured[key] = tier_for(scope.plan.tiers, cell).code
        assert measured == placed
        assert len(set(placed.values())) == 4

    def test_bins_hold_everybody_once_on_the_right_side(self, quadrant, auditor, scope_of):
        scope = scope_of(auditor, "quadrant")
        need, high = potential.scales(quadrant)
        expected = {}
        for one, other in self.rows(scope).values():
            if one is not None and other is not None:
                key = need.step(one), high.step(other)
                expected[key] = expected.get(key, 0) + 1
        assert potential.field(scope, plans(), TODAY, 10_000).bins == expected

    def test_spots_are_the_customers_of_the_scope(self, quadrant, manager, scope_of):
        scope = scope_of(manager, "quadrant")
        found = potential.field(scope, plans(), TODAY, 60)
        own = Placement.objects.filter(scheme=quadrant, customer__manager=manager)
        assert {spot.customer: spot.code for spot in found.spots} == dict(own.values_list("customer_id", "code"))
        assert found.bins == {}

    def test_first_of_each_cell_are_the_same_by_steps_as_in_full(self, quadrant, auditor, scope_of):
        scope = scope_of(auditor, "quadrant")
        lists = potential.leaders(scope, plans(), TODAY, potential.Field([], {}))
        bins = potential.field(scope, plans(), TODAY, 10_000)
        assert bins.bins
        assert potential.leaders(scope, plans(), TODAY, bins) == lists
        for spots in lists.values():
            assert len(spots) <= potential.LEADERS
            assert [spot.potential for spot in spots] == sorted((spot.potential for spot in spots), reverse=True)

    def test_who_is_under_watch_is_found_in_the_cell_in_force(self, quadrant, auditor, scope_of):
        scope = scope_of(auditor, "quadrant")
        low = Placement.objects.filter(scheme=quadrant, code="Q2").order_by("pk").last()
        Placement.objects.filter(scheme=quadrant, code="Q4").delete()
        low.code, low.rank, low.watch_from, low.watch_until = "Q4", 1, TODAY, date(2027, 1, 1)
        low.save()
        bins = potential.field(scope, plans(), TODAY, 10_000)
        found = potential.leaders(scope, plans(), TODAY, bins)
        assert [spot.customer for spot in found["Q4"]] == [low.customer_id]
        assert found == potential.leaders(scope, plans(), TODAY, potential.Field([], {}))


class TestWorth:
    def test_sql_and_rule_find_the_same_side(self, manager, stand):
        draw = random.Random(3)  # noqa: S311
        made = {}
        for _number in range(40):
            brought = draw.choice([None, -100, -1, 0, 1, 50, 100, 101])
            service = draw.choice([0, 1, 50, 100])
            made[stand(manager, contribution=brought, service=service).pk] = side_of(brought, service)
        found = worth.sided(Profile.objects.order_by())
        assert {row.pk: row.side for row in found} == made
        assert set(made.values()) == set(Side)

    def test_figures_are_those_made_by_hand(self, manager, other_manager, auditor, stand, scope_of):
        stand(manager, contribution=1000, service=100, tier="VIP")
        costly = stand(manager, contribution=50, service=350, tier="A")
        stand(manager, contribution=None, service=70, tier="A")
        poor = stand(manager, contribution=-20, service=0, tier="C")
        rich = stand(other_manager, contribution=900, service=100, tier="C")
        stand(other_manager, contribution=250, service=0, tier="B")
        stand(other_manager, contribution=10, service=0)
        found = worth.figures(scope_of(auditor, "sheet"))
        total = worth.tallies(found.cells, lambda _cell: "")[""]
        assert (total.customers, total.known, total.unknown) == (7, 6, 1)
        assert (total.asset, total.turned, total.liability, total.costing) == (4, 1, 1, 2)
        # What serving the unknown costs is not held against the others.
        assert (total.brought, total.service, total.net) == (Decimal(2190), Decimal(550), Decimal(1640))
        assert (total.asset_net, total.costing_net) == (Decimal(1960), Decimal(-320))
        by_tier = worth.tallies(found.cells, lambda cell: cell.code)
        assert by_tier["A"].average == Decimal(-300)
        assert by_tier[""].net == Decimal(10)
        # The high tiers bring (900 - 300) / 2 on average.
        assert found.bar == Decimal(300)
        assert (found.bringing, found.named["bringing"]) == (1, [rich.pk])
        assert found.named["costly"] == [costly.pk]
        assert found.named["worst"][:2] == [costly.pk, poor.pk]
        assert len(found.named["best"]) == 6

    def test_high_tiers_that_cost_set_the_bar_at_nothing(self, manager, stand, scope_of):
        stand(manager, contribution=-500, tier="VIP")
        stand(manager, contribution=0, tier="C")
        found = worth.figures(scope_of(manager, "sheet"))
        assert (found.bar, found.bringing) == (Decimal(0), 1)

    def test_nobody_known_in_a_high_tier_sets_no_bar(self, manager, stand, scope_of):
        stand(manager, contribution=5000, tier="C")
        found = worth.figures(scope_of(manager, "sheet"))
        assert (found.bar, found.bringing, found.named["bringing"]) == (None, 0, [])

    def test_a_large_scope_counts_the_same(self, manager, head, colleague, other_manager, stand, scope_of, monkeypatch):
        for who, amount in ((manager, 100), (colleague, -5), (other_manager, 70)):
            stand(who, contribution=amount, tier="A")
        for fields in ({}, {"manager": manager}, {"branch": head.branch}, {"kind": "individual"}):
            small = scope_of(head, "sheet", **fields)
            large = replace(small)
            large.__dict__["large"] = True
            assert {cell.manager for cell in worth.figures(large).cells} == {
                cell.manager for cell in worth.figures(small).cells
            }

    def test_lists_are_as_long_as_the_numbers(self, manager, auditor, stand, scope_of):
        for tier, amount, service in [("VIP", 10, 90), ("A", -5, 0), ("B", 500, 0), ("C", None, 0), ("", 30, 40)]:
            stand(manager, contribution=amount, service=service, tier=tier)
        scope = scope_of(auditor, "sheet")
        found = worth.figures(scope)
        for side in Side:
            number = sum(cell.customers for cell in found.cells if cell.side == side)
            assert worth.within(scope, sides=[side]).count() == number == (2 if side == Side.TURNED else 1)
        assert worth.within(scope, tiers=[""]).count() == 1
        assert worth.within(scope, tiers=["", "B"]).count() == 2
        assert worth.costly(scope).count() == 2
        assert worth.bringing(scope, found.bar).count() == found.bringing == 1
        assert worth.known(scope).count() == 4


class TestDegrees:
    def test_four_schemes_in_force_measure_the_four_degrees(self, db):
        found = degrees.measured(plans())
        assert list(found) == list(Degree)
        assert [plan.scheme.code for plan in found.values()] == [
            "satisfaction",
            "loyalty",
            "stickiness",
            "contribution",
        ]
        assert found[Degree.CONTRIBUTION].scheme.measure == Measure.CONTRIBUTION

    @pytest.fixture
    def count(self, db):
        """`count("loyalty", manager, day, "L5", 3, value=15)`: what a run of that day counted."""

        def make(code, manager, day, tier, customers, **fields):
            TierCount.objects.create(
                scheme=Scheme.objects.get(code=code),
                on=day,
                branch=manager.branch,
                manager=manager,
                code=tier,
                customers=customers,
                assets=0,
                **fields,
            )

        return make

    def test_averages_and_shares_follow_the_counts(self, manager, other_manager, auditor, head, count, scope_of):
        september, october = date(2026, 9, 30), date(2026, 10, 28)
        count("loyalty", manager, september, "L2", 4, value=8)
        # An earlier day of the same month does not count.
        count("loyalty", manager, date(2026, 10, 10), "L5", 100, value=500)
        count("loyalty", manager, october, "L5", 1, value=5)
        count("loyalty", manager, october, "L2", 3, value=6)
        count("loyalty", other_manager, october, "L4", 4, value=16)
        count("loyalty", other_manager, october, "", 2)
        count("loyalty", manager, TODAY, "L4", 4, value=16)
        found = degrees.followed(scope_of(auditor, "loyalty"), degrees.measured(plans()))[Degree.LOYALTY]
        assert [day for day, _level in found.points] == [september, october, TODAY]
        levels = [level for _day, level in found.points]
        assert [level.average for level in levels] == [Decimal(2), Decimal(27) / 8, Decimal(4)]
        assert [level.share for level in levels] == [Decimal(0), Decimal(5) / 8, Decimal(1)]
        assert (levels[1].customers, levels[1].everybody) == (8, 10)
        now, before = found.groups
        assert {pair: level.share for pair, level in now.items()} == {(manager.branch_id, manager.pk): Decimal(1)}
        assert before[manager.branch_id, manager.pk].share == Decimal(1) / 4
        # The head of Nanshan sees Nanshan alone.
        own = degrees.followed(scope_of(head, "loyalty"), degrees.measured(plans()))[Degree.LOYALTY]
        assert own.points[1][1].everybody == 4

    def test_of_one_kind_the_average_is_unknown(self, manager, auditor, count, scope_of):
        count("loyalty", manager, TODAY, "L5", 5, value=25, organisations=2, organisation_assets=0)
        found = degrees.followed(scope_of(auditor, "loyalty", kind="organization"), degrees.measured(plans()))
        level = found[Degree.LOYALTY].points[-1][1]
        assert (level.customers, level.average, level.share) == (2, None, Decimal(1))

    def test_nothing_counted_is_no_point(self, auditor, scope_of):
        found = degrees.followed(scope_of(auditor, "loyalty"), degrees.measured(plans()))
        assert [(row.points, row.day) for row in found.values()] == [([], None)] * 4


def test_scope_of_profiles_is_that_of_customers(cast, stand, scope_of):
    for name in ("manager", "colleague", "other_manager"):
        stand(cast[name], contribution=1)
    for name, number in [("manager", 1), ("head", 2), ("other_head", 1), ("city_head", 3), ("auditor", 3)]:
        assert scope_of(User.objects.get(pk=cast[name].pk), "sheet").profiles().count() == number
