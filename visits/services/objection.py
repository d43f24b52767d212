"""Raise an objection, and handle it in five steps: the only door to its outcome."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from staff.services import record
from visits.choices import ObjectionOutcome
from visits.models import Objection
from visits.rules.handling import ordered_steps


@transaction.atomic
def raise_objection(*, customer, by, on, kind, words, visit=None, answer="", at_stake=None):
    """Put on file what a customer objected to on a day (S0.22); returns the objection.

    The same words of the same customer on the same day are the same objection: the second call changes nothing.
    """
    words = " ".join(words.split())
    if not words:
        raise ValidationError({"words": _("Write down what the customer said.")})
    objection, made = Objection.objects.get_or_create(
        customer=customer,
        raised_on=on,
        words=words,
        defaults={"visit": visit, "by": by, "kind": kind, "answer": answer, "at_stake": at_stake},
    )
    if made:
        record(actor=by, verb="objection.raised", subject=objection, kind=kind)
    return objection


@transaction.atomic
def handle_objection(*, objection, by, on, kind, words, steps, answer, outcome, at_stake=None):
    """Keep the steps taken, the answer and the outcome; closing keeps the day `on`, opening again forgets it.

    Raises ValidationError when it is resolved without an answer. Twice is the same as once.
    """
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if outcome == ObjectionOutcome.RESOLVED and not answer.strip():
        raise ValidationError({"answer": _("Write down the answer that worked: colleagues will need it.")})
    closed_on = None if outcome == ObjectionOutcome.OPEN else on
    if outcome == objection.outcome and closed_on is not None:
        closed_on = objection.closed_on
    wanted = {
        "kind": kind,
        "words": " ".join(words.split()),
        "steps": ordered_steps(steps),
        "answer": answer,
        "outcome": outcome,
        "closed_on": closed_on,
        "at_stake": at_stake,
    }
    changed = [name for name, value in wanted.items() if getattr(objection, name) != value]
    if not changed:
        return objection
    for name in changed:
        setattr(objection, name, wanted[name])
    objection.validate_constraints()
    objection.save(update_fields=changed)
    record(actor=by, verb="objection.handled", subject=objection, changed=changed, outcome=outcome)
    return objection
