"""Service need × potential (S3.6): where everybody stands on the two axes, and who comes first in a cell."""

from dataclasses import dataclass

from django.db import connection

from tiering.choices import Axis, Measure, OverrideState
from tiering.rules.axes import LEAST, PER_POWER, REACH, Scale
from tiering.services.compile import ALONE, axis_column, for_whom, sheet_points, sheet_total, stickiness
from tiering.services.kept import kept

# Up to so many customers are drawn one by one; more of them are counted by steps of the two axes.
MOST_SPOTS = 500
LEADERS = 5


@dataclass(frozen=True)
class Spot:
    """A customer (by primary key) on the two axes, in the cell in force; `pinned`: placed there by hand."""

    customer: int
    code: str
    need: float
    potential: float
    pinned: bool


@dataclass(frozen=True)
class Field:
    """Either `spots`, customers one by one, or `bins`: {(step of need, step of potential): customers}."""

    spots: list
    bins: dict


def is_quadrant(plan):
    """Whether a plan has the two axes."""
    return plan.scheme.measure == Measure.QUADRANT


def scales(scheme):
    """The Scales of a scheme's need and potential."""
    return Scale(scheme.need_axis, float(scheme.need_from)), Scale(scheme.potential_axis, float(scheme.potential_from))


def axes(plan, plans, on, profiles):
    """SQL and parameters of customer_id, need, potential and assets_fen of the customers `plan` is for on the day `on`.

    `plans` are the schemes in force: the score may stand on an axis. `profiles` says whom (`Scope.profiles`). The same
    expressions place everybody (tiering.services.compile).
    """
    source, source_params = profiles.query.sql_with_params()
    scheme = plan.scheme
    mains = [one for one in plans if one.main] if Axis.SCORE in (scheme.need_axis, scheme.potential_axis) else []
    lines, line_params, joins, join_params, totals, total_params = [], [], [], [], [], []
    for number, main in enumerate(mains):
        columns, given, joined, joined_params = sheet_points(main.definition, on, f"p{number}")
        lines += columns
        line_params += given
        joins += joined
        join_params += joined_params
        total, _answered = sheet_total(main.definition, f"p{number}")
        who, who_params = for_whom(main)
        totals.append(f"CASE WHEN {who} THEN {total} END" if who else total)
        total_params += who_params
    sticky, sticky_params = stickiness(on)
    who, who_params = for_whom(plan)
    need, potential = axis_column(scheme.need_axis), axis_column(scheme.potential_axis)
    # Each step stands ALONE, so that the planner writes no expression out twice.
    text = f"""
        SELECT customer_id, assets_fen, ({need})::float8 AS need, ({potential})::float8 AS potential
        FROM (
            SELECT *, {f"COALESCE({', '.join(totals)})" if totals else "NULL::int"} AS score
            FROM (
                SELECT {", ".join(["f.*", f"{sticky} AS stickiness", *lines])}
                FROM ({source}) f {" ".join(joins)} {ALONE}
            ) lines
            WHERE {who or "TRUE"} {ALONE}
        ) scored
    """
    return text, [*total_params, *sticky_params, *line_params, *source_params, *join_params, *who_params]


def step_of(scale, column):
    """SQL and parameters of `Scale.step` of a column of float8."""
    if not scale.money:
        text, params = f"floor(({column} - %s) / %s)", [scale.threshold, scale.width]
    elif scale.threshold > LEAST:
        text, params = f"floor(log(greatest({column}, {LEAST}) / %s) * {PER_POWER})", [scale.threshold]
    else:
        text = (
            f"CASE WHEN {column} < %s THEN -1 WHEN {column} < {LEAST} THEN 0"
            f" ELSE 1 + floor(log({column} / {LEAST}) * {PER_POWER}) END"
        )
        params = [scale.threshold]
    return f"greatest(least({text}, {REACH - 1}), {-REACH})::int", params


