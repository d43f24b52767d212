"""Raise follow-ups from rows, set-based: reminders of ends, birthdays (of the family too), watches, next steps.

One statement a kind: candidates, less what has been raised already (anti-join), inserted once by constraint; a nearer
reminder closes the earlier one of the same subject in the same statement.
"""

from django.db import connection, transaction
from django.db.models import Max

from care.choices import PURPOSES, CareKind, FollowUpState
from care.models import CareRule
from care.rules.birthdays import birthdays_within
from care.rules.reminders import tightest
from care.services import family
from customers.choices import CustomerState
from customers.models import Customer
from customers.services import standing
from staff.services import record

# Two runs at once would both find nothing raised yet: the second waits here for the first.
LOCK = "care.raising"
# How far ahead contacts that customers wished for are planned: a month (S3.7).
PLAN_DAYS = 30

# What a scheme's value is, and with it what is missing to a tier; anything else is points.
UNITS = {
    "yuan": ["assets", "assets_month_end", "assets_average", "contribution", "net_contribution"],
    "rungs": ["loyalty", "relationship", "operating"],
}

RAISE = """
    WITH candidate AS ({candidates}),
    fresh AS (
        SELECT candidate.* FROM candidate
        WHERE NOT EXISTS (
            SELECT 1 FROM care_followup known
            WHERE known.customer_id = candidate.customer_id AND known.subject = candidate.subject
              AND known.happens_on = candidate.happens_on
              AND (known.rule_id = candidate.rule_id AND known.kind <> 'watch'
                   OR known.raised_for >= candidate.raised_for)
        ) AND candidate.customer_id IN ({contactable})
        -- Everything is read before the first row is written: the table that grows is the one that is looked up.
        ORDER BY candidate.customer_id
    ),
    raised AS (
        INSERT INTO care_followup (
            public_id, customer_id, kind, rule_id, subject, holding_id, happens_on, raised_for, due_on,
            text, facts, state, note, dismiss_reason, contacted, before, created_at
        )
        SELECT gen_random_uuid(), customer_id, %(kind)s, rule_id, subject, holding_id, happens_on, raised_for,
               %(as_of)s, '', facts, 'open', '', '', false, '{{}}', now()
        FROM fresh
        ON CONFLICT DO NOTHING
        RETURNING customer_id, subject
    ),
    superseded AS (
        UPDATE care_followup earlier SET state = 'superseded', closed_on = %(as_of)s, verb = NULL, before = '{{}}'
        FROM raised
        WHERE earlier.customer_id = raised.customer_id AND earlier.subject = raised.subject AND earlier.state = 'open'
    )
    SELECT count(*) FROM raised
"""

MATURITIES = """
    SELECT holding.customer_id, 'holding:' || holding.holding_no AS subject, holding.id AS holding_id,
           holding.matures_on AS happens_on, rule.id AS rule_id, holding.matures_on - rule.days_before AS raised_for,
           '{}'::jsonb AS facts
    FROM customers_holding holding
    JOIN unnest(%(left)s::int[], %(rules)s::bigint[], %(before)s::int[]) AS rule (days_left, id, days_before)
      ON holding.matures_on = %(as_of)s::date + rule.days_left
    WHERE holding.status = 'open'
"""

# Money that ends at another bank is an occasion to win it (S3.9).
OUTSIDE = """
    SELECT outside.customer_id, 'outside:' || outside.public_id AS subject, NULL::bigint AS holding_id,
           outside.matures_on AS happens_on, rule.id AS rule_id, outside.matures_on - rule.days_before AS raised_for,
           jsonb_build_object('bank', outside.bank, 'category', outside.category, 'amount', outside.amount) AS facts
    FROM customers_outsideholding outside
    JOIN unnest(%(left)s::int[], %(rules)s::bigint[], %(before)s::int[]) AS rule (days_left, id, days_before)
      ON outside.matures_on = %(as_of)s::date + rule.days_left
    WHERE outside.closed_on IS NULL
"""

