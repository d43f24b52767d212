"""What a version of a sheet would do if it were in force today: counted, listed, and nothing written.

The outcome is the one of tiering.services.outcome, which a run writes; so publishing does exactly what is shown here. A
preview looks at the facts as the last run read them (the profiles), against the tiers in force.
"""

import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection, transaction

from customers.choices import Kind
from tiering.choices import Measure
from tiering.models import Profile, Scheme, ScoringSheet
from tiering.rules.bands import tier_for
from tiering.rules.sheet import Criterion, Sheet
from tiering.services.compile import (
    Plan,
    for_whom,
    line,
    measures,
    needs_of,
    plan_of,
    plans,
    sheet_points,
    sheet_total,
)
from tiering.services.kept import as_it_stands
from tiering.services.outcome import outcome
from tiering.services.population import LIVE
from tiering.services.profile import profile_select, room_to_work

# What the outcome hands on of the measures.
ALONG = ("branch_id", "manager_id", "assets_fen", "points_0")
PROFILES, FACTS = "tiering_profile", "tiering_preview_facts"


@dataclass(frozen=True)
class Move:
    """Customers who would go from one tier to another (or stay): codes ('' none) and ranks, how many, their yuan."""

    from_code: str
    from_rank: int | None
    to_code: str
    to_rank: int | None
    count: int
    assets: Decimal

    @property
    def stays(self):
        """Nothing changes for these."""
        return self.from_code == self.to_code

    @property
    def up(self):
        """To a better tier."""
        return bool(self.from_rank and self.to_rank and self.to_rank < self.from_rank)

    @property
    def down(self):
        """To a worse tier."""
        return bool(self.from_rank and self.to_rank and self.to_rank > self.from_rank)


@dataclass(frozen=True)
class Share:
    """What a branch or a manager (`key`, None: nobody) would notice: customers by tier before and after, the moves."""

    key: int | None
    customers: int
    up: int
    down: int
    before: dict
    after: dict


@dataclass(frozen=True)
class Bar:
    """Customers with one score under the version (None: no score), by the tier in force and what holds it.

    `hold` says what cut-offs decide: '' everything; “watch” no fall below `rest`; “ends” the watch ends, so that a fall
    leads at best to `rest`, the best tier met meanwhile ('' none); “hand” nothing: placed by hand in `rest`.
    """

    score: int | None
    held: str
    hold: str
    rest: str
    count: int
    assets: Decimal


@dataclass(frozen=True)
class Cause:
    """A criterion whose points change for movers: how many of them gain and lose by it, and how many points in all."""

    criterion: Criterion
    gaining: int
    losing: int
    points: int


@dataclass(frozen=True)
class Effect:
    """The whole preview; `before` are the customers by score in force, as {score: customers}."""

    plan: Plan
    moves: list[Move]
    by_branch: list[Share]
    by_manager: list[Share]
    bars: list[Bar]
    before: dict
    causes: list[Cause]

    @property
    def customers(self):
        """Everybody with a tier before or after."""
        return sum(move.count for move in self.moves)

    @property
    def moved(self):
        """Everybody whose tier would be another one."""
        return sum(move.count for move in self.moves if not move.stays)

    @property
    def up(self):
        """How many would rise."""
        return sum(move.count for move in self.moves if move.up)

    @property
    def down(self):
        """How many would fall."""
        return sum(move.count for move in self.moves if move.down)

    @property
    def first(self):
        """How many would be placed for the first time."""
        return sum(move.count for move in self.moves if not move.from_code)

    @property
    def gone(self):
        """How many would have no tier any longer."""
        return sum(move.count for move in self.moves if not move.to_code)

    @property
    def held(self):
        """How many a watch or a placing by hand keeps where they are."""
        return sum(bar.count for bar in self.bars if bar.hold in ("watch", "hand"))

    @property
    def assets_moved(self):
        """Assets of those who would move, in yuan."""
        return sum((move.assets for move in self.moves if not move.stays), Decimal(0))


def schemes_of(sheet):
    """The schemes in force that this sheet measures."""
    return Scheme.objects.filter(measure=Measure.SHEET, sheet_code=sheet.code, active=True).select_related("branch")


def plan_for(sheet):
    """The plan of a version: with the scheme that this sheet measures, or one of its own (pk 0) without any."""
    scheme = schemes_of(sheet).first()
    return plan_of(scheme or Scheme(pk=0, code=sheet.code, measure=Measure.SHEET, sheet_code=sheet.code), sheet)


