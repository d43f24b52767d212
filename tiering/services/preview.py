"""What a version of a sheet would do if it were in force today: counted, listed, and nothing written.

The outcome is the one of tiering.services.outcome, which a run writes; so publishing does exactly what is shown here. A
preview looks at the facts as the last run read them (the profiles), against the tiers in force.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from customers.choices import Kind
from tiering.choices import Measure
from tiering.models import Scheme, ScoringSheet
from tiering.rules.sheet import Criterion, Sheet
from tiering.services.compile import Plan, measures, needs_of, plan_of, plans, sheet_points
from tiering.services.outcome import outcome
from tiering.services.profile import profile_select, room_to_work

# What the outcome hands on of the measures.
ALONG = ("branch_id", "manager_id", "asset_total", "value_0")
PROFILES, LOOK, FACTS = "tiering_profile", "tiering_preview", "tiering_preview_facts"


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


def looked_at(plan, on, source):
    """SQL and parameters of one row per customer with a tier before or after, from the facts in `source`.

    Columns: customer_id, branch_id, manager_id, assets, held, held_rank, held_value, value, answered, code, rank,
    reason, hold and rest (see `Bar`).
    """
    measured, params = measures([plan], on, source=source)
    followed, followed_params = outcome(plan, 0, "measured", on, along=ALONG)
    codes = [tier.code for tier in plan.tiers]
    text = f"""
        WITH measured AS ({measured})
        SELECT customer_id, branch_id, manager_id, assets, held, held_rank, held_value, value, answered, code, rank,
            reason, hold, CASE hold WHEN 'hand' THEN code WHEN 'watch' THEN held
                WHEN 'ends' THEN COALESCE((%s::varchar[])[met], '') ELSE '' END AS rest
        FROM (
            SELECT n.customer_id, n.branch_id, n.manager_id, n.asset_total AS assets, COALESCE(n.held, '') AS held,
                n.held_rank, n.held_value, n.value_0 AS value, n.answered, COALESCE(n.code, '') AS code,
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

    `branches` (primary keys) and `manager` (primary key) narrow whom it looks at. Nothing is written that stays.
    """
    plan = plan_for(sheet)
    with connection.cursor() as cursor:
        room_to_work(cursor)
        source = facts_for(cursor, plan, on)
        text, params = looked_at(plan, on, source)
        where, where_params = within(branches, manager)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{LOOK}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {LOOK} ON COMMIT DROP AS SELECT * FROM ({text}) looked {where}",
            [*params, *where_params],
        )
        moves = _moves(cursor)
        by_branch, by_manager = _shares(cursor, "branch_id"), _shares(cursor, "manager_id")
        bars = _bars(cursor)
        cursor.execute(f"SELECT held_value::int, count(*) FROM {LOOK} WHERE held <> '' GROUP BY 1")
        before = dict(cursor.fetchall())
        current = in_force(sheet)
        causes = _causes(cursor, source, current.definition(), plan.definition, on) if current else []
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{LOOK}, pg_temp.{FACTS}")
    return Effect(plan, moves, by_branch, by_manager, bars, before, causes)


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


def _moves(cursor):
    cursor.execute(
        f"SELECT held, held_rank, code, rank, count(*), sum(assets) FROM {LOOK} GROUP BY 1, 2, 3, 4"
        " ORDER BY 2 NULLS FIRST, 4 NULLS LAST"
    )
    return [Move(*row) for row in cursor.fetchall()]


def _shares(cursor, column):
    cursor.execute(
        f"SELECT {column}, held, held_rank, code, rank, count(*) FROM {LOOK} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1"
    )
    found = {}
    for key, held, held_rank, code, rank, count in cursor.fetchall():
        row = found.setdefault(
            key, {"customers": 0, "up": 0, "down": 0, "before": defaultdict(int), "after": defaultdict(int)}
        )
        row["customers"] += count
        row["before"][held] += count
        row["after"][code] += count
        if held_rank and rank:
            row["up"] += count * (rank < held_rank)
            row["down"] += count * (rank > held_rank)
    shares = [
        Share(key, **(row | {"before": dict(row["before"]), "after": dict(row["after"])})) for key, row in found.items()
    ]
    return sorted(shares, key=lambda share: -(share.up + share.down))


def _bars(cursor):
    cursor.execute(
        f"SELECT value::int, held, hold, rest, count(*), sum(assets) FROM {LOOK} GROUP BY 1, 2, 3, 4"
        " ORDER BY 1, 2, 3, 4"
    )
    return [Bar(*row) for row in cursor.fetchall()]


def _causes(cursor, source, before, after, on):
    """For every criterion of either version, whose points change among the movers, the most movers first."""
    known = {criterion.key: place for place, criterion in enumerate(before.criteria)}
    columns, params, joins, join_params = sheet_points(before, on, "b")
    more, more_params, more_joins, more_join_params = sheet_points(after, on, "a")
    pairs = [(criterion, known.pop(criterion.key, None), place) for place, criterion in enumerate(after.criteria)]
    pairs += [(before.criteria[place], place, None) for place in known.values()]
    if not pairs:
        return []
    changes = []
    for _criterion, left, reached in pairs:
        old = f"COALESCE(b_{left}, 0)" if left is not None else "0"
        new = f"COALESCE(a_{reached}, 0)" if reached is not None else "0"
        changes.append(f"{new} - {old}")
    sums = ", ".join(
        f"count(*) FILTER (WHERE {change} > 0), count(*) FILTER (WHERE {change} < 0), COALESCE(sum({change}), 0)"
        for change in changes
    )
    cursor.execute(
        f"""
        SELECT {sums} FROM (
            SELECT {", ".join([*columns, *more])} FROM {LOOK} moved
            JOIN {source} f ON f.customer_id = moved.customer_id {" ".join([*joins, *more_joins])}
            WHERE moved.held <> moved.code OFFSET 0
        ) lines
        """,
        [*params, *more_params, *join_params, *more_join_params],
    )
    row = cursor.fetchone()
    causes = [
        Cause(criterion, *row[place * 3 : place * 3 + 3]) for place, (criterion, _left, _reached) in enumerate(pairs)
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
        source = facts_for(cursor, plan, on)
        bare = Plan(plan.scheme, (), plan.sheet, plan.definition, plan.branches)
        text, params = measures([bare], on, source=source)
        cursor.execute(
            f"SELECT value_0::int, count(*) FROM ({text}) measured WHERE value_0 IS NOT NULL GROUP BY 1", params
        )
        found = dict(cursor.fetchall())
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FACTS}")
    return found


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
