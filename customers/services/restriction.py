"""The restricted list: the only door to whether a customer is restricted, and why (S1.3)."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from customers.choices import RestrictionKind, RestrictionOrigin
from customers.models import Customer, Restriction
from customers.services.statements import execute
from staff.services import record

# The current state follows the entries in force: of several, the newest gives the reason. Only rows that differ.
SETTLE = """
    WITH said AS (
        SELECT customer.id, force.reason IS NOT NULL AS restricted, coalesce(force.reason, '') AS reason
        FROM customers_customer customer
        LEFT JOIN LATERAL (
            SELECT entry.reason FROM customers_restriction entry
            WHERE entry.customer_id = customer.id AND entry.lifted_on IS NULL AND entry.starts_on <= %(on)s
              AND (entry.ends_on IS NULL OR entry.ends_on >= %(on)s)
            ORDER BY entry.reason = '', entry.starts_on DESC, entry.id DESC LIMIT 1
        ) AS force ON true
        WHERE {scope}
    )
    UPDATE customers_customer customer
    SET restricted = said.restricted, restricted_reason = said.reason, updated_at = now()
    FROM said WHERE said.id = customer.id
      AND (customer.restricted, customer.restricted_reason) IS DISTINCT FROM (said.restricted, said.reason)
"""
THESE = "customer.id = ANY(%(customers)s)"
# Whoever is restricted, or has an entry that is not lifted; nobody else can change.
ANYBODY = (
    "(customer.restricted OR customer.restricted_reason <> '' OR customer.id IN"
    " (SELECT entry.customer_id FROM customers_restriction entry"
    " WHERE entry.lifted_on IS NULL))"
)


@transaction.atomic
def restrict(*, customer, by, kind, reason, on, starts_on=None, ends_on=None, source=""):
    """Put a customer on the restricted list from `starts_on` (else the day `on`) to `ends_on`; returns the Restriction.

    The same list, reason and days again return the entry that is there. Raises ValidationError without a reason, and
    for days the wrong way round.
    """
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    entry = Restriction(
        customer=customer,
        kind=RestrictionKind(kind),
        reason=reason.strip(),
        starts_on=starts_on or on,
        ends_on=ends_on,
        source=source.strip(),
        entered_by=by,
    )
    entry.clean_fields(exclude=["customer"])
    entry.validate_constraints()
    if entry.ends_on and entry.ends_on < on:
        raise ValidationError({"ends_on": _("This day has passed.")})
    same = {name: getattr(entry, name) for name in ("customer", "kind", "reason", "starts_on", "ends_on", "source")}
    if there := Restriction.objects.open().filter(**same).first():
        return there
    entry.save()
    settle(on=on, customers=[customer.pk])
    record(actor=by, verb="restriction.entered", subject=customer, summary=entry.reason, kind=entry.kind)
    return entry


@transaction.atomic
def lift(*, restriction, by, reason, on):
    """Take an entry off the restricted list for a reason; the customer is free when no other is in force.

    Lifting twice changes nothing. Raises ValidationError without a reason. Returns the entry.
    """
    locked = Restriction.objects.select_for_update(of=("self",)).select_related("customer").get(pk=restriction.pk)
    if locked.lifted_on is not None:
        return locked
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the restriction is lifted.")})
    locked.lifted_on, locked.lifted_by, locked.lift_reason = on, by, reason.strip()
    locked.save(update_fields=["lifted_on", "lifted_by", "lift_reason"])
    settle(on=on, customers=[locked.customer_id])
    record(actor=by, verb="restriction.lifted", subject=locked.customer, summary=locked.lift_reason, kind=locked.kind)
    return locked


@transaction.atomic
def follow_edit(*, customer, by, on):
    """Give the list the entry, or the lifting, that a change of `restricted` in the customer's file stands for.

    The trail of the edit names the fields; twice changes nothing.
    """
    force = Restriction.objects.in_force(on=on).filter(customer=customer)
    if customer.restricted and not force.filter(reason=customer.restricted_reason).exists():
        Restriction.objects.create(
            customer=customer,
            kind=RestrictionKind.INTERNAL,
            reason=customer.restricted_reason or _("Entered in the customer's file"),
            starts_on=on,
            entered_by=by,
        )
    elif not customer.restricted:
        Restriction.objects.open().filter(customer=customer).update(
            lifted_on=on, lifted_by=by, lift_reason=_("Taken off in the customer's file")
        )
    settle(on=on, customers=[customer.pk])
    customer.refresh_from_db(fields=["restricted", "restricted_reason"])


@transaction.atomic
def settle(*, on, customers=None, update=execute):
    """Write who is restricted on the day `on` from the entries of the list: for these customers, else for everybody.

    Entries that have run out are lifted on the day after their last, by `update` (sql, params). Returns how many
    customers changed; twice: none.
    """
    update(
        "UPDATE customers_restriction AS target SET lifted_on = %s, lift_reason = %s WHERE target.lifted_on IS NULL"
        " AND target.ends_on < %s AND (%s::bigint[] IS NULL OR target.customer_id = ANY(%s::bigint[]))",
        [on, _("Ran out"), on, customers, customers],
    )
    params = {"on": on, "customers": customers}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE.format(scope=ANYBODY if customers is None else THESE), params)
        return cursor.rowcount


def follow_flags(*, on, insert, update):
    """What the flag of the staged customers file (table ``ready_customers``) means for the list.

    A flag puts an entry on the list unless one of that origin is there; a flag taken away lifts that one alone: what
    people or a loaded list restricted stays. The flag of the customer itself was judged so before. `insert` (sql,
    model, params) writes new rows, `update` (sql, params) lifts. Twice changes nothing.
    """
    flagged = (
        "FROM ready_customers ready JOIN customers_customer customer ON customer.customer_no = ready.customer_no"
        " WHERE ready.reason IS NULL AND "
    )
    there = (
        "SELECT 1 FROM customers_restriction entry WHERE entry.customer_id = customer.id"
        " AND entry.lifted_on IS NULL AND entry.origin = %s"
    )
    insert(
        "INSERT INTO customers_restriction"
        " (public_id, customer_id, kind, reason, starts_on, source, origin, entered_at, lift_reason)"
        f" SELECT gen_random_uuid(), customer.id, %s, '', %s, '', %s, now(), '' {flagged} ready.restricted"
        f" AND NOT EXISTS ({there})",
        Restriction,
        [RestrictionKind.CORE.value, on, RestrictionOrigin.FLAG.value, RestrictionOrigin.FLAG.value],
    )
    update(
        "UPDATE customers_restriction AS target SET lifted_on = %s, lift_reason = %s"  # noqa: S608 our own text
        " WHERE target.lifted_on IS NULL AND target.origin = %s AND target.customer_id IN"
        f" (SELECT customer.id {flagged} ready.restricted IS FALSE)",
        [on, _("The flag was taken away"), RestrictionOrigin.FLAG.value],
    )
