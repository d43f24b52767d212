"""The page that explains: watch, placing by hand, asked answers, the history, and words to read out."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.choices import Kind
from customers.models import Person, Standing
from tests.tiering.asking import ATTITUDE, DEMAND, asking_sheet
from tests.tiering.services.test_explain import DAY, NOW, RICH, place_by_hand
from tiering.models import Scheme, ScoringSheet
from tiering.services.assessment import record_assessment
from tiering.services.retier import retier, retier_customer

pytestmark = pytest.mark.usefixtures("today")


def why(customer):
    return reverse("tiering:explanation", args=[customer.public_id])


def english(user):
    user.language = "en"
    user.save()


@pytest.fixture
def customer(manager, make_customer):
    """53 points: in A."""
    return make_customer(manager, person=RICH, standing={"asset_total": Decimal(600000)})


@pytest.fixture
def fallen(customer):
    """In A since 1 August, 41 points since 1 October: under watch until 1 January."""
    retier(as_of=date(2026, 8, 1))
    Person.objects.filter(customer=customer).update(occupation="homemaker")
    retier(as_of=date(2026, 10, 1))
    retier(as_of=DAY)
    return customer


def test_watch_in_both_languages(fallen, manager, sign_in):
    page = sign_in(manager).get(why(fallen)).content.decode()
    for text in [
        "tier-watch",
        "41天",
        "保级观察：10月1日 周四起低于 A，保留至2027年1月1日 周五。",
        "再得 4 分即可保留 A，否则调整为 B。",
        "今日测算：B",
        "我们为您保留到2027年1月1日；到时如果仍未恢复，将按“目标客户”级别为您服务。",
    ]:
        assert text in page, text
    english(manager)
    page = sign_in(manager).get(why(fallen)).content.decode()
    for text in [
        "Under watch: below A since Thu 1 Oct, keeps it until Fri 1 Jan 2027.",
        "4 more points keep A; else it steps down to B.",
        "You keep it until 1 Jan 2027; if it stays so, we go on with “Prospect” then.",
    ]:
        assert text in page, text


def test_words_to_read_out_name_no_points_and_no_judgement_of_ours(customer, manager, sign_in):
    retier(as_of=DAY)
    response = sign_in(manager).get(why(customer))
    words = " ".join(response.context["spoken"])
    richer = Scheme.objects.get(code="assets").bands.get(minimum=1000000).label
    assert words == (
        "自2026年11月21日起，我行按“重点客户”级别为您服务。"
        " 对您最有帮助的是：职业（商务经营）、年收入（20万元及以上）。"
        " 还有我们不了解的情况：相识时间。如果您愿意告诉我们，可能对您更有利。"
        " 在我行的资产再增加40.00万，即可达到“"
        f"{richer}”。"
    )
    for word in ["分。", "影响力", "接触程度"]:
        assert word not in words


def test_placing_by_hand_says_who_why_until_and_what_the_rules_would_say(customer, manager, head, sign_in):
    retier(as_of=DAY)
    place_by_hand(customer, manager, head)
    retier_customer(customer=customer.pk, as_of=DAY)
    page = sign_in(manager).get(why(customer)).content.decode()
    for text in [
        "手工定级至2027年3月31日 周三，由 陈刚 批准：“企业主”",
        "按规则应为 A。",
        "手工定级: 企业主",
        "专门为您确定的，保留到2027年3月31日",
        "#pin",
    ]:
        assert text in page, text


def test_waiting_proposal_stands_in_the_history_and_leads_to_the_list(customer, manager, head, auditor, sign_in):
    retier(as_of=DAY)
    client = sign_in(manager)
    propose = reverse("tiering:override_propose", args=[customer.public_id])
    assert propose in client.get(why(customer)).content.decode()
    client.post(propose, {"tier": "sheet:VIP", "reason": "企业主", "ends_on": "2027-03-31"})
    page = client.get(why(customer)).content.decode()
    assert "等待批准" in page
    assert f"{reverse('tiering:overrides')}?customer={customer.public_id}" in page
    page = sign_in(auditor).get(why(customer)).content.decode()
    assert "“企业主”" in page
    assert propose not in page


@pytest.fixture
def asked(manager):
    """`asked(customer, code, on, demand="some")`: answers of a talk."""

    def make(customer, code, on, **answers):
        sheet = ScoringSheet.objects.whole().get(code=code)
        kept = {"asked_on": on, "by": manager, "token": uuid.uuid4(), "today": DAY, "now": NOW, "note": "茶叙"}
        return record_assessment(customer=customer, sheet=sheet, answers=answers, **kept)

    return make


def test_asked_lines_say_who_asked_when_and_which_are_too_old(customer, asked, manager, sign_in):
    asking_sheet()
    asked(customer, "trait", date(2026, 5, 1), demand="none", attitude="warm")
    asked(customer, "trait", date(2026, 11, 2), demand="strong")
    retier(as_of=DAY)
    page = sign_in(manager).get(why(customer)).content.decode()
    for text in [
        "trait评级",
        "王芳 · 11月2日 周一",
        "已过期</span> 热情 · 王芳 · 5月1日 周五",
        "<s>问demand: 没有</s>",
        "“茶叙”",
        f"{reverse('tiering:assess', args=[customer.public_id, 'trait'])}#id_q_attitude",
    ]:
        assert text in page, text


def test_organisation_is_explained_by_its_sheet(manager, make_customer, asked, sign_in):
    Scheme.objects.filter(measure="sheet").exclude(code="sheet").update(active=False)
    asking_sheet("bigone", Kind.ORGANIZATION, (DEMAND, ATTITUDE))
    organisation = make_customer(manager, kind=Kind.ORGANIZATION)
    client = sign_in(manager)
    page = client.get(why(organisation)).content.decode()
    assert "尚未询问" in page
    assert "有了第一个回答就会评级" in page
    asked(organisation, "bigone", DAY, demand="strong")
    retier(as_of=DAY)
    response = client.get(why(organisation))
    assert (response.context["main"].scheme.code, response.context["main"].value) == ("bigone", 15)
    assert "可能 18–30 分" in response.content.decode()


def test_page_is_printed_and_the_panel_keeps_words_folded(customer, manager, sign_in):
    retier(as_of=DAY)
    client = sign_in(manager)
    page = client.get(why(customer)).content.decode()
    assert "data-print" in page
    assert '<details class="explained-spoken" open>' in page
    part = client.get(why(customer), headers={"HX-Request": "true"}).content.decode()
    assert '<details class="explained-spoken">' in part


def test_page_takes_the_same_queries_however_much_happened(
    customer, manager, head, asked, sign_in, django_assert_num_queries
):
    asking_sheet()
    client = sign_in(manager)
    for on in (date(2026, 9, 1), date(2026, 10, 1), DAY):
        asked(customer, "trait", on, demand="strong", attitude="warm")
        Standing.objects.filter(customer=customer).update(asset_total=on.month * 100000)
        retier(as_of=on)
        if on.month == 9:
            place_by_hand(customer, manager, head)
        with django_assert_num_queries(23):
            client.get(why(customer))