def field(scope, plans, on, placed):
    """The Field of the scope; `placed` says how many customers the scheme places there."""
    text, params = axes(scope.plan, plans, on, scope.profiles())
    if placed <= MOST_SPOTS:
        rows = _rows(
            "SELECT a.customer_id, p.code, a.need, a.potential, p.override_id IS NOT NULL"
            f" FROM ({text}) a JOIN tiering_placement p ON p.customer_id = a.customer_id AND p.scheme_id = %s"
            " WHERE a.need IS NOT NULL AND a.potential IS NOT NULL ORDER BY a.customer_id",
            [*params, scope.scheme.pk],
        )
        return Field([Spot(*row) for row in rows], {})
    (across, across_params), (up, up_params) = (
        step_of(scale, f"a.{name}") for scale, name in zip(scales(scope.scheme), ("need", "potential"), strict=True)
    )

    def work():
        return _rows(
            f"SELECT {across}, {up}, count(*) FROM ({text}) a"
            " WHERE a.need IS NOT NULL AND a.potential IS NOT NULL GROUP BY 1, 2",
            [*across_params, *up_params, *params],
        )

    return Field([], {(x, y): number for x, y, number in kept(scope, "scatter", work)})


def leaders(scope, plans, on, found):
    """{code of the cell: [Spot]}: the first five of each cell in force, by potential, then by assets.

    `found` is the Field: from its steps it is known how far down the first of each cell are, and nobody else is sorted.
    """
    text, params = axes(scope.plan, plans, on, scope.profiles())
    near, near_params = _near(scope, found.bins)

    def work():
        return _rows(
            f"""
            SELECT customer_id, code, need, potential, pinned FROM (
                SELECT a.*, p.code, p.override_id IS NOT NULL AS pinned, row_number() OVER (
                    PARTITION BY p.code ORDER BY a.potential DESC NULLS LAST, a.assets_fen DESC, a.customer_id
                ) AS place
                FROM (SELECT * FROM ({text}) all_of_them WHERE {near} {ALONE}) a
                JOIN tiering_placement p ON p.customer_id = a.customer_id AND p.scheme_id = %s
            ) ranked WHERE place <= {LEADERS} ORDER BY code, place
            """,
            [*params, *near_params, scope.scheme.pk],
        )

    spots = {}
    for row in kept(scope, "leaders", work):
        spot = Spot(*row)
        spots.setdefault(spot.code, []).append(spot)
    return spots


# Who need not stand in the cell that was measured: placed by hand (or until lately), or under watch.
ELSEWHERE = (
    "SELECT customer_id FROM tiering_override WHERE scheme_id = %s AND state = ANY(%s)"
    " UNION SELECT customer_id FROM tiering_placement WHERE scheme_id = %s AND watch_until IS NOT NULL"
)


def _near(scope, bins):
    """SQL and parameters of a condition that holds for the first of each cell, over need and potential."""
    if not bins:
        return "TRUE", []
    asked = [scope.scheme.pk, [OverrideState.APPROVED.value, OverrideState.ENDED.value], scope.scheme.pk]
    spare = _rows(f"SELECT count(*) FROM ({ELSEWHERE}) elsewhere", asked)[0][0]
    step, step_params = step_of(scales(scope.scheme)[1], "potential")
    parts, params = [f"customer_id IN ({ELSEWHERE})"], asked
    for needy in (False, True):
        for likely in (False, True):
            steps = {}
            for (x, y), number in bins.items():
                if (x >= 0) == needy and (y >= 0) == likely:
                    steps[y] = steps.get(y, 0) + number
            if not steps:
                continue
            least = _down_to(steps, LEADERS + spare)
            among = f"potential {'>=' if likely else '<'} %s"
            parts.append(f"(need {'>=' if needy else '<'} %s AND {among} AND {step} >= %s)")
            params = [*params, scope.scheme.need_from, scope.scheme.potential_from, *step_params, least]
    return f"({' OR '.join(parts)})", params


def _down_to(steps, number):
    """The highest step that has so many with all above it; else the lowest."""
    so_far = 0
    for step in sorted(steps, reverse=True):
        so_far += steps[step]
        if so_far >= number:
            return step
    return min(steps)


def _rows(text, params):
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall()