# What ended there, or ends another day, is not what the reminder said.
GONE_OUTSIDE = """
    UPDATE care_followup followup SET state = 'withdrawn', closed_on = %(as_of)s, verb = NULL, before = '{}'
    FROM customers_outsideholding outside
    WHERE followup.state = 'open' AND followup.kind = 'outside' AND outside.customer_id = followup.customer_id
      AND followup.subject = 'outside:' || outside.public_id
      AND (outside.closed_on IS NOT NULL OR outside.matures_on IS DISTINCT FROM followup.happens_on)
"""

BIRTHDAYS = """
    WITH day AS (
        SELECT * FROM unnest(
            %(lunar)s::bool[], %(codes)s::int[], %(leap)s::bool[], %(days)s::date[],
            %(rules)s::bigint[], %(before)s::int[]
        ) AS day (lunar, code, leap, happens_on, rule_id, days_before)
    ),
    born AS (
        SELECT person.customer_id, 'birthday:solar' AS subject, day.happens_on, day.rule_id, day.days_before
        FROM day JOIN customers_person person
          ON EXTRACT(MONTH FROM person.birth_date) * 100 + EXTRACT(DAY FROM person.birth_date) = day.code
        WHERE NOT day.lunar AND NOT person.birth_approximate
        UNION ALL
        SELECT person.customer_id, 'birthday:lunar', day.happens_on, day.rule_id, day.days_before
        FROM day JOIN customers_person person ON person.lunar_birthday = day.code AND person.lunar_leap = day.leap
        WHERE day.lunar
    )
    SELECT born.customer_id, born.subject, NULL::bigint AS holding_id, born.happens_on, born.rule_id,
           born.happens_on - born.days_before AS raised_for, '{}'::jsonb AS facts
    FROM born
"""

# The monthly plan (S3.7): who named a frequency, and whose next contact falls due in the days ahead. Once for each day
# on which it falls due; while nobody has ever spoken with them, once in as many days as they named.
RHYTHMS = """
    INSERT INTO care_followup (
        public_id, customer_id, kind, subject, raised_for, due_on, text, facts, state, note, dismiss_reason, contacted,
        before, created_at
    )
    SELECT gen_random_uuid(), wish.customer_id, 'rhythm', 'rhythm', wish.due_on, greatest(wish.due_on, %(as_of)s), '',
           jsonb_build_object('every_days', wish.every_days), 'open', '', '', false, '{{}}', now()
    FROM (
        SELECT preference.customer_id, preference.every_days, standing.last_contact IS NULL AS unspoken,
               coalesce(standing.last_contact + preference.every_days, %(as_of)s::date) AS due_on
        FROM customers_contactpreference preference
        JOIN customers_standing standing ON standing.customer_id = preference.customer_id
        WHERE preference.every_days IS NOT NULL
          AND (preference.valid_until IS NULL OR preference.valid_until >= %(as_of)s)
    ) AS wish
    WHERE wish.due_on <= %(as_of)s::date + %(ahead)s AND wish.customer_id IN ({contactable})
      AND NOT EXISTS (
          SELECT 1 FROM care_followup known
          WHERE known.customer_id = wish.customer_id AND known.kind = 'rhythm'
            AND (known.state = 'open' OR known.raised_for = wish.due_on
                 OR wish.unspoken AND known.closed_on > %(as_of)s::date - wish.every_days)
      )
"""

# Somebody spoke with them meanwhile, or they no longer name a frequency: the next contact falls due on another day.
MOVED_RHYTHMS = """
    UPDATE care_followup followup SET state = 'withdrawn', closed_on = %(as_of)s, verb = NULL, before = '{}'
    FROM customers_standing standing
    LEFT JOIN customers_contactpreference preference ON preference.customer_id = standing.customer_id
    WHERE followup.state = 'open' AND followup.kind = 'rhythm' AND standing.customer_id = followup.customer_id
      AND (preference.every_days IS NULL OR preference.valid_until < %(as_of)s
           OR standing.last_contact + preference.every_days <> followup.raised_for)
"""

