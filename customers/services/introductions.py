"""Chains of introductions and what they brought, influence centres, sources and contact pools: set-based reads."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import EmptyResultSet
from django.db import connection

from customers.choices import ContactPurpose, PoolClass
from customers.rules.influence import Known, points, reasons
from customers.rules.relations import BEHIND_A_COMPANY, inverse

DEEPEST = 6
MOST_LINKS = 500
MOST_LOOKED_AT = 1000

CHAIN = """
    WITH RECURSIVE chain (id, via, depth, path) AS (
        SELECT %(root)s::bigint, NULL::bigint, 0, ARRAY[%(root)s::bigint]
        UNION ALL
        SELECT step.id, chain.id, chain.depth + 1, chain.path || step.id FROM chain
        CROSS JOIN LATERAL (
            SELECT customer_id AS id FROM customers_relation WHERE related_id = chain.id AND kind = 'introducer'
            UNION
            SELECT related_id FROM customers_relation WHERE customer_id = chain.id AND kind = 'introduced'
        ) AS step
        WHERE chain.depth < %(deepest)s AND step.id <> ALL(chain.path)
    )
    SELECT DISTINCT ON (id) id, via, depth, path FROM chain WHERE depth > 0 ORDER BY id, depth LIMIT %(most)s
"""
# Income less cost of twelve months; {of} names the rows that bring a customer_id.
INCOME = """
    SELECT sum(value.interest_income + value.fee_income - value.interest_cost - value.operating_cost)
    FROM customers_valuerecord value WHERE value.customer_id = {of} AND value.period >= %s
"""
# The way down goes through the indexes of relations step by step, so that a book asks for its own chains only.
RANKING = """
    WITH RECURSIVE mine AS ({scope}),
    chain (root, id, depth) AS (
        SELECT step.root, step.id, 1 FROM (
            SELECT related_id AS root, customer_id AS id FROM customers_relation
            WHERE kind = 'introducer' AND related_id IN (SELECT id FROM mine)
            UNION
            SELECT customer_id, related_id FROM customers_relation
            WHERE kind = 'introduced' AND customer_id IN (SELECT id FROM mine)
        ) AS step
        UNION
        SELECT chain.root, step.id, chain.depth + 1 FROM chain
        CROSS JOIN LATERAL (
            SELECT customer_id AS id FROM customers_relation WHERE related_id = chain.id AND kind = 'introducer'
            UNION ALL
            SELECT related_id FROM customers_relation WHERE customer_id = chain.id AND kind = 'introduced'
        ) AS step
        WHERE chain.depth < %s AND step.id <> chain.root
    ),
    brought AS (
        SELECT root, id, min(depth) AS depth FROM chain WHERE id IN (SELECT id FROM mine) GROUP BY root, id
    ),
    best AS (
        SELECT brought.root, count(*) FILTER (WHERE brought.depth = 1) AS direct, count(*) AS customers,
               sum(standing.asset_total) AS assets
        FROM brought JOIN customers_standing standing ON standing.customer_id = brought.id
        GROUP BY brought.root ORDER BY count(*) DESC, sum(standing.asset_total) DESC, brought.root LIMIT %s
    )
    SELECT best.root, best.direct, best.customers, best.assets, (
        SELECT sum(value.interest_income + value.fee_income - value.interest_cost - value.operating_cost)
        FROM brought JOIN customers_valuerecord value ON value.customer_id = brought.id
        WHERE brought.root = best.root AND value.period >= %s
    ) FROM best ORDER BY best.customers DESC, best.assets DESC, best.root
