"""What people do with follow-ups: complete, snooze, dismiss, undo, add their own."""

import uuid
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from care.choices import CareKind, DismissReason, FollowUpState
from care.models import FollowUp
from care.services.raising import recount
from care.services.service import refresh_service
from customers.models import Standing
from customers.services import standing
from staff.services import record
from visits.models import Visit

LONGEST_SNOOZE = 366
# What a verb changes and undo puts back.
KEPT = ("state", "due_on", "note", "dismiss_reason", "closed_on", "closed_by_id", "contacted", "gift")


@transaction.atomic
def complete(*, followups, by, on, note="", contacted=True, gift=False):
    """Mark open follow-ups of one customer done on the day `on`; returns the verb's id, which `undo` takes.

    With `contacted` the day counts as a contact with the customer, with `gift` as one on which they got a gift; both
    count at once into what serving them took. Those that somebody else closed meanwhile are left
    alone; raises ValidationError when none is open any more, so a second click changes nothing.
    """
    rows, verb = _begin(followups, "complete")
    if contacted:
        contact = Standing.objects.filter(customer=rows[0].customer_id).values_list("last_contact", flat=True).first()
        for row in rows:
            row.before["last_contact"] = contact.isoformat() if contact else None
    for row in rows:
        row.state, row.note, row.contacted, row.gift = FollowUpState.DONE, note.strip()[:500], contacted, gift
        row.closed_on, row.closed_by = on, by
    _write(rows, by=by, verb="followup.completed")
    if contacted:
        standing.note_contact(customer=rows[0].customer_id, on=on)
    if contacted or gift:
        refresh_service(on=on, customers=[rows[0].customer_id])
    return verb


@transaction.atomic
def snooze(*, followups, by, on, until):
    """Put open follow-ups off until the day `until`, but none beyond the day it happens; returns the verb's id.

    Raises ValidationError for a day that is not ahead or more than a year away, and when all of them happen today.
    """
    if until <= on:
        raise ValidationError(_("Choose a day after today."))
    if until > on + timedelta(days=LONGEST_SNOOZE):
        raise ValidationError(_("Choose a day within a year."))
    rows, verb = _begin(followups, "snooze")
    moved = []
    for row in rows:
        ends = row.happens_on
        day = until if ends is None or ends < on else min(until, ends)
        if day > on:
            row.due_on = day
            moved.append(row)
    if not moved:
        raise ValidationError(_("It happens today and cannot wait."))
    for row in moved:
        row.before["size"] = len(moved)
    _write(moved, by=by, verb="followup.snoozed")
    return verb


@transaction.atomic
def dismiss(*, followups, by, on, reason, note=""):
    """Close open follow-ups without doing anything, with a reason of `DismissReason`; returns the verb's id."""
    if reason not in DismissReason.values:
        raise ValidationError(_("Say why it is dismissed."))
    rows, verb = _begin(followups, "dismiss")
    for row in rows:
        row.state, row.dismiss_reason, row.note = FollowUpState.DISMISSED, reason, note.strip()[:500]
        row.closed_on, row.closed_by = on, by
    _write(rows, by=by, verb="followup.dismissed")
    return verb


@transaction.atomic
def undo(*, verb, followups, by, on):
    """Put everything the verb changed back exactly as it was, on the day `on`; returns the follow-ups.

    `followups` is the scope of the person who asks. Raises ValidationError, changing nothing, when the verb is not
    known there, was undone already, or one of its rows was changed meanwhile.
    """
    rows = list(followups.filter(verb=verb).select_for_update(of=("self",)).order_by("pk"))
    if not rows or len(rows) != rows[0].before.get("size"):
        raise ValidationError(_("This was changed meanwhile; nothing was undone."))
    for row in rows:
        if (
            row.rule_id
            and FollowUp.objects.filter(
                customer=row.customer_id, subject=row.subject, raised_for__gt=row.raised_for
            ).exists()
        ):
            raise ValidationError(_("A nearer reminder has come meanwhile; nothing was undone."))
    first, spoke, served = rows[0], rows[0].contacted, rows[0].contacted or rows[0].gift
    contact, day = first.before.get("last_contact"), first.closed_on
    for row in rows:
        _restore(row)
        row.verb, row.before = None, {}
    _write(rows, by=by, verb="followup.undone")
    if spoke:
        _take_back_contact(customer=first.customer_id, day=day, before=contact)
    if served:
        refresh_service(on=on, customers=[first.customer_id])
    return rows


@transaction.atomic
def add_own(*, customer, by, text, due_on, on, token):
    """Add a reminder of one's own, due on `due_on` (not before the day `on`); returns it.

    `token` (a UUID of the form) makes it one row however often the form is sent.
    """
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Say what is to be done.")})
    if due_on < on:
        raise ValidationError({"due_on": _("Choose today or a later day.")})
    followup, new = FollowUp.objects.get_or_create(
        customer=customer,
        kind=CareKind.MANUAL,
        subject=f"form:{token}",
        defaults={"text": text, "due_on": due_on, "raised_for": due_on, "created_by": by},
    )
    if new:
        record(actor=by, verb="followup.added", subject=followup)
        recount(customers=[customer.pk])
    return followup


def _begin(followups, name):
    """Lock the open ones, remember what they are now, and give the verb an id."""
    keys = [followup.pk for followup in followups]
    rows = list(FollowUp.objects.open().filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        raise ValidationError(_("This has been dealt with already."))
    if len({row.customer_id for row in rows}) != 1:
        raise ValidationError(_("One click acts on one customer."))
    verb = uuid.uuid4()
    for row in rows:
        row.before = {
            "verb": name,
            "size": len(rows),
            **{field: _plain(getattr(row, field)) for field in KEPT},
        }
        row.verb = verb
    return rows, verb


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _restore(row):
    for field in KEPT:
        value = row.before[field]
        setattr(row, field, date.fromisoformat(value) if value and field in {"due_on", "closed_on"} else value)


def _write(rows, *, by, verb):
    FollowUp.objects.bulk_update(
        rows,
        ["state", "due_on", "note", "dismiss_reason", "closed_on", "closed_by", "contacted", "gift", "verb", "before"],
    )
    for row in rows:
        record(actor=by, verb=verb, subject=row, kind=row.kind, due_on=row.due_on.isoformat())
    recount(customers={row.customer_id for row in rows})


def _take_back_contact(*, customer, day, before):
    """The day no longer counts as a contact, unless somebody spoke with the customer on it for another reason."""
    also = (
        Visit.objects.held().filter(customer=customer, held_on=day).exists()
        or FollowUp.objects.filter(customer=customer, contacted=True, closed_on=day).exists()
    )
    if also or not Standing.objects.filter(customer=customer, last_contact=day).exists():
        return
    standing.rewrite(
        columns=["last_contact"],
        select="SELECT %s::bigint AS customer_id, %s::date AS last_contact",
        params=[customer, before],
        customers=[customer],
    )