# Whose day to be won back has come (S1.11); once for each day that was set.
WIN_BACKS = """
    INSERT INTO care_followup (
        public_id, customer_id, kind, subject, raised_for, due_on, text, facts, state, note, dismiss_reason, contacted,
        before, created_at
    )
    SELECT gen_random_uuid(), ending.customer_id, 'win_back', 'ending:' || ending.public_id, ending.win_back_on,
           %(as_of)s, '', jsonb_build_object('reason', ending.reason), 'open', '', '', false, '{{}}', now()
    FROM customers_ending ending
    WHERE ending.ended_on IS NOT NULL AND ending.back_on IS NULL AND ending.win_back_on <= %(as_of)s
      AND ending.customer_id IN ({contactable})
      AND NOT EXISTS (
          SELECT 1 FROM care_followup known
          WHERE known.customer_id = ending.customer_id AND known.subject = 'ending:' || ending.public_id
            AND known.raised_for = ending.win_back_on
      )
"""

# What is open for somebody whose relationship has ended, or who was won back, has no ground any more.
ENDED = """
    UPDATE care_followup followup SET state = 'withdrawn', closed_on = %(as_of)s, verb = NULL, before = '{}'
    FROM customers_customer customer
    WHERE followup.state = 'open' AND customer.id = followup.customer_id
      AND (customer.state = 'ended') <> (followup.kind = 'win_back')
      AND (customer.state = 'ended' OR followup.kind = 'win_back')
"""

# A reminder that the customer does not allow any more: no contact wanted, consent withdrawn, restricted (S3.7, S1.3).
NOT_ALLOWED = """
    UPDATE care_followup followup SET state = 'withdrawn', closed_on = %(as_of)s, verb = NULL, before = '{{}}'
    WHERE followup.state = 'open' AND followup.kind = %(kind)s
      AND NOT EXISTS (SELECT 1 FROM ({contactable}) AS allowed WHERE allowed.pk = followup.customer_id)
"""

# Who is under watch in which scheme: what the reminder says, and how far the value lies from the tier it is to keep.
WATCHES = """
    SELECT placement.customer_id, 'watch:' || scheme.code AS subject, placement.watch_from, placement.watch_until,
           jsonb_build_object(
               'scheme', scheme.name, 'scheme_en', scheme.name_en, 'code', placement.code,
               'name', tier.name, 'name_en', tier.name_en,
               'missing', CASE WHEN scheme.measure <> 'quadrant' AND tier.minimum > placement.value
                               THEN trim_scale(tier.minimum - placement.value)::text ELSE '' END,
               'unit', CASE WHEN scheme.measure = ANY(%(yuan)s) THEN 'yuan'
                            WHEN scheme.measure = ANY(%(rungs)s) THEN 'rungs' ELSE 'points' END
           ) AS facts
    FROM tiering_placement placement
    JOIN tiering_scheme scheme ON scheme.id = placement.scheme_id AND scheme.active
    JOIN LATERAL (
        SELECT cutoff.name, cutoff.name_en, cutoff.minimum::numeric AS minimum
        FROM tiering_cutoff cutoff JOIN tiering_scoringsheet sheet ON sheet.id = cutoff.sheet_id
        WHERE scheme.measure = 'sheet' AND sheet.code = scheme.sheet_code AND sheet.state = 'published'
          AND cutoff.code = placement.code
        UNION ALL
        SELECT band.name, band.name_en, band.minimum FROM tiering_band band
        WHERE scheme.measure <> 'sheet' AND band.scheme_id = scheme.id AND band.code = placement.code
    ) AS tier ON true
    WHERE placement.watch_until IS NOT NULL
"""
DUE_WATCHES = """
    SELECT watch.customer_id, watch.subject, NULL::bigint AS holding_id, watch.watch_until AS happens_on,
           %(rule)s::bigint AS rule_id, watch.watch_from AS raised_for, watch.facts
    FROM ({watches}) AS watch
    WHERE watch.watch_until > %(as_of)s AND watch.watch_until <= %(as_of)s::date + %(reach)s
      AND NOT EXISTS (
          SELECT 1 FROM care_followup known
          WHERE known.customer_id = watch.customer_id AND known.subject = watch.subject AND known.kind = 'watch'
            AND known.raised_for = watch.watch_from
      )
"""


