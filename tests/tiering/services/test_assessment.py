"""Answers of a talk: which one counts, what is refused, and the same form sent twice."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from customers.choices import Kind
from jobs.models import Job
from staff.models import AuditEvent
from tests.conftest import TODAY
from tests.tiering.asking import asking_sheet
from tiering.models import Answer, Assessment, Placement, ScoringSheet
from tiering.services.assessment import questions_of, record_assessment
from tiering.services.retier import retier_customer

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture
def asked(db):
    asking_sheet()
    return ScoringSheet.objects.whole().get(code="trait")


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


@pytest.fixture
def answer(customer, asked, manager):
    """`answer(demand="strong")`: the manager records answers of today."""

    def make(*, on=TODAY, by=manager, token=None, **answers):
        return record_assessment(
            customer=customer,
            sheet=asked,
            answers=answers,
            asked_on=on,
            by=by,
            token=token or uuid.uuid4(),
            today=TODAY,
            now=NOW,
        )

    return make


def current(customer):
    return {row.question: row.value for row in customer.answers.filter(current=True)}


def test_answers_are_kept_and_the_customer_is_placed_again(answer, customer, manager):
    assessment, job = answer(demand="strong", attitude="")
    assert (assessment.asked_by, assessment.asked_on) == (manager, TODAY)
    assert current(customer) == {"demand": "strong"}
    assert (job.kind, job.params) == ("retier", {"customers": [customer.pk]})
    retier_customer(customer=customer.pk, as_of=TODAY)
    assert Placement.objects.get(customer=customer, scheme__code="trait").code == "B"
    event = AuditEvent.objects.get(verb="assessment.recorded")
    assert event.particulars == {"sheet": "trait", "questions": ["demand"]}


def test_new_answer_takes_the_place_of_the_old_and_unasked_ones_stay(answer, customer):
    answer(demand="strong", attitude="warm")
    answer(demand="none")
    assert current(customer) == {"demand": "none", "attitude": "warm"}
    assert Answer.objects.count() == 3


def test_answer_of_an_earlier_day_is_history(answer, customer):
    answer(demand="strong")
    answer(demand="none", on=date(2026, 11, 1))
    assert current(customer) == {"demand": "strong"}
    assert Assessment.objects.count() == 2


def test_form_sent_twice_is_recorded_once(answer, customer):
    token = uuid.uuid4()
    first, _job = answer(demand="strong", token=token)
    again, _job = answer(demand="none", token=token)
    assert first == again
    assert current(customer) == {"demand": "strong"}
    assert Job.objects.count() == 1


def test_token_of_somebody_else_is_refused(answer, colleague):
    token = uuid.uuid4()
    answer(demand="strong", token=token)
    with pytest.raises(ValidationError):
        answer(demand="strong", token=token, by=colleague)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": date(2026, 11, 22), "demand": "strong"}, "这一天还没到"),
        ({"demand": "huge"}, "没有这个选项"),
        ({"colour": "red"}, "没有这个选项"),
        ({"demand": ""}, "至少选择一项"),
        ({}, "至少选择一项"),
    ],
)
def test_bad_answers_are_refused(answer, changes, words):
    with pytest.raises(ValidationError) as error:
        answer(**changes)
    assert words in " ".join(error.value.messages)
    assert not Assessment.objects.exists()


def test_sheet_out_of_force_or_of_another_kind_is_refused(answer, asked, manager, make_customer):
    ScoringSheet.objects.filter(pk=asked.pk).update(state="retired")
    asked.refresh_from_db()
    with pytest.raises(ValidationError):
        answer(demand="strong")
    ScoringSheet.objects.filter(pk=asked.pk).update(state="published")
    with pytest.raises(ValidationError):
        record_assessment(
            customer=make_customer(manager, kind=Kind.ORGANIZATION),
            sheet=asked,
            answers={"demand": "strong"},
            asked_on=TODAY,
            by=manager,
            token=uuid.uuid4(),
            today=TODAY,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("on", "stale"), [(date(2026, 5, 22), False), (date(2026, 5, 21), True), (date(2020, 1, 1), True)]
)
def test_question_says_when_its_answer_is_too_old(answer, asked, customer, on, stale):
    answer(attitude="warm", on=on)
    demand, attitude = questions_of(customer=customer, definition=asked.definition(), on=TODAY)
    assert (demand.last, demand.stale) == (None, False)
    assert (attitude.last_label, attitude.stale) == ("热情", stale)
    retier_customer(customer=customer.pk, as_of=TODAY)
    place = Placement.objects.filter(customer=customer, scheme__code="trait").first()
    assert (place.answered if place else 0) == (0 if stale else 1)