def in_force(sheet):
    """The version of the same sheet in force, or None."""
    return ScoringSheet.objects.in_force().whole().filter(code=sheet.code).first()


def facts_for(cursor, plan, on):
    """The relation with the facts that the plan asks for: the profiles; where no scheme in force asks for all of them,
    a temporary table of this transaction."""
    needs = needs_of([plan])
    if not needs or needs <= needs_of(plans()):
        return PROFILES
    text, params = profile_select(on, needs)
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    cursor.execute(f"CREATE TEMPORARY TABLE {FACTS} ON COMMIT DROP AS {text}", params)
    cursor.execute(f"ANALYZE {FACTS}")
    return FACTS


def looked_at(plan, on, source, more=None):
    """SQL and parameters of one row per customer with a tier before or after, from the facts in `source`.

    Columns: customer_id, branch_id, manager_id, assets_fen, held, held_rank, held_value, value, answered, code, rank,
    reason, hold and rest (see `Bar`), and what compile.measures calls `more`.
    """
    measured, params = measures([plan], on, source=source, more=more)
    along = [*ALONG, *(more[0] if more else ())]
    followed, followed_params = outcome(plan, 0, "measured", on, along=along)
    added = "".join(f", {name}" for name in along[len(ALONG) :])
    codes = [tier.code for tier in plan.tiers]
    text = f"""
        WITH measured AS ({measured})
        SELECT customer_id, branch_id, manager_id, assets_fen, held, held_rank, held_value, value, answered, code, rank,
            reason {added}, hold, CASE hold WHEN 'hand' THEN code WHEN 'watch' THEN held
                WHEN 'ends' THEN COALESCE((%s::varchar[])[met], '') ELSE '' END AS rest
        FROM (
            SELECT n.customer_id, n.branch_id, n.manager_id, n.assets_fen {added}, COALESCE(n.held, '') AS held,
                n.held_rank, n.held_value, n.points_0 AS value, n.answered, COALESCE(n.code, '') AS code,
                n.rank, n.reason, n.met, CASE WHEN n.override_id IS NOT NULL THEN 'hand'
                    WHEN n.held_watch IS NULL OR n.held_override IS NOT NULL OR n.held <> ALL(%s::varchar[])
                        OR {plan.scheme.watch_months} = 0 THEN ''
                    WHEN n.held_until > %s THEN 'watch' ELSE 'ends' END AS hold
            FROM ({followed}) n
            WHERE n.held IS NOT NULL OR n.code IS NOT NULL
        ) known
    """
    return text, [*params, codes, codes, on, *followed_params]


@transaction.atomic
def effect(*, sheet, on, branches=None, manager=None):
    """What `sheet` (any state; with `whole()`) would do on the day `on`, if it were in force: an `Effect`.

    `branches` (primary keys) and `manager` (primary key) narrow whom it looks at. Nothing is written that stays. Of
    many customers it is worked out once for each edition of a draft, until somebody is placed again.
    """
    plan, current = plan_for(sheet), in_force(sheet)
    scheme = {name: value for name, value in vars(plan.scheme).items() if not name.startswith("_")}
    key = (sheet.pk, sheet.edition, current.pk if current else None, scheme, plan.branches, on, branches, manager)
    figures = as_it_stands(
        "effect",
        lambda: _effect(plan, current, on, branches, manager),
        lambda figures: sum(move.count for move in figures[0]) > LIVE,
        *key,
    )
    return Effect(plan, *figures)


def _effect(plan, current, on, branches, manager):
    criteria, more = _changes(current.definition(), plan.definition, on) if current else ([], None)
    places = range(len(criteria))
    sums = "".join(
        f", count(*) FILTER (WHERE change_{at} > 0), count(*) FILTER (WHERE change_{at} < 0), sum(change_{at})"
        for at in places
    )
    where, where_params = within(branches, manager)
    with connection.cursor() as cursor:
        room_to_work(cursor)
        text, params = looked_at(plan, on, facts_for(cursor, plan, on), more)
        cursor.execute(
            f"""
            SELECT GROUPING(value), held, count(*), sum(assets_fen), branch_id, manager_id, held_rank, code, rank,
                value, hold, rest, held_value::int {sums}
            FROM ({text}) looked {where}
            GROUP BY GROUPING SETS (
                (branch_id, manager_id, held, held_rank, code, rank), (value, held, hold, rest, held_value)
            )
            """,
            [*params, *where_params],
        )
        rows, scored = [], []
        for by_owner, *row in cursor:
            (rows if by_owner else scored).append(row)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    bars, before = _bars(scored)
    return _moves(rows), _shares(rows, 3), _shares(rows, 4), bars, before, _causes(criteria, rows)


