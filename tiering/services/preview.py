"""What a version of a sheet would do if it were in force today: counted, listed, and nothing written.

The outcome is the one of tiering.services.outcome, which a run writes; so publishing does exactly what is shown here. A
preview looks at the facts as the last run read them (the profiles), against the tiers in force.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction

from tiering.choices import Measure
from tiering.models import Scheme, ScoringSheet
from tiering.rules.sheet import Criterion, Sheet
from tiering.services.compile import Plan, measures, plan_of, sheet_points
from tiering.services.outcome import outcome

LOOK = "tiering_preview"


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
    """What a branch or a manager (`key`, None: nobody) would notice: customers by tier before and after, and moves."""

    key: int | None
    customers: int
    up: int
    down: int
    before: dict
    after: dict


@dataclass(frozen=True)
class Bar:
    """Customers with one score under the version: how many have it now and would have it, by the tier in force.

    `held` is that tier ('' none); `fixed` says that a watch or a placing by hand holds it whatever the cut-offs are.
    """

    score: int
    held: str
    fixed: bool
    count: int
    assets: Decimal


@dataclass(frozen=True)
class Cause:
    """A criterion whose points change for movers: how many gain and lose by it, and by how many points in all."""

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
    def assets_moved(self):
        """Assets of those who would move, in yuan."""
        return sum((move.assets for move in self.moves if not move.stays), Decimal(0))


def plan_for(sheet):
    """The plan of a version: with the scheme that this sheet measures, or one of its own when there is none yet."""
    scheme = Scheme.objects.filter(measure=Measure.SHEET, sheet_code=sheet.code, active=True).first()
    return plan_of(scheme or Scheme(pk=0, code=sheet.code, measure=Measure.SHEET, sheet_code=sheet.code), sheet)


def in_force(sheet):
    """The version of the same sheet in force, or None."""
    return ScoringSheet.objects.in_force().whole().filter(code=sheet.code).first()


def looked_at(plan, on):
    """SQL and parameters of one row per customer with a tier before or after.

    Columns: customer_id, branch_id, manager_id, assets, held, held_rank, held_value, value, answered, code, rank,
    reason, fixed, watch_until.
    """
    measured, params = measures([plan], on)
    # The measures feed the outcome as a common table: written once, read by it.
    followed, followed_params = outcome(plan, 0, "measured", on)
    text = f"""
        WITH measured AS MATERIALIZED ({measured})
        SELECT m.customer_id, m.branch_id, m.manager_id, m.asset_total AS assets, COALESCE(n.held, '') AS held,
            n.held_rank, n.held_value, m.value_0 AS value, m.answered_0 AS answered, COALESCE(n.code, '') AS code,
            n.rank, n.reason, n.watch_until,
            (n.watch_from IS NOT NULL AND n.held_watch IS NOT NULL) OR n.override_id IS NOT NULL AS fixed
        FROM ({followed}) n JOIN measured m ON m.customer_id = n.customer_id
        WHERE n.held IS NOT NULL OR n.code IS NOT NULL
    """
    return text, [*params, *followed_params]


@transaction.atomic
def effect(*, sheet, on, branches=None, manager=None):
    """What `sheet` (any state; with `whole()`) would do on the day `on`, if it were in force: an `Effect`.

    `branches` (primary keys) and `manager` (primary key) narrow whom it looks at. Nothing is written that stays.
    """
    plan = plan_for(sheet)
    text, params = looked_at(plan, on)
    where, where_params = _within(branches, manager)
    with connection.cursor() as cursor:
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
        causes = _causes(cursor, current.definition(), plan.definition, on) if current else []
        cursor.execute(f"DROP TABLE pg_temp.{LOOK}")
    return Effect(plan, moves, by_branch, by_manager, bars, before, causes)


def _within(branches, manager):
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
        f"SELECT value::int, held, fixed, count(*), sum(assets) FROM {LOOK} WHERE value IS NOT NULL GROUP BY 1, 2, 3"
        " ORDER BY 1, 2, 3"
    )
    return [Bar(*row) for row in cursor.fetchall()]


def _causes(cursor, before, after, on):
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
            JOIN tiering_profile f ON f.customer_id = moved.customer_id {" ".join([*joins, *more_joins])}
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


ORDERS = {
    "customer": "customer.customer_no",
    "from": "looked.held_rank, customer.customer_no",
    "to": "looked.rank, customer.customer_no",
    "before": "looked.held_value, customer.customer_no",
    "after": "looked.value, customer.customer_no",
    "assets": "looked.assets, customer.customer_no",
    "branch": "customer.branch_id, customer.customer_no",
    "manager": "customer.manager_id, customer.customer_no",
}


def movers(
    *, sheet, on, branches=None, manager=None, left=None, reached=None, direction="", order="-assets", first=0, most=50
):
    """Who would move, as dicts: customer_id, from_code, from_rank, to_code, to_rank, before, after (points), assets.

    `left` and `reached` are codes ('' none), `direction` “up” or “down”; `order` one of ORDERS, with “-” the other way
    round; `first` rows are skipped and at most `most` given. One statement.
    """
    plan = plan_for(sheet)
    text, params = looked_at(plan, on)
    where, where_params = _within(branches, manager)
    tests = ["looked.held <> looked.code"]
    for column, value in (("held", left), ("code", reached)):
        if value is not None:
            tests.append(f"looked.{column} = %s")
            where_params.append(value)
    if direction in ("up", "down"):
        tests.append(f"looked.rank {'<' if direction == 'up' else '>'} looked.held_rank")
    column = ORDERS.get(order.removeprefix("-"), ORDERS["assets"])
    if order.startswith("-"):
        column = column.replace(",", " DESC NULLS LAST,", 1) if "," in column else f"{column} DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT looked.customer_id, looked.held, looked.held_rank, looked.code, looked.rank, looked.held_value,
                looked.value, looked.assets
            FROM (SELECT * FROM ({text}) every {where}) looked
            JOIN customers_customer customer ON customer.id = looked.customer_id
            WHERE {" AND ".join(tests)} ORDER BY {column} OFFSET %s LIMIT %s
            """,
            [*params, *where_params, first, most],
        )
        names = ("customer_id", "from_code", "from_rank", "to_code", "to_rank", "before", "after", "assets")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def cut(bars, tiers):
    """Customers by tier when `tiers` (plain, best first) cut the scores of `bars`: {code: [customers, assets]}.

    Those whom a watch or a placing by hand holds stay where they are. What a moved cut-off does, without asking again.
    """
    found = {tier.code: [0, Decimal(0)] for tier in tiers}
    for bar in bars:
        code = bar.held if bar.fixed else next((tier.code for tier in tiers if bar.score >= tier.minimum), None)
        if code in found:
            found[code][0] += bar.count
            found[code][1] += bar.assets
    return found


