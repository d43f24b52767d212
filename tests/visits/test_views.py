"""Pages of visits and objections: scope, roles, what they keep, how many queries they take."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from customers.models import ContactPreference, Need
from visits.models import Objection, PreparationItem, Visit
from visits.services.objection import handle_objection
from visits.services.visit import call_off

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 21)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(manager, make_customer):
    return make_customer(manager, name="李国强")


@pytest.fixture
def stranger(other_manager, make_customer):
    return make_customer(other_manager, name="钱外人")


def text(response):
    return response.content.decode()


def plan_data(customer, **fields):
    return {
        "customer": customer.public_id,
        "slot": "2026-11-23T10:00",
        "channel": "our_branch",
        "purpose": "到期转存",
        "token": uuid.uuid4(),
        "acknowledged": "",
        **fields,
    }


def talk_data(**fields):
    return {
        "held_on": "2026-11-21",
        "notes": "谈了留学",
        "next_day": "none",
        "objection-TOTAL_FORMS": 2,
        "objection-INITIAL_FORMS": 0,
        "objection-0-kind": "real",
        "objection-1-kind": "real",
        **fields,
    }


def addresses(visit, objection):
    return {
        "list": reverse("visits:list"),
        "calendar": reverse("visits:calendar"),
        "add": reverse("visits:add"),
        "log": reverse("visits:log"),
        "detail": visit.get_absolute_url(),
        "edit": reverse("visits:edit", args=[visit.public_id]),
        "record": reverse("visits:record", args=[visit.public_id]),
        "cancel": reverse("visits:cancel", args=[visit.public_id]),
        "objections": reverse("visits:objections"),
        "objection_add": reverse("visits:objection_add"),
        "objection": objection.get_absolute_url(),
        "objection_edit": reverse("visits:objection_edit", args=[objection.public_id]),
    }


WRITING = {"add", "log", "edit", "record", "cancel", "objection_add", "objection_edit"}
OF_A_CUSTOMER = {"detail", "edit", "record", "cancel", "objection", "objection_edit"}


@pytest.mark.parametrize("who", ["manager", "colleague", "head", "other_head", "auditor", "administrator"])
def test_each_page_opens_for_whom_it_should(cast, sign_in, plan, object_to, customer, who):
    visit, objection = plan(customer, cast["manager"]), object_to(customer, cast["manager"])
    client = sign_in(cast[who])
    for name, address in addresses(visit, objection).items():
        expected = 200
        if who == "administrator" or (who == "auditor" and name in WRITING):
            expected = 403
        elif who in {"colleague", "other_head"} and name in OF_A_CUSTOMER:
            expected = 404
        assert (name, client.get(address).status_code) == (name, expected)


@pytest.mark.parametrize("verb", ["prepare", "reinstate"])
def test_verbs_take_post_only_from_writers_in_scope(cast, sign_in, plan, customer, verb):
    address = reverse(f"visits:{verb}", args=[plan(customer, cast["manager"]).public_id])
    assert sign_in(cast["manager"]).get(address).status_code == 405
    assert sign_in(cast["auditor"]).post(address).status_code == 403
    assert sign_in(cast["colleague"]).post(address).status_code == 404


@pytest.mark.parametrize("panel", ["", "&panel=1"])
@pytest.mark.parametrize("name", ["list", "objections"])
def test_lists_of_a_strangers_customer_are_not_found(manager, sign_in, stranger, name, panel):
    address = reverse(f"visits:{name}")
    assert sign_in(manager).get(f"{address}?customer={stranger.public_id}{panel}").status_code == 404
    assert sign_in(manager).get(f"{address}?customer=nonsense{panel}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("list", 7), ("calendar", 5), ("objections", 8), ("panel", 6), ("panel_objections", 6)]
)
def test_lists_take_the_same_queries_at_any_length(
    manager, sign_in, plan, object_to, make_customer, django_assert_num_queries, name, queries, rows
):
    for number in range(rows):
        customer = make_customer(manager)
        plan(customer, manager, planned_at=time(9 + number))
        object_to(customer, manager)
    client = sign_in(manager)
    address, headers = reverse(f"visits:{name.replace('panel_', '').replace('panel', 'list')}"), {}
    if name.startswith("panel"):
        address, headers = f"{address}?customer={customer.public_id}&panel=1", HTMX
    with django_assert_num_queries(queries):
        assert client.get(address, headers=headers).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_visit_page_takes_the_same_queries_at_any_length(
    manager, sign_in, plan, hold, object_to, customer, make_holding, django_assert_num_queries, rows
):
    visit = plan(customer, manager)
    for number in range(rows):
        make_holding(customer, "TD01", balance=100)
        hold(customer, manager, needs=[{"dimension": "savings", "driver": str(number)}])
        object_to(customer, manager, f"异议{number}")
    client = sign_in(manager)
    with django_assert_num_queries(10):
        client.get(visit.get_absolute_url())


def test_list_puts_what_needs_recording_first_and_the_next_after_it(manager, sign_in, plan, hold, make_customer):
    names = {"held": "已谈", "late": "未记", "soon": "明天", "later": "下周"}
    people = {key: make_customer(manager, name=name) for key, name in names.items()}
    hold(people["held"], manager)
    plan(people["later"], manager, planned_on=TODAY + timedelta(days=7))
    plan(people["soon"], manager, planned_on=TODAY + timedelta(days=1))
    plan(people["late"], manager, planned_on=TODAY - timedelta(days=1))
    page = text(sign_in(manager).get(reverse("visits:list")))
    places = [page.index(names[key]) for key in ("late", "soon", "later", "held")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"未记", "明天", "已谈", "取消", "代办"}),
        ("state=unrecorded", {"未记"}),
        ("state=upcoming", {"明天", "代办"}),
        ("state=held", {"已谈"}),
        ("state=not_held", {"取消"}),
        ("channel=phone", {"明天"}),
        ("since=2026-11-22", {"明天"}),
        ("until=2026-11-20", {"未记"}),
        ("by=H001", {"代办"}),
        ("state=nonsense", {"未记", "明天", "已谈", "取消", "代办"}),
        ("since=nonsense", {"未记", "明天", "已谈", "取消", "代办"}),
    ],
)
def test_list_filters_leave_out_what_does_not_match(
    manager, head, sign_in, plan, hold, make_customer, stranger, other_manager, query, found
):
    def person(name):
        return make_customer(manager, name=name)

    plan(person("未记"), manager, planned_on=TODAY - timedelta(days=1))
    plan(person("明天"), manager, planned_on=TODAY + timedelta(days=1), channel="phone")
    hold(person("已谈"), manager)
    call_off(visit=plan(person("取消"), manager), by=manager, reason="改期")
    plan(person("代办"), head)
    plan(stranger, other_manager)
    page = text(sign_in(head).get(f"{reverse('visits:list')}?{query}"))
    assert {name for name in ("未记", "明天", "已谈", "取消", "代办", "钱外人") if name in page} == found


def test_panel_shows_only_the_customers_and_offers_to_plan(manager, auditor, sign_in, plan, customer, make_customer):
    plan(customer, manager, purpose="谈留学")
    plan(make_customer(manager), manager, purpose="别人的事")
    address = f"{reverse('visits:list')}?customer={customer.public_id}&panel=1"
    panel = text(sign_in(manager).get(address, headers=HTMX))
    assert "谈留学" in panel
    assert "别人的事" not in panel
    assert "<html" not in panel
    assert f"{reverse('visits:add')}?customer={customer.public_id}" in panel
    assert reverse("visits:add") not in text(sign_in(auditor).get(address, headers=HTMX))
    assert "<html" in text(sign_in(manager).get(address))


def test_plan_keeps_the_time_offered_and_opens_the_preparation(manager, sign_in, customer):
    response = sign_in(manager).post(reverse("visits:add"), plan_data(customer), follow=True)
    visit = Visit.objects.get()
    assert (visit.planned_on, visit.planned_at, visit.by) == (date(2026, 11, 23), time(10), manager)
    assert PreparationItem.objects.first().text in text(response)


def test_plan_sent_twice_makes_one_visit(manager, sign_in, customer):
    data = plan_data(customer)
    client = sign_in(manager)
    first, second = client.post(reverse("visits:add"), data), client.post(reverse("visits:add"), data)
    assert first.url == second.url
    assert Visit.objects.count() == 1


def test_plan_refuses_a_strangers_customer(manager, sign_in, stranger):
    response = sign_in(manager).post(reverse("visits:add"), plan_data(stranger))
    assert response.status_code == 422
    assert "钱外人" not in text(response)
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"customer": "nonsense"},
        {"slot": "nonsense"},
        {"slot": "other"},
        {"slot": "other", "planned_on": "2026-11-20"},
        {"slot": "other", "planned_on": "2026-02-30"},
        {"channel": "pigeon"},
        {"purpose": ""},
        {"purpose": "x" * 201},
        {"purpose": "a\x00b"},
        {"token": "nonsense"},
    ],
)
def test_plan_refuses_nonsense_and_keeps_the_input(manager, sign_in, customer, wrong):
    response = sign_in(manager).post(reverse("visits:add"), {**plan_data(customer), **wrong})
    assert response.status_code == 422
    assert not Visit.objects.exists()


def test_plan_warns_once_and_then_lets_go(manager, sign_in, plan, customer):
    ContactPreference.objects.create(customer=customer, windows=["6 18:00-19:00"])
    customer.restricted = True
    customer.save()
    plan(customer, manager)
    client, data = sign_in(manager), plan_data(customer)
    warned = client.post(reverse("visits:add"), data)
    assert warned.status_code == 200
    assert warned.context["warnings"] == ["restricted", "hours", "already_planned"]
    data["acknowledged"] = warned.context["form"]["acknowledged"].value()
    assert client.post(reverse("visits:add"), data).status_code == 302
    assert Visit.objects.count() == 2


@pytest.mark.parametrize("name", ["visits:add", "visits:log"])
@pytest.mark.parametrize(
    ("wishes", "channel", "words"),
    [
        ({"do_not_contact": True}, "our_branch", "要求不再联系"),
        ({"do_not_call": True}, "phone", "不希望接到电话"),
        ({"do_not_call": True}, "video", "不希望接到电话"),
        ({"do_not_message": True}, "wechat", "不希望收到消息"),
        ({"do_not_visit": True}, "their_place", "不希望被上门"),
    ],
)
def test_forbidden_way_is_refused_unless_the_customer_asked(manager, sign_in, customer, name, wishes, channel, words):
    ContactPreference.objects.create(customer=customer, **wishes)
    data = {**plan_data(customer), **talk_data(), "channel": channel}
    client = sign_in(manager)
    refused = client.post(reverse(name), data)
    assert refused.status_code == 422
    assert words in text(refused)
    assert not Visit.objects.exists()
    assert client.post(reverse(name), {**data, "asked_for": "on"}).status_code == 302
    assert Visit.objects.get().asked_for


@pytest.mark.parametrize("facts", [{"restricted": True, "restricted_reason": "反洗钱名单"}, {"state": "ended"}])
def test_nobody_is_invited_to_a_salon_who_may_be_offered_nothing(manager, sign_in, customer, facts):
    for field, value in facts.items():
        setattr(customer, field, value)
    customer.save()
    data = {**plan_data(customer), "channel": "salon", "acknowledged": "restricted,ended", "asked_for": "on"}
    assert sign_in(manager).post(reverse("visits:add"), data).status_code == 422
    data["channel"] = "our_branch"
    assert sign_in(manager).post(reverse("visits:add"), data).status_code == 302


def test_plan_from_the_customers_page_shows_the_warnings_at_once(manager, sign_in, hold, customer):
    hold(customer, manager)
    response = sign_in(manager).get(f"{reverse('visits:add')}?customer={customer.public_id}")
    assert response.context["warnings"] == ["just_seen"]
    assert response.context["form"]["acknowledged"].value() == "just_seen"


def test_ticks_are_kept_at_once(manager, sign_in, plan, customer):
    visit = plan(customer, manager)
    lines = [line.pk for line in visit.preparations.all()[:2]]
    address = reverse("visits:prepare", args=[visit.public_id])
    part = sign_in(manager).post(address, {"done": [*lines, "x"]}, headers=HTMX)
    assert "<html" not in text(part)
    assert "2/17" in text(part)
    assert sign_in(manager).post(address, {"done": lines[:1]}).url == visit.get_absolute_url()
    assert visit.preparations.filter(done=True).count() == 1


def test_record_keeps_everything_of_the_one_form(manager, sign_in, plan, customer):
    visit = plan(customer, manager)
    data = talk_data(
        need_savings="on",
        driver_savings="留学",
        amount_savings="300000",
        next_step="送方案",
        next_day="2026-11-24",
        **{"objection-0-words": "利率太低", "objection-0-kind": "false"},
    )
    page = sign_in(manager).post(reverse("visits:record", args=[visit.public_id]), data, follow=True)
    visit.refresh_from_db()
    assert (visit.status, visit.next_step, visit.next_step_on) == ("held", "送方案", date(2026, 11, 24))
    assert Need.objects.get().driver == "留学"
    assert Objection.objects.get().words == "利率太低"
    for word in ("谈了留学", "送方案", "利率太低"):
        assert word in text(page)


@pytest.mark.parametrize(
    "wrong",
    [
        {"notes": ""},
        {"held_on": "2026-11-22"},
        {"next_day": "other", "next_step": "再约"},
        {"next_day": "other", "next_step_on": "2026-11-30"},
        {"next_day": "nonsense", "next_step": "再约"},
        {"need_savings": "on", "amount_savings": "-1"},
        {"objection-0-answer": "只有回答"},
        {"objection-TOTAL_FORMS": "x"},
        {"notes": "a\x00b"},
    ],
)
def test_record_refuses_nonsense_and_keeps_nothing(manager, sign_in, plan, customer, wrong):
    visit = plan(customer, manager)
    response = sign_in(manager).post(reverse("visits:record", args=[visit.public_id]), talk_data(**wrong))
    assert response.status_code == 422
    visit.refresh_from_db()
    assert visit.status == "planned"
    assert not Need.objects.exists()


def test_record_of_a_recorded_visit_leads_back_to_it(manager, sign_in, hold, customer):
    visit = hold(customer, manager)
    address = reverse("visits:record", args=[visit.public_id])
    assert sign_in(manager).post(address, talk_data()).url == visit.get_absolute_url()


def test_log_makes_a_held_visit_once(manager, sign_in, customer):
    data = talk_data(customer=customer.public_id, channel="phone", purpose="来电", token=uuid.uuid4())
    client = sign_in(manager)
    assert client.post(reverse("visits:log"), data).url == client.post(reverse("visits:log"), data).url
    assert Visit.objects.get().status == "held"


def test_hostile_words_are_shown_inert(manager, sign_in, hold, customer):
    visit = hold(customer, manager, notes="<script>alert(1)</script> 𠮷 䶮 😀")
    page = text(sign_in(manager).get(visit.get_absolute_url()))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 𠮷 䶮 😀" in page
    assert "<script>alert" not in page


def test_call_off_offers_undo(manager, sign_in, plan, customer):
    visit = plan(customer, manager)
    client = sign_in(manager)
    page = client.post(reverse("visits:cancel", args=[visit.public_id]), {"reason": "改期"}, follow=True)
    undo = reverse("visits:reinstate", args=[visit.public_id])
    assert f'action="{undo}"' in text(page)
    client.post(undo)
    visit.refresh_from_db()
    assert visit.status == "planned"


def test_calendar_shows_the_month_today_and_the_lunar_day(manager, head, sign_in, plan, customer, make_customer):
    for hour in range(9, 15):
        plan(make_customer(manager, name=f"客{hour}"), manager, planned_at=time(hour))
    plan(make_customer(manager, name="下月客"), manager, planned_on=date(2026, 12, 20))
    plan(customer, head, planned_on=date(2026, 11, 25))
    client = sign_in(manager)
    page = text(client.get(reverse("visits:calendar")))
    assert [name in page for name in ("客9", "客12", "客13", "下月客", "李国强")] == [True, True, False, False, True]
    assert "since=2026-11-21&amp;until=2026-11-21" in page
    assert "农历十月十三" in page
    assert "下月客" in text(client.get(f"{reverse('visits:calendar')}?month=2026-12"))
    assert "李国强" not in text(client.get(f"{reverse('visits:calendar')}?who=mine"))


def test_calendar_shows_a_held_visit_on_the_day_it_was_held(manager, sign_in, plan, customer):
    visit = plan(customer, manager, planned_on=date(2026, 10, 15))
    Visit.objects.filter(pk=visit.pk).update(status="held", held_on=TODAY, notes="谈")
    assert customer.name in text(sign_in(manager).get(reverse("visits:calendar")))
    assert customer.name not in text(sign_in(manager).get(f"{reverse('visits:calendar')}?month=2026-10"))


def test_objection_is_added_once_and_handled(manager, sign_in, customer):
    client = sign_in(manager)
    data = {"customer": customer.public_id, "raised_on": "2026-11-21", "words": "手续太多", "kind": "hidden"}
    address = client.post(reverse("visits:objection_add"), data).url
    assert client.post(reverse("visits:objection_add"), data).url == address
    objection = Objection.objects.get()
    handled = {"words": "手续太多", "kind": "real", "steps": ["explain", "accept"], "answer": "", "outcome": "resolved"}
    assert client.post(address, handled).status_code == 422
    page = client.post(address, {**handled, "answer": "我来跑一趟"}, follow=True)
    objection.refresh_from_db()
    assert (objection.outcome, objection.steps, objection.closed_on) == ("resolved", ["accept", "explain"], TODAY)
    assert "我来跑一趟" in text(page)


@pytest.mark.parametrize("wrong", [{"raised_on": "2026-11-22"}, {"words": " "}, {"kind": "x"}, {"at_stake": "-1"}])
def test_objection_refuses_nonsense(manager, sign_in, customer, wrong):
    data = {"customer": customer.public_id, "raised_on": "2026-11-21", "words": "手续太多", "kind": "hidden"}
    assert sign_in(manager).post(reverse("visits:objection_add"), {**data, **wrong}).status_code == 422
    assert not Objection.objects.exists()


def test_answers_that_worked_come_from_the_persons_own_scope(
    manager, other_manager, sign_in, object_to, customer, stranger, make_customer
):
    def resolved(of, by, answer):
        handle_objection(
            objection=object_to(of, by),
            by=by,
            on=TODAY,
            kind="real",
            words="利率",
            steps=[],
            answer=answer,
            outcome="resolved",
        )

    resolved(make_customer(manager), manager, "比较总成本")
    resolved(stranger, other_manager, "别行的秘密")
    page = text(sign_in(manager).get(object_to(customer, manager).get_absolute_url()))
    assert "比较总成本" in page
    assert "别行的秘密" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("", {"甲话", "乙话"}), ("kind=hidden", {"乙话"}), ("outcome=open", {"甲话", "乙话"}), ("outcome=lost", set())],
)
def test_objection_filters_leave_out_what_does_not_match(manager, sign_in, object_to, customer, query, found):
    object_to(customer, manager, "甲话")
    object_to(customer, manager, "乙话", kind="hidden")
    page = text(sign_in(manager).get(f"{reverse('visits:objections')}?{query}", headers=HTMX))
    assert {words for words in ("甲话", "乙话") if words in page} == found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_the_persons_language(manager, sign_in, plan, object_to, customer, language):
    manager.language = language
    manager.save()
    visit, objection = plan(customer, manager), object_to(customer, manager)
    client = sign_in(manager)
    words = {name: text(client.get(address)) for name, address in addresses(visit, objection).items()}
    word = {"zh-hans": "拜访", "en": "Visits"}[language]
    assert all(word in page for page in words.values())
