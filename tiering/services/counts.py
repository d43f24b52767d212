"""How many customers stand in each tier of each scheme on a day, by branch and manager: what dashboards read."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Count, Sum

from tiering.models import Gathered, Profile, Scheme, TierCount
from tiering.services.profile import WRITTEN, beside

# Between month-ends the counts of a day are kept so long.
KEPT_DAYS = 35
# Temporary: whom a run has placed anew, with what the placement said before (code NULL: there was none), and whether
# lists may show it. Without a scheme: it is not known what it said.
CHANGED = "tiering_changed"
CHANGED_COLUMNS = (
    "customer_id bigint, shown boolean, scheme_id bigint, code varchar, value numeric, watched int, pinned int"
)
# Beyond this part of all customers counting everybody is quicker than adding and taking away.
FEW = 0.2

EVERYBODY = """
    SELECT p.scheme_id, f.branch_id, f.manager_id, p.code, count(*) AS customers,
        sum(f.assets_fen) / 100.0 AS assets, sum(p.value) AS value,
        count(p.watch_from) AS watched, count(p.override_id) AS pinned,
        count(*) FILTER (WHERE NOT f.individual) AS organisations,
        COALESCE(sum(f.assets_fen) FILTER (WHERE NOT f.individual), 0) / 100.0 AS organisation_assets
    FROM tiering_placement p JOIN tiering_profile f ON f.customer_id = p.customer_id
    GROUP BY 1, 2, 3, 4
"""
# The counts of a day (the parameter), and the difference of whom anything has changed since: what a placement says now
# under its owner of now, less what it said then under its owner of then. One row does for who stays where he was.
SINCE = f"""
    WITH anew AS (
        SELECT f.customer_id, f.branch_id, f.manager_id, f.assets_fen, f.individual,
            CASE WHEN w.customer_id IS NULL THEN f.branch_id ELSE w.branch_id END AS old_branch,
            CASE WHEN w.customer_id IS NULL THEN f.manager_id ELSE w.manager_id END AS old_manager,
            CASE WHEN w.customer_id IS NULL THEN f.assets_fen ELSE w.assets_fen END AS old_fen,
            CASE WHEN w.customer_id IS NULL THEN f.individual ELSE w.individual END AS old_individual
        FROM (SELECT customer_id FROM {WRITTEN} UNION SELECT customer_id FROM {CHANGED}) whose
        JOIN tiering_profile f USING (customer_id) LEFT JOIN {WRITTEN} w USING (customer_id)
    ), places AS (
        SELECT customer_id, scheme_id, p.code, p.value, p.watched, p.pinned,
            CASE WHEN c.known THEN c.code ELSE p.code END AS old_code,
            CASE WHEN c.known THEN c.value ELSE p.value END AS old_value,
            CASE WHEN c.known THEN c.watched ELSE p.watched END AS old_watched,
            CASE WHEN c.known THEN c.pinned ELSE p.pinned END AS old_pinned
        FROM (
            SELECT p.customer_id, p.scheme_id, p.code, p.value, (p.watch_from IS NOT NULL)::int AS watched,
                (p.override_id IS NOT NULL)::int AS pinned
            FROM anew JOIN tiering_placement p USING (customer_id)
        ) p FULL JOIN (
            SELECT customer_id, scheme_id, code, value, watched, pinned, TRUE AS known FROM {CHANGED}
        ) c USING (customer_id, scheme_id)
    ), told AS (
        SELECT *, (CASE WHEN individual THEN 0 ELSE 1 END) AS organisation,
            (code = old_code AND branch_id = old_branch AND manager_id IS NOT DISTINCT FROM old_manager
                AND individual = old_individual) IS TRUE AS stays
        FROM places JOIN anew USING (customer_id)
    ), differences AS (
        SELECT scheme_id, branch_id, manager_id, code, CASE WHEN stays THEN 0 ELSE 1 END AS customers, organisation,
            CASE WHEN stays THEN assets_fen - old_fen ELSE assets_fen END AS fen,
            CASE WHEN stays THEN value - old_value ELSE value END AS value,
            CASE WHEN stays THEN watched - old_watched ELSE watched END AS watched,
            CASE WHEN stays THEN pinned - old_pinned ELSE pinned END AS pinned
        FROM told WHERE code IS NOT NULL
        UNION ALL
        SELECT scheme_id, old_branch, old_manager, old_code, -1, CASE WHEN old_individual THEN 0 ELSE 1 END, -old_fen,
            -old_value, -old_watched, -old_pinned
        FROM told WHERE old_code IS NOT NULL AND NOT stays
    )
    SELECT scheme_id, branch_id, manager_id, code, sum(customers) AS customers, sum(assets) AS assets,
        sum(value) AS value, sum(watched) AS watched, sum(pinned) AS pinned, sum(organisations) AS organisations,
        sum(organisation_assets) AS organisation_assets
    FROM (
        SELECT scheme_id, branch_id, manager_id, code, customers, assets, value, watched, pinned, organisations,
            organisation_assets
        FROM tiering_tiercount WHERE "on" = %s AND code <> ''
        UNION ALL
        SELECT scheme_id, branch_id, manager_id, code, sum(customers), sum(fen) / 100.0, sum(value), sum(watched),
            sum(pinned), sum(customers * organisation), sum(fen * organisation) / 100.0
        FROM differences GROUP BY 1, 2, 3, 4
    ) parts
    GROUP BY 1, 2, 3, 4 HAVING sum(customers) > 0
