"""Ending a relationship: six reasons, seven steps, lessons, the way back; and who is dormant."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from care.models import FollowUp
from care.services.raising import pick_up_next_steps, raise_followups
from customers.models import CashFlow, Ending
from customers.services import ending as verbs
from customers.services.state import settle_dormant

TODAY = date(2026, 11, 21)


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, standing={"asset_total": 120000})


@pytest.fixture
def ending(customer, manager):
    return verbs.begin_ending(customer=customer, by=manager, reason="competitor", on=TODAY)


def ready(ending, by, win_back_on=None):
    for step in ("talk", "listen"):
        verbs.take_step(ending=ending, by=by, step=step, on=TODAY)
    verbs.note_lessons(ending=ending, by=by, lessons="报价要早", win_back_on=win_back_on, on=TODAY)


def test_ending_is_begun_once_and_keeps_what_is_at_stake(customer, ending, manager):
    assert verbs.begin_ending(customer=customer, by=manager, reason="not_met", on=TODAY) == ending
    assert (ending.assets, ending.state) == (120000, "under_way")


def test_nobody_is_let_go_without_a_talk_and_lessons(ending, manager):
    with pytest.raises(ValidationError):
        verbs.finish(ending=ending, by=manager, on=TODAY)
    ready(ending, manager)
    verbs.finish(ending=ending, by=manager, on=TODAY)
    verbs.finish(ending=ending, by=manager, on=TODAY)
    ending.customer.refresh_from_db()
    assert ending.customer.state == "ended"
    with pytest.raises(ValidationError):
        verbs.take_step(ending=ending, by=manager, step="thank", on=TODAY)
    verbs.come_back(ending=ending, by=manager, on=TODAY)
    ending.customer.refresh_from_db()
    ending.refresh_from_db()
    assert (ending.customer.state, ending.state) == ("active", "won_back")


def test_what_is_open_goes_with_the_end_and_the_win_back_comes_on_its_day(ending, manager, make_holding):
    customer = ending.customer
    make_holding(customer, "TD01", matures_on=TODAY + timedelta(7))
    raise_followups(as_of=TODAY)
    assert FollowUp.objects.open().count() == 1
    ready(ending, manager, win_back_on=TODAY + timedelta(30))
    verbs.finish(ending=ending, by=manager, on=TODAY)
    pick_up_next_steps(on=TODAY)
    assert not FollowUp.objects.open().exists()
    assert raise_followups(as_of=TODAY)["raised"] == 0
    for _twice in range(2):
        raise_followups(as_of=TODAY + timedelta(30))
    assert list(FollowUp.objects.open().values_list("kind", flat=True)) == ["win_back"]
    verbs.come_back(ending=ending, by=manager, on=TODAY)
    pick_up_next_steps(on=TODAY + timedelta(30))
    assert not FollowUp.objects.open().filter(kind="win_back").exists()


@pytest.mark.parametrize(
    ("what", "dormant"),
    [("nothing", True), ("holding", False), ("flow", False), ("old flow", True), ("talk", False), ("new", False)],
)
def test_dormant_is_who_holds_nothing_moves_nothing_and_speaks_to_nobody(manager, make_customer, what, dormant):
    opened = TODAY if what == "new" else date(2020, 1, 1)
    standing = {"holding_count": int(what == "holding"), "last_contact": TODAY if what == "talk" else None}
    customer = make_customer(manager, opened_on=opened, standing=standing)
    if "flow" in what:
        day = date(2025, 10, 1) if what == "old flow" else date(2026, 1, 1)
        CashFlow.objects.create(customer=customer, entry_no="E1", booked_on=day, direction="in", amount=1)
    assert settle_dormant(on=TODAY) == int(dormant)
    assert settle_dormant(on=TODAY) == 0
    customer.refresh_from_db()
    assert (customer.state == "dormant") is dormant
    CashFlow.objects.create(customer=customer, entry_no="E2", booked_on=TODAY, direction="in", amount=1)
    assert settle_dormant(on=TODAY) == int(dormant)


def test_pages_lead_through_the_steps(customer, manager, sign_in):
    client = sign_in(manager)
    begin = reverse("customers:ending_begin", args=[customer.public_id])
    assert client.post(begin, {"reason": "boredom"}).status_code == 422
    address = client.post(begin, {"reason": "competitor", "words": "利率更高"}).url
    ending = Ending.objects.get()
    assert client.get(begin).url == address
    step = reverse("customers:ending_step", args=[ending.public_id, "talk"])
    client.post(step, {"note": "已约"})
    assert "已约" in client.get(address).text
    client.post(step, {"undo": "1"})
    assert not ending.deeds.exists()
    lessons = reverse("customers:ending_lessons", args=[ending.public_id])
    assert client.post(lessons, {"lessons": "x", "win_back_on": "2026-11-21"}).status_code == 422
    assert client.post(lessons, {"lessons": "早报价", "win_back_on": "2027-03-01"}).status_code == 302
    assert "竞争者" in client.get(reverse("customers:endings")).text


@pytest.mark.parametrize("rows", [1, 3])
def test_statistics_take_the_same_queries(rows, head, manager, make_customer, sign_in, django_assert_num_queries):
    for _number in range(rows):
        verbs.begin_ending(customer=make_customer(manager), by=manager, reason="not_met", on=TODAY)
    client = sign_in(head)
    with django_assert_num_queries(11):
        client.get(reverse("customers:endings"))
