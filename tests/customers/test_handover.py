"""Customers pass from one manager to another: whole, on the record, and with everything that is theirs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from care.models import FollowUp
from customers.models import Customer, Handover, OwnerChange
from customers.rules.load import suggestions
from customers.services.handover import (
    accept_handover,
    carry_out_due,
    decline_handover,
    move_customers,
    propose_handover,
    withdraw_handover,
)
from customers.services.load import load_per_manager, unplaced
from customers.services.merge import merge_customers
from proposals.models import Proposal, Template
from proposals.services.proposal import draft_proposal
from staff.models import Cover, User
from staff.services import end_cover, set_cover
from visits.models import Visit

NOW = timezone.now()
LATER = date(2026, 12, 1)


@pytest.fixture
def propose(manager, other_manager, today):
    """`propose(by=…, **changes)`: the manager's customers to the manager in Futian, from today."""

    def make(**changes):
        asked = {
            "by": manager,
            "from_manager": manager,
            "to_manager": other_manager,
            "reason": "balance",
            "on": today,
            "effective_on": today,
            "now": NOW,
        } | changes
        return propose_handover(**asked)[0]

    return make


def owners():
    """Manager and branch of every customer, by number."""
    rows = Customer.objects.order_by("customer_no").values_list("customer_no", "manager__staff_no", "branch__code")
    return {number: (manager, branch) for number, manager, branch in rows}


def test_everything_follows_a_customer_to_the_new_manager(
    make_customer, make_holding, manager, other_manager, other_head, propose, sign_in, today
):
    customer = make_customer(manager)
    make_holding(customer, "TD01", balance=10, matures_on=today)
    FollowUp.objects.create(customer=customer, kind="manual", raised_for=today, due_on=today, created_by=manager)
    visit = Visit.objects.create(customer=customer, by=manager, planned_on=today, purpose="理财")
    proposal = draft_proposal(customer=customer, template=Template.objects.first(), title="养老", by=manager, on=today)
    handover = propose(note="产假")
    moved = accept_handover(handover=handover, by=other_head, on=today, now=NOW)
    assert (moved.count, moved.job.kind) == (1, "retier")
    customer.refresh_from_db()
    assert (customer.manager, customer.branch, customer.version) == (other_manager, other_manager.branch, 2)
    change = OwnerChange.objects.get()
    assert (change.from_manager, change.to_manager, change.reason, change.handover) == (
        manager,
        other_manager,
        "产假",
        handover,
    )
    for model in (FollowUp, Visit, Proposal, Customer):
        assert model.objects.visible_to(other_manager).count() == 1
        assert model.objects.visible_to(manager).count() == 0
    client = sign_in(other_manager)
    for name, row in (("visits:edit", visit), ("visits:record", visit), ("proposals:edit", proposal)):
        assert client.get(reverse(name, args=[row.public_id])).status_code == 200
    closed = client.post(reverse("care:complete"), {"followup": FollowUp.objects.get().public_id, "note": "已联系"})
    assert closed.status_code == 303
    assert FollowUp.objects.get().state == "done"
    assert "产假" in client.get(reverse("customers:history", args=[customer.public_id])).content.decode()


def test_some_or_all_pass_and_twice_moves_nothing(make_customer, manager, colleague, other_manager, today):
    mine = [make_customer(manager) for _row in range(3)]
    theirs = make_customer(colleague)
    branch = other_manager.branch
    one = {"to_manager": other_manager, "to_branch": branch, "by": manager, "on": today}
    assert move_customers(customers=[mine[0].pk], **one).count == 1
    assert move_customers(customers=[mine[0].pk], **one).count == 0
    assert move_customers(customers=[row.pk for row in (*mine, theirs)], **one).count == 3
    assert OwnerChange.objects.count() == 4
    assert set(owners().values()) == {("M003", "D002")}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"to_manager": "leaver"}, "马超"),
        ({"to_manager": "other_head"}, "周洋"),
        ({"to_manager": "manager"}, None),
        ({"from_manager": "colleague"}, None),
        ({"from_manager": None}, None),
        ({"effective_on": date(2026, 11, 1)}, None),
        ({"customers": []}, None),
    ],
)
def test_what_cannot_be_handed_over_is_refused_whole(cast, make_customer, propose, changes, words):
    make_customer(cast["manager"])
    changes = {name: cast.get(value, value) if isinstance(value, str) else value for name, value in changes.items()}
    with pytest.raises(ValidationError, match=words):
        propose(**changes)
    assert not Handover.objects.exists()