@transaction.atomic
def raise_followups(*, as_of, by=None):
    """Raise every follow-up whose day has come on `as_of`, close those whose ground is gone; returns what was raised.

    ``{"as_of": "2026-12-01", "raised": 5, "by_rule": {"maturity": 3, "outside": 0, "birthday": 2, "family": 0,
    "watch": 0, "next_step": 0, "rhythm": 0, "win_back": 0}}``.
    Maturities: open holdings with an end date, with us or (outside) at another bank. Birthdays: solar and lunar,
    each where known; of the family too, as far as a rule says so for the customer's tier. Watches: once for each
    customer, scheme in force and begin of the watch. Contacts as wished: of those who named a frequency, thirty
    days ahead. Win-backs: on the day set when a relationship ended. Nothing is raised that the customer does not
    allow for its purpose (care.choices.PURPOSES, S3.7, S3.11) nor, but win-backs, for those whose relationship has
    ended; restricted customers keep their service, and lose what sells (S1.3). Of the rules in force only the
    tightest whose day has come speaks (care.rules.reminders), so a missed night is caught up once; it supersedes
    the open reminder before it. What is raised is due on `as_of`: nobody is late with what nobody was told, and the
    day it happens stands beside it. Called twice it raises nothing more; two at once wait for each other (S3.1).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    _withdraw(as_of=as_of)
    by_rule = {
        CareKind.MATURITY.value: _raise_ends(CareKind.MATURITY, MATURITIES, as_of=as_of),
        CareKind.OUTSIDE.value: _raise_ends(CareKind.OUTSIDE, OUTSIDE, as_of=as_of),
        CareKind.BIRTHDAY.value: _raise_birthdays(as_of=as_of),
        CareKind.FAMILY.value: _raise_family_birthdays(as_of=as_of),
        CareKind.WATCH.value: _raise_watches(as_of=as_of),
        CareKind.NEXT_STEP.value: _pick_up(on=as_of)[0],
        CareKind.RHYTHM.value: _insert(RHYTHMS, CareKind.RHYTHM, as_of=as_of, ahead=PLAN_DAYS),
        CareKind.WIN_BACK.value: _insert(WIN_BACKS, CareKind.WIN_BACK, as_of=as_of),
    }
    raised = sum(by_rule.values())
    if raised:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE care_followup")
        record(actor=by, verb="followups.raised", as_of=as_of.isoformat(), raised=raised)
    recount()
    return {"as_of": as_of.isoformat(), "raised": raised, "by_rule": by_rule}


@transaction.atomic
def pick_up_next_steps(*, on, since=None):
    """Make follow-ups of the next steps of held visits (recorded from the time `since` on); returns how many are new.

    A next step that was changed moves its open follow-up, one that was taken back withdraws it; what is open for those
    whose relationship has just ended is withdrawn. Twice changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
    changed = _withdraw_ended(as_of=on)
    raised, moved = _pick_up(on=on, since=since)
    changed += moved
    if raised or changed:
        recount()
    return raised


def recount(*, customers=None):
    """Write how many open follow-ups each customer has into the standing row; only rows that differ."""
    scope, params = ("", []) if customers is None else (" AND customer_id = ANY(%s)", [list(customers)])
    return standing.rewrite(
        columns=["open_followups"],
        select=(
            "SELECT customer_id, count(*)::int AS open_followups FROM care_followup "  # noqa: S608 our own text
            f"WHERE state = 'open'{scope} GROUP BY customer_id"
        ),
        params=params,
        customers=customers,
        missing={"open_followups": 0},
    )


