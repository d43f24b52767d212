"""How many customers stand in each tier of each scheme on a day, by branch and manager: what dashboards read."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Sum

from tiering.models import Gathered, Profile, Scheme, TierCount

# Between month-ends the counts of a day are kept so long.
KEPT_DAYS = 35


@transaction.atomic
def write_counts(*, on):
    """Count every scheme's placements as the day `on`; returns rows written. Twice writes the same rows again.

    Customers that a scheme places nowhere are counted under the empty code. Days between month-ends that are older than
    five weeks go; the last day counted of each month stays.
    """
    with connection.cursor() as cursor:
        # Made first and inserted then: what an INSERT reads is closed to parallel plans.
        cursor.execute("DROP TABLE IF EXISTS pg_temp.tiering_placed")
        cursor.execute(
            """
            CREATE TEMPORARY TABLE tiering_placed AS
            SELECT p.scheme_id, f.branch_id, f.manager_id, p.code, count(*) AS customers,
                sum(f.assets_fen) / 100.0 AS assets, sum(p.value) AS value,
                count(p.watch_from) AS watched, count(p.override_id) AS pinned,
                count(*) FILTER (WHERE NOT f.individual) AS organisations,
                COALESCE(sum(f.assets_fen) FILTER (WHERE NOT f.individual), 0) / 100.0 AS organisation_assets
            FROM tiering_placement p JOIN tiering_profile f ON f.customer_id = p.customer_id
            GROUP BY 1, 2, 3, 4
            """
        )
        cursor.execute('DELETE FROM tiering_tiercount WHERE "on" = %s', [on])
        cursor.execute(
            """
            WITH everybody AS (
                SELECT branch_id, manager_id, count(*) AS customers, sum(assets_fen) / 100.0 AS assets,
                    count(*) FILTER (WHERE NOT individual) AS organisations,
                    COALESCE(sum(assets_fen) FILTER (WHERE NOT individual), 0) / 100.0 AS organisation_assets
                FROM tiering_profile GROUP BY 1, 2
            ), rest AS (
                SELECT scheme.id AS scheme_id, e.branch_id, e.manager_id, '' AS code,
                    e.customers - COALESCE(sum(p.customers), 0) AS customers,
                    e.assets - COALESCE(sum(p.assets), 0) AS assets,
                    e.organisations - COALESCE(sum(p.organisations), 0) AS organisations,
                    e.organisation_assets - COALESCE(sum(p.organisation_assets), 0) AS organisation_assets
                FROM tiering_scheme scheme CROSS JOIN everybody e
                LEFT JOIN tiering_placed p ON p.scheme_id = scheme.id AND p.branch_id = e.branch_id
                    AND p.manager_id IS NOT DISTINCT FROM e.manager_id
                WHERE scheme.active GROUP BY scheme.id, e.branch_id, e.manager_id, e.customers, e.assets,
                    e.organisations, e.organisation_assets
            )
            INSERT INTO tiering_tiercount (scheme_id, "on", branch_id, manager_id, code, customers, assets, value,
                watched, pinned, organisations, organisation_assets)
            SELECT scheme_id, %s, branch_id, manager_id, code, customers, assets, value, watched, pinned, organisations,
                organisation_assets
            FROM tiering_placed
            UNION ALL
            SELECT scheme_id, %s, branch_id, manager_id, code, customers, assets, NULL, 0, 0, organisations,
                organisation_assets
            FROM rest WHERE customers > 0
            """,
            [on, on],
        )
        written = cursor.rowcount
        cursor.execute("DROP TABLE pg_temp.tiering_placed")
    Gathered.objects.update(counted_on=on)
    _forget(on)
    return written


def counts_hold(*, on):
    """Whether the counts of the day are those of now: since then nobody was read or placed, came or went."""
    if not Gathered.objects.filter(counted_on=on).exists():
        return False
    counted = TierCount.objects.filter(on=on).aggregate(customers=Sum("customers"))["customers"]
    return counted == Profile.objects.count() * Scheme.objects.filter(active=True).count()


def _forget(on):
    """The days that nobody asks for any longer."""
    limit = on - timedelta(days=KEPT_DAYS)
    days = set(TierCount.objects.filter(on__lt=limit).order_by().values_list("on", flat=True).distinct())
    last_of_month = {(day.year, day.month): day for day in sorted(days)}
    # The month of the limit goes on within the days that are kept.
    last_of_month.pop((limit.year, limit.month), None)
    if gone := days - set(last_of_month.values()):
        TierCount.objects.filter(on__in=gone).delete()
