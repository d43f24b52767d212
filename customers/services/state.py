"""Where a relationship stands: the only door to `Customer.state` (S1.2, S1.11)."""

from django.db import connection, transaction

from customers.choices import CustomerState
from customers.models import Customer
from staff.services import record

# Nothing held, no entry on an account and nobody spoke with them for so many months: dormant (休眠).
DORMANT_MONTHS = 12

# Everybody whose state the night may change: who holds nothing, and who is dormant. Only rows that differ are written.
SETTLE = """
    WITH silent AS (
        SELECT standing.customer_id,
            standing.holding_count = 0
            AND (standing.last_contact IS NULL OR standing.last_contact < %(since)s)
            AND coalesce(customer.opened_on, customer.created_at::date) < %(since)s
            AND NOT EXISTS (
                SELECT 1 FROM customers_cashflow flow
                WHERE flow.customer_id = standing.customer_id AND flow.booked_on >= %(since)s
            ) AS dormant
        FROM customers_standing standing JOIN customers_customer customer ON customer.id = standing.customer_id
        WHERE (standing.holding_count = 0 OR customer.state = 'dormant') AND customer.state <> 'ended'
    )
    UPDATE customers_customer customer
    SET state = CASE WHEN silent.dormant THEN 'dormant' ELSE 'active' END, updated_at = now()
    FROM silent
    WHERE silent.customer_id = customer.id
      AND customer.state <> CASE WHEN silent.dormant THEN 'dormant' ELSE 'active' END
"""


@transaction.atomic
def set_state(*, customer, state, by):
    """Set the state of one relationship, with the trail; the state it has: nothing happens. Returns it fresh."""
    locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    if locked.state != CustomerState(state):
        locked.state = CustomerState(state)
        locked.version += 1
        locked.save(update_fields=["state", "version", "updated_at"])
        record(actor=by, verb=f"relationship.{locked.state}", subject=locked)
    return locked


@transaction.atomic
def settle_dormant(*, on):
    """Customers become dormant, or active again, by what is known on the day `on`; returns how many changed.

    Dormant: no open holding, no entry and no contact in DORMANT_MONTHS months, and with the bank longer than that.
    Anything of these that comes back makes them active again. Ended ones stay ended. Twice changes nothing.
    """
    month = on.year * 12 + on.month - 1 - DORMANT_MONTHS
    since = on.replace(year=month // 12, month=month % 12 + 1, day=min(on.day, 28))
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"since": since})
        changed = cursor.rowcount
    if changed:
        record(actor=None, verb="relationships.settled", on=on.isoformat(), changed=changed)
    return changed