def test_promised_customers_are_not_promised_again(make_customer, manager, colleague, head, propose, today):
    customer = make_customer(manager, name="王敏")
    first = propose()
    with pytest.raises(ValidationError, match="王敏"):
        propose(to_manager=colleague)
    withdraw_handover(handover=first, by=manager, on=today)
    second = propose(to_manager=colleague)
    with pytest.raises(ValidationError):
        decline_handover(handover=second, by=head, on=today, answer=" ")
    decline_handover(handover=second, by=head, on=today, answer="他已满员")
    with pytest.raises(ValidationError):
        accept_handover(handover=second, by=head, on=today, now=NOW)
    assert propose().lines.get().customer == customer


def test_only_the_receivers_head_decides(make_customer, manager, head, other_head, city_head, propose, today):
    make_customer(manager)
    handover = propose()
    for who in (manager, head):
        with pytest.raises(ValidationError):
            accept_handover(handover=handover, by=who, on=today, now=NOW)
        with pytest.raises(ValidationError):
            decline_handover(handover=handover, by=who, on=today, answer="不行")
    with pytest.raises(ValidationError):
        withdraw_handover(handover=handover, by=other_head, on=today)
    assert accept_handover(handover=handover, by=city_head, on=today, now=NOW).count == 1


def test_a_head_of_both_sides_hands_over_at_once(make_customer, manager, colleague, head, propose):
    make_customer(manager)
    handover = propose(by=head, to_manager=colleague, accept=True)
    handover.refresh_from_db()
    assert (handover.state, handover.moved_on) == ("accepted", date(2026, 11, 21))
    assert set(owners().values()) == {("M002", "D001")}


def test_who_changed_hands_meanwhile_is_named_and_can_be_left_out(
    make_customer, manager, colleague, other_head, propose, sign_in, today
):
    stays, goes, merged = (make_customer(manager, name=name) for name in ("王敏", "赵敏", "李敏"))
    handover = propose()
    page, client = handover.get_absolute_url(), sign_in(other_head)
    assert "without_gone" not in client.get(page).content.decode()
    move_customers(customers=[goes.pk], to_manager=colleague, to_branch=colleague.branch, by=manager, on=today)
    merge_customers(survivor=stays, loser=merged, take=(), by=manager, on=today, now=NOW)
    before = owners()
    with pytest.raises(ValidationError, match="赵敏"):
        accept_handover(handover=handover, by=other_head, on=today, now=NOW)
    assert owners() == before
    assert "without_gone" in client.get(page).content.decode()
    assert accept_handover(handover=handover, by=other_head, on=today, now=NOW, without_gone=True).count == 1
    assert owners() == before | {stays.customer_no: ("M003", "D002")}


def test_a_later_day_is_carried_out_by_the_night(make_customer, manager, other_manager, other_head, propose, today):
    make_customer(manager)
    handover = propose(effective_on=LATER)
    assert accept_handover(handover=handover, by=other_head, on=today, now=NOW).count == 0
    assert carry_out_due(on=LATER - timedelta(days=1), now=NOW) == {"handovers": 0, "customers": 0, "stuck": 0}
    User.objects.filter(pk=other_manager.pk).update(left_on=today)
    assert carry_out_due(on=LATER, now=NOW)["stuck"] == 1
    assert "赵敏" in Handover.objects.get().obstacle
    User.objects.filter(pk=other_manager.pk).update(left_on=None)
    for customers in (1, 0):
        assert carry_out_due(on=LATER, now=NOW)["customers"] == customers
    assert Handover.objects.get().obstacle == ""


