"""Re-tier everybody in set-based SQL: measure once into a temporary table, then write only what differs."""

from django.db import connection, transaction

from customers.services import standing
from staff.services import record
from tiering.choices import MoveReason
from tiering.models import TieringRun
from tiering.services.compile import code_of, measures, plans

# One re-tiering at a time: the second waits for the first to commit (“tier” in ASCII).
LOCK = 0x74696572
FRESH = "tiering_fresh"
# The columns of the standing that each shipped scheme fills: tier and rank.
STANDING = {
    "sheet": ("tier", "tier_rank"),
    "assets": ("asset_tier", "asset_rank"),
    "contribution": ("contribution_tier", "contribution_rank"),
    "loyalty": ("loyalty_tier", "loyalty_rank"),
}
MAIN = "sheet"


@transaction.atomic
def retier(*, as_of, by=None):
    """Place every customer in every scheme in force by the facts and rules of the day `as_of`; returns the TieringRun.

    Writes placements, a movement for each change of band (first placements from ''), and the tiers in the standing;
    only rows that differ, so that a second run of the same day writes none. A scheme that measures a customer no longer
    takes the placement away, with a movement to ''. Two runs at once: the second waits. `run.result` is what
    ``manage.py retier --json`` prints.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        plan_list = plans()
        run = TieringRun.objects.create(as_of=as_of, started_by=by)
        text, params = measures(plan_list, as_of)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FRESH}")
        cursor.execute(f"CREATE TEMPORARY TABLE {FRESH} ON COMMIT DROP AS {text}", params)
        cursor.execute(f"ANALYZE {FRESH}")
        for number, plan in enumerate(plan_list):
            _place(cursor, number, plan, as_of, run)
        _withdraw(cursor, plan_list, as_of, run)
        _write_standing(cursor, plan_list)
        _count(cursor, plan_list, run)
        cursor.execute(f"DROP TABLE pg_temp.{FRESH}")
    run.save(update_fields=["scored", "incomplete", "changed", "result"])
    if by is not None:
        record(actor=by, verb="tiering.retiered", subject=run, changed=run.changed, as_of=as_of.isoformat())
    return run


@transaction.atomic
def retier_customer(*, customer, as_of):
    """Place one customer (by primary key) by the facts and rules of the day `as_of`, at once after an edit.

    The same statements as `retier`, over one row: placements, movements, standing. No run is written: the report of a
    run is about everybody. Waits for a re-tiering of everybody that is under way. Twice changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        plan_list = plans()
        text, params = measures(plan_list, as_of, customer=customer)
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{FRESH}")
        cursor.execute(f"CREATE TEMPORARY TABLE {FRESH} ON COMMIT DROP AS {text}", params)
        for number, plan in enumerate(plan_list):
            _place(cursor, number, plan, as_of, None)
        _write_standing(cursor, plan_list)
        cursor.execute(f"DROP TABLE pg_temp.{FRESH}")


def _place(cursor, number, plan, as_of, run):
    """Movements first (they need the old placement), then the placements themselves."""
    scheme, sheet, run_id = plan.scheme.pk, plan.sheet.pk if plan.sheet else None, run.pk if run else None
    code, rank, value, answered = (f"f.{name}_{number}" for name in ("code", "rank", "value", "answered"))
    if plan.sheet:
        by_rules, rules_params = "o.sheet_id IS DISTINCT FROM %s", [sheet]
    else:
        # The rules changed when the old value would not have its old band under them.
        band, rules_params = code_of("o.value", plan.tiers)
        by_rules = f"({band}) IS DISTINCT FROM o.code"
    cursor.execute(
        f"""
        INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value,
            to_code, to_rank, to_value, "on", reason, sheet_id, run_id)
        SELECT f.customer_id, %s, COALESCE(o.code, ''), o.rank, o.value, COALESCE({code}, ''), {rank}, {value}, %s,
            CASE WHEN o.code IS NULL THEN %s WHEN {by_rules} THEN %s ELSE %s END, %s, %s
        FROM {FRESH} f LEFT JOIN tiering_placement o ON o.customer_id = f.customer_id AND o.scheme_id = %s
        WHERE COALESCE(o.code, '') <> COALESCE({code}, '')
        """,  # noqa: S608 our own names
        [scheme, as_of, MoveReason.FIRST, *rules_params, MoveReason.RULES, MoveReason.FACTS, sheet, run_id, scheme],
    )
    cursor.execute(
        f"""
        UPDATE tiering_placement o SET code = {code}, rank = {rank}, value = {value}, answered = {answered},
            sheet_id = %s, since = CASE WHEN o.code = {code} THEN o.since ELSE %s END
        FROM {FRESH} f
        WHERE o.customer_id = f.customer_id AND o.scheme_id = %s AND {code} IS NOT NULL
            AND (o.code, o.rank, o.value, o.answered, o.sheet_id)
                IS DISTINCT FROM ({code}, {rank}, {value}, {answered}, %s)
        """,  # noqa: S608
        [sheet, as_of, scheme, sheet],
    )
    cursor.execute(
        f"""
        INSERT INTO tiering_placement (customer_id, scheme_id, code, rank, value, answered, sheet_id, since)
        SELECT f.customer_id, %s, {code}, {rank}, {value}, {answered}, %s, %s
        FROM {FRESH} f
        WHERE {code} IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM tiering_placement o WHERE o.customer_id = f.customer_id AND o.scheme_id = %s)
        """,  # noqa: S608
        [scheme, sheet, as_of, scheme],
    )
    cursor.execute(
        f"""
        DELETE FROM tiering_placement o USING {FRESH} f
        WHERE o.customer_id = f.customer_id AND o.scheme_id = %s AND {code} IS NULL
        """,  # noqa: S608
        [scheme],
    )


