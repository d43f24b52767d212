"""From rules to SQL: a sheet, bands and measures as one SELECT over the customer tables.

Everything that a person typed (codes, points, bounds) travels as a parameter; the text of the statement is ours.
The aliases c, p and s stand for customer, person and standing. tiering.rules says the same in Python.
"""

from dataclasses import dataclass
from math import ceil

from customers.choices import HoldingStatus, Kind, MaritalStatus, RelationKind
from tiering.choices import CriterionKind, Fact, Family, Measure
from tiering.models import Scheme, ScoringSheet
from tiering.rules import facts, loyalty
from tiering.rules.bands import Tier
from tiering.rules.sheet import Sheet

COLUMNS = {
    Fact.OCCUPATION: "p.occupation",
    Fact.ANNUAL_INCOME: "p.annual_income",
    Fact.AGE: "p.birth_date",
    Fact.EDUCATION: "p.education",
    Fact.KNOWN_FOR: "COALESCE(c.known_since, c.opened_on)",
    Fact.EASE_OF_CONTACT: "c.ease_of_contact",
    Fact.INFLUENCE: "c.influence",
    Fact.CHILDREN: "p.children",
    Fact.ASSETS: "s.asset_total",
    Fact.HOLDINGS: "s.holding_count",
}

# A family answer as a condition; the order is that of tiering.rules.facts.family.
FAMILY = {
    Family.MARRIED_WITH_CHILDREN: ("p.marital_status = %s AND p.children > 0", [MaritalStatus.MARRIED.value]),
    Family.MARRIED_WITHOUT_CHILDREN: (
        "p.marital_status = %s AND COALESCE(p.children, 0) = 0",
        [MaritalStatus.MARRIED.value],
    ),
    Family.SINGLE: ("p.marital_status NOT IN (%s, '')", [MaritalStatus.MARRIED.value]),
}


@dataclass(frozen=True)
class Plan:
    """How one scheme is measured in this run: its tiers, and the plain sheet when a sheet measures it."""

    scheme: Scheme
    tiers: tuple[Tier, ...]
    sheet: ScoringSheet | None = None
    definition: Sheet | None = None


def plans():
    """The schemes in force as plans; a scheme whose sheet has no version in force is left out."""
    sheets = {sheet.code: sheet for sheet in ScoringSheet.objects.in_force().whole()}
    found = []
    for scheme in Scheme.objects.filter(active=True).prefetch_related("bands"):
        if scheme.measure != Measure.SHEET:
            found.append(Plan(scheme, scheme.tiers()))
        elif sheet := sheets.get(scheme.sheet_code):
            definition = sheet.definition()
            found.append(Plan(scheme, definition.tiers, sheet, definition))
    return found


def points(criterion, on):
    """SQL and parameters of a criterion's points on the day `on`; NULL while the answer is missing."""
    branches, params = [], []
    for option in criterion.options:
        condition, given = _condition(criterion, option, on)
        branches.append(f"WHEN {condition} THEN %s")
        params += [*given, option.points]
    return (f"CASE {' '.join(branches)} END" if branches else "NULL::int"), params


def _condition(criterion, option, on):
    if criterion.fact == Fact.FAMILY:
        return FAMILY.get(option.value, ("FALSE", []))
    column = COLUMNS[criterion.fact]
    if criterion.kind == CriterionKind.CHOICE:
        return f"{column} = %s", [option.value]
    if criterion.kind == CriterionKind.YEARS:
        return _years(column, option, on)
    tests, params = [f"{column} IS NOT NULL"], []
    for sign, bound in ((">=", option.lower), ("<", option.upper)):
        if bound is not None:
            tests.append(f"{column} {sign} %s")
            params.append(bound)
    return " AND ".join(tests), params


def _years(column, option, on):
    """Whole years against bounds, as a comparison of days: no arithmetic per row."""
    tests, params = [f"{column} <= %s"], [on]
    if option.lower is not None and ceil(option.lower) > 0:
        latest = facts.years_before(on, ceil(option.lower))
        if latest is None:
            return "FALSE", []
        tests, params = [f"{column} <= %s"], [latest]
    if option.upper is not None:
        if ceil(option.upper) <= 0:
            return "FALSE", []
        latest = facts.years_before(on, ceil(option.upper))
        if latest is not None:
            tests.append(f"{column} > %s")
            params.append(latest)
    return " AND ".join(tests), params


def code_of(value, tiers):
    """SQL and parameters of the code of the band that `value` (our SQL) falls in; NULL when it is unknown."""
    return _by_band(value, tiers, lambda tier: tier.code)


def rank_of(value, tiers):
    """As `code_of`, the band's rank."""
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


def sheet_points(definition, on, prefix):
    """The columns ``<prefix>_0 …`` with the points of each criterion, as SQL and parameters."""
    columns, params = [], []
    for at, criterion in enumerate(definition.criteria):
        text, given = points(criterion, on)
        columns.append(f"{text} AS {prefix}_{at}")
        params += given
    return columns, params


def sheet_total(definition, prefix):
    """SQL of the score and of the number of answers, over the columns of `sheet_points`; NULL for organisations."""
    names = [f"{prefix}_{at}" for at in range(len(definition.criteria))]
    total = " + ".join(f"COALESCE({name}, 0)" for name in names) or "0"
    answered = f"num_nonnulls({', '.join(names)})" if names else "0"
    return f"CASE WHEN individual THEN {total} END", f"CASE WHEN individual THEN {answered} END"