def scores(*, sheet, on):
    """{score: customers} under a version, straight from the profiles: grouped before anything else, the quickest."""
    plan = plan_for(sheet)
    text, params = measures([Plan(plan.scheme, (), plan.sheet, plan.definition, plan.branches)], on)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT value_0::int, count(*) FROM ({text}) measured WHERE value_0 IS NOT NULL GROUP BY 1", params
        )
        return dict(cursor.fetchall())


def spread(*, sheet, on):
    """How many customers have each option of `sheet` on the day `on`, in one statement.

    {(criterion's index, option's index): count}; None instead of an option's index counts the missing answers.
    """
    definition = sheet.definition()
    if not definition.criteria:
        return {}
    columns, params, joins, join_params = sheet_points(_numbered(definition), on, "p")
    places = range(len(definition.criteria))
    union = " UNION ALL ".join(f"SELECT {at}, p_{at}, count(*) FROM facts GROUP BY 2" for at in places)
    text = f"""
        WITH facts AS MATERIALIZED (
            SELECT {", ".join(columns)} FROM tiering_profile f {" ".join(joins)} WHERE f.individual = %s
        ) {union}
    """
    with connection.cursor() as cursor:
        cursor.execute(text, [*params, *join_params, sheet.kind == "individual"])
        return {(criterion, option): count for criterion, option, count in cursor.fetchall()}


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
