"""Verbs of needs: add, edit, mark as met or dropped, open again (S0.9, S0.20)."""

from datetime import date

from django.db import transaction

from customers.choices import NeedStatus
from customers.models import Need
from customers.services.conflict import Changed
from staff.services import record

FIELDS = (
    *("dimension", "driver_code", "driver", "amount", "horizon", "wanted_by", "evidence"),
    *("ideal", "reality", "desire", "trouble", "product", "no_product"),
)
STATE = ("status", "met_on", "dropped_on", "drop_reason")


@transaction.atomic
def record_need(*, customer, by, on, dimension, **facts):
    """A need of the customer (S0.9), found by `by` on the day `on`; audited. Called twice it adds two.

    `facts` are those of FIELDS: the driver by code and in words, amount in yuan, by when as words and as a day,
    evidence, the four parts of discovery (S0.20), the product that meets it or that none of ours does.
    """
    if unknown := set(facts) - set(FIELDS):
        raise ValueError(f"Not facts of a need: {sorted(unknown)}")
    need = Need(customer=customer, dimension=dimension, found_on=on, found_by=by, **facts)
    need.full_clean(exclude=["customer", "found_by"])
    need.save()
    record(actor=by, verb="need.added", subject=customer, need=str(need.public_id), dimension=dimension)
    return need


@transaction.atomic
def edit_need(*, need, by, version, **facts):
    """Change what differs; audited by the names of the fields. Raises Changed when the need is no longer at `version`.

    The same facts again change nothing and keep the version.
    """
    locked = _locked(need)
    if locked.version != version:
        raise Changed(locked)
    changed = [name for name in FIELDS if name in facts and getattr(locked, name) != facts[name]]
    if not changed:
        return locked
    for name in changed:
        setattr(locked, name, facts[name])
    locked.version += 1
    locked.full_clean(exclude=["customer", "found_by"])
    locked.save(update_fields=[*changed, "version"])
    record(actor=by, verb="need.edited", subject=locked.customer, need=str(locked.public_id), fields=changed)
    return locked


@transaction.atomic
def set_need_status(*, need, status, by, on, reason=""):
    """Mark a need as open, met or dropped (for a reason) as of the day `on`; audited.

    To the status it already has: nothing happens. Open again, the day and the reason are gone.
    """
    locked = _locked(need)
    status = NeedStatus(status)
    if locked.status == status:
        return locked
    _set(locked, status, day=on, reason=reason)
    record(actor=by, verb=f"need.{status}", subject=locked.customer, need=str(locked.public_id))
    return locked


@transaction.atomic
def undo_need_status(*, need, by):
    """Take the last change of status back, with its day and reason; audited. Nothing to take back: nothing happens."""
    locked = _locked(need)
    if not locked.before:
        return locked
    for name in STATE:
        setattr(locked, name, locked.before[name])
    locked.before = {}
    locked.version += 1
    locked.save(update_fields=[*STATE, "before", "version"])
    record(actor=by, verb="need.undone", subject=locked.customer, need=str(locked.public_id))
    return locked


def _locked(need):
    return Need.objects.select_for_update(of=("self",)).select_related("customer").get(pk=need.pk)


def _set(need, status, *, day, reason):
    before = {name: getattr(need, name) for name in STATE}
    need.before = {name: value.isoformat() if isinstance(value, date) else value for name, value in before.items()}
    need.status = status
    need.met_on = day if status == NeedStatus.MET else None
    need.dropped_on = day if status == NeedStatus.DROPPED else None
    need.drop_reason = reason if status == NeedStatus.DROPPED else ""
    need.version += 1
    need.save(update_fields=[*STATE, "before", "version"])
