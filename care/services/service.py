"""What serving each customer took in twelve months, and how far the relationship goes: into the standing, set-based.

Counted are the twelve months that end on the day, that day included. A talk is a visit that was held, or follow-ups
done by speaking: those of one day are one talk, and on the day of a visit they were part of it. Each talk takes the
minutes and yuan of its standard rate (`ServiceRate`), a gift adds its own once a day (S4.1).

The rung of the operating ladder (S4.5) is the highest whose deed was done (`care.choices.DEEDS`): rungs are kinds of
deeds, not conditions of each other, so that a bank that gives no gifts is not held at the fourth. What was left out
below is shown beside the rung.
"""

from django.db import connection, transaction

from care.choices import Rung
from care.rules.festivals import festive_days
from customers.models import Relation
from customers.rules.lunar import FIRST_YEAR, LAST_YEAR
from customers.services import standing

# Two counts at once would wait for each other's rows: the second waits here.
LOCK = "care.service"
COLUMNS = ["contacts", "service_minutes", "service_cost", "operating_rung"]
FAMILY = ("spouse", "parent", "child", "sibling")

# Talks, gifts and deeds; {only} narrows to some customers. The four parameters are given once, at the top.
FACTS = """
    given AS (
        SELECT (%s::date - interval '1 year')::date AS since, %s::date AS until, %s::bigint[] AS chosen
    ),
    festive AS (SELECT unnest(%s::date[]) AS day),
    visit AS (
        SELECT customer_id, held_on AS day, channel, gift FROM visits_visit
        WHERE status = 'held' AND held_on > (SELECT since FROM given) AND held_on <= (SELECT until FROM given) {only}
    ),
    done AS (
        SELECT customer_id, closed_on AS day, kind, contacted, gift, happens_on FROM care_followup
        WHERE state = 'done' AND (contacted OR gift)
          AND closed_on > (SELECT since FROM given) AND closed_on <= (SELECT until FROM given) {only}
    ),
    called AS (
        SELECT done.customer_id, done.day, max(rate.minutes) AS minutes, max(rate.cost) AS cost
        FROM done LEFT JOIN care_servicerate rate
          ON rate.code = CASE WHEN done.kind IN ('maturity', 'birthday') THEN done.kind
                                WHEN done.kind = 'family' THEN 'birthday' ELSE 'followup' END
        WHERE done.contacted
          AND NOT EXISTS (SELECT 1 FROM visit WHERE visit.customer_id = done.customer_id AND visit.day = done.day)
        GROUP BY done.customer_id, done.day
    ),
    gifted AS (
        SELECT customer_id, day FROM visit WHERE gift UNION SELECT customer_id, day FROM done WHERE gift
    )
"""
LOAD = """
    load AS (
        SELECT customer_id, count(*) FILTER (WHERE talk)::int AS contacts,
               coalesce(sum(minutes), 0)::int AS service_minutes, coalesce(sum(cost), 0) AS service_cost
        FROM (
            SELECT visit.customer_id, true AS talk, rate.minutes, rate.cost
            FROM visit LEFT JOIN care_servicerate rate ON rate.code = visit.channel
            UNION ALL SELECT customer_id, true, minutes, cost FROM called
            UNION ALL SELECT gifted.customer_id, false, rate.minutes, rate.cost
            FROM gifted LEFT JOIN care_servicerate rate ON rate.code = 'gift'
        ) AS services
        GROUP BY customer_id
    )
"""
DEEDS = """
    talk AS (
        SELECT customer_id, day FROM visit UNION SELECT customer_id, day FROM done WHERE contacted
    ),
    accepted AS (
        SELECT id, customer_id, decided_on AS day FROM proposals_proposal
        WHERE status = 'accepted'
          AND decided_on > (SELECT since FROM given) AND decided_on <= (SELECT until FROM given) {only}
    ),
    goal AS (
        SELECT customer_id, day FROM accepted
        UNION ALL
        SELECT customer_id, met_on FROM customers_need
        WHERE status = 'met' AND met_on > (SELECT since FROM given) AND met_on <= (SELECT until FROM given) {only}
    ),
    family_gift AS (
        SELECT DISTINCT gifted.customer_id, gifted.day FROM gifted JOIN care_followup birthday
          ON birthday.customer_id = gifted.customer_id AND birthday.kind IN ('birthday', 'family')
         AND birthday.happens_on BETWEEN gifted.day - 1 AND gifted.day + 7
    ),
    deed AS (
        SELECT customer_id, 2 AS rung, day FROM done
        WHERE contacted AND kind IN ('maturity', 'birthday', 'family', 'watch')
        UNION ALL
        SELECT customer_id, 3, day FROM visit WHERE channel <> 'salon'
        UNION ALL
        SELECT customer_id, 3, day FROM done WHERE contacted AND kind IN ('next_step', 'manual')
        UNION ALL
        SELECT customer_id, 4, day FROM talk JOIN festive USING (day)
        UNION ALL
        SELECT customer_id, 5, day FROM gifted JOIN festive USING (day)
        UNION ALL
        SELECT customer_id, 6, day FROM family_gift
        UNION ALL
        SELECT relation.related_id, 6, day FROM family_gift JOIN customers_relation relation USING (customer_id)
        WHERE relation.kind IN ('spouse', 'parent', 'child', 'sibling')
        UNION ALL
        SELECT relation.customer_id, 6, day
        FROM family_gift JOIN customers_relation relation ON relation.related_id = family_gift.customer_id
        WHERE relation.kind IN ('spouse', 'parent', 'child', 'sibling')
        UNION ALL
        SELECT customer_id, 7, day FROM visit WHERE channel = 'salon'
        UNION ALL
        SELECT customer_id, 8, closed_on FROM visits_objection
        WHERE outcome = 'resolved'
          AND closed_on > (SELECT since FROM given) AND closed_on <= (SELECT until FROM given) {only}
        UNION ALL
        SELECT customer_id, 8, presented_on FROM proposals_proposal
        WHERE presented_on > (SELECT since FROM given) AND presented_on <= (SELECT until FROM given) {only}
        UNION ALL
        SELECT customer_id, 9, max(day) FROM done WHERE contacted AND kind = 'maturity' AND day <= happens_on
        GROUP BY customer_id HAVING count(DISTINCT day) >= 2
        UNION ALL
        SELECT customer_id, 10, day FROM goal
        UNION ALL
        SELECT accepted.customer_id, 11, accepted.day FROM accepted
        JOIN proposals_proposalitem item ON item.proposal_id = accepted.id
        GROUP BY accepted.id, accepted.customer_id, accepted.day HAVING count(DISTINCT item.dimension) >= 3
        UNION ALL
        SELECT relation.related_id, 12, goal.day FROM goal JOIN customers_relation relation USING (customer_id)
        WHERE relation.kind = 'introducer'
    )
"""
SELECT = """
    WITH {facts}, {load}, {deeds},
    reached AS (SELECT customer_id, max(rung) AS rung FROM deed GROUP BY customer_id)
    SELECT standing.customer_id, coalesce(load.contacts, 0) AS contacts,
           coalesce(load.service_minutes, 0) AS service_minutes,
           coalesce(load.service_cost, 0)::numeric(18, 2) AS service_cost,
           coalesce(reached.rung, 1) AS operating_rung
    FROM customers_standing standing
    LEFT JOIN load ON load.customer_id = standing.customer_id
    LEFT JOIN reached ON reached.customer_id = standing.customer_id
    {scope}
"""
ONLY = "AND customer_id = ANY ((SELECT chosen FROM given)::bigint[])"


