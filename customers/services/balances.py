"""What follows from holdings: the standing's totals and next maturity, and the balances of each month."""

from datetime import timedelta

from django.db import connection, transaction

from customers.choices import ASSET_CATEGORIES, LOAN_CATEGORIES
from customers.models import Standing
from customers.services import standing
from customers.services.statements import execute, fresh_columns, in_bulk
from customers.services.wallet import refresh_wallet

TOTALS = """
    SELECT customer.id AS customer_id, coalesce(held.assets, 0) AS asset_total, coalesce(held.loans, 0) AS loan_total,
        coalesce(held.number, 0) AS holding_count, held.next_maturity AS next_maturity
    FROM customers_customer customer LEFT JOIN (
        SELECT holding.customer_id, count(*) AS number,
            sum(holding.balance) FILTER (WHERE product.category = ANY(%s) AND holding.currency = 'CNY') AS assets,
            sum(holding.balance) FILTER (WHERE product.category = ANY(%s) AND holding.currency = 'CNY') AS loans,
            min(holding.matures_on) FILTER (WHERE holding.matures_on >= %s) AS next_maturity
        FROM customers_holding holding JOIN customers_product product ON product.id = holding.product_id
        WHERE holding.status = 'open' GROUP BY holding.customer_id
    ) AS held ON held.customer_id = customer.id
"""


@transaction.atomic
def refresh_balances(*, on, customers=None):
    """Bring standings and the balances of the month of `on` up to date with the holdings; returns rows written.

    Assets and loans are yuan: holdings in other currencies wait for exchange rates and are not added up. The next
    maturity is the first on or after the day `on`; what is known at other banks and our share of it go along. Every
    customer has a standing afterwards. With `customers` (primary keys) only these are looked at. Only rows that differ
    are written: twice changes nothing.
    """
    if customers is None:
        with in_bulk():
            return _refresh(on, None)
    return _refresh(on, list(customers))


def _refresh(on, chosen):
    totals = {
        "columns": ["asset_total", "loan_total", "holding_count", "next_maturity"],
        "select": TOTALS,
        "params": [*_categories(), on],
    }
    if chosen is None and not Standing.objects.exists():
        written = standing.fill(**totals)
    else:
        written = _missing_standings()
        written += standing.rewrite(**totals, customers=chosen)
    written += refresh_wallet(on=on, customers=chosen)
    if chosen is None:
        # Rows that this transaction has written are news to the planner, which would else walk one table per row of
        # the other.
        _tell_planner(("customers_standing", "customers_balancemonth"), written)
    months = _month(on, chosen)
    if chosen is None:
        _tell_planner(("customers_balancemonth",), months)
    return written + months


def _tell_planner(tables, written):
    """Count tables anew of which `written` rows are a good part, or whose size nobody knows yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE oid = ANY(%s::regclass[]) AND reltuples < %s",
            [list(tables), 3 * written + 1],
        )
        if told := [table for (table,) in cursor.fetchall()]:
            cursor.execute(f"ANALYZE {', '.join(told)}")


def _categories():
    return [category.value for category in ASSET_CATEGORIES], [category.value for category in LOAN_CATEGORIES]


def _missing_standings():
    columns = {"customer_id": "customer.id"}
    columns |= fresh_columns(Standing, columns)
    return execute(
        f"INSERT INTO customers_standing ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # noqa: S608
        " FROM customers_customer customer"
        " WHERE NOT EXISTS (SELECT 1 FROM customers_standing known WHERE known.customer_id = customer.id)"
    )


def _month(on, chosen):
    """The month's row of everybody who has something with us or had this month.

    `yuan_days` adds up what stood there at the end of each day through `counted_to`, so that a month's daily average is
    known although only rows whose assets change are written: until then the old assets counted, day by day. The days of
    the month before its first row count as the month before ended.
    """
    first = on.replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_balancemonth AS month SET assets = standing.asset_total, loans = standing.loan_total,"
            " yuan_days = coalesce(month.yuan_days, 0) + CASE WHEN %s >= coalesce(month.counted_to, %s)"
            " THEN month.assets * (%s - coalesce(month.counted_to, %s) - 1) + standing.asset_total"
            " ELSE 0 END, counted_to = greatest(month.counted_to, %s)"
            " FROM customers_standing standing WHERE standing.customer_id = month.customer_id AND month.month = %s"
            " AND (%s::bigint[] IS NULL OR month.customer_id = ANY(%s::bigint[]))"
            " AND (month.assets, month.loans) IS DISTINCT FROM (standing.asset_total, standing.loan_total)",
            [on, first - timedelta(days=1), on, first - timedelta(days=1), on, first, chosen, chosen],
        )
        written = cursor.rowcount
        cursor.execute(
            "INSERT INTO customers_balancemonth (customer_id, month, assets, loans, yuan_days, counted_to)"
            " SELECT standing.customer_id, %s, standing.asset_total, standing.loan_total,"
            " coalesce(before.assets, standing.asset_total) * (%s - 1) + standing.asset_total, %s"
            " FROM customers_standing standing LEFT JOIN customers_balancemonth before"
            " ON before.customer_id = standing.customer_id AND before.month = %s"
            " WHERE (standing.asset_total, standing.loan_total) <> (0, 0)"
            " AND (%s::bigint[] IS NULL OR standing.customer_id = ANY(%s::bigint[]))"
            # A million rows that are there already are passed over much faster than they are tried and refused.
            " AND NOT EXISTS (SELECT 1 FROM customers_balancemonth known"
            " WHERE known.customer_id = standing.customer_id AND known.month = %s)"
            " ON CONFLICT DO NOTHING",
            [first, on.day, on, (first - timedelta(days=1)).replace(day=1), chosen, chosen, first],
        )
        return written + cursor.rowcount
