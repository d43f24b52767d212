"""Re-tiering 45,211 individuals against the same result written as one hand-made SQL statement.

Everything happens in one transaction that is rolled back: the database is left as it was. Both sides are timed in turn,
five times, and the ratio of their medians counts.
"""

import statistics
import time
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from staff.models import Branch
from tiering.models import Movement, Placement, Scheme, ScoringSheet, TieringRun
from tiering.services.retier import retier

CUSTOMERS = 45_211
REPEATS = 5
DAY = date(2026, 11, 21)
GOAL = 2.0
# The schemes that the statement by hand knows.
SCHEMES = ("sheet", "assets", "contribution", "loyalty")

# Customers like those of the public data set: job, marriage and education known for most, income and contact for few.
PEOPLE = """
    INSERT INTO customers_customer (public_id, customer_no, kind, name, name_grams, branch_id, id_type, id_no_sealed,
        id_no_index, mobile_sealed, mobile_index, mobile_tail, email_sealed, email_index, address_sealed, address_index,
        opened_on, ease_of_contact, influence, restricted, restricted_reason, version, created_at, updated_at)
    SELECT gen_random_uuid(), 'BENCH' || n, 'individual', '客户' || n, '{}', %s, '', '', '', '', '', '', '', '', '', '',
        DATE '2026-11-21' - (hashint4(n) & 4095), (ARRAY['very_easy','easy','hard','very_hard','',''])[1 + n %% 6],
        (ARRAY['great','considerable','some','none','',''])[1 + n / 6 %% 6], FALSE, '', 1, now(), now()
    FROM generate_series(1, %s) n
"""
PERSONS = """
    INSERT INTO customers_person (customer_id, gender, birth_date, lunar_leap, occupation, annual_income,
        marital_status, children, education)
    SELECT id, '', DATE '2026-11-21' - 6600 - (hashint8(id * 7) & 16383), FALSE,
        (ARRAY['business_owner','executive','technician','factory_worker','clerk','other','sales',''])[1 + id %% 8],
        CASE WHEN id %% 3 = 0 THEN (hashint8(id) & 262143) END,
        (ARRAY['married','married','married','single','divorced',''])[1 + id / 3 %% 6], NULL,
        (ARRAY['postgraduate','bachelor','junior_college','below_college',''])[1 + id / 5 %% 5]
    FROM customers_customer WHERE customer_no LIKE 'BENCH%%'
"""
STANDINGS = """
    INSERT INTO customers_standing (customer_id, tier, asset_tier, contribution_tier, loyalty_tier, asset_total,
        loan_total, holding_count, open_followups, tier_pinned, contacts, service_minutes, service_cost, operating_rung)
    SELECT id, '', '', '', '', (hashint8(id * 3) & 2097151), 0, 1, 0, FALSE, 0, 0, 0, 1
    FROM customers_customer WHERE customer_no LIKE 'BENCH%'
"""
HOLDINGS = """
    INSERT INTO customers_holding (holding_no, customer_id, product_id, currency, balance, status, opened_on)
    SELECT 'BENCH' || id, id, %s, 'CNY', 1, 'open', opened_on FROM customers_customer WHERE customer_no LIKE 'BENCH%%'
"""

# What somebody who knows this one sheet, these four schemes and these tables would write by hand.
BY_HAND = Path(__file__).with_name("by_hand").joinpath("same_rows.sql").read_text(encoding="utf-8")


class _Undo(Exception):
    """Leaves the transaction without a trace."""


def run(customers=CUSTOMERS, repeats=REPEATS):
    """Measure and return {"name", "ours", "yardstick", "ratio", "goal", "rerun", "same"}, times in seconds.

    `rerun` is our second run of the day, which writes nothing; `same` says that both sides left the same rows.
    """
    measured = {}
    try:
        with transaction.atomic():
            _people(customers)
            measured = _measure(repeats)
            raise _Undo
    except _Undo:
        return {"name": f"re-tier {customers:,} customers", "goal": GOAL, **measured}


def _people(customers):
    Scheme.objects.exclude(code__in=SCHEMES).update(active=False)
    branch = Branch.objects.create(code="BENCH", name="测试支行")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_product (code, name, category, dimension)"
            " VALUES ('BENCH', '活期', 'demand_deposit', '') RETURNING id"
        )
        (product,) = cursor.fetchone()
        cursor.execute(PEOPLE, [branch.pk, customers])
        cursor.execute(PERSONS, [])
        cursor.execute(STANDINGS)
        cursor.execute(HOLDINGS, [product])
        for table in ("customers_customer", "customers_person", "customers_standing", "customers_holding"):
            cursor.execute(f"ANALYZE {table}")


def _measure(repeats):
    ours, by_hand, rerun, results = [], [], [], []
    for _turn in range(repeats):
        for side, times in ((_ours, ours), (_hand, by_hand)):
            try:
                with transaction.atomic():
                    began = time.perf_counter()
                    side()
                    times.append(time.perf_counter() - began)
                    results.append(_result())
                    if side is _ours:
                        began = time.perf_counter()
                        side()
                        rerun.append(time.perf_counter() - began)
                    raise _Undo
            except _Undo:
                continue
    return {
        "ours": round(statistics.median(ours), 3),
        "yardstick": round(statistics.median(by_hand), 3),
        "ratio": round(statistics.median(ours) / statistics.median(by_hand), 2),
        "rerun": round(statistics.median(rerun), 3),
        "same": all(result == results[0] for result in results),
    }


def _ours():
    retier(as_of=DAY)


def _hand():
    ids = dict(Scheme.objects.values_list("code", "pk"))
    version = ScoringSheet.objects.in_force().get(code="standard").pk
    tiering_run = TieringRun.objects.create(as_of=DAY)
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND.format(**ids, version=version, run=tiering_run.pk))


def _result():
    """What both sides must agree on: placements, moves and standings, summed up by their values."""
    placements = Placement.objects.values_list("scheme_id", "code", "rank", "value", "answered", "sheet_id", "since")
    moves = Movement.objects.values_list("scheme_id", "from_code", "to_code", "to_value", "reason", "on")
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(row::text, '' ORDER BY customer_id)) FROM customers_standing row")
        (standings,) = cursor.fetchone()
    return _digest(placements), _digest(moves), standings


def _digest(rows):
    counted = {}
    for row in rows:
        counted[row] = counted.get(row, 0) + 1
    return counted