@transaction.atomic
def refresh_service(*, on, customers=None):
    """Write contacts, minutes, yuan and the rung of the year up to `on` into the standing; returns rows written.

    With `customers` (primary keys) only theirs. Rows that say so already are not written: twice writes none. Two at
    once: the second waits.
    """
    if customers is not None:
        customers = sorted(customers)
        if not customers:
            return 0
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    only = "" if customers is None else ONLY
    select = SELECT.format(
        facts=FACTS.format(only=only),
        load=LOAD,
        deeds=DEEDS.format(only=only),
        scope="" if customers is None else "WHERE standing.customer_id = ANY (%s)",
    )
    params = _params(on, customers)
    if customers is not None:
        params.append(customers)
    return standing.rewrite(columns=COLUMNS, select=select, params=params, customers=customers)


def deeds_of(*, customer, on):
    """What was done for one customer (primary key) in the twelve months up to `on`: {rung: (times, latest day)}."""
    text = f"""
        WITH {FACTS.format(only=ONLY)}, {DEEDS.format(only=ONLY)}
        SELECT rung, count(*), max(day) FROM deed WHERE customer_id = %s GROUP BY rung
    """  # noqa: S608 our own text
    with connection.cursor() as cursor:
        cursor.execute(text, [*_params(on, [customer]), customer])
        return {Rung(rung): (times, latest) for rung, times, latest in cursor.fetchall()}


def _params(on, customers):
    """Parameters of FACTS. Deeds for family and for people introduced count too: they are looked at with the others."""
    known = range(FIRST_YEAR + 2, LAST_YEAR - 1)
    festive = festive_days(on.replace(year=on.year - 1, day=min(on.day, 28)), on) if on.year in known else ()
    return [on, on, None if customers is None else _with_their_people(customers), list(festive)]


def _with_their_people(customers):
    pairs = Relation.objects.filter(related__in=customers).values_list("customer", flat=True)
    family = Relation.objects.filter(customer__in=customers, kind__in=FAMILY).values_list("related", flat=True)
    return sorted({*customers, *pairs, *family})
