"""Raising follow-ups from rows."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from care.models import CareRule, FollowUp
from care.services.followups import complete
from care.services.raising import pick_up_next_steps, raise_followups
from customers.models import ContactPreference, Standing
from staff.models import AuditEvent
from tests.conftest import TODAY
from visits.models import Visit


def in_days(days):
    return TODAY + timedelta(days=days)


def rows(**filters):
    """(days before, state) of what was raised, the earliest first."""
    return list(
        FollowUp.objects.filter(**filters).order_by("raised_for", "pk").values_list("rule__days_before", "state")
    )


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [
        (31, []),
        (30, [30]),
        (8, [30]),
        (7, [7]),
        (5, [7]),
        (2, [7]),
        (1, [1]),
        (0, [1]),
        (-1, []),
    ],
)
def test_only_the_tightest_reminder_of_a_holding_is_raised(customer, make_holding, days_left, expected):
    make_holding(customer, "TD01", balance=500_000, matures_on=in_days(days_left))
    result = raise_followups(as_of=TODAY)
    assert rows() == [(days, "open") for days in expected]
    assert result == {
        "as_of": "2026-11-21",
        "raised": len(expected),
        "by_rule": {
            "maturity": len(expected),
            "outside": 0,
            "birthday": 0,
            "family": 0,
            "watch": 0,
            "next_step": 0,
            "rhythm": 0,
            "win_back": 0,
        },
    }


def test_what_is_raised_is_due_today_and_belongs_to_its_own_day(customer, make_holding):
    holding = make_holding(customer, "TD01", balance=500_000, matures_on=in_days(5))
    raise_followups(as_of=TODAY)
    followup = FollowUp.objects.get()
    assert (followup.due_on, followup.raised_for, followup.happens_on) == (TODAY, in_days(-2), in_days(5))
    assert (followup.holding, followup.subject) == (holding, f"holding:{holding.holding_no}")


def test_every_day_for_a_month_raises_three_reminders_and_supersedes_two(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(30))
    for day in range(32):
        raise_followups(as_of=in_days(day))
    assert rows() == [(30, "superseded"), (7, "superseded"), (1, "open")]
    assert Standing.objects.get(customer=customer).open_followups == 1


def test_a_missed_week_is_caught_up_once(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(30))
    raise_followups(as_of=TODAY)
    assert raise_followups(as_of=in_days(26))["raised"] == 1
    assert rows() == [(30, "superseded"), (7, "open")]


def test_a_reminder_that_was_done_stays_done_when_a_nearer_one_comes(customer, manager, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(30))
    raise_followups(as_of=TODAY)
    complete(followups=FollowUp.objects.all(), by=manager, on=TODAY)
    raise_followups(as_of=in_days(23))
    assert rows() == [(30, "done"), (7, "open")]


def test_twice_changes_nothing(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(7))
    raise_followups(as_of=TODAY)
    before = list(FollowUp.objects.values())
    events = AuditEvent.objects.count()
    assert raise_followups(as_of=TODAY)["raised"] == 0
    assert list(FollowUp.objects.values()) == before
    assert AuditEvent.objects.count() == events


def test_an_edited_rule_does_not_remind_again_of_the_same_end(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(5))
    raise_followups(as_of=TODAY)
    CareRule.objects.filter(code="maturity-7").update(days_before=10)
    assert raise_followups(as_of=TODAY)["raised"] == 0


def test_a_looser_rule_never_reminds_after_a_tighter_one(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(1))
    raise_followups(as_of=TODAY)
    CareRule.objects.filter(code="maturity-1").update(active=False)
    assert raise_followups(as_of=TODAY)["raised"] == 0


def test_a_new_rule_between_reminds_at_once(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(2))
    raise_followups(as_of=TODAY)
    CareRule.objects.create(code="maturity-3", kind="maturity", days_before=3)
    assert raise_followups(as_of=TODAY)["raised"] == 1
    assert rows() == [(7, "superseded"), (3, "open")]


def test_rules_out_of_force_raise_nothing(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(7))
    CareRule.objects.update(active=False)
    assert raise_followups(as_of=TODAY)["raised"] == 0


def test_closed_holdings_raise_nothing_and_their_open_reminders_are_withdrawn(customer, make_holding):
    make_holding(customer, "TD01", matures_on=in_days(7), status="closed")
    holding = make_holding(customer, "TD01", matures_on=in_days(7))
    assert raise_followups(as_of=TODAY)["raised"] == 1
    holding.status = "closed"
    holding.save()
    raise_followups(as_of=in_days(1))
    assert rows() == [(7, "withdrawn")]
    assert Standing.objects.get(customer=customer).open_followups == 0


def test_a_prolonged_holding_starts_anew(customer, make_holding):
    holding = make_holding(customer, "TD01", matures_on=in_days(1))
    raise_followups(as_of=TODAY)
    holding.matures_on = in_days(30)
    holding.save()
    raise_followups(as_of=TODAY)
    assert sorted(rows()) == [(1, "withdrawn"), (30, "open")]


def test_restricted_customers_keep_their_service(manager, make_customer, make_holding):
    make_holding(make_customer(manager, restricted=True), "TD01", matures_on=in_days(7))
    assert raise_followups(as_of=TODAY)["by_rule"]["maturity"] == 1


@pytest.mark.parametrize(
    ("person", "as_of", "expected"),
    [
        ({"birth_date": date(1980, 11, 28)}, TODAY, [("birthday:solar", 7, date(2026, 11, 28))]),
        ({"birth_date": date(1980, 11, 24)}, TODAY, [("birthday:solar", 7, date(2026, 11, 24))]),
        ({"birth_date": date(1980, 11, 21)}, TODAY, [("birthday:solar", 0, TODAY)]),
        ({"birth_date": date(1980, 11, 20)}, TODAY, []),
        ({"birth_date": date(1980, 11, 29)}, TODAY, []),
        ({"birth_date": date(1980, 1, 3)}, date(2026, 12, 30), [("birthday:solar", 7, date(2027, 1, 3))]),
        ({"birth_date": date(1980, 2, 29)}, date(2027, 2, 28), [("birthday:solar", 0, date(2027, 2, 28))]),
        ({"birth_date": date(1980, 2, 29)}, date(2028, 2, 29), [("birthday:solar", 0, date(2028, 2, 29))]),
        ({"lunar_birthday": 1013}, TODAY, [("birthday:lunar", 0, TODAY)]),
        ({"lunar_birthday": 601, "lunar_leap": True}, date(2025, 7, 25), [("birthday:lunar", 0, date(2025, 7, 25))]),
        ({"lunar_birthday": 601}, date(2025, 7, 25), []),
        ({"lunar_birthday": 601, "lunar_leap": True}, date(2026, 7, 14), [("birthday:lunar", 0, date(2026, 7, 14))]),
        ({"lunar_birthday": 1230}, date(2026, 2, 16), [("birthday:lunar", 0, date(2026, 2, 16))]),
        (
            {"birth_date": date(1980, 11, 25), "lunar_birthday": 1013},
            TODAY,
            [("birthday:lunar", 0, TODAY), ("birthday:solar", 7, date(2026, 11, 25))],
        ),
        ({}, TODAY, []),
    ],
)
def test_birthdays_by_either_calendar(manager, make_customer, person, as_of, expected):
    make_customer(manager, person=person)
    assert raise_followups(as_of=as_of)["by_rule"]["birthday"] == len(expected)
    found = FollowUp.objects.order_by("happens_on").values_list("subject", "rule__days_before", "happens_on")
    assert list(found) == expected


def test_the_birthday_itself_supersedes_the_reminder_of_the_week_before(manager, make_customer):
    make_customer(manager, person={"birth_date": date(1980, 11, 28)})
    raise_followups(as_of=TODAY)
    raise_followups(as_of=in_days(7))
    assert rows() == [(7, "superseded"), (0, "open")]


def test_nobody_congratulates_who_does_not_want_to_be_contacted(manager, make_customer, make_holding):
    customer = make_customer(manager, person={"birth_date": date(1980, 11, 28)})
    preference = ContactPreference.objects.create(customer=customer, do_not_contact=True)
    make_holding(customer, "TD01", matures_on=in_days(7))
    assert raise_followups(as_of=TODAY)["by_rule"] == {
        "maturity": 1,
        "outside": 0,
        "birthday": 0,
        "family": 0,
        "watch": 0,
        "next_step": 0,
        "rhythm": 0,
        "win_back": 0,
    }
    preference.do_not_contact = False
    preference.save()
    raise_followups(as_of=TODAY)
    preference.do_not_contact = True
    preference.save()
    raise_followups(as_of=in_days(1))
    assert rows(kind="birthday") == [(7, "withdrawn")]


@pytest.fixture
def visit(customer, manager):
    return Visit.objects.create(
        customer=customer,
        by=manager,
        status="held",
        planned_on=TODAY,
        held_on=TODAY,
        purpose="到期安排",
        notes="谈了理财",
        next_step="送产品说明",
        next_step_on=in_days(3),
    )


def test_the_next_step_of_a_held_visit_becomes_a_follow_up(visit, customer):
    assert pick_up_next_steps(on=TODAY) == 1
    followup = FollowUp.objects.get()
    assert (followup.kind, followup.text, followup.due_on) == ("next_step", "送产品说明", in_days(3))
    assert followup.subject == f"visit:{visit.public_id}"
    assert Standing.objects.get(customer=customer).open_followups == 1
    assert pick_up_next_steps(on=TODAY) == 0
    assert raise_followups(as_of=TODAY)["raised"] == 0


def test_a_planned_visit_and_one_without_a_day_give_none(visit):
    Visit.objects.update(next_step_on=None)
    assert pick_up_next_steps(on=TODAY) == 0


def test_a_changed_next_step_moves_its_follow_up_and_one_taken_back_withdraws_it(visit):
    pick_up_next_steps(on=TODAY)
    Visit.objects.update(next_step="改为面谈", next_step_on=in_days(5))
    pick_up_next_steps(on=TODAY)
    followup = FollowUp.objects.get()
    assert (followup.text, followup.due_on, followup.state) == ("改为面谈", in_days(5), "open")
    Visit.objects.update(next_step="", next_step_on=None)
    pick_up_next_steps(on=TODAY)
    assert FollowUp.objects.get().state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_raise_once(manager, make_customer, make_holding):
    for _number in range(5):
        make_holding(make_customer(manager), "TD01", matures_on=in_days(7))
    results, start = [], threading.Barrier(2)

    def run():
        try:
            start.wait()
            results.append(raise_followups(as_of=TODAY)["raised"])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 5]
    assert FollowUp.objects.count() == 5


def test_contact_falls_due_as_often_as_the_customer_wished(manager, make_customer):
    customer = make_customer(manager, standing={"last_contact": in_days(-20)})
    preference = ContactPreference.objects.create(customer=customer, every_days=30)
    for _twice in range(2):
        raise_followups(as_of=TODAY)
    followup = FollowUp.objects.get(kind="rhythm")
    assert (followup.due_on, followup.state) == (in_days(10), "open")
    Standing.objects.filter(customer=customer).update(last_contact=in_days(2))
    raise_followups(as_of=in_days(3))
    assert list(FollowUp.objects.order_by("pk").values_list("state", "due_on")) == [
        ("withdrawn", in_days(10)),
        ("open", in_days(32)),
    ]
    preference.do_not_contact = True
    preference.save()
    raise_followups(as_of=in_days(4))
    assert not FollowUp.objects.open().exists()
