"""The migration matrix: told apart from a simulation on random histories, and always adding up."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from customers.models import Standing
from tests.conftest import TODAY
from tiering.choices import MoveReason
from tiering.models import Movement, Placement, Scheme, TierCount
from tiering.services import population
from tiering.services.agreement import agreement
from tiering.services.compile import plans
from tiering.services.migration import matrix, members, with_tiers
from tiering.services.scope import Scope

CODES = {"VIP": 1, "A": 2, "B": 3, "C": 4}
FIRST = date(2026, 9, 1)
DAYS = [FIRST + timedelta(days=n) for n in range((TODAY - FIRST).days + 1)]


def chance(seed):
    """The same random choices at each run."""
    return Random(seed)  # noqa: S311 nothing secret


class History:
    """Random moves of some customers, and where each stood at the end of each day."""

    def __init__(self, customers, scheme, random):
        self.states = {customer.pk: {} for customer in customers}
        moves, placements = [], []
        for customer in customers:
            code, changes = "", {}
            for day in sorted(random.choices(DAYS, k=random.randint(0, 7))):
                # Several moves of a day now and then; withdrawals too;
                reached = random.choice([other for other in ("", *CODES) if other != code])
                moves.append(
                    Movement(
                        customer=customer,
                        scheme=scheme,
                        from_code=code,
                        from_rank=CODES.get(code),
                        to_code=reached,
                        to_rank=CODES.get(reached),
                        on=day,
                        reason=MoveReason.FACTS,
                    )
                )
                code = changes[day] = reached
            self.states[customer.pk] = changes
            if code:
                placements.append(
                    Placement(customer=customer, scheme=scheme, code=code, rank=CODES[code], value=1, since=FIRST)
                )
        Movement.objects.bulk_create(moves)
        Placement.objects.bulk_create(placements)

    def stood(self, customer, day):
        """The tier at the end of a day."""
        before = [on for on in self.states[customer] if on <= day]
        return self.states[customer][max(before)] if before else ""


@pytest.fixture
def scope(auditor):
    """The whole bank by the sheet, today."""
    plan = next(plan for plan in plans() if plan.scheme.code == "sheet")
    return Scope(auditor, plan, TODAY, TODAY, TODAY)


@pytest.fixture
def crowd(make_customer, manager, other_manager):
    """Twenty customers of two managers, each with assets of its own."""
    return [
        make_customer(manager if n % 3 else other_manager, standing={"asset_total": 10**n % 9973}) for n in range(20)
    ]


def simulated(history, customers, since, until):
    cells, assets = Counter(), Counter()
    held = dict(Standing.objects.values_list("customer_id", "asset_total"))
    for customer in customers:
        pair = history.stood(customer.pk, since), history.stood(customer.pk, until)
        cells[pair] += 1
        assets[pair] += held[customer.pk]
    return cells, assets


@pytest.mark.parametrize("seed", range(6))
def test_matrix_is_the_simulation_and_adds_up(scope, crowd, seed):
    random = chance(seed)
    history = History(crowd, scope.scheme, random)
    for _try in range(5):
        since, until = sorted(random.choices(DAYS, k=2))
        found = matrix(replace(scope, since=since, until=until))
        cells, assets = simulated(history, crowd, since, until)
        assert {pair: number for pair, (number, _assets) in found.cells.items()} == dict(cells)
        assert {pair: held for pair, (_number, held) in found.cells.items()} == dict(assets)
        for code in ("", *CODES):
            assert found.total(left=code)[0] == sum(history.stood(one.pk, since) == code for one in crowd)
            assert found.total(reached=code)[0] == sum(history.stood(one.pk, until) == code for one in crowd)


@pytest.mark.parametrize("seed", range(3))
def test_matrix_from_the_counts_of_an_earlier_day_is_the_same(scope, crowd, seed, monkeypatch):
    monkeypatch.setattr(population, "LIVE", 0)
    random = chance(seed)
    history = History(crowd, scope.scheme, random)
    counted_on = TODAY - timedelta(days=random.randint(0, 20))
    cells, assets = simulated(history, crowd, counted_on, counted_on)
    branches = {one.manager_id: one.branch for one in crowd}
    manager, branch = next(iter(branches.items()))
    TierCount.objects.bulk_create(
        TierCount(
            scheme=scope.scheme,
            on=counted_on,
            branch=branch,
            manager_id=manager,
            code=code,
            customers=number,
            assets=assets[code, same],
        )
        for (code, same), number in cells.items()
    )
    for _try in range(4):
        since, until = sorted(random.choices(DAYS, k=2))
        found = matrix(replace(scope, since=since, until=until))
        assert found.as_of == counted_on
        expected, _assets = simulated(history, crowd, since, until)
        assert {pair: number for pair, (number, _assets) in found.cells.items()} == dict(expected)


@pytest.mark.parametrize("seed", range(3))
def test_members_of_every_cell_are_those_of_the_simulation(scope, crowd, seed):
    random = chance(100 + seed)
    history = History(crowd, scope.scheme, random)
    for since, until in [sorted(random.choices(DAYS, k=2)), (DAYS[30], TODAY), (TODAY, TODAY)]:
        asked = replace(scope, since=since, until=until)
        for left in ("", *CODES):
            stood = {one.pk for one in crowd if history.stood(one.pk, since) == left}
            assert set(members(asked, left=[left]).values_list("pk", flat=True)) == stood
            for reached in ("", *CODES):
                expected = {pk for pk in stood if history.stood(pk, until) == reached}
                found = with_tiers(members(asked, left=[left], reached=[reached]), asked)
                assert {row.pk for row in found} == expected
                assert {(row.left, row.reached) for row in found} <= {(left, reached)}


def test_several_tiers_at_once_and_none_asked_for(scope, crowd):
    history = History(crowd, scope.scheme, chance(7))
    asked = replace(scope, since=DAYS[20], until=DAYS[50])
    found = members(asked, left=["A", ""], reached=["A", "B"])
    expected = {
        one.pk
        for one in crowd
        if history.stood(one.pk, DAYS[20]) in {"A", ""} and history.stood(one.pk, DAYS[50]) in {"A", "B"}
    }
    assert set(found.values_list("pk", flat=True)) == expected
    assert members(asked).count() == len(crowd)


def test_scope_narrows_matrix_and_members(scope, crowd, head):
    history = History(crowd, scope.scheme, chance(3))
    asked = replace(scope, user=head, since=DAYS[10], until=DAYS[60])
    own = [one for one in crowd if one.branch_id == head.branch_id]
    cells, _assets = simulated(history, own, DAYS[10], DAYS[60])
    assert {pair: number for pair, (number, _assets) in matrix(asked).cells.items()} == dict(cells)
    (left, reached), number = cells.most_common(1)[0]
    assert members(asked, left=[left], reached=[reached]).count() == number


def test_matrix_is_one_statement_beside_the_population(scope, crowd, django_assert_num_queries):
    History(crowd, scope.scheme, chance(1))
    asked = replace(scope, since=DAYS[10])
    with django_assert_num_queries(5):
        # When was the bank counted; the population; whether the moves are kept since the last run (two); the moves.
        matrix(asked)


@pytest.mark.parametrize("seed", range(3))
def test_agreement_of_a_past_day_is_the_simulation(scope, crowd, seed):
    other = next(plan for plan in plans() if plan.scheme.code == "loyalty")
    one, two = History(crowd, scope.scheme, chance(seed)), History(crowd, other.scheme, chance(50 + seed))
    for until in (DAYS[40], TODAY):
        found = agreement(replace(scope, until=until), other)
        expected = Counter((one.stood(c.pk, until), two.stood(c.pk, until)) for c in crowd)
        assert {pair: number for pair, (number, _assets) in found.cells.items()} == dict(expected)


def test_agreement_with_itself_is_whole(scope, crowd):
    History(crowd, scope.scheme, chance(5))
    found = agreement(scope, scope.plan)
    assert found.share == 1
    assert found.corner(0) == []


def test_scheme_that_places_nobody_has_an_empty_diagonal_only(scope, crowd):
    Scheme.objects.filter(code="loyalty").update(position=0)
    found = matrix(replace(scope, since=DAYS[0]))
    assert found.cells[("", "")][0] == len(crowd)
    assert list(found.cells) == [("", "")]