def _withdraw(cursor, plan_list, as_of, run):
    """Take the placements of schemes away that are no longer in force, each with its movement."""
    schemes = [plan.scheme.pk for plan in plan_list]
    cursor.execute(
        """
        WITH gone AS (DELETE FROM tiering_placement WHERE scheme_id <> ALL(%s)
            RETURNING customer_id, scheme_id, code, rank, value, sheet_id)
        INSERT INTO tiering_movement (customer_id, scheme_id, from_code, from_rank, from_value, to_code, "on", reason,
            sheet_id, run_id)
        SELECT customer_id, scheme_id, code, rank, value, '', %s, %s, sheet_id, %s FROM gone
        """,
        [schemes, as_of, MoveReason.RULES, run.pk],
    )


def _write_standing(cursor, plan_list):
    """The tiers that lists filter and sort by; a scheme out of force leaves its columns empty."""
    values = {name: "''" for name, _rank in STANDING.values()} | {
        rank: "NULL::int" for _name, rank in STANDING.values()
    }
    values |= {"score": "NULL::int", "coverage": "NULL::int"}
    for number, plan in enumerate(plan_list):
        if plan.scheme.code not in STANDING:
            continue
        tier, rank = STANDING[plan.scheme.code]
        values[tier], values[rank] = f"COALESCE(code_{number}, '')", f"rank_{number}"
        if plan.scheme.code == MAIN and plan.definition is not None:
            values["score"] = f"value_{number}::int"
            criteria = len(plan.definition.criteria) or 1
            values["coverage"] = f"round(answered_{number} * 100.0 / {criteria})::int"
    select = ", ".join(f"{value} AS {name}" for name, value in values.items())
    standing.rewrite(columns=list(values), select=f"SELECT customer_id, {select} FROM {FRESH}")  # noqa: S608
    name_tiers(plan_list)


def name_tiers(plan_list):
    """Give the room below the names of the tiers in force, for its lists and filters. Twice changes nothing."""
    for code, (column, _rank) in STANDING.items():
        plan = next((plan for plan in plan_list if plan.scheme.code == code), None)
        names, ranks = {}, {}
        if plan is not None:
            rows = plan.sheet.cutoffs.all() if plan.sheet else plan.scheme.bands.all()
            names = {row.code: row for row in rows}
            ranks = {tier.code: tier.rank for tier in plan.tiers}
        standing.name_tiers(
            column=column, tiers=[(key, ranks[key], row.name, row.name_en) for key, row in names.items()]
        )


def _count(cursor, plan_list, run):
    """What the run reports: of individuals by the sheet, and every move by scheme, from and to."""
    run.result = {"as_of": run.as_of.isoformat(), "scored": 0, "incomplete": 0, "changed": 0, "tiers": {}, "moves": []}
    for number, plan in enumerate(plan_list):
        if plan.scheme.code != MAIN or plan.definition is None:
            continue
        cursor.execute(
            f"SELECT count(value_{number}), count(*) FILTER (WHERE answered_{number} < %s) FROM {FRESH}",  # noqa: S608
            [len(plan.definition.criteria)],
        )
        run.scored, run.incomplete = cursor.fetchone()
        cursor.execute(f"SELECT code_{number}, count(*) FROM {FRESH} GROUP BY 1")  # noqa: S608
        counted = dict(cursor.fetchall())
        run.result["tiers"] = {tier.code: counted.get(tier.code, 0) for tier in plan.tiers}
    cursor.execute(
        """
        SELECT scheme.code, move.from_code, move.to_code, count(*)
        FROM tiering_movement move JOIN tiering_scheme scheme ON scheme.id = move.scheme_id
        WHERE move.run_id = %s
        GROUP BY scheme.position, scheme.code, move.from_code, move.from_rank, move.to_code, move.to_rank
        ORDER BY scheme.position, scheme.code, move.from_rank NULLS FIRST, move.to_rank NULLS LAST
        """,
        [run.pk],
    )
    run.result["moves"] = [
        {"scheme": scheme, "from": left, "to": reached, "count": count}
        for scheme, left, reached, count in cursor.fetchall()
    ]
    cursor.execute("SELECT count(DISTINCT customer_id) FROM tiering_movement WHERE run_id = %s", [run.pk])
    (run.changed,) = cursor.fetchone()
    run.result |= {"scored": run.scored, "incomplete": run.incomplete, "changed": run.changed}


def tidy():
    """Tell the planner what a run has written; to be called after it committed. Twice does no harm."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tiering_placement, tiering_movement, customers_standing")
