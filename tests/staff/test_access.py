"""Scope: which rows each member of the cast may know of."""

from datetime import date

import pytest

from customers.models import Customer
from staff.models import Branch, Cover, User
from staff.services import place_branch

EXPECTED = {
    "manager": {"C1"},
    "colleague": {"C2"},
    "other_manager": {"C3"},
    "head": {"C1", "C2"},
    "other_head": {"C3"},
    "city_head": {"C1", "C2", "C3"},
    "auditor": {"C1", "C2", "C3"},
    "administrator": set(),
    "leaver": set(),
}


@pytest.fixture
def book(cast, make_customer):
    make_customer(cast["manager"], customer_no="C1")
    make_customer(cast["colleague"], customer_no="C2")
    make_customer(cast["other_manager"], customer_no="C3")
    return cast


def seen_by(user):
    return set(Customer.objects.visible_to(user).values_list("customer_no", flat=True))


@pytest.mark.parametrize("who", EXPECTED)
def test_scope_is_what_the_role_says(book, who):
    assert seen_by(book[who]) == EXPECTED[who]


def test_scope_of_nobody_is_empty(book):
    assert seen_by(None) == set()


def test_scope_of_an_unknown_role_is_empty(book):
    user = book["manager"]
    user.role = "wizard"
    assert seen_by(user) == set()


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 19), {"C2"}),
        (date(2026, 11, 20), {"C1", "C2"}),
        (date(2026, 11, 22), {"C1", "C2"}),
        (date(2026, 11, 23), {"C2"}),
        (None, {"C2"}),
    ],
)
def test_cover_opens_the_absent_colleagues_customers_from_first_to_last_day(book, on, expected):
    Cover.objects.create(
        absent=book["manager"], substitute=book["colleague"], starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 22)
    )
    book["colleague"].on = on
    assert seen_by(book["colleague"]) == expected


def test_branch_moved_takes_its_subtree_along(tree, head):
    outlet = Branch.objects.create(code="E1", name="科技园网点", parent=tree["D001"])
    place_branch(branch=outlet)
    tree["D001"].parent = tree["B00"]
    tree["D001"].save()
    place_branch(branch=tree["D001"])
    outlet.refresh_from_db()
    assert outlet.path == "/B00/D001/E1/"


def test_sign_in_ignores_the_case_of_the_staff_number(manager, client):
    assert client.login(username="m001", password="correct horse battery")


def test_leaver_cannot_sign_in(leaver, client):
    assert not client.login(username="M009", password="correct horse battery")


def test_administrator_is_the_only_one_who_may_open_admin(cast):
    assert {name for name, user in cast.items() if user.is_staff} == {"administrator"}
    assert User.objects.count() == len(cast)


def test_person_who_leaves_is_out_at_the_next_request(manager, client, today):
    client.force_login(manager)
    assert client.get("/staff/profile/").status_code == 200
    User.objects.filter(pk=manager.pk).update(left_on=today)
    assert client.get("/staff/profile/").status_code == 302


def test_covers_are_asked_for_once_a_request(book, django_assert_num_queries):
    user = book["colleague"]
    user.on = date(2026, 11, 21)
    with django_assert_num_queries(3):
        seen_by(user), seen_by(user)