def within(branches, manager):
    """WHERE clause and parameters that narrow `looked_at` to branches and a manager (primary keys; None: all)."""
    tests, params = [], []
    if branches is not None:
        tests.append("branch_id = ANY(%s)")
        params.append(list(branches))
    if manager is not None:
        tests.append("manager_id = %s")
        params.append(manager)
    return ("WHERE " + " AND ".join(tests) if tests else ""), params


def _yuan(fen):
    return Decimal(fen) / 100


def _moves(rows):
    found = {}
    for held, count, fen, _branch, _manager, held_rank, code, rank, *_rest in rows:
        sums = found.setdefault((held, held_rank, code, rank), [0, 0])
        sums[0] += count
        sums[1] += fen
    moves = [Move(*key, count, _yuan(fen)) for key, (count, fen) in found.items()]
    return sorted(moves, key=lambda move: (move.from_rank or 0, move.to_rank or sys.maxsize, move.from_code))


def _shares(rows, place):
    found = {}
    for row in rows:
        held, count, _fen, _branch, _manager, held_rank, code, rank, *_rest = row
        share = found.get(row[place])
        if share is None:
            share = found[row[place]] = [0, 0, 0, defaultdict(int), defaultdict(int)]
        share[0] += count
        if held_rank and rank:
            share[1] += count * (rank < held_rank)
            share[2] += count * (rank > held_rank)
        share[3][held] += count
        share[4][code] += count
    shares = [
        Share(key, customers, up, down, dict(before), dict(after))
        for key, (customers, up, down, before, after) in found.items()
    ]
    return sorted(shares, key=lambda share: (-(share.up + share.down), share.key or 0))


def _bars(rows):
    """The bars, and {score in force: customers}."""
    found, before = {}, defaultdict(int)
    for held, count, fen, *_owner, score, hold, rest, held_score in (row[:12] for row in rows):
        sums = found.setdefault((score, held, hold, rest), [0, 0])
        sums[0] += count
        sums[1] += fen
        if held:
            before[held_score] += count
    bars = [Bar(*key, count, _yuan(fen)) for key, (count, fen) in found.items()]
    bars.sort(key=lambda bar: (bar.score is None, bar.score, bar.held, bar.hold, bar.rest))
    return bars, dict(before)


def _changes(before, after, on):
    """The criteria of either version whose points change, and what each customer gains by them, as `more` to measure:
    the columns change_0 …"""
    known = {criterion.key: criterion for criterion in before.criteria}
    pairs = [(known.pop(criterion.key, None), criterion) for criterion in after.criteria]
    pairs += [(criterion, None) for criterion in known.values()]
    pairs = [(left, reached) for left, reached in pairs if left != reached]
    columns, params, joins, join_params = [], [], [], []
    for at, pair in enumerate(pairs):
        sides = []
        for side, criterion in zip("ab", reversed(pair), strict=True):
            if criterion is None:
                sides.append("0")
                continue
            text, given, joined, joined_params = line(criterion, on, f"{side}_a{at}")
            sides.append(f"COALESCE({text}, 0)")
            params += given
            joins += joined
            join_params += joined_params
        columns.append(f"{sides[0]} - {sides[1]} AS change_{at}")
    names = [f"change_{at}" for at in range(len(pairs))]
    return [reached or left for left, reached in pairs], (names, columns, params, joins, join_params)


def _causes(criteria, rows):
    """For every criterion of either version, whose points change among the movers, the most movers first."""
    moved = [row[12:] for row in rows if row[0] != row[6]]
    causes = [
        Cause(criterion, *(sum(row[3 * at + part] for row in moved) for part in range(3)))
        for at, criterion in enumerate(criteria)
    ]
    return sorted((cause for cause in causes if cause.gaining or cause.losing), key=lambda c: -(c.gaining + c.losing))


