"""From rules to SQL: sheets, bands and measures as one SELECT over the profiles.

Everything that a person typed (codes, points, bounds) travels as a parameter; the text of the statement is ours. Points
of a choice are looked up in an array by the number of the answer, those of a band by comparing with its bounds. The
alias f stands for the profile. tiering.rules says the same in Python.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from math import ceil

from customers.choices import Kind
from staff.models import Branch
from tiering.choices import Axis, CriterionKind, Fact, Measure, Rhythm
from tiering.models import Profile, Scheme, ScoringSheet
from tiering.rules import facts, loyalty
from tiering.rules import measures as ladders
from tiering.rules.bands import Tier
from tiering.rules.sheet import Sheet
from tiering.services.profile import AXIS_NEEDS, CARD, FACT_NEEDS, NEEDS, PAYMENT, profile_select

# The schemes whose value is “the score” of a customer, and whose tier is the one shown everywhere: for individuals, and
# for organisations.
MAIN = ("sheet", "organisation")

# Where a fact stands in the profile; choices by number, amounts in fen.
COLUMNS = {
    Fact.OCCUPATION: "f.occupation",
    Fact.ANNUAL_INCOME: "f.income_fen",
    Fact.AGE: "f.birth_date",
    Fact.FAMILY: "f.family",
    Fact.EDUCATION: "f.education",
    Fact.KNOWN_FOR: "f.known_from",
    Fact.EASE_OF_CONTACT: "f.ease_of_contact",
    Fact.INFLUENCE: "f.influence",
    Fact.CHILDREN: "f.children",
    Fact.ASSETS: "f.assets_fen",
    Fact.HOLDINGS: "f.holdings",
    Fact.CATEGORIES: "f.categories",
    Fact.RISK_LEVEL: "f.risk_level",
    Fact.CONTRIBUTION: "f.contribution_fen",
    Fact.INTRODUCED: "f.introduced",
    Fact.CONTACTS: "f.contacts",
}

# At the end of a subquery: the planner computes it by itself, and so writes no expression out twice. A plain OFFSET 0
# is widened to bigint only after the planner has looked for what can be done in parallel, and closes the query to that.
ALONE = "OFFSET bigint '0'"
# From so many edges on, a value's place among them is looked up in an array.
FEW_EDGES = 16
# What every measuring hands out of the profile; and the rest of it.
HANDED_OUT = (
    *("customer_id", "individual", "branch_id", "manager_id", "assets_fen"),
    *("categories", "with_us_since", "introduced"),
)
OWNER, OWNER_OF_F = ", ".join(HANDED_OUT), ", ".join(f"f.{name}" for name in HANDED_OUT)
PROFILE_COLUMNS = [field.column for field in Profile._meta.concrete_fields if field.column not in HANDED_OUT]
FEN = frozenset({Fact.ANNUAL_INCOME, Fact.ASSETS, Fact.CONTRIBUTION})


@dataclass(frozen=True)
class Plan:
    """How one scheme is measured: its tiers, the plain sheet when a sheet measures it, and the branches it is for."""

    scheme: Scheme
    tiers: tuple[Tier, ...]
    sheet: ScoringSheet | None = None
    definition: Sheet | None = None
    # Keys of the branches the scheme is for; None: all.
    branches: tuple[int, ...] | None = None

    @property
    def main(self):
        """Its value is the score."""
        return self.scheme.code in MAIN and self.definition is not None

    def leans_on(self, sheet_code):
        """Whether another version of a sheet moves customers here: it measures them, or stands on an axis."""
        if self.sheet is not None:
            return self.sheet.code == sheet_code
        axes = (self.scheme.need_axis, self.scheme.potential_axis)
        return self.scheme.measure == Measure.QUADRANT and Axis.SCORE in axes

    def due(self, on):
        """Whether everybody is looked at again on the day `on`, by the scheme's rhythm."""
        last = self.scheme.reviewed_on
        if last is None or self.scheme.rhythm == Rhythm.DAILY:
            return True
        if self.scheme.rhythm == Rhythm.MONTHLY:
            return (last.year, last.month) != (on.year, on.month)
        return (last.year, (last.month - 1) // 3) != (on.year, (on.month - 1) // 3)


def plans():
    """The schemes in force as plans; a scheme whose sheet has no version in force is left out."""
    sheets = {sheet.code: sheet for sheet in ScoringSheet.objects.in_force().whole()}
    found = []
    for scheme in Scheme.objects.filter(active=True).select_related("branch").prefetch_related("bands"):
        if scheme.measure != Measure.SHEET:
            found.append(Plan(scheme, scheme.tiers(), branches=_branches(scheme)))
        elif sheet := sheets.get(scheme.sheet_code):
            found.append(plan_of(scheme, sheet))
    return found


def plan_of(scheme, sheet):
    """The plan of a sheet's scheme with this version of the sheet, in force or not."""
    definition = sheet.definition()
    return Plan(scheme, definition.tiers, sheet, definition, _branches(scheme))


def _branches(scheme):
    if scheme.branch is None:
        return None
    return tuple(Branch.objects.below(scheme.branch).values_list("pk", flat=True))


def needs_of(plan_list):
    """Which passes over large tables these plans ask for (tiering.services.profile)."""
    needs = set()
    for plan in plan_list:
        needs |= NEEDS.get(plan.scheme.measure, set())
        if plan.scheme.measure == Measure.QUADRANT:
            for axis in (plan.scheme.need_axis, plan.scheme.potential_axis):
                needs |= AXIS_NEEDS.get(axis, set())
        if plan.definition is not None:
            for criterion in plan.definition.criteria:
                needs |= FACT_NEEDS.get(criterion.fact, set())
    return needs


def with_scores(plan, plan_list):
    """The plan, and behind it those whose score stands on one of its axes: what it takes to measure it."""
    if plan.scheme.measure != Measure.QUADRANT:
        return [plan]
    return [plan, *(other for other in plan_list if other.main)]


# ---- points of a criterion -----------------------------------------------------------------------------------------


def points(criterion, on, answer="a0"):
    """SQL and parameters of a criterion's points on the day `on`; NULL while the answer is missing.

    `answer` is the alias of the current answer to an asked criterion.
    """
    if criterion.question:
        values = [option.value for option in criterion.options]
        given = [option.points for option in criterion.options]
        limit = facts.oldest(criterion.stale_after, on) or date.min
        return (
            f"CASE WHEN {answer}.asked_on <= %s AND {answer}.asked_on > %s"
            f" THEN (%s::int[])[array_position(%s::varchar[], {answer}.value)] END",
            [on, limit, given, values],
        )
    column = COLUMNS.get(criterion.fact)
    if column is None or not criterion.options:
        return "NULL::int", []
    if criterion.kind == CriterionKind.CHOICE:
        codes = facts.ANSWERS[criterion.fact].values
        found = [next((option.points for option in criterion.options if option.value == code), None) for code in codes]
        return f"(%s::int[])[{column}]", [found]
    if criterion.kind == CriterionKind.YEARS:
        return _by_years(column, criterion, on)
    bounds = _bounds(criterion)
    found = [_points_at(criterion, place) for place in _places(bounds)]
    steps = [_step(bound, criterion.fact) for bound in bounds]
    return _stepped(column, steps, found, "bigint")


def _bounds(criterion):
    """Every bound of the options, ascending, once."""
    return sorted(
        {bound for option in criterion.options for bound in (option.lower, option.upper) if bound is not None}
    )


def _places(bounds):
    """A value in each part that the bounds cut the numbers into: below the first, from each one on."""
    return [bounds[0] - 1, *bounds] if bounds else [Decimal(0)]


def _points_at(criterion, value):
    option = criterion.option_for(value)
    return option.points if option else None


def _step(bound, fact):
    """The least whole number of the column that lies at or above a bound."""
    number = Decimal(bound) * 100 if fact in FEN else Decimal(bound)
    return int(number.to_integral_value(rounding=ROUND_CEILING))


def _by_years(column, criterion, on):
    """Completed years as a place among days: no arithmetic per row. A day after `on` is unknown.

    So many years are completed by who began on a day or before; the days are those, latest years last.
    """
    years = sorted({ceil(bound) for bound in _bounds(criterion) if ceil(bound) > 0})
    days, found = [], [_points_at(criterion, 0)]
    for number in years:
        latest = facts.years_before(on, number)
        if latest is None:
            break
        days.append(latest)
        found.append(_points_at(criterion, number))
    # From the earliest beginning on: the most years first; what begins after `on` has no length.
    edges = [*(day + timedelta(days=1) for day in reversed(days)), on + timedelta(days=1)]
    return _stepped(column, edges, [*reversed(found), None], "date")


def _stepped(column, edges, found, kind):
    """SQL and parameters of `found[n]` for a column with n of the ascending `edges` at or below it; NULL for none.

    Each comparison costs a tenth of a search in an array; a search it is where there are many.
    """
    if len(edges) > FEW_EDGES:
        return f"(%s::int[])[1 + width_bucket({column}::{kind}, %s::{kind}[])]", [found, edges]
    if not edges:
        return f"CASE WHEN {column} IS NOT NULL THEN %s::int END", [found[0]]
    chain, params = [f"WHEN {column} < %s::{kind} THEN %s::int"], [edges[0], found[0]]
    for edge, value in zip(reversed(edges), reversed(found), strict=False):
        chain.append(f"WHEN {column} >= %s::{kind} THEN %s::int")
        params += [edge, value]
    return f"CASE {' '.join(chain)} END", params


# ---- bands ---------------------------------------------------------------------------------------------------------


def code_of(value, tiers):
    """SQL and parameters of the code of the band that `value` (our SQL) falls in; NULL when it is unknown."""
    return _by_band(value, tiers, lambda tier: tier.code)


def rank_of(value, tiers, *, whole=False):
    """As `code_of`, the band's rank; of a value in `whole` numbers the least values are made whole as well."""
    if whole:
        tiers = [replace(tier, minimum=None if tier.minimum is None else ceil(tier.minimum)) for tier in tiers]
    return _by_band(value, tiers, lambda tier: tier.rank)


def _by_band(value, tiers, pick):
    branches, params = [], []
    for tier in tiers:
        if tier.minimum is None:
            branches.append(f"WHEN {value} IS NOT NULL THEN %s")
            params.append(pick(tier))
        else:
            branches.append(f"WHEN {value} >= %s THEN %s")
            params += [tier.minimum, pick(tier)]
    return (f"CASE {' '.join(branches)} END" if branches else "NULL"), params


# ---- measures --------------------------------------------------------------------------------------------------------


def sheet_points(definition, on, prefix):
    """The columns ``<prefix>_0 …`` with the points of each criterion, and the joins they need; each with parameters."""
    columns, params, joins, join_params = [], [], [], []
    for at, criterion in enumerate(definition.criteria):
        text, given, joined, joined_params = line(criterion, on, f"{prefix}_a{at}")
        columns.append(f"{text} AS {prefix}_{at}")
        params += given
        joins += joined
        join_params += joined_params
    return columns, params, joins, join_params


def line(criterion, on, alias):
    """The points of a criterion, and the join that an answer to it needs, as `alias`; each with parameters."""
    text, given = points(criterion, on, alias)
    if not criterion.question:
        return text, given, [], []
    join = (
        f"LEFT JOIN tiering_answer {alias} ON {alias}.question = %s AND {alias}.customer_id = f.customer_id"
        f" AND {alias}.current"
    )
    return text, given, [join], [criterion.question]


def sheet_total(definition, prefix):
    """SQL of the score and of the number of answers, over the columns of `sheet_points`.

    A sheet that only asks scores nobody before the first answer.
    """
    names = [f"{prefix}_{at}" for at in range(len(definition.criteria))]
    total = " + ".join(f"COALESCE({name}, 0)" for name in names) or "0"
    answered = f"num_nonnulls({', '.join(names)})" if names else "0"
    if definition.only_asks:
        return f"CASE WHEN {answered} > 0 THEN {total} END", f"CASE WHEN {answered} > 0 THEN {answered} END"
    return total, answered


def kinds_of(plan):
    """The kinds of customers that a plan is for; none: for all."""
    return {kind for kind in (plan.scheme.kind, plan.sheet.kind if plan.sheet else "") if kind}


def for_whom(plan):
    """SQL and parameters of the condition that the plan is for a customer; None: for everybody."""
    tests = ["individual" if kind == Kind.INDIVIDUAL else "NOT individual" for kind in sorted(kinds_of(plan))]
    params = []
    if plan.branches is not None:
        tests.append("branch_id = ANY(%s)")
        params.append(list(plan.branches))
    return (" AND ".join(tests), params) if tests else (None, [])


# Measures in their own unit (yuan, points, rungs) over the columns of a profile; `rung` is the ladder of loyalty.
VALUES = {
    Measure.ASSETS: "assets_fen / 100.0",
    Measure.ASSETS_MONTH_END: "month_end_fen / 100.0",
    Measure.ASSETS_AVERAGE: "average_fen / 100.0",
    Measure.CONTRIBUTION: "contribution_fen / 100.0",
    Measure.NET_CONTRIBUTION: "(contribution_fen - COALESCE(service_cost_fen, 0)) / 100.0",
    Measure.LOYALTY: "rung",
    Measure.OPERATING: "operating",
    Measure.RELATIONSHIP: (
        f"CASE WHEN holdings = 0 THEN 1 WHEN COALESCE(contacts, 0) = 0 THEN 2"
        f" WHEN contacts < {ladders.RELATED_CONTACTS} THEN 3 WHEN rung >= {ladders.LOYAL_RUNG} THEN 5 ELSE 4 END"
    ),
}
AXES = {
    Axis.ASSETS: "assets_fen / 100.0",
    Axis.INCOME: "income_fen / 100.0",
    Axis.CONTRIBUTION: "contribution_fen / 100.0",
    Axis.CONTACTS: "contacts",
    Axis.SERVICE_COST: "service_cost_fen / 100.0",
    Axis.HOLDINGS: "holdings",
}


def measures(plan_list, on, customer=None, source="tiering_profile", more=None):
    """One SELECT that measures every plan for everybody on the day `on`, from the profiles (or another relation with
    their columns, `source`); or for one `customer`, by primary key, straight from the customer tables.

    Columns: customer_id, individual, branch_id, manager_id, assets_fen, categories, with_us_since, introduced, score;
    per plan number n code_n, rank_n, value_n, answered_n, of a sheet points_n as well. What cannot be measured is NULL:
    unknown is not zero. `more` are columns beside, over the profile f: their names, then what `sheet_points` gives of
    them.
    """
    # Nearest to the profile first: the points of each line, then totals and simple measures, then cells of two axes,
    # then the bands, each a subquery that stands ALONE.
    lines, line_params, joins, join_params = [], [], [], []
    totals, total_params, cells, cell_params, bands, band_params = [], [], [], [], [], []
    scores, names = [], []
    if more:
        names, lines, line_params, joins, join_params = (list(part) for part in more)
    for number, plan in enumerate(plan_list):
        answered = "NULL::int"
        if plan.definition is not None:
            columns, given, joined, joined_params = sheet_points(plan.definition, on, f"p{number}")
            lines += columns
            line_params += given
            joins += joined
            join_params += joined_params
            value, answered = sheet_total(plan.definition, f"p{number}")
            given = []
        else:
            value, given = _value(plan, on)
        who, who_params = for_whom(plan)
        if plan.main:
            scores.append(f"total_{number}")
        totals += [
            f"CASE WHEN {who} THEN {value} END AS total_{number}" if who else f"{value} AS total_{number}",
            f"CASE WHEN {who} THEN {answered} END AS answered_{number}" if who else f"{answered} AS answered_{number}",
        ]
        total_params += [*who_params, *given, *who_params]
        final, given = _cell(plan, number, who, who_params)
        cells.append(f"{final} AS value_{number}")
        cell_params += given
        if plan.scheme.measure == Measure.QUADRANT:
            code, code_params = code_of(f"value_{number}", plan.tiers)
            rank, rank_params = rank_of(f"value_{number}", plan.tiers)
            bands += [f"({code})::varchar AS code_{number}", f"({rank})::smallint AS rank_{number}"]
            band_params += [*code_params, *rank_params]
        else:
            # One chain of comparisons; by the rank the code is looked up.
            rank, rank_params = rank_of(final, plan.tiers, whole=plan.definition is not None)
            cells.append(f"({rank})::smallint AS rank_{number}")
            cell_params += rank_params
            bands += [f"(%s::varchar[])[rank_{number}] AS code_{number}", f"rank_{number}"]
            band_params.append([tier.code for tier in sorted(plan.tiers, key=lambda tier: tier.rank)])
        bands += [
            f"value_{number}::numeric(18,2) AS value_{number}",
            f"answered_{number}::smallint AS answered_{number}",
        ]
        if plan.definition is not None:
            bands.append(f"value_{number} AS points_{number}")
    ladder, ladder_params = [], []
    for name, (value, given) in {"rung": _rung(on), "stickiness": stickiness(on)}.items():
        if _names([name], [*totals, *cells]):
            ladder.append(f"{value} AS {name}")
            ladder_params += given
    source_params = []
    if customer is not None:
        text, source_params = profile_select(on, needs_of(plan_list), customer)
        source = f"({text})"
    # Each level hands on what the levels above it name, and no more: a column costs, even unread.
    facts_named = _names(PROFILE_COLUMNS, [*totals, *cells])
    kept = [name for name in (*PROFILE_COLUMNS, "rung", "stickiness") if _names([name], cells)]
    handed_on = _listed([*(f"answered_{number}" for number in range(len(plan_list))), *names])
    text = f"""
        SELECT {OWNER}, score {_listed([*bands, *names])}
        FROM (
            SELECT {OWNER}, score {handed_on} {_listed(cells)}
            FROM (
                SELECT *, {f"COALESCE({', '.join(scores)})" if scores else "NULL::int"} AS score
                FROM (
                    SELECT {OWNER} {_listed([*kept, *names, *totals])}
                    FROM (
                        SELECT {OWNER_OF_F} {_listed([*(f"f.{name}" for name in facts_named), *ladder, *lines])}
                        FROM {source} f {" ".join(joins)}
                        {ALONE}
                    ) lines
                    {ALONE}
                ) totals
            ) scored
            {ALONE}
        ) measured
    """
    params = [
        *band_params,
        *cell_params,
        *total_params,
        *ladder_params,
        *line_params,
        *source_params,
        *join_params,
    ]
    return text, params


def _names(columns, texts):
    """Those of the columns that stand in one of our SQL texts."""
    words = set().union(*(re.findall(r"\w+", text) for text in texts))
    return [name for name in columns if name in words]


def _listed(parts):
    return "".join(f", {part}" for part in parts)


def _value(plan, on):
    """SQL and parameters of a plan's measure, where it needs nothing but the profile."""
    measure = plan.scheme.measure
    if measure == Measure.QUADRANT:
        return "NULL::int", []
    if measure == Measure.STICKINESS:
        return "stickiness", []
    if measure == Measure.BEHAVIOUR:
        return _behaviour(on)
    return VALUES[measure], []


def _cell(plan, number, who, who_params):
    """The plan's value; of two axes the cell (S3.6), unknown while either axis is."""
    scheme = plan.scheme
    if scheme.measure != Measure.QUADRANT:
        return f"total_{number}", []
    need, potential = (axis_column(axis) for axis in (scheme.need_axis, scheme.potential_axis))
    cell = (
        f"CASE WHEN {need} IS NULL OR {potential} IS NULL {f'OR NOT ({who})' if who else ''} THEN NULL"
        f" WHEN {potential} >= %s THEN CASE WHEN {need} >= %s THEN {ladders.CULTIVATE} ELSE {ladders.QUICK_WIN} END"
        f" WHEN {need} >= %s THEN {ladders.LET_GO} ELSE {ladders.LOW_PRIORITY} END"
    )
    return cell, [*who_params, scheme.potential_from, scheme.need_from, scheme.need_from]


def axis_column(axis):
    """What stands on an axis (S3.6), in SQL over a profile with `score` and `stickiness` beside it."""
    return {Axis.SCORE: "score", Axis.STICKINESS: "stickiness"}.get(axis) or AXES[axis]


def _rung(on):
    """The ladder of tiering.rules.loyalty as SQL."""
    client, supporter = (facts.years_before(on, years) for years in (loyalty.CLIENT_YEARS, loyalty.SUPPORTER_YEARS))
    return (
        "CASE WHEN COALESCE(f.categories, 0) < 1 THEN 1"
        " WHEN f.categories < %s OR f.with_us_since IS NULL OR f.with_us_since > %s THEN 2"
        " WHEN f.categories < %s OR f.with_us_since > %s THEN 3"
        " WHEN COALESCE(f.introduced, 0) < 1 THEN 4 ELSE 5 END",
        [loyalty.CLIENT_CATEGORIES, client, loyalty.SUPPORTER_CATEGORIES, supporter],
    )


def stickiness(on):
    """tiering.rules.measures.stickiness as SQL and parameters."""
    tenure = " ".join(f"WHEN f.with_us_since <= %s THEN {points}" for _years, points in ladders.TENURE_YEARS)
    text = (
        f"CASE WHEN f.categories IS NULL THEN NULL ELSE least(f.categories, {ladders.CATEGORY_POINTS})"
        f" + CASE {tenure} ELSE 0 END"
        f" + CASE WHEN f.channels & {CARD} <> 0 THEN {ladders.CARD_POINTS} ELSE 0 END"
        f" + CASE WHEN f.channels & {PAYMENT} <> 0 THEN {ladders.PAYMENT_POINTS} ELSE 0 END"
        f" + CASE WHEN f.salaries >= {ladders.SALARIES} THEN {ladders.SALARY_POINTS} ELSE 0 END END"
    )
    return text, [facts.years_before(on, years) for years, _points in ladders.TENURE_YEARS]


def _behaviour(on):
    """tiering.rules.measures.behaviour as SQL; nobody without an open holding is placed."""
    recency = " ".join(f"WHEN flow_on >= %s THEN {points}" for _days, points in ladders.RECENCY_DAYS)
    frequency = " ".join(f"WHEN flows >= {least} THEN {points}" for least, points in ladders.FREQUENCY_FLOWS)
    value = " ".join(f"WHEN flow_fen >= {least * 100} THEN {points}" for least, points in ladders.VALUE_YUAN)
    return (
        f"CASE WHEN holdings > 0 THEN CASE {recency} ELSE 1 END + CASE {frequency} ELSE 1 END"
        f" + CASE {value} ELSE 1 END END",
        [on - timedelta(days=days) for days, _points in ladders.RECENCY_DAYS],
    )
