"""Plan, move, record, correct, call off and reinstate a visit: the only door to its status."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.choices import ContactPurpose
from customers.services.contact import refuse_contact
from customers.services.needs import record_need
from customers.services.standing import note_contact
from staff.services import record
from visits.choices import WAYS, VisitChannel, VisitStatus
from visits.models import Visit
from visits.services.checklist import lay_checklist, refit_checklist
from visits.services.objection import raise_objection


def _locked(visit, *, status):
    """The visit's row, locked; raises ValidationError when its status is another one by now."""
    fresh = Visit.objects.select_for_update(of=("self",)).select_related("customer").get(pk=visit.pk)
    if fresh.status != status:
        raise ValidationError(
            _("This visit is “%(status)s” by now; nothing was changed.") % {"status": fresh.get_status_display()},
            code="status",
        )
    return fresh


def _refuse_way(customer, *, channel, on, asked_for):
    """Raise ValidationError when the customer forbade this way (S3.7), unless they asked for the talk themselves.

    A salon is an invitation: never for those who are restricted or whose relationship has ended (S1.3, S1.11).
    """
    if channel == VisitChannel.SALON:
        refuse_contact(customer, purpose=ContactPurpose.MARKETING, at=on, channel=WAYS[channel])
    elif not asked_for:
        refuse_contact(customer, purpose=ContactPurpose.SERVICE, at=on, channel=WAYS[VisitChannel(channel)])


@transaction.atomic
def plan_visit(*, customer, by, token, planned_on, planned_at, channel, purpose, today, asked_for=False):
    """Plan a visit and lay its preparation checklist; returns the visit.

    The same `token` again returns the visit made by the first call. Raises ValidationError for a day before `today`
    (a talk that took place is logged instead), for a token of somebody else, and for a way the customer forbade, unless
    they `asked_for` the talk.
    """
    if planned_on < today:
        raise ValidationError({"planned_on": _("This day has passed. A talk that took place is logged instead.")})
    visit, made = Visit.objects.get_or_create(
        token=token,
        defaults={
            "customer": customer,
            "by": by,
            "planned_on": planned_on,
            "planned_at": planned_at,
            "channel": channel,
            "purpose": purpose,
            "asked_for": asked_for,
        },
    )
    if visit.by_id != by.pk or visit.customer_id != customer.pk:
        raise ValidationError(_("This form was used already. Open it again."), code="token")
    if made:
        _refuse_way(customer, channel=channel, on=planned_on, asked_for=asked_for)
        lay_checklist(visits=[visit])
        record(actor=by, verb="visit.planned", subject=visit, on=planned_on.isoformat(), channel=channel)
    return visit


@transaction.atomic
def replan_visit(*, visit, by, planned_on, planned_at, channel, purpose, today):
    """Move a planned visit or change what it is for; the checklist follows the channel. Twice is the same as once.

    Raises ValidationError when the visit is no longer planned, for a new day before `today`, or for another way that
    the customer forbade, unless they asked for the talk.
    """
    visit = _locked(visit, status=VisitStatus.PLANNED)
    if planned_on < today and planned_on != visit.planned_on:
        raise ValidationError({"planned_on": _("This day has passed. Choose today or a later day.")})
    wanted = {"planned_on": planned_on, "planned_at": planned_at, "channel": channel, "purpose": purpose}
    changed = [name for name, value in wanted.items() if getattr(visit, name) != value]
    if "channel" in changed:
        _refuse_way(visit.customer, channel=channel, on=planned_on, asked_for=visit.asked_for)
    if changed:
        moved_from = visit.planned_on.isoformat()
        for name in changed:
            setattr(visit, name, wanted[name])
        visit.save(update_fields=[*changed, "updated_at"])
        if "channel" in changed:
            refit_checklist(visit=visit)
        record(actor=by, verb="visit.replanned", subject=visit, changed=changed, moved_from=moved_from)
    return visit