def _rules_of(kind):
    """The rules in force of a kind, {days before: pk}, and the longest reach in days (None without rules)."""
    rules = CareRule.objects.filter(kind=kind, active=True)
    reach = rules.aggregate(reach=Max("days_before"))["reach"]
    return dict(rules.values_list("days_before", "pk")), reach


def _raise(kind, candidates, params):
    contactable = _contactable(CareKind(kind), on=params["as_of"])
    with connection.cursor() as cursor:
        cursor.execute(RAISE.format(candidates=candidates, contactable=contactable), {"kind": kind, **params})
        return cursor.fetchone()[0]


def _insert(statement, of, **params):
    with connection.cursor() as cursor:
        cursor.execute(statement.format(contactable=_contactable(of, on=params["as_of"])), params)
        return cursor.rowcount


def _contactable(kind, *, on):
    """SQL of the customers who allow what a kind of reminder is for; all but win-backs leave out who has ended."""
    customers = Customer.objects.contactable(purpose=PURPOSES[kind], on=on)
    if kind != CareKind.WIN_BACK:
        customers = customers.exclude(state=CustomerState.ENDED)
    sql, params = customers.order_by().values("pk").query.sql_with_params()
    return connection.ops.compose_sql(sql, params).replace("%", "%%")


def _withdraw_ended(*, as_of):
    with connection.cursor() as cursor:
        cursor.execute(ENDED, {"as_of": as_of})
        return cursor.rowcount


def _raise_ends(kind, candidates, *, as_of):
    """Ends of holdings, with us or elsewhere, by the rules of their kind."""
    rules, reach = _rules_of(kind)
    if not rules:
        return 0
    before = {left: tightest(left, rules) for left in range(reach + 1)}
    return _raise(
        kind.value,
        candidates,
        {
            "as_of": as_of,
            "left": list(before),
            "rules": [rules[days] for days in before.values()],
            "before": list(before.values()),
        },
    )


def _raise_birthdays(*, as_of):
    rules, reach = _rules_of(CareKind.BIRTHDAY)
    if not rules:
        return 0
    days = birthdays_within(as_of, reach)
    before = [tightest((day.happens_on - as_of).days, rules) for day in days]
    return _raise(
        CareKind.BIRTHDAY.value,
        BIRTHDAYS,
        {
            "as_of": as_of,
            "lunar": [day.lunar for day in days],
            "codes": [day.code for day in days],
            "leap": [day.leap for day in days],
            "days": [day.happens_on for day in days],
            "rules": [rules[days_before] for days_before in before],
            "before": before,
        },
    )


def _raise_family_birthdays(*, as_of):
    family.follow(as_of=as_of)
    params = family.by_rules(as_of=as_of)
    return _raise(CareKind.FAMILY.value, family.CANDIDATES, params) if params else 0


def _raise_watches(*, as_of):
    """New watches, after those that are over were withdrawn and those that go on were told what is missing today."""
    _follow_watches(as_of=as_of)
    rules, reach = _rules_of(CareKind.WATCH)
    if not rules:
        return 0
    return _raise(
        CareKind.WATCH.value,
        DUE_WATCHES.format(watches=WATCHES),
        {"as_of": as_of, "rule": rules[reach], "reach": reach, **UNITS},
    )


