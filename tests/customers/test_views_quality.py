"""Pages of data quality: pairs, merging side by side, completeness, questions, and the look-up while typing."""

import pytest
from django.urls import reverse

from customers.models import Customer, DuplicatePair, Merge
from customers.services.contradictions import find_contradictions
from customers.services.duplicates import find_duplicates

PHONE = "13800138000"
PAIRS, COMPLETENESS, QUESTIONS, MERGES = 6, 9, 8, 4


@pytest.fixture
def twins(make_customer, manager):
    """Two files of one person."""
    return [make_customer(manager, mobile=PHONE, person={"children": 9 + number}) for number in range(2)]


def test_two_files_are_merged_side_by_side_and_taken_apart_again(twins, manager, sign_in, today):
    kept, other = twins
    find_duplicates(on=today)
    client = sign_in(manager)
    address = reverse("customers:quality_merge", args=[kept.public_id, other.public_id])
    assert address in client.get(reverse("customers:quality")).content.decode()
    page = client.get(address).content.decode()
    assert 'name="children"' in page
    assert PHONE not in page
    assert client.post(address, {"children": "other"}).url == kept.get_absolute_url()
    assert Customer.objects.select_related("person").get().person.children == 10
    gone = client.get(other.get_absolute_url())
    assert (gone.status_code, gone.url) == (302, kept.get_absolute_url())
    assert other.customer_no in client.get(reverse("customers:history", args=[kept.public_id])).content.decode()
    undo = reverse("customers:merge_undo", args=[Merge.objects.get().public_id])
    assert undo in client.get(reverse("customers:quality_merges")).content.decode()
    client.post(undo)
    assert Customer.objects.count() == 2
    assert client.get(other.get_absolute_url()).status_code == 200


def test_a_pair_with_somebody_elses_customer_names_only_whom_to_ask(
    make_customer, manager, colleague, head, sign_in, today
):
    mine = make_customer(manager, name="李国强", mobile=PHONE)
    theirs = make_customer(colleague, name="李国墙", mobile=PHONE)
    find_duplicates(on=today)
    page = sign_in(manager).get(reverse("customers:quality")).content.decode()
    assert (mine.name in page, theirs.name in page, theirs.customer_no in page) == (True, False, False)
    assert head.name in page
    both = [mine.public_id, theirs.public_id]
    assert sign_in(manager).get(reverse("customers:quality_merge", args=both)).status_code == 404
    assert sign_in(head).get(reverse("customers:quality_merge", args=both)).status_code == 200


def test_what_is_kept_apart_leaves_the_list_and_comes_back_by_undo(twins, manager, sign_in, today):
    find_duplicates(on=today)
    pair = DuplicatePair.objects.get()
    client = sign_in(manager)
    client.post(reverse("customers:pair_different", args=[pair.public_id]))
    assert twins[0].customer_no not in client.get(reverse("customers:quality")).content.decode()
    kept_apart = client.get(reverse("customers:quality"), {"show": "different"}).content.decode()
    assert twins[0].customer_no in kept_apart
    client.post(reverse("customers:pair_again", args=[pair.public_id]))
    assert twins[0].customer_no in client.get(reverse("customers:quality")).content.decode()


def test_a_question_is_answered_from_the_customer_page(twins, manager, sign_in, today):
    customer = twins[0]
    client = sign_in(manager)
    panel = reverse("customers:doubts", args=[customer.public_id])
    right = reverse("customers:doubt_right", args=[customer.public_id, "many_children"])
    assert right in client.get(panel).content.decode()
    client.post(right)
    assert right not in client.get(panel).content.decode()
    client.post(reverse("customers:doubt_again", args=[customer.public_id, "many_children"]))
    assert right in client.get(panel).content.decode()


def test_typing_a_known_phone_says_who_has_it(twins, manager, colleague, sign_in):
    typed = {"name": "王敏", "mobile": PHONE, "birth_date": "x"}
    page = sign_in(manager).post(reverse("customers:alike"), typed).content.decode()
    assert twins[0].get_absolute_url() in page
    page = sign_in(colleague).post(reverse("customers:alike"), typed).content.decode()
    assert twins[0].name not in page
    assert manager.name in page


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_take_the_same_queries_for_one_and_three(
    make_customer, manager, head, sign_in, django_assert_num_queries, today, rows
):
    for number in range(rows):
        for _twice in range(2):
            make_customer(manager, name=f"客户{number}", mobile=f"1380013800{number}", person={"children": 9})
    find_duplicates(on=today)
    find_contradictions(on=today)
    assert DuplicatePair.objects.count() == rows
    client = sign_in(head)
    for name, queries in (
        ("customers:quality", PAIRS),
        ("customers:quality_completeness", COMPLETENESS),
        ("customers:quality_questions", QUESTIONS),
        ("customers:quality_merges", MERGES),
    ):
        with django_assert_num_queries(queries, info=name):
            assert client.get(reverse(name)).status_code == 200
