"""The page that asks a sheet's questions."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from customers.choices import Kind
from jobs.models import Job
from tests.conftest import TODAY
from tests.tiering.asking import DEMAND, asking_sheet
from tests.tiering.services.test_assessment import NOW
from tiering.models import Answer, Assessment, ScoringSheet
from tiering.services.assessment import record_assessment

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def customer(manager, make_customer):
    asking_sheet()
    return make_customer(manager)


def page_of(customer, code="trait"):
    return reverse("tiering:assess", args=[customer.public_id, code])


def posted(**changes):
    return {"q_demand": "strong", "asked_on": "2026-11-21", "note": "茶叙", "token": str(uuid.uuid4())} | changes


def test_questions_are_chips_and_nothing_is_chosen_beforehand(customer, manager, sign_in):
    page = sign_in(manager).get(page_of(customer)).content.decode()
    for text in ["问demand", "强烈", "冷淡", "不清楚", 'max="2026-11-21"']:
        assert text in page
    assert page.count("checked") == 2  # “don't know” of both


def test_answers_are_recorded_and_lead_to_the_explanation(customer, manager, sign_in):
    response = sign_in(manager).post(page_of(customer), posted())
    assert response.url == reverse("tiering:explanation", args=[customer.public_id])
    assert list(Answer.objects.values_list("question", "value")) == [("demand", "strong")]
    assert Assessment.objects.get().note == "茶叙"
    assert Job.objects.get().params == {"customers": [customer.pk]}


def test_sent_twice_is_recorded_once(customer, manager, sign_in):
    client, data = sign_in(manager), posted()
    assert [client.post(page_of(customer), data).status_code for _time in range(2)] == [302, 302]
    assert Assessment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"q_demand": ""}, "请至少选择一项"),
        ({"q_demand": "huge"}, "huge"),
        ({"asked_on": "2026-11-22"}, "这一天还没到"),
        ({"asked_on": ""}, "必填"),
        ({"note": "长" * 301}, "300"),
    ],
)
def test_bad_input_comes_back_with_what_was_chosen(customer, manager, sign_in, changes, words):
    response = sign_in(manager).post(page_of(customer), posted(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Assessment.objects.exists()


def test_last_answer_is_shown_with_who_when_and_whether_it_is_stale(customer, manager, sign_in):
    sheet = ScoringSheet.objects.whole().get(code="trait")
    record_assessment(
        customer=customer,
        sheet=sheet,
        answers={"demand": "some", "attitude": "warm"},
        asked_on=date(2026, 5, 3),
        by=manager,
        token=uuid.uuid4(),
        today=TODAY,
        now=NOW,
    )
    page = sign_in(manager).get(page_of(customer)).content.decode()
    assert "上次：一般 · 王芳 · 5月3日 周日" in page
    assert page.count("已过期，请重新询问") == 1
    assert page.count("本次未问，沿用上次") == 2


def test_sheet_without_questions_leads_to_the_file(customer, manager, sign_in):
    page = sign_in(manager).get(page_of(customer, "standard")).content.decode()
    assert reverse("customers:edit", args=[customer.public_id]) in page
    assert sign_in(manager).post(page_of(customer, "standard"), posted()).status_code == 422
    assert not Assessment.objects.exists()


def test_organisation_is_asked_its_own_sheet(manager, make_customer, sign_in):
    asking_sheet("bigone", Kind.ORGANIZATION, (DEMAND,))
    organisation = make_customer(manager, kind=Kind.ORGANIZATION)
    client = sign_in(manager)
    assert client.get(page_of(organisation, "standard")).status_code == 404
    assert client.post(page_of(organisation, "bigone"), posted()).status_code == 302


@pytest.mark.parametrize(("who", "status"), [("head", 302), ("colleague", 404), ("auditor", 403)])
def test_who_may_record(cast, customer, sign_in, who, status):
    assert sign_in(cast[who]).post(page_of(customer), posted()).status_code == status
