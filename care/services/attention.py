"""The attention audit (S4.8): what was done for customers, and what they brought, by tier, branch and manager."""

from datetime import timedelta
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import Sum

from care.rules.attention import Load

KEPT = timedelta(days=35)

COUNT = """
    WITH brought AS (
        SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS income
        FROM customers_valuerecord WHERE period BETWEEN %(first)s AND %(last)s GROUP BY customer_id
    )
    INSERT INTO care_servicecount (
        "on", branch_id, manager_id, kind, code, customers, untouched, contacts, minutes, cost, income
    )
    SELECT %(on)s, customer.branch_id, customer.manager_id, customer.kind, standing.tier, count(*),
           count(*) FILTER (WHERE standing.contacts = 0), sum(standing.contacts), sum(standing.service_minutes),
           sum(standing.service_cost), sum(brought.income)
    FROM customers_standing standing JOIN customers_customer customer ON customer.id = standing.customer_id
    LEFT JOIN brought ON brought.customer_id = standing.customer_id
    GROUP BY customer.branch_id, customer.manager_id, customer.kind, standing.tier
"""


@transaction.atomic
def count_service(*, on):
    """Count the standing's service by branch, manager, kind and tier as of the day `on`; returns rows written.

    Income is that of the twelve months that end with the month of the day. Done again it replaces the day's count. Days
    that are not the last one counted of their month go after five weeks.
    """
    first, last = year_of(on)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('care.service_count'))")
        cursor.execute('DELETE FROM care_servicecount WHERE "on" = %s', [on])
        cursor.execute(COUNT, {"on": on, "first": first, "last": last})
        written = cursor.rowcount
        cursor.execute(
            """
            DELETE FROM care_servicecount old WHERE old."on" < %s AND EXISTS (
                SELECT 1 FROM care_servicecount later
                WHERE later."on" > old."on" AND date_trunc('month', later."on") = date_trunc('month', old."on")
            )
            """,
            [on - KEPT],
        )
    return written


def loads_of(counts, *keys):
    """What was done and brought, {values of `keys` (columns of a ServiceCount): Load}; one query."""
    rows = (
        counts.order_by()
        .values(*keys)
        .annotate(
            of=Sum("customers"),
            silent=Sum("untouched"),
            talks=Sum("contacts"),
            time=Sum("minutes"),
            spent=Sum("cost"),
            brought=Sum("income"),
        )
    )
    return {
        tuple(row[key] for key in keys): Load(
            row["of"], row["silent"], row["talks"], row["time"], row["spent"], row["brought"]
        )
        for row in rows
    }


def summed(loads, *places):
    """The same loads by fewer keys, by their places: {key, or tuple of keys: Load}."""
    found, shortened = {}, itemgetter(*places) if places else lambda _key: ()
    for key, load in loads.items():
        short = shortened(key)
        if short not in found:
            found[short] = Load()
        found[short].add(load)
    return found


def year_of(on):
    """First days of the first and the last of the twelve months that end with the month of the day."""
    last = on.replace(day=1)
    first = last.replace(year=last.year - 1, month=last.month + 1) if last.month < 12 else last.replace(month=1)
    return first, last