def measures(plan_list, on, customer=None):
    """One SELECT that measures every scheme for everybody (or one `customer`, by primary key) on the day `on`.

    Columns: customer_id, asset_total; per plan number n code_n, rank_n, value_n, answered_n; and the evidence of the
    ladder: categories, with_us_since, introduced. A customer without any value record of the year has no contribution:
    unknown is not zero.
    """
    inner, inner_params = [], []
    middle, outer, outer_params = [], [], []
    for number, plan in enumerate(plan_list):
        answered = "NULL::int"
        if plan.definition is not None:
            columns, given = sheet_points(plan.definition, on, f"p{number}")
            inner += columns
            inner_params += given
            value, answered = sheet_total(plan.definition, f"p{number}")
        else:
            value = {Measure.ASSETS: "asset_total", Measure.CONTRIBUTION: "contribution", Measure.LOYALTY: "rung"}[
                plan.scheme.measure
            ]
        middle += [f"{value} AS value_{number}", f"{answered} AS answered_{number}"]
        code, code_params = code_of(f"value_{number}", plan.tiers)
        rank, rank_params = rank_of(f"value_{number}", plan.tiers)
        outer += [
            f"({code})::varchar AS code_{number}",
            f"({rank})::smallint AS rank_{number}",
            f"value_{number}::numeric(18,2) AS value_{number}",
            f"answered_{number}::smallint AS answered_{number}",
        ]
        outer_params += [*code_params, *rank_params]
    used = {plan.scheme.measure for plan in plan_list}
    sources = [_contribution(on, used), _holdings(used), _introduced(used)]
    rung, rung_params = _rung(on)
    where, where_params = ("WHERE c.id = %s", [customer]) if customer is not None else ("", [])
    text = f"""
        SELECT customer_id, asset_total, categories, with_us_since, introduced {"".join(f", {part}" for part in outer)}
        FROM (
            SELECT customer_id, asset_total, categories, with_us_since, introduced
                {"".join(f", {part}" for part in middle)}
            FROM (
                SELECT *, {rung} AS rung
                FROM (
                    SELECT c.id AS customer_id, c.kind = %s AS individual, COALESCE(s.asset_total, 0) AS asset_total,
                        v.contribution, COALESCE(h.categories, 0) AS categories,
                        COALESCE(c.opened_on, h.first_on) AS with_us_since, COALESCE(i.introduced, 0) AS introduced
                        {"".join(f", {part}" for part in inner)}
                    FROM customers_customer c
                    LEFT JOIN customers_person p ON p.customer_id = c.id
                    LEFT JOIN customers_standing s ON s.customer_id = c.id
                    LEFT JOIN ({sources[0][0]}) v ON v.customer_id = c.id
                    LEFT JOIN ({sources[1][0]}) h ON h.customer_id = c.id
                    LEFT JOIN ({sources[2][0]}) i ON i.customer_id = c.id
                    {where}
                    OFFSET 0
                ) facts
            ) climbed
            OFFSET 0
        ) measured
    """  # noqa: S608 the text is ours, values are parameters
    source_params = [param for _text, given in sources for param in given]
    params = [*outer_params, *rung_params, Kind.INDIVIDUAL.value, *inner_params, *source_params, *where_params]
    return text, params


def _contribution(on, used):
    """Income less cost of the twelve months that end with the month of `on`."""
    if Measure.CONTRIBUTION not in used:
        return "SELECT NULL::bigint AS customer_id, NULL::numeric AS contribution WHERE FALSE", []
    last = on.replace(day=1)
    first = last.replace(year=last.year - 1, month=last.month + 1) if last.month < 12 else last.replace(month=1)
    return (
        "SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS contribution"
        " FROM customers_valuerecord WHERE period BETWEEN %s AND %s GROUP BY customer_id",
        [first, last],
    )


def _holdings(used):
    """Categories of open holdings, and the day of the first one."""
    if Measure.LOYALTY not in used:
        return "SELECT NULL::bigint AS customer_id, 0 AS categories, NULL::date AS first_on WHERE FALSE", []
    return (
        "SELECT customer_id, count(*) AS categories, min(first_on) AS first_on FROM ("
        "SELECT h.customer_id, product.category, min(h.opened_on) AS first_on FROM customers_holding h"
        " JOIN customers_product product ON product.id = h.product_id WHERE h.status = %s"
        " GROUP BY h.customer_id, product.category) held GROUP BY customer_id",
        [HoldingStatus.OPEN.value],
    )


def _introduced(used):
    """How many other customers name this one as their introducer."""
    if Measure.LOYALTY not in used:
        return "SELECT NULL::bigint AS customer_id, 0 AS introduced WHERE FALSE", []
    return (
        "SELECT related_id AS customer_id, count(*) AS introduced FROM customers_relation WHERE kind = %s"
        " GROUP BY related_id",
        [RelationKind.INTRODUCER.value],
    )


def _rung(on):
    """The ladder of tiering.rules.loyalty as SQL."""
    client, supporter = (facts.years_before(on, years) for years in (loyalty.CLIENT_YEARS, loyalty.SUPPORTER_YEARS))
    return (
        "CASE WHEN categories < 1 THEN 1"
        " WHEN categories < %s OR with_us_since IS NULL OR with_us_since > %s THEN 2"
        " WHEN categories < %s OR with_us_since > %s THEN 3"
        " WHEN introduced < 1 THEN 4 ELSE 5 END",
        [loyalty.CLIENT_CATEGORIES, client, loyalty.SUPPORTER_CATEGORIES, supporter],
    )
