"""The pages of placings by hand: proposal, list, decisions by click."""

from datetime import date

import pytest
from django.urls import reverse

from jobs.models import Job
from tests.conftest import TODAY
from tiering.models import Override, Scheme
from tiering.services.override import propose_override
from tiering.services.retier import retier

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, person={"occupation": "clerk"})


def propose(customer, by, **changes):
    asked = {"scheme": Scheme.objects.get(code="sheet"), "code": "A", "reason": "企业主", "ends_on": date(2027, 3, 31)}
    return propose_override(customer=customer, by=by, on=TODAY, **asked | changes)


def form_of(customer):
    return reverse("tiering:override_propose", args=[customer.public_id])


GOOD = {"tier": "sheet:A", "reason": "企业主，收入未入账", "ends_on": "2027-03-31"}


def test_manager_proposes_and_is_led_back_to_the_explanation(customer, manager, sign_in):
    client = sign_in(manager)
    page = client.get(form_of(customer)).content.decode()
    for text in ["等级评估", "VIP", "W600", 'min="2026-11-21"', 'max="2027-11-21"']:
        assert text in page
    response = client.post(form_of(customer), GOOD)
    assert response.url == reverse("tiering:explanation", args=[customer.public_id])
    assert Override.objects.get().code == "A"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends_on": "2026-11-20"}, "这一天已经过去"),
        ({"ends_on": "2028-01-01"}, "最长一年"),
        ({"tier": "sheet:Z"}, "Z"),
        ({"reason": ""}, "这个字段是必填项"),
    ],
)
def test_bad_proposal_comes_back_with_the_input(customer, manager, sign_in, changes, words):
    response = sign_in(manager).post(form_of(customer), GOOD | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Override.objects.exists()


def test_waiting_proposal_is_told_before_and_on_a_second_submit(customer, manager, sign_in):
    client = sign_in(manager)
    client.post(form_of(customer), GOOD)
    assert "王芳" in client.get(form_of(customer)).context["waiting"].proposed_by.name
    response = client.post(form_of(customer), GOOD)
    assert response.status_code == 422
    assert "已有一项手工定级等待批准" in response.content.decode()
    assert Override.objects.count() == 1


def test_head_sees_what_waits_first_and_approves_with_one_click(customer, manager, head, make_customer, sign_in):
    retier(as_of=TODAY)
    declined = propose(make_customer(manager, name="孙丽"), manager)
    sign_in(head).post(reverse("tiering:override_decline", args=[declined.public_id]))
    waiting = propose(customer, manager)
    client = sign_in(head)
    response = client.get(reverse("tiering:overrides"))
    assert [row.state for row in response.context["table"].data] == ["proposed", "declined"]
    approve = reverse("tiering:override_approve", args=[waiting.public_id])
    assert approve in response.content.decode()
    back = reverse("tiering:overrides") + "?state=proposed"
    assert client.post(approve, {"next": back}).url == back
    assert Job.objects.get().params == {"customers": [customer.pk]}
    page = client.get(reverse("tiering:overrides")).content.decode()
    assert reverse("tiering:override_end", args=[waiting.public_id]) in page
    again = client.post(approve, follow=True).content.decode()
    assert "已经处理" in again


def test_manager_may_take_back_and_sees_no_approve_button(customer, manager, sign_in):
    override = propose(customer, manager)
    client = sign_in(manager)
    page = client.get(reverse("tiering:overrides")).content.decode()
    assert reverse("tiering:override_approve", args=[override.public_id]) not in page
    assert "撤回" in page
    client.post(reverse("tiering:override_approve", args=[override.public_id]))
    override.refresh_from_db()
    assert override.state == "proposed"
    client.post(reverse("tiering:override_decline", args=[override.public_id]))
    override.refresh_from_db()
    assert override.state == "declined"


def test_auditor_reads_and_finds_no_button(customer, manager, auditor, sign_in):
    propose(customer, manager)
    page = sign_in(auditor).get(reverse("tiering:overrides")).content.decode()
    assert "李国强" in page
    assert "inline-form" not in page


def test_list_keeps_to_filters_and_scope(customer, manager, other_head, head, sign_in):
    propose(customer, manager)
    client = sign_in(head)

    def rows(**query):
        return len(client.get(reverse("tiering:overrides"), query).context["table"].data)

    assert rows(state="proposed", scheme="sheet", branch="D001", manager="M001") == 1
    assert rows(state="approved") == rows(scheme="assets") == 0
    assert rows(customer=customer.public_id) == 1
    assert len(sign_in(other_head).get(reverse("tiering:overrides")).context["table"].data) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_one_and_three(
    manager, head, make_customer, sign_in, django_assert_num_queries, number
):
    for _one in range(number):
        propose(make_customer(manager), manager)
    client = sign_in(head)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("tiering:overrides"))


LIST_QUERIES = 8


def test_work_list_of_heads_counts_what_they_may_decide(customer, head, manager, city_head, other_head, sign_in):
    propose(customer, head)

    def told(user):
        return "1 项手工定级等待您处理" in sign_in(user).get(reverse("care:worklist")).content.decode()

    assert [told(user) for user in (head, city_head, other_head, manager)] == [False, True, False, False]
