"""Birthdays in the families of customers: whose birthday a reminder speaks of, and when its ground is gone.

What `care.services.raising` raises; each part is one statement.
"""

from django.db import connection
from django.db.models import Max

from care.choices import CareKind
from care.models import CareRule, FollowUp
from care.rules.birthdays import birthdays_within
from customers.rules.relations import FAMILY

# Of a family only who is on the file of the customer with a birthday (S4.5); whose own birthday stands in the same book
# as a customer is congratulated there. A rule may hold for the best tiers only: of those that hold for the customer the
# tightest speaks.
BORN = """
    WITH day AS (
        SELECT * FROM unnest(%(lunar)s::bool[], %(codes)s::int[], %(leap)s::bool[], %(days)s::date[])
            AS day (lunar, code, leap, happens_on)
    ),
    person AS (
        SELECT person.*, coalesce(nullif(known.gender, ''), person.gender) AS called,
               other.state <> 'ended' AND other.manager_id IS NOT DISTINCT FROM customer.manager_id AS beside,
               known.birth_date IS NOT NULL AS solar_known, known.lunar_birthday IS NOT NULL AS lunar_known
        FROM customers_relatedperson person
        JOIN customers_customer customer ON customer.id = person.customer_id
        LEFT JOIN customers_customer other ON other.id = person.known_as_id
        LEFT JOIN customers_person known ON known.customer_id = person.known_as_id
        WHERE NOT person.removed AND person.kind = ANY(%(family)s)
    ),
    kept AS (
        SELECT person.*, day.happens_on, 'solar' AS calendar FROM day JOIN person
          ON EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) = day.code
        WHERE NOT day.lunar AND NOT (coalesce(person.beside, false) AND person.solar_known)
        UNION ALL
        SELECT person.*, day.happens_on, 'lunar' FROM day JOIN person
          ON person.lunar_birthday = day.code AND person.lunar_leap = day.leap
        WHERE day.lunar AND NOT (coalesce(person.beside, false) AND person.lunar_known)
    )
    SELECT kept.customer_id, 'family:' || kept.public_id || ':' || kept.calendar AS subject, kept.happens_on,
           jsonb_build_object('name', kept.name, 'relation', kept.kind, 'gender', kept.called) AS facts
    FROM kept
"""
CANDIDATES = f"""
    SELECT DISTINCT ON (born.customer_id, born.subject) born.customer_id, born.subject, NULL::bigint AS holding_id,
           born.happens_on, rule.id AS rule_id, born.happens_on - rule.days_before AS raised_for, born.facts
    FROM ({BORN}) AS born
    JOIN customers_standing standing ON standing.customer_id = born.customer_id
    JOIN unnest(%(rules)s::bigint[], %(before)s::int[], %(best)s::int[]) AS rule (id, days_before, best_tiers)
      ON rule.days_before >= born.happens_on - %(as_of)s::date
     AND (rule.best_tiers IS NULL OR standing.tier_rank <= rule.best_tiers)
    ORDER BY born.customer_id, born.subject, rule.days_before
"""  # noqa: S608 our own text

# Who was taken off the file, or has another birthday by now, is not who the reminder speaks of.
GONE = f"""
    UPDATE care_followup followup SET state = 'withdrawn', closed_on = %(as_of)s, verb = NULL, before = '{{}}'
    WHERE followup.state = 'open' AND followup.kind = 'family' AND followup.happens_on >= %(as_of)s
      AND NOT EXISTS (
          SELECT 1 FROM ({BORN}) AS born
          WHERE born.customer_id = followup.customer_id AND born.subject = followup.subject
            AND born.happens_on = followup.happens_on
      )
"""  # noqa: S608 our own text
RENAMED = f"""
    UPDATE care_followup followup SET facts = born.facts
    FROM ({BORN}) AS born
    WHERE followup.state = 'open' AND followup.kind = 'family' AND born.customer_id = followup.customer_id
      AND born.subject = followup.subject AND born.happens_on = followup.happens_on AND followup.facts <> born.facts
"""  # noqa: S608 our own text


def follow(*, as_of):
    """Withdraw open reminders of who was taken off the file or has another birthday; tell the others the name of now.

    Twice changes nothing.
    """
    open_ones = FollowUp.objects.open().filter(kind=CareKind.FAMILY, happens_on__gte=as_of)
    furthest = open_ones.aggregate(day=Max("happens_on"))["day"]
    if furthest is None:
        return
    with connection.cursor() as cursor:
        params = _days(as_of, (furthest - as_of).days)
        cursor.execute(GONE, params)
        cursor.execute(RENAMED, params)


def by_rules(*, as_of):
    """The parameters of CANDIDATES by the rules in force; None without any."""
    rules = list(CareRule.objects.filter(kind=CareKind.FAMILY, active=True))
    if not rules:
        return None
    return {
        **_days(as_of, max(rule.days_before for rule in rules)),
        "rules": [rule.pk for rule in rules],
        "before": [rule.days_before for rule in rules],
        "best": [rule.best_tiers for rule in rules],
    }


def _days(as_of, reach):
    days = birthdays_within(as_of, reach)
    return {
        "as_of": as_of,
        "lunar": [day.lunar for day in days],
        "codes": [day.code for day in days],
        "leap": [day.leap for day in days],
        "days": [day.happens_on for day in days],
        "family": sorted(FAMILY),
    }
