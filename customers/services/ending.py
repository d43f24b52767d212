"""Ending a relationship well: begin, the seven steps, lessons, the end, and the way back (S1.11)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.choices import CustomerState, EndingReason, EndingStep
from customers.models import Ending, EndingDeed, Standing
from customers.services.state import set_state
from staff.services import record


@transaction.atomic
def begin_ending(*, customer, by, reason, on, words=""):
    """The relationship is about to end, for one of six reasons; returns the Ending, which keeps what they hold today.

    One at a time: begun twice it is the one that is there.
    """
    assets = Standing.objects.filter(customer=customer).values_list("asset_total", flat=True).first() or 0
    try:
        with transaction.atomic():
            ending = Ending.objects.create(
                customer=customer,
                reason=EndingReason(reason),
                words=words.strip(),
                started_on=on,
                started_by=by,
                assets=assets,
            )
    except IntegrityError:
        return Ending.objects.current().get(customer=customer)
    record(actor=by, verb="ending.begun", subject=customer, reason=ending.reason)
    return ending


@transaction.atomic
def take_step(*, ending, by, step, on, note=""):
    """One of the seven steps was taken; again it only changes the note. Raises ValidationError once it has ended."""
    locked = _locked(ending)
    deed, made = EndingDeed.objects.get_or_create(
        ending=locked, step=EndingStep(step), defaults={"on": on, "by": by, "note": note.strip()}
    )
    if made:
        record(actor=by, verb="ending.step", subject=locked.customer, step=deed.step)
    elif note.strip() and deed.note != note.strip():
        deed.note = note.strip()
        deed.save(update_fields=["note"])
    return deed


@transaction.atomic
def untake_step(*, ending, by, step):
    """Undo `take_step`; a step that was not taken: nothing happens."""
    locked = _locked(ending)
    gone, _by_model = EndingDeed.objects.filter(ending=locked, step=EndingStep(step)).delete()
    if gone:
        record(actor=by, verb="ending.step_undone", subject=locked.customer, step=str(step))


@transaction.atomic
def note_lessons(*, ending, by, lessons, win_back_on, on):
    """What we learn from it, and when to try to win them back (None: never). Twice changes nothing.

    Raises ValidationError for a new day that is not ahead, or once they have stayed or come back.
    """
    locked = _locked(ending, ended=True)
    if win_back_on is not None and win_back_on != locked.win_back_on and win_back_on <= on:
        raise ValidationError({"win_back_on": _("Choose a day after today.")})
    if (locked.lessons, locked.win_back_on) != (lessons.strip(), win_back_on):
        locked.lessons, locked.win_back_on = lessons.strip(), win_back_on
        locked.save(update_fields=["lessons", "win_back_on"])
        record(actor=by, verb="ending.lessons", subject=locked.customer)
    return locked


@transaction.atomic
def finish(*, ending, by, on):
    """The relationship has ended: state ended; the work list drops what is open for the customer at its next look.

    Raises ValidationError while a talk was not sought, nothing was written down or lessons are missing: the first and
    the fourth step are the least we owe them (S1.11). Twice is the same as once.
    """
    locked = _locked(ending, ended=True)
    if locked.ended_on:
        return locked
    taken = set(locked.deeds.values_list("step", flat=True))
    if missing := [step.label for step in (EndingStep.TALK, EndingStep.LISTEN) if step not in taken]:
        raise ValidationError(_("First: %(steps)s.") % {"steps": _(", ").join(map(str, missing))})
    if not locked.lessons:
        raise ValidationError({"lessons": _("Write down what we learn from it.")})
    locked.ended_on, locked.ended_by = on, by
    locked.save(update_fields=["ended_on", "ended_by"])
    set_state(customer=locked.customer, state=CustomerState.ENDED, by=by)
    return locked


@transaction.atomic
def come_back(*, ending, by, on):
    """The customer stayed, or was won back after the end: the relationship is active. Twice is the same as once."""
    locked = Ending.objects.select_for_update(of=("self",)).select_related("customer").get(pk=ending.pk)
    if locked.back_on is None:
        locked.back_on, locked.back_by = on, by
        locked.save(update_fields=["back_on", "back_by"])
        record(actor=by, verb="ending.won_back" if locked.ended_on else "ending.stayed", subject=locked.customer)
        set_state(customer=locked.customer, state=CustomerState.ACTIVE, by=by)
    return locked


def _locked(ending, *, ended=False):
    locked = Ending.objects.select_for_update(of=("self",)).select_related("customer").get(pk=ending.pk)
    if locked.back_on:
        raise ValidationError(_("They have stayed or come back: this ending is closed."))
    if locked.ended_on and not ended:
        raise ValidationError(_("The relationship has ended: the steps can no longer change."))
    return locked
