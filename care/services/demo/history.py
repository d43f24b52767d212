"""A past for the demo bank: a year's balances, moves between tiers through eight months, reminders dealt with.

The extract says how things stand today. Some facts are put back to what they "were", the bank is tiered as of that day,
the facts of today return step by step, and each step is tiered again: every move comes from a real change of facts.
"""

from datetime import timedelta

from django.db import connection

from care.models import FollowUp
from care.services.demo.tiers import make_up_overrides
from care.services.raising import raise_followups, recount
from customers.services.balances import refresh_balances
from customers.services.standing import rewrite
from tiering.rules.facts import months_after
from tiering.services.retier import retier

# Months of tiers before this one.
SINCE = 7

PUT_BACK = [
    # One deposit or investment in four was smaller or larger.
    """CREATE TEMPORARY TABLE demo_balance ON COMMIT DROP AS
       SELECT holding.id, holding.customer_id, holding.balance,
           mod(abs(hashtext('when' || customer.customer_no)::bigint), 100) AS lot
       FROM customers_holding holding JOIN customers_customer customer ON customer.id = holding.customer_id
       JOIN customers_product product ON product.id = holding.product_id
       WHERE product.category IN ('demand_deposit', 'time_deposit', 'wealth', 'fund')
       AND mod(abs(hashtext('moved' || holding.holding_no)::bigint), 100) < 25""",
    """UPDATE customers_holding holding
       SET balance = round(holding.balance * CASE WHEN mod(demo.lot, 2) = 0 THEN 1.5 ELSE 0.4 END, 2)
       FROM demo_balance demo WHERE demo.id = holding.id""",
    # One customer in seven was harder to reach, or had less influence.
    """CREATE TEMPORARY TABLE demo_customer ON COMMIT DROP AS
       SELECT id, ease_of_contact, influence, mod(abs(hashtext('when' || customer_no)::bigint), 100) AS lot
       FROM customers_customer WHERE mod(abs(hashtext('known' || customer_no)::bigint), 100) < 14""",
    """UPDATE customers_customer customer
       SET ease_of_contact = CASE WHEN mod(demo.lot, 4) = 0 THEN 'very_easy' ELSE 'very_hard' END,
           influence = CASE WHEN mod(demo.lot, 4) = 0 THEN 'considerable' ELSE 'none' END
       FROM demo_customer demo WHERE demo.id = customer.id""",
]
RESTORE = [
    "UPDATE customers_holding holding SET balance = demo.balance FROM demo_balance demo"
    " WHERE demo.id = holding.id AND demo.lot >= %s AND demo.lot < %s",
    "UPDATE customers_customer customer SET ease_of_contact = demo.ease_of_contact, influence = demo.influence"
    " FROM demo_customer demo WHERE demo.id = customer.id AND demo.lot >= %s AND demo.lot < %s",
]
# Balances of earlier months: today's, a little less for each month, up and down by a lot of customer and month.
MONTHS = """
    INSERT INTO customers_balancemonth (customer_id, month, assets, loans)
    SELECT standing.customer_id, month::date,
        round(standing.asset_total * (1 - 0.009 * back)
            * (0.93 + mod(abs(hashtext(customer.customer_no || back)::bigint), 15) / 100.0), 2),
        round(standing.loan_total * (1 + 0.006 * back), 2)
    FROM customers_standing standing JOIN customers_customer customer ON customer.id = standing.customer_id
    CROSS JOIN generate_series(1, 11) AS back
    CROSS JOIN LATERAL (SELECT (%s::date - make_interval(months => back)) AS month) AS past
    WHERE (customer.opened_on IS NULL OR customer.opened_on < month + interval '1 month')
    AND (standing.asset_total, standing.loan_total) <> (0, 0)
    ON CONFLICT (customer_id, month) DO NOTHING
"""
CONTACTS = """
    SELECT customer_id, max(day) AS last_contact FROM (
        SELECT customer_id, held_on AS day FROM visits_visit WHERE status = 'held'
        UNION ALL SELECT customer_id, closed_on FROM care_followup WHERE state = 'done' AND contacted
    ) AS talk GROUP BY customer_id
"""
# Of what was open after a night, a share was dealt with before the next one that counts here, each on its own day.
DEAL_WITH = """
    UPDATE care_followup followup
    SET state = 'done', note = %s, closed_by_id = customer.manager_id, contacted = true,
        gift = followup.kind = 'birthday' AND mod(abs(hashtext('gift' || customer.customer_no)::bigint), 4) = 0,
        closed_on = %s::date + mod(abs(hashtext('late' || customer.customer_no)::bigint), %s)::int
    FROM customers_customer customer
    WHERE customer.id = followup.customer_id AND followup.state = 'open' AND followup.due_on <= %s
    AND mod(abs(hashtext('done' || customer.customer_no || followup.subject)::bigint), 100) < %s
    AND (followup.kind <> 'watch' OR mod(abs(hashtext('watch' || customer.customer_no)::bigint), 3) = 0)
"""


def note_contacts():
    """Last contact of everybody who was visited or called; returns rows written."""
    return rewrite(columns=["last_contact"], select=CONTACTS)


def make_up_months(*, today):
    """Balances of the eleven months before this one, where there are none yet."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [today.replace(day=1)])
        return cursor.rowcount


def make_up_moves(*, today):
    """Tier the bank as of seven month-ends, the middle of this month and today, with facts that change in between."""
    this = today.replace(day=1)
    ends = [months_after(this, -back) - timedelta(days=1) for back in range(SINCE - 1, -1, -1)]
    days = [*ends, this + timedelta(days=(today.day - 1) // 2), today]
    first = months_after(this, -SINCE) + timedelta(days=9)
    _run(PUT_BACK)
    refresh_balances(on=first)
    retier(as_of=first)
    for number, day in enumerate(days):
        lots = (100 * number // len(days), 100 * (number + 1) // len(days))
        _run(RESTORE, lots)
        refresh_balances(on=day)
        if day == today:
            make_up_overrides(today=today)
        result = retier(as_of=day)
    return result


def make_up_reminders(*, today):
    """Raise reminders as they would have been in the last two weeks; most of the earlier ones are dealt with."""
    for back, span, share in ((14, 7, 92), (7, 4, 80), (3, 3, 60), (0, 1, 8)):
        day = today - timedelta(days=back)
        raised = raise_followups(as_of=day)
        with connection.cursor() as cursor:
            cursor.execute(DEAL_WITH, ["已电话联系，客户知悉。", day, span, day, share])
    recount()
    return raised | {"open": FollowUp.objects.open().count()}


def _run(statements, parameters=None):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, parameters)
