"""What people do with follow-ups, and taking it back."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from care.models import CareRule, FollowUp
from care.services.followups import add_own, complete, dismiss, snooze, undo
from care.services.raising import raise_followups, recount
from customers.models import Standing
from staff.models import AuditEvent
from tests.conftest import TODAY
from visits.models import Visit

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, standing={"last_contact": date(2026, 10, 1)})


@pytest.fixture
def followups(customer, make_holding):
    """A maturity in five days and one in 30."""
    for days in (5, 30):
        make_holding(customer, "TD01", balance=100_000, matures_on=TODAY + timedelta(days=days))
    raise_followups(as_of=TODAY)
    return list(FollowUp.objects.order_by("happens_on"))


def state_of(customer):
    """Everything a verb may touch."""
    fields = ["pk", "state", "due_on", "note", "dismiss_reason", "closed_on", "closed_by", "contacted"]
    standing = Standing.objects.get(customer=customer)
    return list(FollowUp.objects.order_by("pk").values(*fields)), standing.last_contact, standing.open_followups


def test_complete_closes_notes_the_contact_and_recounts(followups, customer, manager):
    complete(followups=followups, by=manager, on=TODAY, note=" 已约周三 ")
    assert {(row.state, row.note, row.closed_on, row.closed_by) for row in FollowUp.objects.all()} == {
        ("done", "已约周三", TODAY, manager)
    }
    standing = Standing.objects.get(customer=customer)
    assert (standing.last_contact, standing.open_followups) == (TODAY, 0)
    assert AuditEvent.objects.filter(verb="followup.completed").count() == 2


def test_complete_without_a_talk_leaves_the_last_contact(followups, customer, manager):
    complete(followups=followups, by=manager, on=TODAY, contacted=False)
    assert Standing.objects.get(customer=customer).last_contact == date(2026, 10, 1)


def test_complete_twice_changes_nothing_the_second_time(followups, customer, manager, colleague):
    complete(followups=followups, by=manager, on=TODAY)
    before = state_of(customer)
    with pytest.raises(ValidationError):
        complete(followups=followups, by=colleague, on=TODAY)
    assert state_of(customer) == before


def test_one_click_does_not_act_on_two_customers(followups, manager, make_customer):
    other = FollowUp.objects.create(
        customer=make_customer(manager), kind="manual", raised_for=TODAY, due_on=TODAY, text="x", subject="form:1"
    )
    with pytest.raises(ValidationError):
        complete(followups=[*followups, other], by=manager, on=TODAY)
    assert not FollowUp.objects.exclude(state="open").exists()


def test_snooze_moves_the_due_day_but_none_beyond_the_day_it_happens(followups, manager):
    snooze(followups=followups, by=manager, on=TODAY, until=TODAY + timedelta(days=7))
    assert [row.due_on for row in FollowUp.objects.order_by("happens_on")] == [
        TODAY + timedelta(days=5),
        TODAY + timedelta(days=7),
    ]
    assert not FollowUp.objects.exclude(state="open").exists()


@pytest.mark.parametrize("days", [0, -1, 367])
def test_snooze_refuses_days_that_make_no_sense(followups, customer, manager, days):
    before = state_of(customer)
    with pytest.raises(ValidationError):
        snooze(followups=followups, by=manager, on=TODAY, until=TODAY + timedelta(days=days))
    assert state_of(customer) == before


def test_what_happens_today_cannot_wait(customer, manager, make_holding):
    make_holding(customer, "TD01", matures_on=TODAY)
    raise_followups(as_of=TODAY)
    with pytest.raises(ValidationError):
        snooze(followups=FollowUp.objects.all(), by=manager, on=TODAY, until=TODAY + timedelta(days=1))


def test_what_is_over_can_still_be_put_off(customer, manager, make_holding):
    make_holding(customer, "TD01", matures_on=TODAY)
    raise_followups(as_of=TODAY)
    later = TODAY + timedelta(days=3)
    snooze(followups=FollowUp.objects.all(), by=manager, on=later, until=later + timedelta(days=1))
    assert FollowUp.objects.get().due_on == later + timedelta(days=1)


def test_dismiss_needs_a_reason(followups, customer, manager):
    before = state_of(customer)
    for reason in ("", "no such reason"):
        with pytest.raises(ValidationError):
            dismiss(followups=followups, by=manager, on=TODAY, reason=reason)
    assert state_of(customer) == before
    dismiss(followups=followups, by=manager, on=TODAY, reason="wrong", note="已转存")
    assert set(FollowUp.objects.values_list("state", "dismiss_reason", "note")) == {("dismissed", "wrong", "已转存")}


VERBS = {
    "complete": lambda rows, by: complete(followups=rows, by=by, on=TODAY, note="n"),
    "snooze": lambda rows, by: snooze(followups=rows, by=by, on=TODAY, until=TODAY + timedelta(days=2)),
    "dismiss": lambda rows, by: dismiss(followups=rows, by=by, on=TODAY, reason="wrong"),
}


@pytest.mark.parametrize("name", VERBS)
def test_undo_puts_back_exactly_what_was_before(followups, customer, manager, name):
    before = state_of(customer)
    verb = VERBS[name](followups, manager)
    assert state_of(customer) != before
    undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    assert state_of(customer) == before


@pytest.mark.parametrize("name", VERBS)
def test_undo_works_once(followups, customer, manager, name):
    verb = VERBS[name](followups, manager)
    undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    with pytest.raises(ValidationError):
        undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)


def test_undo_refuses_when_one_row_was_changed_meanwhile(followups, customer, manager):
    verb = snooze(followups=followups, by=manager, on=TODAY, until=TODAY + timedelta(days=2))
    complete(followups=followups[:1], by=manager, on=TODAY)
    before = state_of(customer)
    with pytest.raises(ValidationError):
        undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    assert state_of(customer) == before


def test_undo_refuses_when_a_nearer_reminder_has_come(followups, customer, manager):
    verb = complete(followups=followups, by=manager, on=TODAY)
    raise_followups(as_of=TODAY + timedelta(days=4))
    before = state_of(customer)
    with pytest.raises(ValidationError):
        undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    assert state_of(customer) == before


def test_undo_refuses_outside_the_scope(followups, manager, other_manager):
    verb = complete(followups=followups, by=manager, on=TODAY)
    with pytest.raises(ValidationError):
        undo(verb=verb, followups=FollowUp.objects.visible_to(other_manager), by=other_manager, on=TODAY)


def test_undo_keeps_a_contact_that_a_visit_proves(followups, customer, manager):
    verb = complete(followups=followups, by=manager, on=TODAY)
    Visit.objects.create(
        customer=customer, by=manager, status="held", planned_on=TODAY, held_on=TODAY, purpose="p", notes="n"
    )
    undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    assert Standing.objects.get(customer=customer).last_contact == TODAY


def test_superseded_reminders_cannot_be_undone_back(followups, manager):
    verb = snooze(followups=followups, by=manager, on=TODAY, until=TODAY + timedelta(days=2))
    CareRule.objects.create(code="maturity-29", kind="maturity", days_before=29)
    raise_followups(as_of=TODAY + timedelta(days=1))
    with pytest.raises(ValidationError):
        undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)


def test_own_reminder_is_added_once_however_often_it_is_sent(customer, manager):
    token = uuid.uuid4()
    for _time in range(2):
        add_own(customer=customer, by=manager, text=" 送对账单 ", due_on=TODAY, on=TODAY, token=token)
    followup = FollowUp.objects.get()
    assert (followup.kind, followup.text, followup.due_on, followup.created_by) == (
        "manual",
        "送对账单",
        TODAY,
        manager,
    )
    assert Standing.objects.get(customer=customer).open_followups == 1


@pytest.mark.parametrize(("text", "due_on"), [("  ", TODAY), ("x", YESTERDAY)])
def test_own_reminder_needs_words_and_a_day_ahead(customer, manager, text, due_on):
    with pytest.raises(ValidationError):
        add_own(customer=customer, by=manager, text=text, due_on=due_on, on=TODAY, token=uuid.uuid4())


def test_recount_writes_only_rows_that_differ(followups, customer):
    Standing.objects.update(open_followups=9)
    assert recount() == 1
    assert recount() == 0
