"""The narrow row that everybody is scored from: one SELECT over the customer tables, of whom something has changed.

`NEEDS` says which of its columns cost a pass over a large table; only those that the rules in force ask for are filled.
"""

from datetime import timedelta

from django.db import connection, transaction

from customers.choices import (
    Category,
    EaseOfContact,
    Education,
    HoldingStatus,
    Influence,
    MaritalStatus,
    Occupation,
    RelationKind,
)
from tiering.choices import Axis, Fact, Family, Measure
from tiering.models import Gathered, Profile
from tiering.rules import measures
from tiering.rules.facts import months_before

HELD, INTRODUCED, EARNED, MONTHS, FLOWS = "held", "introduced", "earned", "months", "flows"
# Where the results of the passes stand in a profile: totals that stay as they are until the database notes that
# something they are made from has changed (Touched), and what the day alone may change without any note.
TOTALS = {
    HELD: ("categories", "risk_level", "channels", "with_us_since"),
    INTRODUCED: ("introduced",),
    EARNED: ("contribution_fen",),
}
DAILY = {
    MONTHS: ("month_end_fen", "average_fen"),
    FLOWS: ("flow_on", "flows", "flow_fen", "salaries"),
}
TOUCHING = "SELECT customer_id FROM pg_temp.tiering_touching WHERE {}totals"
# Processes beside the one of a run that reads everybody.
BESIDE = 1
# Temporary: of whom the last refreshing of this session found something noted or has written the profile, and what it
# said before.
WRITTEN = "tiering_written"
NOTE_WRITTEN = (
    f"INSERT INTO {WRITTEN} SELECT customer_id, known.branch_id, known.manager_id, known.assets_fen, known.individual"
)

# Which passes a measure, an axis or a fact needs.
NEEDS = {
    Measure.CONTRIBUTION: {EARNED},
    Measure.NET_CONTRIBUTION: {EARNED},
    Measure.LOYALTY: {HELD, INTRODUCED},
    Measure.RELATIONSHIP: {HELD, INTRODUCED},
    Measure.STICKINESS: {HELD, FLOWS},
    Measure.BEHAVIOUR: {FLOWS},
    Measure.ASSETS_MONTH_END: {MONTHS},
    Measure.ASSETS_AVERAGE: {MONTHS},
}
AXIS_NEEDS = {Axis.CONTRIBUTION: {EARNED}, Axis.STICKINESS: {HELD, FLOWS}}
FACT_NEEDS = {
    Fact.CATEGORIES: {HELD},
    Fact.RISK_LEVEL: {HELD},
    Fact.CONTRIBUTION: {EARNED},
    Fact.INTRODUCED: {INTRODUCED},
}

CATEGORY_BITS = {category.value: 1 << place for place, category in enumerate(Category)}
CARD, PAYMENT = 1, 2
# The day of a customer's first open holding.
FIRST_HOLDING = (
    "SELECT min(opened_on) FROM customers_holding first"
    f" WHERE first.customer_id = c.id AND first.status = '{HoldingStatus.OPEN.value}'"
)


def room_to_work(cursor):
    """Let this transaction sort and hash a million rows in memory: one re-tiering runs at a time, and few previews."""
    # Nearly every customer passes nearly every filter here: handing rows over costs less than the planner fears.
    cursor.execute(
        "SET LOCAL work_mem = '256MB'; SET LOCAL parallel_tuple_cost = 0.001; SET LOCAL parallel_setup_cost = 10"
    )


def beside(cursor, processes):
    """Let statements of this transaction from here on use so many processes beside this one.

    A run reads everybody with one (BESIDE), since people work meanwhile; and who was noted without any: to hand the
    rows of everybody over, for most to be dropped, takes longer than to look up the few.
    """
    cursor.execute(f"SET LOCAL max_parallel_workers_per_gather = {int(processes)}")


