"""Verbs of visits and objections."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from customers.models import Need, Standing
from staff.models import AuditEvent
from visits.models import Objection, Preparation, PreparationItem, Visit
from visits.services.checklist import prepare
from visits.services.objection import handle_objection
from visits.services.visit import call_off, correct_record, log_visit, record_visit, reinstate, replan_visit

TODAY = date(2026, 11, 21)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_plan_lays_the_whole_checklist_for_a_meeting_and_less_for_a_call(plan, customer, manager):
    meeting = plan(customer, manager)
    call = plan(customer, manager, channel="phone")
    assert meeting.preparations.count() == PreparationItem.objects.count() == 17
    assert call.preparations.count() == 17 - PreparationItem.objects.filter(face_to_face=True).count() == 13


def test_plan_with_the_same_token_makes_one_visit(plan, customer, manager):
    token = uuid.uuid4()
    first, second = plan(customer, manager, token=token), plan(customer, manager, token=token, purpose="别的")
    assert first == second
    assert Visit.objects.count() == 1
    assert verbs() == ["visit.planned"]


@pytest.mark.django_db(transaction=True)
def test_plan_sent_twice_at_once_makes_one_visit(plan, customer, manager):
    token = uuid.uuid4()

    def send(_number):
        try:
            return plan(customer, manager, token=token).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, range(4)))) == 1
    assert Visit.objects.count() == 1
    assert Preparation.objects.count() == PreparationItem.objects.filter(active=True).count()


def test_plan_refuses_a_day_that_has_passed_and_a_strangers_token(plan, customer, manager, colleague):
    with pytest.raises(ValidationError, match=r"passed|已过"):
        plan(customer, manager, planned_on=YESTERDAY, today=TODAY)
    visit = plan(customer, manager)
    with pytest.raises(ValidationError):
        plan(customer, colleague, token=visit.token)


def test_a_restricted_customer_may_still_be_visited(plan, customer, manager):
    customer.restricted = True
    customer.save()
    assert plan(customer, manager).pk


def test_checklist_keeps_its_words_when_the_administrator_edits_the_line(plan, customer, manager):
    visit = plan(customer, manager)
    PreparationItem.objects.update(text="别的")
    assert "别的" not in visit.preparations.values_list("text", flat=True)
    PreparationItem.objects.update(active=False)
    assert not plan(customer, manager).preparations.exists()


def test_prepare_ticks_exactly_what_is_given_and_nothing_of_another_visit(plan, customer, manager):
    visit, other = plan(customer, manager), plan(customer, manager)
    lines = [line.pk for line in visit.preparations.all()]
    stranger = other.preparations.first().pk
    assert prepare(visit=visit, done=[*lines[:3], stranger]) == (3, 17)
    assert prepare(visit=visit, done=lines[2:4]) == (2, 17)
    assert not other.preparations.filter(done=True).exists()


def test_replan_moves_and_fits_the_checklist_to_the_channel(plan, customer, manager):
    visit = plan(customer, manager)
    kept = visit.preparations.filter(item__face_to_face=True).first()
    prepare(visit=visit, done=[kept.pk])
    wanted = {"planned_on": TODAY + timedelta(days=3), "planned_at": None, "channel": "phone", "purpose": "到期转存"}
    replan_visit(visit=visit, by=manager, today=TODAY, **wanted)
    replan_visit(visit=visit, by=manager, today=TODAY, **wanted)
    visit.refresh_from_db()
    assert (visit.planned_on, visit.channel) == (TODAY + timedelta(days=3), "phone")
    assert visit.preparations.count() == 14
    assert verbs() == ["visit.planned", "visit.replanned"]


def test_record_keeps_notes_needs_objections_next_step_and_last_contact(plan, customer, manager):
    visit = plan(customer, manager, planned_on=YESTERDAY)
    record_visit(
        visit=visit,
        by=manager,
        held_on=YESTERDAY,
        notes="孩子明年留学",
        today=TODAY,
        next_step="送方案",
        next_step_on=TODAY,
        needs=[{"dimension": "savings", "driver": "留学", "amount": Decimal("300000")}],
        objections=[{"kind": "false", "words": "别家利率高", "answer": "", "at_stake": Decimal("500000")}],
    )
    visit.refresh_from_db()
    need, objection = Need.objects.get(), Objection.objects.get()
    assert (visit.status, visit.held_on, visit.notes) == ("held", YESTERDAY, "孩子明年留学")
    assert list(visit.needs.all()) == [need]
    assert (need.dimension, need.amount, need.found_on, need.found_by) == ("savings", 300000, YESTERDAY, manager)
    assert (objection.visit, objection.kind, objection.at_stake) == (visit, "false", 500000)
    assert Standing.objects.get(customer=customer).last_contact == YESTERDAY
    assert list(Visit.objects.with_next_step()) == [visit]
    assert verbs() == ["visit.planned", "need.added", "objection.raised", "visit.recorded"]


def test_record_twice_is_refused_and_changes_nothing(hold, customer, manager):
    visit = hold(customer, manager, needs=[{"dimension": "wealth"}])
    with pytest.raises(ValidationError):
        record_visit(
            visit=visit, by=manager, held_on=TODAY, notes="另一套", today=TODAY, needs=[{"dimension": "savings"}]
        )
    visit.refresh_from_db()
    assert visit.notes == "谈了孩子上学"
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"held_on": TODAY + timedelta(days=1)},
        {"notes": ""},
        {"next_step": "再约", "next_step_on": YESTERDAY - timedelta(days=1)},
        {"next_step_on": TODAY},
        {"objections": [{"kind": "real", "words": "  "}]},
    ],
)
def test_record_refuses_nonsense_and_keeps_nothing_of_it(plan, customer, manager, said):
    visit = plan(customer, manager, planned_on=YESTERDAY)
    with pytest.raises(ValidationError):
        record_visit(**{"visit": visit, "by": manager, "held_on": YESTERDAY, "notes": "谈", "today": TODAY, **said})
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not Need.objects.exists()
    assert not Objection.objects.exists()
    assert Standing.objects.get(customer=customer).last_contact is None


def test_an_older_record_does_not_turn_back_the_last_contact(plan, hold, customer, manager):
    hold(customer, manager)
    older = plan(customer, manager, planned_on=YESTERDAY)
    record_visit(visit=older, by=manager, held_on=YESTERDAY, notes="补记", today=TODAY)
    assert Standing.objects.get(customer=customer).last_contact == TODAY


def test_log_records_at_once_and_once(customer, manager):
    said = {
        "customer": customer,
        "by": manager,
        "token": uuid.uuid4(),
        "held_on": TODAY,
        "channel": "phone",
        "purpose": "来电",
        "notes": "问利率",
        "today": TODAY,
        "needs": [{"dimension": "savings"}],
    }
    assert log_visit(**said) == log_visit(**said)
    assert Visit.objects.get().status == "held"
    assert Need.objects.count() == 1
    assert not Preparation.objects.exists()


def test_call_off_wants_a_reason_and_is_undone(plan, customer, manager):
    visit = plan(customer, manager)
    with pytest.raises(ValidationError):
        call_off(visit=visit, by=manager, reason="  ")
    call_off(visit=visit, by=manager, reason="客户改期")
    with pytest.raises(ValidationError):
        record_visit(visit=visit, by=manager, held_on=TODAY, notes="谈", today=TODAY)
    reinstate(visit=visit, by=manager)
    with pytest.raises(ValidationError):
        reinstate(visit=visit, by=manager)
    visit.refresh_from_db()
    assert (visit.status, visit.not_held_reason) == ("planned", "")
    assert verbs() == ["visit.planned", "visit.called_off", "visit.reinstated"]


def test_correct_record_leaves_a_trail_without_the_words(hold, customer, manager):
    visit = hold(customer, manager)
    correct_record(visit=visit, by=manager, notes="孩子上小学")
    correct_record(visit=visit, by=manager, notes="孩子上小学")
    assert verbs() == ["visit.planned", "visit.recorded", "visit.corrected"]
    assert "孩子" not in str(AuditEvent.objects.last().particulars)


def test_the_database_keeps_a_held_visit_from_losing_its_day(hold, customer, manager):
    visit = hold(customer, manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(held_on=None)


def test_the_same_words_on_the_same_day_are_one_objection(object_to, customer, manager):
    assert object_to(customer, manager) == object_to(customer, manager, " 利率太低 ")
    object_to(customer, manager, on=YESTERDAY)
    assert Objection.objects.count() == 2


def handle(objection, by, on=TODAY, **fields):
    wanted = {"kind": "real", "words": objection.words, "steps": [], "answer": "", "outcome": "open", **fields}
    return handle_objection(objection=objection, by=by, on=on, **wanted)


def test_handling_keeps_steps_in_order_and_the_day_it_was_closed(object_to, customer, manager):
    objection = object_to(customer, manager)
    with pytest.raises(ValidationError):
        handle(objection, manager, outcome="resolved")
    handle(objection, manager, steps=["explain", "accept"], answer="比较全部成本", outcome="resolved")
    again = handle(
        objection, manager, on=TODAY + timedelta(days=5), steps=["accept"], answer="比较全部成本", outcome="resolved"
    )
    assert again.closed_on == TODAY
    assert handle(objection, manager, outcome="open").closed_on is None
    assert handle(objection, manager, outcome="lost", on=YESTERDAY).closed_on == YESTERDAY


def test_cost_by_kind_counts_what_each_kind_lost(object_to, customer, manager):
    handle(object_to(customer, manager, "甲", at_stake=Decimal(100)), manager, outcome="lost", at_stake=Decimal(100))
    handle(object_to(customer, manager, "乙"), manager, outcome="resolved", answer="答")
    object_to(customer, manager, "丙", kind="hidden")
    rows = {row["kind"]: row for row in Objection.objects.cost_by_kind()}
    assert [(row["lost"], row["lost_amount"], row["raised"]) for row in rows.values()] == [(1, 100, 2), (0, None, 1)]
    assert list(rows) == ["real", "hidden"]
