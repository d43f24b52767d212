"""Verbs of the assessment: what a sheet asks, and the answers of a talk. Answers change here alone."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services.customer import tier_again
from staff.services import record
from tiering.choices import SheetState
from tiering.models import Answer, Assessment
from tiering.rules.facts import oldest
from tiering.rules.sheet import Criterion


@dataclass(frozen=True)
class Question:
    """A criterion that is asked, with the answer on file, if any, and whether that one counts no longer."""

    criterion: Criterion
    last: Answer | None = None
    stale: bool = False

    @property
    def last_label(self):
        """The answer on file in words; one that the sheet no longer offers as it was kept."""
        if self.last is None:
            return ""
        option = self.criterion.option_for(self.last.value)
        return option.label if option else self.last.value


def questions_of(*, customer, definition, on):
    """The questions that a sheet (as plain values) asks, in order, each with the answer on file of the customer."""
    return questions_among(definition, answers_on_file(customer), on)


def answers_on_file(customer):
    """The current answers of a customer by the key of the question, each with who asked."""
    found = customer.answers.filter(current=True).select_related("assessment__asked_by")
    return {answer.question: answer for answer in found}


def questions_among(definition, answers, on):
    """The questions of a sheet with what `answers` (by key) has of them; no query."""
    found = []
    for criterion in definition.criteria:
        if criterion.question:
            last, limit = answers.get(criterion.question), oldest(criterion.stale_after, on)
            found.append(Question(criterion, last, bool(last and limit and last.asked_on <= limit)))
    return found


@transaction.atomic
def record_assessment(*, customer, sheet, answers, asked_on, by, token, today, now, note=""):
    """Keep the answers of a talk, and place the customer again by a job; returns (Assessment, job).

    `answers` maps the key of a question to the code of an option; a question without an answer keeps what is on file.
    An answer of an earlier day than the one on file is kept as history. The same `token` again returns the assessment
    of the first call. Raises ValidationError, by question, for an answer the sheet does not offer, for a day after
    `today`, for no answer at all, and for a sheet that is out of force or asks another kind of customer.
    """
    Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    again = Assessment.objects.filter(token=token).first()
    if again is not None:
        if (again.customer_id, again.asked_by_id) != (customer.pk, by.pk):
            raise ValidationError(_("This form was used already. Open it again."), code="token")
        return again, tier_again(customer, by=by, now=now)
    given = _checked(customer, sheet, answers, asked_on, today)
    assessment = Assessment.objects.create(
        customer=customer, sheet=sheet, asked_on=asked_on, asked_by=by, token=token, note=note.strip()
    )
    on_file = customer.answers.filter(current=True, question__in=given)
    later = set(on_file.filter(asked_on__gt=asked_on).values_list("question", flat=True))
    on_file.exclude(question__in=later).update(current=False)
    Answer.objects.bulk_create(
        Answer(
            assessment=assessment,
            customer=customer,
            question=question,
            value=value,
            asked_on=asked_on,
            current=question not in later,
        )
        for question, value in given.items()
    )
    record(actor=by, verb="assessment.recorded", subject=customer, sheet=sheet.code, questions=sorted(given))
    return assessment, tier_again(customer, by=by, now=now)


def _checked(customer, sheet, answers, asked_on, today):
    """The answers that were given, all of them the sheet's own."""
    if sheet.state != SheetState.PUBLISHED or sheet.kind != customer.kind:
        raise ValidationError(_("This sheet is not in force for this customer. Open the form again."))
    if asked_on > today:
        raise ValidationError({"asked_on": _("This day lies ahead.")})
    offered = {criterion.question: criterion for criterion in sheet.definition().criteria if criterion.question}
    given = {question: value for question, value in answers.items() if value}
    for question, value in given.items():
        if question not in offered or offered[question].option_for(value) is None:
            raise ValidationError({question: _("The sheet does not offer this answer.")})
    if not given:
        raise ValidationError(_("Choose at least one answer; what nobody knows stays missing."))
    return given