def test_leavers_customers_are_listed_until_placed(make_customer, manager, leaver, colleague, head, sign_in, today):
    theirs, nobodys = make_customer(leaver, name="王敏"), make_customer(manager, name="赵敏")
    Customer.objects.filter(pk=nobodys.pk).update(manager=None)
    make_customer(manager, name="李国强")
    mine = Customer.objects.visible_to(head)
    assert set(unplaced(mine)) == {theirs, nobodys}
    client = sign_in(head)
    page = client.get(reverse("customers:handover_unplaced")).content.decode()
    assert ("王敏" in page, "赵敏" in page, "李国强" in page) == (True, True, False)
    page = client.get(reverse("customers:handover_unplaced"), {"of": "nobody"}).content.decode()
    assert ("王敏" in page, "赵敏" in page) == (False, True)
    for giver in (leaver, None):
        propose_handover(
            by=head,
            from_manager=giver,
            to_manager=colleague,
            reason="leaving",
            on=today,
            effective_on=today,
            now=NOW,
            accept=True,
        )
    assert not unplaced(mine).exists()


def test_a_handover_is_proposed_looked_at_and_accepted_on_its_pages(
    make_customer, manager, colleague, head, sign_in, today
):
    make_customer(manager, name="王敏", customer_no="C1", standing={"tier": "A", "asset_total": Decimal(1000)})
    make_customer(manager, customer_no="C2")
    posted = {
        "giver": "M001",
        "which": "numbers",
        "numbers": "C1, C9",
        "receiver": colleague.pk,
        "reason": "fit",
        "effective_on": today.isoformat(),
    }
    client = sign_in(manager)
    add = reverse("customers:handover_add")
    assert "C9" in client.post(add, posted).content.decode()
    posted["numbers"] = "C1"
    look = client.post(add, posted).content.decode()
    assert 'name="confirmed"' in look
    assert not Handover.objects.exists()
    page = client.post(add, posted | {"confirmed": "1"})
    handover = Handover.objects.get()
    assert page.url == handover.get_absolute_url()
    accept = reverse("customers:handover_accept", args=[handover.public_id])
    assert client.post(accept).status_code == 403
    client = sign_in(head)
    assert handover.get_absolute_url() in client.get(reverse("customers:handovers")).content.decode()
    assert "王敏" in client.get(reverse("care:handover_sheet", args=[handover.public_id])).content.decode()
    client.post(accept)
    assert owners() == {"C1": ("M002", "D001"), "C2": ("M001", "D001")}


def test_a_branch_receives_and_its_head_names_the_manager(
    make_customer, manager, other_manager, other_head, colleague, sign_in, today
):
    make_customer(manager, customer_no="C1")
    posted = {"giver": "M001", "which": "all", "reason": "wish", "effective_on": today.isoformat(), "confirmed": "1"}
    add = reverse("customers:handover_add")
    client = sign_in(manager)
    both = posted | {"receiver": colleague.pk, "receiver_branch": other_manager.branch_id}
    assert client.post(add, both).status_code == 422
    client.post(add, posted | {"receiver_branch": other_manager.branch_id})
    handover = Handover.objects.get()
    assert (handover.to_manager, handover.to_branch, handover.receiver) == (None, other_manager.branch, "福田支行")
    accept = reverse("customers:handover_accept", args=[handover.public_id])
    client = sign_in(other_head)
    assert 'name="receiver"' in client.get(handover.get_absolute_url()).content.decode()
    for stranger in ("", "M001", colleague.staff_no):
        client.post(accept, {"receiver": stranger})
        assert owners() == {"C1": ("M001", "D001")}
    client.post(accept, {"receiver": "M003"})
    assert owners() == {"C1": ("M003", "D002")}
    handover.refresh_from_db()
    assert (handover.to_manager, handover.state) == (other_manager, "accepted")


def test_ticked_rows_and_one_customer_begin_a_handover(make_customer, manager, colleague, head, sign_in):
    make_customer(manager, customer_no="C1")
    second = make_customer(manager, customer_no="C2")
    strange = make_customer(colleague, customer_no="C3")
    add = reverse("customers:handover_add")
    client = sign_in(head)
    page = client.get(add, {"customer": second.public_id}).content.decode()
    assert "C2" in page
    assert "C1" not in page
    page = client.post(add, {"begin": "1", "state": "", "customer": [second.public_id, strange.public_id]})
    form = page.context["form"]
    assert (form.initial["giver"], form.initial["numbers"]) == ("M001", "C2")
    assert [str(message) for message in page.context["messages"]]
    page = client.post(add, {"begin": "1", "state": "", "all": "1"})
    assert page.context["form"].initial["numbers"] == "C1 C2"
    assert client.post(add, {"begin": "1", "customer": "x"}).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_the_same_queries_for_one_and_three(
    make_customer, manager, leaver, colleague, head, propose, sign_in, django_assert_num_queries, today, rows
):
    for number in range(rows):
        customer = make_customer(manager)
        make_customer(leaver)
        propose(customers=[customer.pk], note=str(number))
    client = sign_in(head)
    handover = Handover.objects.first()
    for path, queries in (
        (reverse("customers:handovers"), HANDOVERS),
        (handover.get_absolute_url(), HANDOVER),
        (reverse("customers:handover_unplaced"), UNPLACED),
        (reverse("customers:handover_load"), LOAD),
        (reverse("care:handover_sheet", args=[handover.public_id]), SHEET),
    ):
        with django_assert_num_queries(queries, info=path):
            assert client.get(path).status_code == 200