def _follow_watches(*, as_of):
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE care_followup followup SET state = %(state)s, closed_on = %(as_of)s, verb = NULL, before = '{{}}'
            WHERE followup.state = 'open' AND followup.kind = 'watch' AND NOT EXISTS (
                SELECT 1 FROM ({WATCHES}) AS watch
                WHERE watch.customer_id = followup.customer_id AND watch.subject = followup.subject
                  AND watch.watch_from = followup.raised_for
            )
            """,  # noqa: S608 our own text
            {"state": FollowUpState.WITHDRAWN.value, "as_of": as_of, **UNITS},
        )
        cursor.execute(
            f"""
            UPDATE care_followup followup SET happens_on = watch.watch_until, facts = watch.facts
            FROM ({WATCHES}) AS watch
            WHERE followup.state = 'open' AND followup.kind = 'watch' AND watch.customer_id = followup.customer_id
              AND watch.subject = followup.subject AND watch.watch_from = followup.raised_for
              AND (followup.happens_on, followup.facts) IS DISTINCT FROM (watch.watch_until, watch.facts)
            """,  # noqa: S608 our own text
            UNITS,
        )


def _withdraw(*, as_of):
    """Close open reminders whose ground is gone: the holding was closed or ends another day, the relationship ended,
    the contact is not wanted or falls due on another day."""
    _withdraw_ended(as_of=as_of)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE care_followup followup SET state = %(state)s, closed_on = %(as_of)s, verb = NULL, before = '{}'
            FROM customers_holding holding
            WHERE followup.state = 'open' AND followup.kind = 'maturity' AND holding.id = followup.holding_id
              AND (holding.status <> 'open' OR holding.matures_on IS DISTINCT FROM followup.happens_on)
            """,
            {"state": FollowUpState.WITHDRAWN.value, "as_of": as_of},
        )
        cursor.execute(GONE_OUTSIDE, {"as_of": as_of})
        cursor.execute(MOVED_RHYTHMS, {"as_of": as_of})
    for kind in (
        *(CareKind.OUTSIDE, CareKind.BIRTHDAY, CareKind.FAMILY),
        *(CareKind.WATCH, CareKind.RHYTHM, CareKind.WIN_BACK),
    ):
        _insert(NOT_ALLOWED, kind, as_of=as_of, kind=kind.value)


def _pick_up(*, on, since=None):
    """How many next steps are new, and how many rows were changed or withdrawn."""
    params = {"on": on, "since": since, "state": FollowUpState.WITHDRAWN.value}
    recent = "AND visit.updated_at >= %(since)s" if since is not None else ""
    stands = "visit.status = 'held' AND visit.next_step_on IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE care_followup followup SET state = %(state)s, closed_on = %(on)s, verb = NULL, before = '{{}}'
            FROM visits_visit visit
            WHERE followup.state = 'open' AND followup.kind = 'next_step'
              AND followup.subject = 'visit:' || visit.public_id AND followup.customer_id = visit.customer_id
              AND NOT ({stands}) {recent}
            """,  # noqa: S608 our own text
            params,
        )
        changed = cursor.rowcount
        cursor.execute(
            f"""
            UPDATE care_followup followup
            SET raised_for = visit.next_step_on, text = visit.next_step, verb = NULL, before = '{{}}',
                due_on = CASE WHEN followup.raised_for = visit.next_step_on THEN followup.due_on
                              ELSE visit.next_step_on END
            FROM visits_visit visit
            WHERE followup.state = 'open' AND followup.kind = 'next_step'
              AND followup.subject = 'visit:' || visit.public_id AND followup.customer_id = visit.customer_id
              AND {stands} {recent}
              AND (followup.raised_for, followup.text) IS DISTINCT FROM (visit.next_step_on, visit.next_step)
            """,  # noqa: S608
            params,
        )
        changed += cursor.rowcount
        cursor.execute(
            f"""
            INSERT INTO care_followup (
                public_id, customer_id, kind, subject, raised_for, due_on, text, state, note, dismiss_reason, contacted,
                before, created_by_id, created_at
            )
            SELECT gen_random_uuid(), visit.customer_id, 'next_step', 'visit:' || visit.public_id, visit.next_step_on,
                   visit.next_step_on, visit.next_step, 'open', '', '', false, '{{}}', visit.by_id, now()
            FROM visits_visit visit
            JOIN customers_customer customer ON customer.id = visit.customer_id AND customer.state <> 'ended'
            WHERE {stands} {recent} AND NOT EXISTS (
                SELECT 1 FROM care_followup known
                WHERE known.customer_id = visit.customer_id AND known.kind = 'next_step'
                  AND known.subject = 'visit:' || visit.public_id
            )
            ON CONFLICT DO NOTHING
            """,  # noqa: S608
            params,
        )
        return cursor.rowcount, changed