"""
# Those with most points of their own first; what their relations and groups add (4 at most) is looked up for them only.
CENTRES = """
    WITH mine AS ({scope}),
    counted AS (
        SELECT introducer_id AS customer_id, count(*) AS introduced FROM (
            SELECT related_id AS introducer_id, customer_id FROM customers_relation
            WHERE kind = 'introducer' AND related_id IN (SELECT id FROM mine)
            UNION
            SELECT customer_id, related_id FROM customers_relation
            WHERE kind = 'introduced' AND customer_id IN (SELECT id FROM mine)
        ) AS introduced GROUP BY introducer_id
    ),
    own AS (
        SELECT customer.id, customer.influence, coalesce(counted.introduced, 0) AS introduced, standing.loyalty_rank,
               standing.asset_total,
               CASE customer.influence WHEN 'great' THEN 4 WHEN 'considerable' THEN 3 WHEN 'some' THEN 1 ELSE 0 END
               + least(coalesce(counted.introduced, 0) * 2, 6)
               + CASE standing.loyalty_rank WHEN 1 THEN 3 WHEN 2 THEN 2 ELSE 0 END AS points
        FROM customers_customer customer
        JOIN mine ON mine.id = customer.id
        JOIN customers_standing standing ON standing.customer_id = customer.id
        LEFT JOIN counted ON counted.customer_id = customer.id
        WHERE customer.state = 'active' AND NOT customer.restricted AND customer.kind = 'individual'
          AND (customer.influence IN ('great', 'considerable') OR counted.introduced > 0 OR standing.loyalty_rank = 1)
        ORDER BY points DESC, standing.asset_total DESC, customer.id LIMIT %s
    ),
    known AS (
        SELECT own.*, tied.companies, tied.ties, coalesce(size.members, 0) AS group_size
        FROM own
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT tie.other) FILTER (WHERE tie.behind) AS companies, count(*) AS ties FROM (
                SELECT customer_id AS other, kind = ANY(%s) AS behind FROM customers_relation WHERE related_id = own.id
                UNION ALL
                SELECT related_id, kind = ANY(%s) FROM customers_relation WHERE customer_id = own.id
            ) AS tie
        ) AS tied
        LEFT JOIN LATERAL (
            SELECT count(*) AS members FROM customers_groupmember place
            JOIN customers_groupmember beside ON beside.group_id = place.group_id
            WHERE place.customer_id = own.id GROUP BY place.group_id ORDER BY count(*) DESC LIMIT 1
        ) AS size ON true
    )
    SELECT id, influence, introduced, loyalty_rank, group_size, companies, ties,
           points + (group_size >= 3)::int + least(companies, 2) + (ties >= 5)::int AS points
    FROM known ORDER BY points DESC, asset_total DESC, id LIMIT %s
"""
SOURCES = """
    WITH mine AS ({scope})
    SELECT customer.source, count(*) AS customers, sum(standing.asset_total) AS assets,
           count(*) FILTER (WHERE standing.tier IN ('VIP', 'A')) AS high,
           count(*) FILTER (WHERE standing.tier <> '') AS tiered,
           sum(earned.income) AS income, count(earned.income) AS earning
    FROM customers_customer customer
    JOIN mine ON mine.id = customer.id
    JOIN customers_standing standing ON standing.customer_id = customer.id
    LEFT JOIN (
        SELECT customer_id, sum(interest_income + fee_income - interest_cost - operating_cost) AS income
        FROM customers_valuerecord WHERE period >= %s AND customer_id IN (SELECT id FROM mine) GROUP BY customer_id
    ) AS earned ON earned.customer_id = customer.id
    GROUP BY customer.source
"""
POOLS = """
    WITH mine AS ({scope}),
    asked AS (SELECT DISTINCT customer_id FROM customers_need WHERE status = 'open'),
    placed AS (
        SELECT customer.manager_id, customer.opened_on, standing.last_contact,
               CASE WHEN standing.last_contact IS NULL THEN 'D'
                    WHEN standing.last_contact < %s::date - %s::int THEN 'C'
                    WHEN asked.customer_id IS NOT NULL OR standing.open_followups > 0
                         OR standing.next_maturity BETWEEN %s::date AND %s::date + %s::int THEN 'A'
                    ELSE 'B' END AS pool
        FROM customers_customer customer
        JOIN mine ON mine.id = customer.id
        JOIN customers_standing standing ON standing.customer_id = customer.id
        LEFT JOIN asked ON asked.customer_id = customer.id
        WHERE customer.state = 'active' AND customer.manager_id IS NOT NULL
    )
    SELECT manager_id, count(*) FILTER (WHERE pool = 'A'), count(*) FILTER (WHERE pool = 'B'),
           count(*) FILTER (WHERE pool = 'C'), count(*) FILTER (WHERE pool = 'D'),
           count(*) FILTER (WHERE last_contact IS NULL OR last_contact < %s::date - %s::int),
           count(*) FILTER (WHERE opened_on > %s::date - 30 AND opened_on <= %s::date),
           count(*) FILTER (WHERE opened_on > %s::date - 90 AND opened_on <= %s::date)
    FROM placed GROUP BY manager_id
"""
NAMES = """
    SELECT introducer.manager_id, count(*),
           count(*) FILTER (WHERE referral.asked_on > %s::date - 30),
           count(*) FILTER (WHERE referral.asked_on > %s::date - 90)
    FROM customers_referral referral
    JOIN customers_customer introducer ON introducer.id = referral.introducer_id
    WHERE referral.outcome IN ('named', 'contacted') AND referral.referred_id IS NULL
      AND introducer.manager_id IS NOT NULL AND referral.introducer_id IN ({scope})
    GROUP BY introducer.manager_id