@transaction.atomic
def record_visit(
    *, visit, by, held_on, notes, today, gift=False, next_step="", next_step_on=None, needs=(), objections=()
):
    """Write down what was said: the visit becomes held, needs and objections go on file, the last contact is kept.

    `gift`: the customer got one.
    `needs`: dicts with dimension and optionally driver and amount (yuan). `objections`: dicts with kind and words and
    optionally answer and at_stake (yuan). Raises ValidationError when the visit was recorded or called off meanwhile,
    for a day after `today`, and for a next step's day before the talk. Recording twice is refused, not repeated.
    """
    visit = _locked(visit, status=VisitStatus.PLANNED)
    if held_on > today:
        raise ValidationError({"held_on": _("This day has not come yet.")})
    if next_step_on is not None and next_step_on < held_on:
        raise ValidationError({"next_step_on": _("The next step comes after the talk.")})
    visit.status = VisitStatus.HELD
    visit.held_on, visit.notes, visit.gift = held_on, notes, gift
    visit.next_step, visit.next_step_on = next_step, next_step_on
    visit.full_clean(exclude=["customer", "by", "planned_on", "purpose", "channel", "token", "public_id"])
    visit.save(update_fields=["status", "held_on", "notes", "gift", "next_step", "next_step_on", "updated_at"])
    found = [record_need(customer=visit.customer, by=by, on=held_on, evidence=visit.purpose, **need) for need in needs]
    visit.needs.add(*found)
    for objection in objections:
        raise_objection(customer=visit.customer, by=by, on=held_on, visit=visit, **objection)
    note_contact(customer=visit.customer, on=held_on)
    record(
        actor=by,
        verb="visit.recorded",
        subject=visit,
        on=held_on.isoformat(),
        needs=len(found),
        objections=len(objections),
    )
    return visit


@transaction.atomic
def log_visit(*, customer, by, token, held_on, channel, purpose, notes, today, asked_for=False, **rest):
    """Record a talk that nobody planned (a call, a walk-in): planned and held on the same day, without a checklist.

    `rest` as for `record_visit`. The same `token` again returns the visit made by the first call. Raises
    ValidationError for a way the customer forbade, unless they came by themselves (`asked_for`).
    """
    visit, made = Visit.objects.get_or_create(
        token=token,
        defaults={
            "customer": customer,
            "by": by,
            "planned_on": held_on,
            "channel": channel,
            "purpose": purpose,
            "asked_for": asked_for,
        },
    )
    if visit.by_id != by.pk or visit.customer_id != customer.pk:
        raise ValidationError(_("This form was used already. Open it again."), code="token")
    if not made:
        return visit
    _refuse_way(customer, channel=channel, on=held_on, asked_for=asked_for)
    return record_visit(visit=visit, by=by, held_on=held_on, notes=notes, today=today, **rest)


@transaction.atomic
def correct_record(*, visit, by, notes):
    """Mend what was written down about a held visit; the trail keeps that it was changed. Twice changes nothing."""
    visit = _locked(visit, status=VisitStatus.HELD)
    if notes != visit.notes:
        visit.notes = notes
        visit.save(update_fields=["notes", "updated_at"])
        record(actor=by, verb="visit.corrected", subject=visit, changed=["notes"])
    return visit


@transaction.atomic
def call_off(*, visit, by, reason):
    """The visit was not held, for `reason`. Raises ValidationError when it was recorded or called off meanwhile."""
    visit = _locked(visit, status=VisitStatus.PLANNED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the visit was not held.")})
    visit.status, visit.not_held_reason = VisitStatus.NOT_HELD, reason.strip()
    visit.save(update_fields=["status", "not_held_reason", "updated_at"])
    record(actor=by, verb="visit.called_off", subject=visit)
    return visit


@transaction.atomic
def reinstate(*, visit, by):
    """Undo `call_off`: the visit is planned again, its reason gone. Refused for any other visit."""
    visit = _locked(visit, status=VisitStatus.NOT_HELD)
    visit.status, visit.not_held_reason = VisitStatus.PLANNED, ""
    visit.save(update_fields=["status", "not_held_reason", "updated_at"])
    record(actor=by, verb="visit.reinstated", subject=visit)
    return visit
