"""Verbs of proposals: one door to the status, each with day and person."""

from datetime import date
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from customers.choices import Dimension
from customers.models import ContactPreference, Customer, Need
from proposals.models import Proposal, ProposalItem, Template
from proposals.services import document
from proposals.services import proposal as verbs
from staff.models import AuditEvent

DAY = date(2026, 11, 21)


@pytest.fixture
def template(db):
    return Template.objects.get(code="four_dimensions")


@pytest.fixture
def draft(manager, make_customer, template):
    customer = make_customer(manager)
    return verbs.draft_proposal(customer=customer, template=template, title="养老规划", by=manager, on=DAY)


@pytest.fixture
def whole(draft, manager, products):
    return verbs.edit_proposal(
        proposal=draft,
        version=1,
        fields={"centre": "养老储备", "customer_side": "安心", "bank_side": "留存", "presentation": "tailored"},
        texts=dict.fromkeys(Dimension.values, "暂不需要"),
        items=[ProposalItem(dimension="savings", product=products["TD01"], amount=Decimal("200000.00"))],
        by=manager,
    )


def test_draft_names_the_open_needs_and_has_four_dimensions(manager, make_customer, template):
    customer = make_customer(manager)
    Need.objects.create(customer=customer, dimension="wealth", driver="养老", found_on=DAY, found_by=manager)
    Need.objects.create(
        customer=customer, dimension="savings", driver="旧", status="met", met_on=DAY, found_on=DAY, found_by=manager
    )
    proposal = verbs.draft_proposal(customer=customer, template=template, title="养老", by=manager, on=DAY)
    assert proposal.centre in {"理财：养老", "Wealth management：养老"}
    assert [benefit.dimension for benefit in proposal.benefits.all()] == Dimension.values


def test_draft_says_what_is_held_and_what_ends_soon(manager, make_customer, make_holding, template):
    customer = make_customer(manager)
    make_holding(customer, "CA01", balance=30000)
    make_holding(customer, "TD01", balance=200000, matures_on=date(2027, 1, 6))
    make_holding(customer, "WM01", balance=50000, matures_on=date(2028, 1, 6))
    make_holding(customer, "LN01", balance=900000, matures_on=date(2026, 12, 1))
    make_holding(customer, "FD01", balance=70000, status="closed")
    with translation.override("en"):
        proposal = verbs.draft_proposal(customer=customer, template=template, title="养老", by=manager, on=DAY)
    assert proposal.situation.splitlines() == [
        "Savings ¥230,000",
        "Wealth management ¥50,000",
        "定期存款 ¥200,000 ends on 6 Jan 2027",
    ]


def test_draft_begun_twice_is_one(draft, manager, template):
    again = verbs.draft_proposal(customer=draft.customer, template=template, title="另一个", by=manager, on=DAY)
    assert again.pk == draft.pk
    assert Proposal.objects.count() == 1
    assert draft.benefits.count() == 4


def test_restricted_customer_gets_no_proposal_and_the_reason_is_told(manager, make_customer, template):
    customer = make_customer(manager, restricted=True, restricted_reason="涉诉")
    with pytest.raises(ValidationError, match="涉诉"):
        verbs.draft_proposal(customer=customer, template=template, title="x", by=manager, on=DAY)
    assert Proposal.objects.count() == 0


def test_unfinished_proposal_cannot_be_presented(draft, manager):
    with pytest.raises(ValidationError):
        verbs.present(proposal=draft, by=manager, on=DAY)
    draft.refresh_from_db()
    assert (draft.status, draft.presented_on) == ("draft", None)


def test_presenting_keeps_day_person_and_contact(whole, manager):
    presented = verbs.present(proposal=whole, by=manager, on=DAY)
    assert (presented.status, presented.presented_on, presented.presented_by) == ("presented", DAY, manager)
    presented.customer.standing.refresh_from_db()
    assert presented.customer.standing.last_contact == DAY
    assert AuditEvent.objects.filter(verb="proposal.presented", actor=manager).count() == 1


def test_customer_restricted_after_the_draft_is_not_presented_to(whole, manager):
    whole.customer.restricted = True
    whole.customer.save(update_fields=["restricted"])
    with pytest.raises(ValidationError):
        verbs.present(proposal=whole, by=manager, on=DAY)


def test_presented_proposal_is_accepted_once(whole, manager, head):
    verbs.present(proposal=whole, by=manager, on=DAY)
    accepted = verbs.accept(proposal=whole, by=head, on=date(2026, 11, 25))
    assert (accepted.status, accepted.decided_on, accepted.decided_by) == ("accepted", date(2026, 11, 25), head)
    with pytest.raises(ValidationError):
        verbs.decline(proposal=whole, reason="价格", by=manager, on=DAY)


def test_declining_needs_the_reason(whole, manager):
    verbs.present(proposal=whole, by=manager, on=DAY)
    with pytest.raises(ValidationError):
        verbs.decline(proposal=whole, reason="  ", by=manager, on=DAY)
    declined = verbs.decline(proposal=whole, reason="期限太长", by=manager, on=DAY)
    assert (declined.status, declined.decline_reason) == ("declined", "期限太长")