"""


@dataclass(frozen=True)
class Link:
    """A customer in a chain of introductions: through whom, how many steps from the root, and the way there."""

    pk: int
    via: int
    depth: int
    path: tuple


@dataclass(frozen=True)
class Brought:
    """What an introducer's chain brought (yuan): `income` of twelve months is None when nothing is known of it."""

    pk: int
    direct: int
    customers: int
    assets: Decimal
    income: Decimal | None


@dataclass(frozen=True)
class Centre:
    """A candidate for an influence centre: points, and why."""

    pk: int
    points: int
    reasons: tuple


@dataclass(frozen=True)
class Source:
    """What one way of finding customers yielded; `high` of the `tiered` ones stand in VIP or A."""

    source: str
    customers: int
    assets: Decimal
    high: int
    tiered: int
    income: Decimal | None
    earning: int


@dataclass(frozen=True)
class Pool:
    """A manager's contact pools (S0.15); `names` are people named in referrals who are no customers yet."""

    manager: int
    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0
    untouched: int = 0
    new_30: int = 0
    new_90: int = 0
    names: int = 0

    @property
    def size(self):
        """Everybody who can be called."""
        return self.a + self.b + self.c + self.d

    def of(self, pool):
        """How many stand in the pool; names without a customer behind them stand in D."""
        return getattr(self, str(PoolClass(pool)).lower())


def chain_from(customer):
    """Who came through the customer, directly or through others, six steps deep and at most 500: [Link]."""
    rows = _rows(CHAIN, {"root": customer.pk, "deepest": DEEPEST, "most": MOST_LINKS})
    links = [Link(pk, via, depth, tuple(path)) for pk, via, depth, path in rows]
    return sorted(links, key=lambda link: link.path)


def ranking(customers, *, on, most=30):
    """Introducers among `customers` (a queryset) by how many of them came through each, six steps deep: [Brought].

    Only customers within the queryset are counted. One customer who came through two people counts for both.
    """
    scope, params = _scope(customers)
    if not scope:
        return []
    return [Brought(*row) for row in _rows(RANKING.format(scope=scope), [*params, DEEPEST, most, _year_before(on)])]


def centres(customers, *, on, most=50):
    """Influence centres among `customers` (a queryset): those for whom most speaks, with the reasons (S2.1).

    Nobody who may not be asked anything on the day `on`: restricted, ended, or wanting no contact.
    """
    scope, params = _scope(customers.contactable(purpose=ContactPurpose.MARKETING, on=on))
    if not scope:
        return []
    found, in_front = [], [inverse(kind) for kind in BEHIND_A_COMPANY]
    for pk, influence, introduced, loyalty, size, companies, ties, _sum in _rows(
        CENTRES.format(scope=scope), [*params, MOST_LOOKED_AT, list(BEHIND_A_COMPANY), in_front, most]
    ):
        known = Known(influence, introduced, loyalty, size, companies, ties)
        found.append(Centre(pk, points(known), tuple(reasons(known))))
    return found


def sources(customers, *, on):
    """What each source yielded among `customers` (a queryset), an unknown one as ``""`` (S1.4): {code: Source}."""
    scope, params = _scope(customers)
    rows = _rows(SOURCES.format(scope=scope), [*params, _year_before(on)]) if scope else []
    return {row[0]: Source(*row) for row in rows}


def pools(customers, *, on, policy):
    """The contact pools of each manager of `customers` (a queryset) by the bank's rules: {manager's key: Pool}.

    Nobody who ended the relationship, is restricted or does not want to be contacted stands in a pool. A name from a
    referral stands in the pool of the introducer's manager, whoever asked for it.
    """
    scope, params = _scope(customers)
    if not scope:
        return {}
    open_scope, open_params = _scope(customers.contactable(purpose=ContactPurpose.MARKETING, on=on))
    days = [on, policy.warm_days, on, on, policy.ready_days, on, policy.untouched_days, on, on, on, on]
    rows = {row[0]: row[1:] for row in _rows(POOLS.format(scope=open_scope), [*open_params, *days])}
    named = {row[0]: row[1:] for row in _rows(NAMES.format(scope=scope), [on, on, *params])}
    result = {}
    for manager in rows.keys() | named.keys():
        a, b, c, d, untouched, new_30, new_90 = rows.get(manager, (0,) * 7)
        names, names_30, names_90 = named.get(manager, (0,) * 3)
        result[manager] = Pool(manager, a, b, c, d + names, untouched, new_30 + names_30, new_90 + names_90, names)
    return result


def _year_before(on):
    return (on - timedelta(days=365)).replace(day=1)


def _scope(customers):
    try:
        sql, params = customers.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "", ()
    return f"SELECT id FROM ({sql}) AS scope (id)", params  # noqa: S608 what the query set compiles to


def _rows(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