"""


@transaction.atomic
def write_counts(*, on, since=None):
    """Count every scheme's placements as the day `on`; returns rows written. Twice writes the same rows again.

    With `since`, a day whose counts held when the run began, only whom the run has written is counted anew (the
    temporary tables WRITTEN and CHANGED). Customers that a scheme places nowhere are counted under the empty code. Days
    between month-ends that are older than five weeks go; the last day counted of each month stays.
    """
    with connection.cursor() as cursor:
        # Made first and inserted then: what an INSERT reads is closed to parallel plans.
        cursor.execute("DROP TABLE IF EXISTS pg_temp.tiering_placed")
        text, params = EVERYBODY, []
        if since is not None and _few(cursor):
            text, params = SINCE, [since]
            beside(cursor, 0)
        cursor.execute(f"CREATE TEMPORARY TABLE tiering_placed AS {text}", params)
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


def _few(cursor):
    """Whether the run has written few enough customers to go on from the counts before."""
    cursor.execute(f"ANALYZE {WRITTEN}, {CHANGED}")
    cursor.execute(
        f"SELECT count(*) FROM (SELECT customer_id FROM {WRITTEN} UNION SELECT customer_id FROM {CHANGED}) anew"
    )
    return cursor.fetchone()[0] < FEW * Profile.objects.count()


def counted_day():
    """The day whose counts are those of now: since then nobody was read or placed, came or went. None: no day is."""
    day = Gathered.objects.values_list("counted_on", flat=True).first()
    if day is None:
        return None
    counts = TierCount.objects.filter(on=day)
    counted = counts.aggregate(customers=Sum("customers"), apart=Count("organisations"), rows=Count("pk"))
    everybody = Profile.objects.count() * Scheme.objects.filter(active=True).count()
    return day if counted["customers"] == everybody and counted["apart"] == counted["rows"] else None


def _forget(on):
    """The days that nobody asks for any longer."""
    limit = on - timedelta(days=KEPT_DAYS)
    days = set(TierCount.objects.filter(on__lt=limit).order_by().values_list("on", flat=True).distinct())
    last_of_month = {(day.year, day.month): day for day in sorted(days)}
    # The month of the limit goes on within the days that are kept.
    last_of_month.pop((limit.year, limit.month), None)
    if gone := days - set(last_of_month.values()):
        TierCount.objects.filter(on__in=gone).delete()