HANDOVERS, HANDOVER, UNPLACED, LOAD, SHEET = 6, 9, 7, 9, 13


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        ({}, []),
        ({"a": 10}, []),
        ({"a": 10, "b": 11}, []),
        ({"a": 30, "b": 10}, [("a", "b", 10)]),
        ({"a": 40, "b": 10, "c": 10}, [("a", "b", 10), ("a", "c", 10)]),
        ({"a": 0, "b": 0}, []),
    ],
)
def test_suggestions_even_out_what_is_uneven(loads, expected):
    assert [(idea.giver, idea.receiver, idea.number) for idea in suggestions(loads)] == expected


def test_load_counts_who_is_due_by_the_rhythm_of_the_tier(make_customer, manager, today):
    for tier, days in (("VIP", 31), ("VIP", 30), ("A", 46), ("B", 89), ("C", 181), ("", 100)):
        last = today - timedelta(days=days)
        make_customer(manager, standing={"tier": tier, "last_contact": last, "open_followups": 2})
    make_customer(manager)
    load = load_per_manager(Customer.objects.visible_to(manager), on=today)[manager.pk]
    assert (load["customers"], load["due"], load["followups"]) == (7, 4, 12)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, False),
        ({"substitute": "manager"}, True),
        ({"substitute": "leaver"}, True),
        ({"substitute": "head"}, True),
        ({"starts_on": date(2026, 11, 20)}, True),
        ({"ends_on": date(2026, 11, 20)}, True),
        ({"substitute": "other_manager"}, True),
        ({"absent": "colleague"}, False),
    ],
)
def test_covers_are_checked_before_they_are_set(cast, today, changes, refused):
    # The manager of Futian is away on one of the days and cannot stand in for anybody.
    Cover.objects.create(absent=cast["other_manager"], substitute=cast["leaver"], starts_on=LATER, ends_on=LATER)
    asked = {"absent": "manager", "substitute": "colleague", "starts_on": today, "ends_on": LATER} | changes
    asked = {name: cast.get(value, value) if isinstance(value, str) else value for name, value in asked.items()}
    if asked["absent"] == asked["substitute"]:
        asked["substitute"] = cast["manager"]
    if refused:
        with pytest.raises(ValidationError):
            set_cover(**asked, by=cast["head"], on=today)
        return
    cover = set_cover(**asked, by=cast["head"], on=today)
    with pytest.raises(ValidationError):
        set_cover(**asked, by=cast["head"], on=today)
    end_cover(cover=cover, by=cast["head"], on=today)
    assert not Cover.objects.filter(pk=cover.pk).exists()


def test_a_cover_ends_by_itself_or_earlier(make_customer, manager, colleague, head, sign_in, today):
    make_customer(manager, name="王敏")
    client = sign_in(manager)
    posted = {"absent": manager.pk, "substitute": colleague.pk, "starts_on": today, "ends_on": LATER}
    assert client.post(reverse("staff:cover_add"), posted).status_code == 302
    cover = Cover.objects.get()
    colleague.on = today
    assert Customer.objects.visible_to(colleague).count() == 1
    page = sign_in(colleague).get(reverse("customers:list")).content.decode()
    assert "代 王芳" in page
    Cover.objects.update(starts_on=today - timedelta(days=3))
    sign_in(colleague).post(reverse("staff:cover_end", args=[cover.pk]))
    assert Cover.objects.get().ends_on == LATER
    sign_in(head).post(reverse("staff:cover_end", args=[cover.pk]))
    assert Cover.objects.get().ends_on == today - timedelta(days=1)