def numbered(codes, column):
    """SQL that turns a code into its number, from 1 in the order of the codes; NULL for none and for unknown ones."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return f"array_position(ARRAY[{listed}]::varchar[], {column})"


def profile_select(on, needs, customer=None):
    """SQL and parameters of the profile's columns for everybody; for one `customer` by primary key, or for several by a
    SELECT of ours.

    `needs` are the passes to make; the columns of the others are NULL.
    """
    parts = {
        HELD: _held(customer),
        INTRODUCED: _introduced(customer),
        EARNED: _earned(on, customer),
        MONTHS: _months(on, customer),
        FLOWS: _flows(on, customer),
    }
    made = [name for name in parts if name in needs]
    joins = " ".join(f"LEFT JOIN ({parts[name][0]}) {name} ON {name}.customer_id = c.id" for name in made)
    params = [param for name in made for param in parts[name][1]]

    def given(name, column, missing="NULL"):
        return column if name in needs else missing

    columns = {
        "customer_id": "c.id",
        "individual": "c.kind = 'individual'",
        "branch_id": "c.branch_id",
        "manager_id": "c.manager_id",
        "occupation": f"{numbered(Occupation.values, 'p.occupation')}::smallint",
        "family": (
            f"CASE WHEN p.marital_status = '{MaritalStatus.MARRIED.value}' THEN CASE WHEN p.children > 0"
            f" THEN {number_of(Family, Family.MARRIED_WITH_CHILDREN)}"
            f" ELSE {number_of(Family, Family.MARRIED_WITHOUT_CHILDREN)} END"
            f" WHEN p.marital_status <> '' THEN {number_of(Family, Family.SINGLE)} END::smallint"
        ),
        "education": f"{numbered(Education.values, 'p.education')}::smallint",
        "ease_of_contact": f"{numbered(EaseOfContact.values, 'c.ease_of_contact')}::smallint",
        "influence": f"{numbered(Influence.values, 'c.influence')}::smallint",
        "children": "p.children",
        "income_fen": "(p.annual_income * 100)::bigint",
        "birth_date": "p.birth_date",
        "known_from": "COALESCE(c.known_since, c.opened_on)",
        "assets_fen": "(COALESCE(s.asset_total, 0) * 100)::bigint",
        "holdings": "COALESCE(s.holding_count, 0)::int",
        "categories": given(HELD, "COALESCE(bit_count(held.kinds::bit(32)), 0)::smallint", "NULL::smallint"),
        "risk_level": given(HELD, "held.risk_level::smallint", "NULL::smallint"),
        "channels": given(
            HELD,
            f"(CASE WHEN held.kinds & {CATEGORY_BITS[Category.CARD]} <> 0 THEN {CARD} ELSE 0 END"
            f" + CASE WHEN held.kinds & {CATEGORY_BITS[Category.PAYMENT]} <> 0 THEN {PAYMENT} ELSE 0 END)::smallint",
            "NULL::smallint",
        ),
        # Few customers have no day of their own, and only theirs is looked up.
        "with_us_since": given(HELD, f"COALESCE(c.opened_on, ({FIRST_HOLDING}))", "NULL::date"),
        "introduced": given(INTRODUCED, "COALESCE(introduced.number, 0)::int", "NULL::int"),
        "month_end_fen": given(MONTHS, "(months.assets * 100)::bigint", "NULL::bigint"),
        "average_fen": given(MONTHS, "round(months.average * 100)::bigint", "NULL::bigint"),
        "contribution_fen": given(EARNED, "(earned.contribution * 100)::bigint", "NULL::bigint"),
        "contacts": "COALESCE(s.contacts, 0)::int",
        "service_cost_fen": "(COALESCE(s.service_cost, 0) * 100)::bigint",
        "operating": "COALESCE(s.operating_rung, 1)::smallint",
        "flow_on": given(FLOWS, "flows.latest", "NULL::date"),
        "flows": given(FLOWS, "COALESCE(flows.number, 0)::int", "NULL::int"),
        "flow_fen": given(FLOWS, "(COALESCE(flows.amount, 0) * 100)::bigint", "NULL::bigint"),
        "salaries": given(FLOWS, "least(COALESCE(flows.salaries, 0), 1000)::smallint", "NULL::smallint"),
    }
    only, only_params = _only(customer, "c.id")
    text = f"""
        SELECT {", ".join(f"{value} AS {name}" for name, value in columns.items())}
        FROM customers_customer c
        LEFT JOIN customers_person p ON p.customer_id = c.id
        LEFT JOIN customers_standing s ON s.customer_id = c.id
        {joins} WHERE TRUE{only}
    """
    return text, params + only_params


def number_of(codes, code):
    """The number that stands for a code in a profile."""
    return codes.values.index(code.value) + 1


def _only(customer, column="customer_id"):
    if customer is None:
        return "", []
    return (f" AND {column} IN ({customer})", []) if isinstance(customer, str) else (f" AND {column} = %s", [customer])


def _held(customer):
    """Of open holdings: categories as bits, and the highest risk level.

    It asks the index of open holdings alone, in the order of customers; what is to know of a product is looked up in an
    array by its key.
    """
    only, params = _only(customer, "h.customer_id")
    bits = " ".join(f"WHEN '{code}' THEN {bit}" for code, bit in CATEGORY_BITS.items())
    bit, risk_level = (
        f"(SELECT array_agg({value} ORDER BY at) FROM generate_series(1, (SELECT max(id) FROM customers_product)) at"
        " LEFT JOIN customers_product product ON product.id = at)"
        for value in (f"CASE category {bits} ELSE 0 END", "COALESCE(risk_level, 0)")
    )
    return (
        f"SELECT h.customer_id, bit_or({bit}[h.product_id]) AS kinds,"
        f" nullif(max({risk_level}[h.product_id]), 0) AS risk_level"
        f" FROM customers_holding h WHERE h.status = '{HoldingStatus.OPEN.value}'{only} GROUP BY h.customer_id",
        params,
    )


def _introduced(customer):
    """How many other customers name this one as their introducer."""
    only, params = _only(customer, "related_id")
    return (
        "SELECT related_id AS customer_id, count(*) AS number FROM customers_relation"
        f" WHERE kind = '{RelationKind.INTRODUCER.value}'{only} GROUP BY related_id",
        params,
    )


def _earned(on, customer):
    """Income less cost of the twelve months that end with the month of `on`; no record at all: unknown."""
    only, params = _only(customer)
    last = on.replace(day=1)
    return (
        "SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS contribution"
        f" FROM customers_valuerecord WHERE period BETWEEN %s AND %s{only} GROUP BY customer_id",
        [months_before(last, 11), last, *params],
    )


def _months(on, customer):
    """Assets at the last month-end and their daily average through that month.

    Unknown for everybody while the bank has no balances of that month; else 0 for who has no row in it.
    """
    month = months_before(on.replace(day=1), 1)
    following = on.replace(day=1)
    only, params = _only(customer, "who.id")
    return (
        "SELECT who.id AS customer_id, COALESCE(b.assets, 0) AS assets,"
        " COALESCE(CASE WHEN b.yuan_days IS NULL THEN b.assets"
        " ELSE (b.yuan_days + b.assets * (%s::date - 1 - b.counted_to)) / (%s::date - %s::date) END, 0) AS average"
        " FROM customers_customer who LEFT JOIN customers_balancemonth b ON b.customer_id = who.id AND b.month = %s"
        f" WHERE EXISTS (SELECT 1 FROM customers_balancemonth WHERE month = %s){only}",
        [following, following, month, month, month, *params],
    )


def _flows(on, customer):
    """Money that moved in the last 90 days."""
    only, params = _only(customer)
    return (
        "SELECT customer_id, max(booked_on) AS latest, count(*) AS number, sum(amount) AS amount,"
        " count(*) FILTER (WHERE direction = 'in' AND memo ~* %s) AS salaries FROM customers_cashflow"
        f" WHERE booked_on > %s AND booked_on <= %s{only} GROUP BY customer_id",
        [measures.SALARY_WORDS, on - timedelta(days=measures.WINDOW_DAYS), on, *params],
    )


@transaction.atomic
def refresh_profiles(*, on, needs):
    """Bring every profile up to date with the facts of the day `on`; returns how many were written.

    Read are those of whom the database has noted a change, newcomers among them; everybody in another month, by other
    needs, or when a product is counted otherwise: a new Gathered row says so. What the day alone changes (DAILY) is
    read of everybody. Only rows that differ are written: twice writes none the second time. Unless everybody was read,
    of whom something was noted or written stands in the temporary table WRITTEN until the next call, with owner, assets
    and kind of before.
    """
    month, lasting = on.replace(day=1), sorted(needs - set(DAILY))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{WRITTEN}, pg_temp.tiering_touching")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {WRITTEN} (customer_id bigint PRIMARY KEY, branch_id bigint, manager_id bigint,"
            " assets_fen bigint, individual boolean);"
            " CREATE TEMPORARY TABLE tiering_touching (customer_id bigint PRIMARY KEY, totals boolean) ON COMMIT DROP"
        )
        # Taken away before anything is read: what changes from here on is noted for the next run.
        cursor.execute(
            "WITH noted AS (DELETE FROM tiering_touched RETURNING customer_id, totals), touching AS ("
            " INSERT INTO tiering_touching SELECT customer_id, bool_or(totals) FROM noted"
            " WHERE customer_id IS NOT NULL GROUP BY customer_id ORDER BY customer_id)"
            " SELECT EXISTS (SELECT 1 FROM noted WHERE customer_id IS NULL)"
        )
        (everybody,) = cursor.fetchone()
        if everybody or not Gathered.objects.filter(month=month, needs=lasting).exists():
            written = _write(cursor, profile_select(on, needs))
            Gathered.objects.all().delete()
            Gathered.objects.create(month=month, needs=lasting)
            return written
        cursor.execute("ANALYZE tiering_touching; SELECT DISTINCT totals FROM tiering_touching")
        written, fields = 0, [field.column for field in Profile._meta.concrete_fields if not field.primary_key]
        noted = cursor.fetchall()
        cursor.execute(f"{NOTE_WRITTEN} FROM tiering_touching LEFT JOIN tiering_profile known USING (customer_id)")
        beside(cursor, 0)
        for (totals,) in noted:
            if totals:
                written += _write(cursor, profile_select(on, needs, TOUCHING.format("")))
            else:
                left = {column for passes in (TOTALS, DAILY) for name in passes for column in passes[name]}
                columns = [column for column in fields if column not in left]
                written += _write(cursor, profile_select(on, set(), TOUCHING.format("NOT ")), columns)
        beside(cursor, BESIDE)
        if daily := needs & set(DAILY):
            columns = [column for column in fields if any(column in DAILY[name] for name in daily)]
            written += _write(cursor, profile_select(on, daily), columns)
        return written


def _write(cursor, select, columns=None):
    """Write the profiles that differ from a `profile_select`; with `columns` these alone, no newcomers, and whose they
    are is noted in WRITTEN.
    """
    text, params = select
    names = [field.column for field in Profile._meta.concrete_fields if not field.primary_key]
    others = columns or names
    # Only what is compared is named: a table that gives nothing else is not read.
    fresh = ", ".join(f"fresh.{name}" for name in others)
    known = ", ".join(f"known.{name}" for name in others)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.tiering_facts")
    cursor.execute(
        "CREATE TEMPORARY TABLE tiering_facts ON COMMIT DROP AS"
        f" SELECT fresh.customer_id, {fresh}, known.customer_id IS NULL AS is_new"
        f" FROM ({text}) fresh {'' if columns else 'LEFT'} JOIN tiering_profile known"
        f" ON known.customer_id = fresh.customer_id WHERE ({known}) IS DISTINCT FROM ({fresh})",
        params,
    )
    if columns:
        cursor.execute(
            f"{NOTE_WRITTEN} FROM tiering_facts JOIN tiering_profile known USING (customer_id) ON CONFLICT DO NOTHING"
        )
    cursor.execute(
        f"UPDATE tiering_profile known SET {', '.join(f'{name} = fresh.{name}' for name in others)}"
        " FROM tiering_facts fresh WHERE known.customer_id = fresh.customer_id AND NOT fresh.is_new"
    )
    written = cursor.rowcount
    if not columns:
        listed = ", ".join(["customer_id", *names])
        cursor.execute(f"INSERT INTO tiering_profile ({listed}) SELECT {listed} FROM tiering_facts WHERE is_new")
        written += cursor.rowcount
    return written


@transaction.atomic
def refresh_profile(*, customer, on, needs):
    """As `refresh_profiles`, of one customer by primary key, after an edit."""
    text, params = profile_select(on, needs, customer=customer)
    names = [field.column for field in Profile._meta.concrete_fields]
    sets = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name != "customer_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tiering_profile ({', '.join(names)}) SELECT {', '.join(names)} FROM ({text}) fresh"
            f" ON CONFLICT (customer_id) DO UPDATE SET {sets}",
            params,
        )