def cut(bars, tiers):
    """What `tiers` (plain, best first) make of `bars`: {(tier in force, tier after): [customers, assets]}.

    The whole of what moved cut-offs do, without asking again; static/js/preview.js does the same sums.
    """
    found = {}
    ranks = {tier.code: place for place, tier in enumerate(tiers)}
    for bar in bars:
        cell = found.setdefault((bar.held, _after(bar, tiers, ranks)), [0, Decimal(0)])
        cell[0] += bar.count
        cell[1] += bar.assets
    return found


def _after(bar, tiers, ranks):
    if bar.hold == "hand":
        return bar.rest
    reached = (
        None if bar.score is None else next((at for at, tier in enumerate(tiers) if bar.score >= tier.minimum), None)
    )
    if reached is None:
        return ""
    held = ranks.get(bar.held)
    if bar.hold and held is not None and reached > held:
        reached = held if bar.hold == "watch" else max(min(reached, ranks.get(bar.rest, reached)), held + 1)
    return tiers[reached].code


def scores(*, sheet, on):
    """{score: customers} under a version, straight from the facts: grouped before anything else, the quickest look."""
    plan = plan_for(sheet)
    with transaction.atomic(), connection.cursor() as cursor:
        room_to_work(cursor)
        found = _scores(cursor, plan, facts_for(cursor, plan, on), on)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    return found


def _scores(cursor, plan, source, on):
    columns, params, joins, join_params = sheet_points(plan.definition, on, "p")
    total, _answered = sheet_total(plan.definition, "p")
    who, who_params = for_whom(plan)
    cursor.execute(
        f"SELECT {total} AS score, count(*) FROM (SELECT {', '.join(columns) or 'NULL'} FROM {source} f"
        f" {' '.join(joins)} WHERE {who}) lines GROUP BY 1",
        [*params, *join_params, *who_params],
    )
    return {score: number for score, number in cursor.fetchall() if score is not None}


def tally(*, sheet, definition, on):
    """{tier: (customers in force, customers by the points of `definition` alone)}, '' for no tier; None when unknown.

    `definition` is what stands on the editor's page, written or not: no watch and no placing by hand is looked at. It
    is unknown before the first run, and while it asks for facts that no run has read yet.
    """
    plan = replace(plan_for(sheet), tiers=definition.tiers, definition=definition)
    needs = needs_of([plan])
    if not Profile.objects.exists() or (needs and not needs <= needs_of(plans())):
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        room_to_work(cursor)
        after = Counter()
        for score, number in _scores(cursor, plan, PROFILES, on).items():
            tier = tier_for(definition.tiers, score)
            after[tier.code if tier else ""] += number
        cursor.execute("SELECT code, count(*) FROM tiering_placement WHERE scheme_id = %s GROUP BY 1", [plan.scheme.pk])
        before = dict(cursor.fetchall())
    codes = [tier.code for tier in definition.tiers]
    others = sorted({*before, *after} - {*codes})
    return {code: (before.get(code, 0), after[code]) for code in [*codes, *others]}


def spread(*, sheet, on):
    """How many customers have each option of `sheet` on the day `on`.

    {(criterion's index, option's index): count}; None instead of an option's index counts the missing answers.
    """
    definition = sheet.definition()
    if not definition.criteria:
        return {}
    columns, params, joins, join_params = sheet_points(_numbered(definition), on, "p")
    places = range(len(definition.criteria))
    union = " UNION ALL ".join(f"SELECT {at}, p_{at}, count(*) FROM facts GROUP BY 2" for at in places)
    with transaction.atomic(), connection.cursor() as cursor:
        source = facts_for(cursor, plan_for(sheet), on)
        text = f"""
            WITH facts AS MATERIALIZED (
                SELECT {", ".join(columns)} FROM {source} f {" ".join(joins)} WHERE f.individual = %s
            ) {union}
        """
        cursor.execute(text, [*params, *join_params, sheet.kind == Kind.INDIVIDUAL])
        found = {(criterion, option): count for criterion, option, count in cursor.fetchall()}
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    return found


def _numbered(definition):
    """The same sheet with each option's place instead of its points."""
    return Sheet(
        tuple(
            Criterion(
                criterion.fact,
                criterion.kind,
                tuple(
                    type(option)(place, option.value, option.lower, option.upper)
                    for place, option in enumerate(criterion.options)
                ),
                question=criterion.question,
                stale_after=criterion.stale_after,
            )
            for criterion in definition.criteria
        ),
        (),
    )
