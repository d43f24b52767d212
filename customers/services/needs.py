"""Verbs of needs: add, mark as met or dropped, open again."""

from django.db import transaction

from customers.choices import NeedStatus
from customers.models import Need
from staff.services import record


@transaction.atomic
def record_need(*, customer, by, on, dimension, driver="", amount=None, horizon="", evidence=""):
    """A need of the customer (S0.9), found by `by` on the day `on`; audited. Called twice it adds two."""
    need = Need.objects.create(
        customer=customer,
        dimension=dimension,
        driver=driver,
        amount=amount,
        horizon=horizon,
        evidence=evidence,
        found_on=on,
        found_by=by,
    )
    record(actor=by, verb="need.added", subject=customer, need=str(need.public_id), dimension=dimension)
    return need


@transaction.atomic
def set_need_status(*, need, status, by):
    """Mark a need as open, met or dropped; audited. To the status it already has: nothing happens."""
    locked = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    if locked.status == NeedStatus(status):
        return locked
    locked.status = NeedStatus(status)
    locked.save(update_fields=["status"])
    record(actor=by, verb=f"need.{status}", subject=need.customer, need=str(need.public_id))
    return locked
