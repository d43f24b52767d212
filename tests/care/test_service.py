"""What serving a customer took, and how far the relationship goes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from care.choices import Rung
from care.models import FollowUp, ServiceRate
from care.rules.festivals import festive_days
from care.services.followups import complete, undo
from care.services.service import deeds_of, refresh_service
from care.tasks import pick_up
from customers.models import Need, Relation, Standing
from jobs.models import Job
from jobs.tasks import run_now
from proposals.models import Proposal, ProposalItem, Template
from tests.conftest import TODAY
from visits.models import Objection, Visit

# No festival near it.
PLAIN = date(2026, 11, 10)
FESTIVAL = date(2026, 10, 1)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


@pytest.fixture
def hold(manager):
    """`hold(customer, day, channel="phone")`: a visit that took place."""

    def make(customer, day=PLAIN, channel="phone", **fields):
        return Visit.objects.create(
            customer=customer,
            by=manager,
            status="held",
            planned_on=day,
            held_on=day,
            channel=channel,
            purpose="p",
            notes="n",
            **fields,
        )

    return make


@pytest.fixture
def done(db):
    """`done(customer, day, kind="maturity")`: a follow-up that was done by speaking."""
    numbers = iter(range(1000))

    def make(customer, day=PLAIN, kind="maturity", *, contacted=True, happens_on=None, **fields):
        return FollowUp.objects.create(
            customer=customer,
            kind=kind,
            subject=f"s{next(numbers)}",
            raised_for=day,
            due_on=day,
            happens_on=happens_on or day,
            state="done",
            closed_on=day,
            contacted=contacted,
            **fields,
        )

    return make


@pytest.fixture
def propose(manager, products):
    """`propose(customer, status="accepted", dimensions=1)`: a proposal presented and decided on PLAIN."""

    def make(customer, status="accepted", dimensions=1):
        decided = status in {"accepted", "declined"}
        proposal = Proposal.objects.create(
            customer=customer,
            template=Template.objects.first(),
            title="t",
            status=status,
            drafted_on=PLAIN,
            drafted_by=manager,
            presented_on=PLAIN,
            decided_on=PLAIN if decided else None,
            decline_reason="r" if status == "declined" else "",
        )
        for dimension in ("savings", "investment", "wealth", "consumption")[:dimensions]:
            ProposalItem.objects.create(proposal=proposal, dimension=dimension, product=products["CA01"])
        return proposal

    return make


def load_of(customer):
    row = Standing.objects.get(customer=customer)
    return row.contacts, row.service_minutes, row.service_cost


def rung_of(customer, on=TODAY):
    refresh_service(on=on)
    return Rung(Standing.objects.get(customer=customer).operating_rung)


def test_each_way_to_meet_takes_its_standard_rate(customer, hold):
    for days, channel in enumerate(("their_place", "our_branch", "phone", "wechat", "video", "salon")):
        hold(customer, PLAIN - timedelta(days=days), channel)
    refresh_service(on=TODAY)
    assert load_of(customer) == (6, 120 + 45 + 15 + 10 + 30 + 60, Decimal(160 + 50 + 12 + 8 + 25 + 150))


def test_followups_done_by_speaking_on_one_day_are_one_talk(customer, done):
    done(customer, kind="maturity")
    done(customer, kind="birthday")
    done(customer, kind="manual", contacted=False)
    done(customer, PLAIN - timedelta(days=1), "next_step")
    refresh_service(on=TODAY)
    assert load_of(customer) == (2, 30, Decimal(24))


def test_a_followup_done_on_the_day_of_a_visit_was_part_of_it(customer, done, hold):
    hold(customer, PLAIN, "our_branch")
    done(customer, PLAIN, "maturity")
    refresh_service(on=TODAY)
    assert load_of(customer) == (1, 45, Decimal(50))


def test_a_gift_is_counted_once_a_day_and_is_no_talk(customer, done, hold):
    hold(customer, PLAIN, "phone", gift=True)
    done(customer, PLAIN, "birthday", gift=True)
    done(customer, PLAIN - timedelta(days=3), "birthday", contacted=False, gift=True)
    refresh_service(on=TODAY)
    assert load_of(customer) == (1, 15 + 20, Decimal(12 + 240))


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (TODAY, 1),
        (TODAY + timedelta(days=1), 0),
        (date(2025, 11, 22), 1),
        (date(2025, 11, 21), 0),
    ],
)
def test_the_year_ends_on_the_day_and_includes_it(customer, hold, day, counted):
    hold(customer, day)
    refresh_service(on=TODAY)
    assert load_of(customer)[0] == counted


def test_the_year_of_a_leap_day_is_counted_too(customer, hold):
    hold(customer, date(2027, 3, 1))
    assert rung_of(customer, on=date(2028, 2, 29)) == Rung.TALKING


def test_visits_that_were_not_held_take_nothing(customer, manager):
    Visit.objects.create(customer=customer, by=manager, planned_on=PLAIN, purpose="p")
    Visit.objects.create(
        customer=customer, by=manager, planned_on=PLAIN, purpose="p", status="not_held", not_held_reason="r"
    )
    refresh_service(on=TODAY)
    assert load_of(customer) == (0, 0, 0)


def test_a_rate_that_is_edited_counts_for_the_whole_year(customer, hold):
    hold(customer, PLAIN, "phone")
    refresh_service(on=TODAY)
    ServiceRate.objects.filter(code="phone").update(minutes=20, cost="33.50")
    assert refresh_service(on=TODAY) == 1
    assert load_of(customer) == (1, 20, Decimal("33.50"))


def test_twice_writes_nothing_and_what_is_over_falls_back(customer, hold, manager, make_customer):
    make_customer(manager)
    hold(customer, PLAIN)
    assert refresh_service(on=TODAY) == 1
    assert refresh_service(on=TODAY) == 0
    assert refresh_service(on=TODAY + timedelta(days=400)) == 1
    assert load_of(customer) == (0, 0, 0)


def test_only_the_customers_named_are_written(customer, manager, make_customer, hold):
    other = make_customer(manager)
    for one in (customer, other):
        hold(one)
    assert refresh_service(on=TODAY, customers=[customer.pk]) == 1
    assert (load_of(customer)[0], load_of(other)[0]) == (1, 0)
    assert refresh_service(on=TODAY, customers=[]) == 0


# ---- the ladder ----------------------------------------------------------------------------------------------------


def test_nothing_done_is_the_first_rung(customer):
    assert rung_of(customer) == Rung.SILENT


def test_a_reminder_done_by_speaking_is_contact_when_reminded(customer, done):
    done(customer, kind="birthday")
    assert rung_of(customer) == Rung.PROMPTED


@pytest.mark.parametrize("kind", ["next_step", "manual"])
def test_a_step_of_our_own_is_a_talk_of_our_own_accord(customer, done, kind):
    done(customer, kind=kind)
    assert rung_of(customer) == Rung.TALKING


def test_a_visit_is_a_talk_of_our_own_accord(customer, hold):
    hold(customer)
    assert rung_of(customer) == Rung.TALKING


@pytest.mark.parametrize("before", [0, 3])
def test_a_talk_for_a_festival(customer, hold, before):
    hold(customer, FESTIVAL - timedelta(days=before))
    assert rung_of(customer) == Rung.FESTIVALS


@pytest.mark.parametrize("days", [-4, 1])
def test_a_talk_near_a_festival_is_no_greeting(customer, hold, days):
    hold(customer, FESTIVAL + timedelta(days=days))
    assert rung_of(customer) == Rung.TALKING


def test_a_gift_for_a_festival(customer, hold):
    hold(customer, FESTIVAL, gift=True)
    assert rung_of(customer) == Rung.FESTIVAL_GIFTS


def test_a_gift_in_the_week_before_a_birthday(customer, hold, done):
    done(customer, PLAIN - timedelta(days=1), "birthday", happens_on=PLAIN, contacted=False)
    hold(customer, PLAIN - timedelta(days=7), gift=True)
    assert rung_of(customer) == Rung.FAMILY_GIFTS
    Visit.objects.update(held_on=PLAIN - timedelta(days=8))
    assert rung_of(customer) == Rung.TALKING


@pytest.mark.parametrize("turned", [False, True])
def test_a_gift_for_somebody_in_the_family_counts_for_both(customer, manager, make_customer, done, turned):
    spouse = make_customer(manager)
    pair = (spouse, customer) if turned else (customer, spouse)
    Relation.objects.create(customer=pair[0], related=pair[1], kind="spouse")
    done(spouse, PLAIN, "birthday", gift=True)
    assert rung_of(customer) == rung_of(spouse) == Rung.FAMILY_GIFTS


def test_a_gift_for_somebody_introduced_is_not_one_for_the_family(customer, manager, make_customer, done):
    friend = make_customer(manager)
    Relation.objects.create(customer=friend, related=customer, kind="introducer")
    done(friend, PLAIN, "birthday", gift=True)
    assert rung_of(customer) == Rung.SILENT


def test_a_salon(customer, hold):
    hold(customer, PLAIN, "salon")
    assert rung_of(customer) == Rung.SALONS


def test_a_resolved_objection_helps_to_grow(customer, manager):
    fields = {"customer": customer, "raised_on": PLAIN, "by": manager, "kind": "real"}
    Objection.objects.create(**fields, words="太贵", outcome="lost", closed_on=PLAIN)
    assert rung_of(customer) == Rung.SILENT
    Objection.objects.create(**fields, words="有风险", answer="解释", outcome="resolved", closed_on=PLAIN)
    assert rung_of(customer) == Rung.GROWING


@pytest.mark.parametrize("status", ["presented", "declined"])
def test_a_presented_proposal_helps_to_grow(customer, propose, status):
    propose(customer, status)
    assert rung_of(customer) == Rung.GROWING


def test_two_talks_before_something_ends_follow_what_they_hold(customer, done):
    done(customer, PLAIN, happens_on=PLAIN)
    done(customer, PLAIN, happens_on=PLAIN)
    assert rung_of(customer) == Rung.PROMPTED
    late = done(customer, PLAIN - timedelta(days=5), happens_on=PLAIN - timedelta(days=6))
    assert rung_of(customer) == Rung.PROMPTED
    FollowUp.objects.filter(pk=late.pk).update(happens_on=PLAIN)
    assert rung_of(customer) == Rung.FOLLOWING


def test_a_need_that_was_met_reaches_a_goal(customer):
    need = Need.objects.create(customer=customer, dimension="savings", found_on=PLAIN - timedelta(days=900))
    assert rung_of(customer) == Rung.SILENT
    # What counts is the day it was met, not the day it was found.
    need.status, need.met_on = "met", PLAIN - timedelta(days=500)
    need.save()
    assert rung_of(customer) == Rung.SILENT
    need.met_on = PLAIN
    need.save()
    assert rung_of(customer) == Rung.GOALS


@pytest.mark.parametrize(("dimensions", "rung"), [(0, Rung.GOALS), (2, Rung.GOALS), (3, Rung.VALUE), (4, Rung.VALUE)])
def test_an_accepted_proposal_reaches_a_goal_and_more_with_three_dimensions(customer, propose, dimensions, rung):
    propose(customer, dimensions=dimensions)
    assert rung_of(customer) == rung


def test_somebody_introduced_who_reached_a_goal(customer, manager, make_customer, propose):
    friend = make_customer(manager)
    Relation.objects.create(customer=friend, related=customer, kind="introducer")
    assert rung_of(customer) == Rung.SILENT
    propose(friend)
    assert rung_of(customer) == Rung.FRIENDS
    assert rung_of(friend) == Rung.GOALS
    # One customer alone gives the same.
    Standing.objects.update(operating_rung=1)
    refresh_service(on=TODAY, customers=[customer.pk])
    assert Standing.objects.get(customer=customer).operating_rung == Rung.FRIENDS


def test_the_highest_deed_counts_whatever_was_left_out_below(customer, hold, propose):
    hold(customer, PLAIN, "salon")
    propose(customer)
    assert rung_of(customer) == Rung.GOALS
    assert deeds_of(customer=customer.pk, on=TODAY) == {
        Rung.SALONS: (1, PLAIN),
        Rung.GROWING: (1, PLAIN),
        Rung.GOALS: (1, PLAIN),
    }


def test_deeds_of_one_customer_are_not_those_of_another(customer, manager, make_customer, hold):
    hold(make_customer(manager))
    assert deeds_of(customer=customer.pk, on=TODAY) == {}


def test_festivals_of_a_year():
    days = festive_days(date(2026, 1, 1), date(2026, 12, 31))
    # Spring Festival is 17 February, Lantern Festival 3 March, Dragon Boat 19 June, Mid-Autumn 25 September.
    assert {date(2026, 2, 14), date(2026, 2, 17), date(2026, 2, 23), date(2026, 3, 3), date(2026, 6, 19)} <= set(days)
    assert {date(2026, 9, 22), date(2026, 9, 25), date(2026, 10, 1), date(2026, 10, 18), date(2026, 12, 29)} <= set(
        days
    )
    assert not {date(2026, 2, 13), date(2026, 2, 24), date(2026, 4, 5), date(2026, 6, 20), date(2026, 12, 28)} & set(
        days
    )


# ---- when it is counted --------------------------------------------------------------------------------------------


def test_a_followup_done_by_speaking_counts_at_once_and_undo_takes_it_back(customer, manager):
    followup = FollowUp.objects.create(customer=customer, kind="manual", raised_for=TODAY, due_on=TODAY, text="t")
    verb = complete(followups=[followup], by=manager, on=TODAY, gift=True)
    assert load_of(customer) == (1, 25, Decimal(132))
    assert FollowUp.objects.get().gift is True
    undo(verb=verb, followups=FollowUp.objects.all(), by=manager, on=TODAY)
    assert load_of(customer) == (0, 0, 0)
    assert FollowUp.objects.get().gift is False


def test_a_visit_counts_a_moment_after_it_was_recorded(today, customer, hold):
    hold(customer, TODAY)
    pick_up()
    assert load_of(customer)[0] == 1


def test_the_job_counts_everybody_and_keeps_its_result(customer, hold):
    hold(customer)
    for written in (1, 0):
        job = Job.objects.create(kind="refresh_service", key="k", params={"as_of": "2026-11-21"}, due_at=timezone.now())
        ended = run_now(job.pk)
        assert (ended.state, ended.result, ended.done) == ("done", {"as_of": "2026-11-21", "written": written}, 1)


def test_the_command_says_how_many_rows_it_wrote(customer, hold, capsys):
    hold(customer)
    call_command("refresh_service", "--as-of", "2026-11-21")
    call_command("refresh_service", "--as-of", "2026-11-21", "--json")
    assert capsys.readouterr().out == '2026-11-21: 1 written.\n{"as_of": "2026-11-21", "written": 0}\n'


def test_one_customer_takes_few_queries(customer, hold, django_assert_num_queries):
    hold(customer)
    # Whose deeds count with theirs (two), the count, and two savepoints.
    with django_assert_num_queries(7):
        refresh_service(on=TODAY, customers=[customer.pk])
