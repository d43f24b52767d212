"""Placing by hand: who may ask, who may approve, what is refused, and two heads at once."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from customers.choices import Kind
from jobs.models import Job
from staff.models import AuditEvent
from tests.conftest import TODAY
from tiering.choices import OverrideState
from tiering.models import Override, Scheme, TieringRun
from tiering.services.override import approve_override, decline_override, end_override, propose_override

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager)


@pytest.fixture
def propose(customer, manager):
    """`propose(code="A", …)`: the manager asks for a tier of the customer."""

    def make(**changes):
        asked = {
            "customer": customer,
            "scheme": Scheme.objects.get(code="sheet"),
            "code": "A",
            "reason": "企业主，收入未入账",
            "ends_on": date(2027, 3, 31),
            "by": manager,
            "on": TODAY,
        }
        return propose_override(**asked | changes)

    return make


def said(error):
    return " ".join(error.value.messages)


def test_proposal_waits_and_places_nobody(propose, customer):
    override = propose()
    assert (override.state, override.starts_on, override.ends_on) == ("proposed", TODAY, date(2027, 3, 31))
    assert not Job.objects.exists()
    event = AuditEvent.objects.get(verb="override.proposed")
    assert event.subject_id == str(customer.public_id)
    assert event.particulars["tier"] == "A"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": date(2026, 11, 20)}, "这一天已经过去"),
        ({"ends_on": date(2027, 11, 22)}, "最长一年"),
        ({"code": "Z"}, "没有这个层级"),
        ({"reason": "  "}, "请说明原因"),
    ],
)
def test_bad_proposal_is_refused_with_its_reason(propose, changes, words):
    with pytest.raises(ValidationError) as error:
        propose(**changes)
    assert words in said(error)
    assert not Override.objects.exists()


@pytest.mark.parametrize("day", [TODAY, date(2027, 11, 21)])
def test_last_day_may_be_today_and_a_year_ahead(propose, day):
    assert propose(ends_on=day).ends_on == day


def test_second_proposal_of_a_scheme_is_refused_while_one_waits(propose):
    propose()
    with pytest.raises(ValidationError) as error:
        propose(code="VIP")
    assert "已有一项手工定级等待批准" in said(error)
    assert propose(scheme=Scheme.objects.get(code="assets"), code="W600").pk


def test_scheme_of_another_kind_is_not_offered(propose, manager, make_customer):
    organisation = make_customer(manager, kind=Kind.ORGANIZATION)
    with pytest.raises(ValidationError):
        propose(customer=organisation)


def test_head_approves_and_the_customer_is_placed_again(propose, customer, head):
    override, job = approve_override(override=propose(), by=head, on=TODAY, now=NOW)
    assert (override.state, override.decided_by, override.decided_on) == ("approved", head, TODAY)
    assert (job.kind, job.params) == ("retier", {"customers": [customer.pk]})
    assert Override.objects.in_force(on=date(2027, 3, 31)).exists()
    assert not Override.objects.in_force(on=date(2027, 4, 1)).exists()


def test_approval_counts_from_the_day_of_the_tiers_in_force(propose, head):
    TieringRun.objects.create(as_of=date(2026, 11, 19))
    override, _job = approve_override(override=propose(), by=head, on=TODAY, now=NOW)
    assert override.starts_on == date(2026, 11, 19)


def test_nobody_approves_their_own_proposal(propose, head, city_head):
    override = propose(by=head)
    with pytest.raises(ValidationError) as error:
        approve_override(override=override, by=head, on=TODAY, now=NOW)
    assert "须由他人批准" in said(error)
    assert approve_override(override=override, by=city_head, on=TODAY, now=NOW)[0].state == OverrideState.APPROVED


def test_manager_neither_approves_nor_declines_anothers(propose, colleague, manager):
    override = propose()
    for verb in (lambda by: approve_override(override=override, by=by, on=TODAY, now=NOW),
                 lambda by: decline_override(override=override, by=by, on=TODAY)):  # fmt: skip
        with pytest.raises(ValidationError):
            verb(colleague)
    assert decline_override(override=override, by=manager, on=TODAY).state == OverrideState.DECLINED


def test_decided_once_only(propose, head, city_head):
    override = propose()
    approve_override(override=override, by=head, on=TODAY, now=NOW)
    for verb in (lambda: approve_override(override=override, by=city_head, on=TODAY, now=NOW),
                 lambda: decline_override(override=override, by=city_head, on=TODAY)):  # fmt: skip
        with pytest.raises(ValidationError) as error:
            verb()
        assert "陈刚" in said(error)
        assert "已" in said(error)


def test_proposal_whose_last_day_has_passed_is_not_approved(propose, head):
    override = propose(ends_on=TODAY)
    with pytest.raises(ValidationError) as error:
        approve_override(override=override, by=head, on=date(2026, 11, 22), now=NOW)
    assert "末日已过" in said(error)


def test_new_approval_ends_the_one_before(propose, head):
    first, _job = approve_override(override=propose(), by=head, on=TODAY, now=NOW)
    second, _job = approve_override(override=propose(code="VIP"), by=head, on=TODAY, now=NOW)
    first.refresh_from_db()
    assert (first.state, second.state) == ("ended", "approved")


def test_ending_early_needs_a_head_or_the_proposer(propose, head, colleague, manager):
    override, _job = approve_override(override=propose(), by=head, on=TODAY, now=NOW)
    with pytest.raises(ValidationError):
        end_override(override=override, by=colleague, on=TODAY, now=NOW)
    ended, job = end_override(override=override, by=manager, on=TODAY, now=NOW)
    assert (ended.state, job.kind) == ("ended", "retier")
    with pytest.raises(ValidationError):
        end_override(override=override, by=head, on=TODAY, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_heads_at_once_one_decides_and_the_other_is_told(propose, head, city_head):
    override = propose()
    start, told = threading.Barrier(2), []

    def approve(by):
        try:
            start.wait()
            approve_override(override=override, by=by, on=TODAY, now=NOW)
            told.append("approved")
        except ValidationError as error:
            told.append(" ".join(error.messages))
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=[by]) for by in (head, city_head)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told)[0] == "approved"
    assert "已经处理" in sorted(told)[1]
    assert AuditEvent.objects.filter(verb="override.approved").count() == 1
    assert Job.objects.count() == 1