def test_draft_cannot_be_accepted(whole, manager):
    with pytest.raises(ValidationError):
        verbs.accept(proposal=whole, by=manager, on=DAY)


def test_taking_back_gives_a_draft_unless_a_newer_one_exists(whole, manager, template):
    verbs.present(proposal=whole, by=manager, on=DAY)
    verbs.take_back(proposal=whole, by=manager)
    verbs.present(proposal=whole, by=manager, on=DAY)
    verbs.draft_proposal(customer=whole.customer, template=template, title="新", by=manager, on=DAY)
    with pytest.raises(ValidationError):
        verbs.take_back(proposal=whole, by=manager)
    assert sorted(Proposal.objects.values_list("status", flat=True)) == ["draft", "presented"]


def test_second_editor_is_told_and_nothing_is_lost(whole, manager):
    with pytest.raises(verbs.Conflict):
        verbs.edit_proposal(proposal=whole, version=1, fields={"centre": "别的"}, texts={}, items=[], by=manager)
    whole.refresh_from_db()
    assert whole.centre == "养老储备"
    assert whole.items.count() == 1


def test_only_drafts_are_discarded(whole, manager):
    verbs.present(proposal=whole, by=manager, on=DAY)
    with pytest.raises(ValidationError):
        verbs.discard(proposal=whole, by=manager)
    verbs.take_back(proposal=whole, by=manager)
    verbs.discard(proposal=whole, by=manager)
    assert Proposal.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_leave_one_decision(whole, manager, head):
    verbs.present(proposal=whole, by=manager, on=DAY)
    start, refused = Barrier(2), []

    def decide(verb, **arguments):
        start.wait(timeout=60)
        try:
            verb(proposal=whole, on=DAY, **arguments)
        except ValidationError:
            refused.append(verb)
        finally:
            connection.close()

    threads = [
        Thread(target=decide, args=(verbs.accept,), kwargs={"by": manager}),
        Thread(target=decide, args=(verbs.decline,), kwargs={"by": head, "reason": "利率"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    whole.refresh_from_db()
    assert len(refused) == 1
    assert whole.status in {"accepted", "declined"}
    assert AuditEvent.objects.filter(verb__in=["proposal.accepted", "proposal.declined"]).count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pdf_embeds_its_chinese_font(whole, language):
    with translation.override(language):
        content = document.pdf_of(whole, on=DAY)
    assert content.startswith(b"%PDF-1.")
    assert b"/FontFile" in content
    assert b"NotoSansSC" in content.replace(b"#20", b"").replace(b" ", b"")


def test_pdf_takes_markup_as_plain_text(whole):
    whole.centre = '#panic("boom") $x$ *bold* \\ #import "@preview/x:1.0.0"'
    assert document.pdf_of(whole, on=DAY).startswith(b"%PDF")


def test_pdf_names_the_letter_no_font_has(whole):
    whole.title = "𠮷先生"
    with pytest.raises(ValidationError, match="𠮷"):
        document.pdf_of(whole, on=DAY)


def test_pdf_shows_rare_letters_the_font_has(whole):
    whole.title = "䶮㛃先生"
    assert document.pdf_of(whole, on=DAY).startswith(b"%PDF")


REFUSALS = [
    ({"restricted": True, "restricted_reason": "涉诉"}, {}, "涉诉"),
    ({"state": "ended"}, {}, "关系已终止"),
    ({}, {"do_not_contact": True}, "不再联系"),
]


@pytest.mark.parametrize(("facts", "wishes", "words"), REFUSALS)
def test_nothing_is_offered_to_whom_nothing_may_be_offered(whole, manager, template, facts, wishes, words):
    customer = whole.customer
    Customer.objects.filter(pk=customer.pk).update(**facts)
    if wishes:
        ContactPreference.objects.create(customer=customer, **wishes)
    for verb, given in (
        (verbs.present, {"proposal": whole}),
        (
            verbs.draft_proposal,
            {"customer": Customer.objects.get(pk=customer.pk), "template": template, "title": "再写一份"},
        ),
    ):
        with pytest.raises(ValidationError) as refused:
            verb(by=manager, on=DAY, **given)
        assert words in " ".join(refused.value.messages)


def test_customer_restricted_since_is_neither_written_for_nor_signed_up(whole, manager):
    Customer.objects.filter(pk=whole.customer_id).update(restricted=True, restricted_reason="涉诉")
    with pytest.raises(ValidationError):
        verbs.edit_proposal(proposal=whole, version=whole.version, fields={}, texts={}, items=[], by=manager)
    Proposal.objects.filter(pk=whole.pk).update(status="presented", presented_on=DAY)
    with pytest.raises(ValidationError):
        verbs.accept(proposal=whole, by=manager, on=DAY)
    assert verbs.decline(proposal=whole, reason="改主意了", by=manager, on=DAY).status == "declined"
