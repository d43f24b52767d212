"""The work list and the lists of follow-ups: who sees what, what a click does, how many queries it takes."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from care.choices import FollowUpState
from care.models import FollowUp
from care.services.raising import raise_followups
from customers.models import ContactPreference
from staff.models import Cover
from tests.conftest import TODAY, make_user

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def bank_day(today):
    """Every request is of 2026-11-21."""


@pytest.fixture
def book(manager, make_customer, make_holding):
    """`book(3)`: so many customers of the manager with a maturity in five days and a birthday today."""

    def make(number, of=manager):
        for _one in range(number):
            customer = make_customer(of, mobile="13812345678", person={"birth_date": date(1980, 11, 21)})
            ContactPreference.objects.create(customer=customer, channel="wechat", taboos="勿提基金")
            make_holding(customer, "TD01", balance=500_000, matures_on=TODAY + timedelta(days=5))
        raise_followups(as_of=TODAY)
        return customer

    return make


def names(response):
    return [row.customer.name for row in response.context["rows"]]


def test_home_page_merges_the_reasons_of_a_customer_in_one_row(manager, book, sign_in):
    book(1)
    response = sign_in(manager).get("/")
    (row,) = response.context["rows"]
    assert {followup.kind for followup in row.followups} == {"maturity", "birthday"}
    text = response.text
    assert "50.00万" in text
    assert "5 天后到期" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    assert "忌讳：勿提基金" in text
    assert "农历十月十三" in text


@pytest.mark.parametrize("number", [1, 3])
def test_work_list_takes_the_same_number_of_queries(manager, book, sign_in, number, django_assert_num_queries):
    book(number)
    client = sign_in(manager)
    with django_assert_num_queries(12):
        response = client.get("/")
    assert len(response.context["rows"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_followups_takes_the_same_number_of_queries(manager, book, sign_in, number, django_assert_num_queries):
    book(number)
    client = sign_in(manager)
    with django_assert_num_queries(6):
        response = client.get(reverse("care:followups"))
    assert len(response.context["table"].rows) == 2 * number


@pytest.mark.parametrize("number", [1, 3])
def test_managers_take_the_same_number_of_queries(
    head, tree, make_customer, book, sign_in, number, django_assert_num_queries
):
    for one in range(number):
        book(1, of=make_user(f"N{one}", "某", "manager", tree["D001"]))
    client = sign_in(head)
    with django_assert_num_queries(5):
        response = client.get(reverse("care:managers"))
    assert [line["today"] for line in response.context["lines"] if line["manager"].staff_no != "M001"] == [2] * number


@pytest.mark.parametrize(
    ("looked_at", "shown", "expected"), [(1200, 999, "3"), (6, 999, "3+"), (4, 999, "2+"), (1200, 2, "2+")]
)
def test_badge_counts_customers_and_says_when_there_are_more(
    manager, book, sign_in, monkeypatch, looked_at, shown, expected
):
    monkeypatch.setattr("care.querysets.MOST_IN_BADGE", looked_at)
    monkeypatch.setattr("care.context.MOST_SHOWN", shown)
    book(3)
    FollowUp.objects.update(due_on=TODAY)
    for place, customer in enumerate(
        FollowUp.objects.order_by("customer").values_list("customer", flat=True).distinct()
    ):
        FollowUp.objects.filter(customer=customer).update(due_on=TODAY - timedelta(days=3 - place))
    text = sign_in(manager).get("/").text
    assert set(re.findall(r'data-stat="badge"[^>]*>([^<]*)<', text)) == {expected}


def test_work_list_shows_each_their_own(cast, book, sign_in):
    book(2, of=cast["manager"])
    book(1, of=cast["other_manager"])
    seen = {}
    for name in ("manager", "colleague", "other_manager", "head", "other_head", "city_head", "auditor"):
        seen[name] = len(sign_in(cast[name]).get("/").context["rows"])
    assert seen == {
        "manager": 2,
        "colleague": 0,
        "other_manager": 1,
        "head": 2,
        "other_head": 1,
        "city_head": 3,
        "auditor": 3,
    }


def test_administrators_get_their_own_home(administrator, sign_in):
    assert sign_in(administrator).get("/").url == reverse("admin:index")


def test_the_substitute_sees_the_absent_colleagues_list(manager, colleague, book, sign_in):
    book(1)
    Cover.objects.create(absent=manager, substitute=colleague, starts_on=TODAY, ends_on=TODAY)
    assert len(sign_in(colleague).get("/").context["rows"]) == 1


def test_head_chooses_a_manager(head, manager, colleague, book, sign_in):
    book(2)
    book(1, of=colleague)
    client = sign_in(head)
    assert len(client.get("/", {"manager": "M001"}).context["rows"]) == 2
    assert client.get("/", {"manager": "M003"}).context["rows"] == []  # not of this branch
    assert len(client.get("/", {"manager": "\x00"}).context["rows"]) == 3


def test_too_many_managers_are_chosen_by_staff_number(head, manager, colleague, book, sign_in, monkeypatch):
    monkeypatch.setattr("staff.querysets.MOST_OFFERED", 1)
    book(1)
    other = book(1, of=colleague)
    client = sign_in(head)
    assert 'name="manager" value="" placeholder="工号"' in client.get("/").text
    assert names(client.get("/", {"manager": colleague.staff_no.lower()})) == [other.name]
    unknown = client.get("/", {"manager": "M999"})
    assert "没有工号为 M999 的客户经理" in unknown.text
    assert unknown.context["rows"] == []
    assert unknown.context["counts"]["due"] == 0


def test_long_order_of_several_branches_is_kept_and_its_rows_are_of_now(auditor, book, sign_in, monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "order"}}
    monkeypatch.setattr("care.views.worklist.MOST_LIVE", 1)
    monkeypatch.setattr("care.views.worklist.MOST_RANKED", 2)
    book(3)
    client = sign_in(auditor)
    first = client.get("/")
    shown = names(first)
    assert len(shown) == 2
    assert "仅列前 2 位客户" in first.text
    gone = first.context["rows"][0].customer
    FollowUp.objects.filter(customer=gone).update(state=FollowUpState.DONE, closed_on=TODAY)
    again = client.get("/")
    assert again.context["as_of"] == first.context["as_of"]
    assert names(again) == shown[1:]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["due", "late"]),
        ({"period": "overdue"}, ["late"]),
        ({"period": "today"}, ["due"]),
        ({"period": "week"}, ["soon"]),
        ({"period": "all"}, ["due", "far", "late", "soon"]),
        ({"period": "nonsense"}, ["due", "late"]),
        ({"period": "all", "kind": "birthday"}, ["far"]),
    ],
)
def test_parts_and_kinds_list_what_they_count(manager, make_customer, sign_in, query, expected):
    for name, days in (("late", -1), ("due", 0), ("soon", 7), ("far", 8)):
        FollowUp.objects.create(
            customer=make_customer(manager, name=name),
            kind="birthday" if name == "far" else "manual",
            subject=f"form:{name}",
            raised_for=TODAY,
            due_on=TODAY + timedelta(days=days),
            happens_on=TODAY + timedelta(days=days),
        )
    response = sign_in(manager).get("/", query)
    assert sorted(names(response)) == expected
    assert response.context["page"].paginator.count == len(expected)
    part = query.get("period") if query.get("period") != "nonsense" else None
    if "kind" not in query:
        assert response.context["counts"][part or "due"] == len(expected)


def test_tabs_lead_to_their_own_part(manager, book, sign_in):
    book(1)
    text = sign_in(manager).get("/", {"kind": "maturity"}).text
    assert 'href="?kind=maturity&amp;period=week"' in text


def post(client, verb, followups, **data):
    keys = [followup.public_id for followup in followups]
    return client.post(reverse(f"care:{verb}"), {"followup": keys, "next": "/?period=all", **data})


def test_done_returns_to_the_list_with_a_way_back(manager, book, sign_in):
    book(1)
    client = sign_in(manager)
    response = post(client, "complete", FollowUp.objects.all(), contacted="on", note="好")
    assert (response.status_code, response.url) == (303, "/?period=all")
    assert set(FollowUp.objects.values_list("state", "note", "contacted")) == {("done", "好", True)}
    text = client.get("/").text
    undo_url = reverse("care:undo", args=[FollowUp.objects.first().verb])
    assert f'action="{undo_url}"' in text
    client.post(undo_url, {"next": "/"})
    assert FollowUp.objects.open().count() == 2


def test_htmx_gets_the_list_and_the_toast(manager, book, sign_in):
    book(1)
    client = sign_in(manager)
    post(client, "complete", FollowUp.objects.all()[:1])
    response = client.get("/", **HTMX)
    assert "<html" not in response.text
    assert 'id="worklist"' in response.text
    assert "undo_url" in response.headers["HX-Trigger"]
    # The figures above the list are renewed with it.
    assert 'hx-swap-oob="innerHTML:[data-stat=done]">1<' in response.text
    later = client.get("/", **HTMX)
    assert "HX-Trigger" not in later.headers
    assert "data-stat" not in later.text


def test_snooze_by_days_or_until_a_day(manager, book, sign_in):
    book(1)
    client = sign_in(manager)
    maturity = FollowUp.objects.filter(kind="maturity")
    post(client, "snooze", maturity, days="3")
    assert maturity.get().due_on == TODAY + timedelta(days=3)
    post(client, "snooze", maturity, until="2026-11-25")
    assert maturity.get().due_on == date(2026, 11, 25)
    post(client, "snooze", maturity, until="", days="")
    post(client, "snooze", maturity, until="tomorrow")
    assert maturity.get().due_on == date(2026, 11, 25)


def test_dismiss_without_a_reason_says_so_and_changes_nothing(manager, book, sign_in):
    book(1)
    client = sign_in(manager)
    post(client, "dismiss", FollowUp.objects.all())
    assert FollowUp.objects.open().count() == 2
    assert "请选择忽略原因" in client.get("/").text
    post(client, "dismiss", FollowUp.objects.all(), reason="not_useful")
    assert FollowUp.objects.filter(state=FollowUpState.DISMISSED).count() == 2


@pytest.mark.parametrize("verb", ["complete", "snooze", "dismiss"])
def test_verbs_on_rows_of_others_are_not_found(manager, other_manager, other_head, book, sign_in, verb):
    book(1)
    for user in (other_manager, other_head):
        assert post(sign_in(user), verb, FollowUp.objects.all(), days="1", reason="wrong").status_code == 404
    assert post(sign_in(manager), verb, [], days="1", reason="wrong").status_code == 404
    assert FollowUp.objects.open().count() == 2


@pytest.mark.parametrize("verb", ["complete", "snooze", "dismiss"])
@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_readers_change_nothing(cast, book, sign_in, verb, role):
    book(1)
    assert post(sign_in(cast[role]), verb, FollowUp.objects.all(), days="1", reason="wrong").status_code == 403
    assert sign_in(cast[role]).post(reverse("care:undo", args=[uuid.uuid4()])).status_code == 403
    assert sign_in(cast[role]).get(reverse("care:add")).status_code == 403


def test_auditor_sees_no_buttons(auditor, book, sign_in):
    book(1)
    assert reverse("care:complete") not in sign_in(auditor).get("/").text


def test_verbs_only_answer_to_post(manager, sign_in):
    for verb in ("complete", "snooze", "dismiss"):
        assert sign_in(manager).get(reverse(f"care:{verb}")).status_code == 405


def test_panel_beside_the_list_says_what_to_say(manager, book, sign_in):
    customer = book(1)
    client = sign_in(manager)
    address = reverse("care:aside", args=[customer.public_id])
    text = client.get(address, **HTMX).text
    assert "今天生日：送上祝福，今天不谈产品。" in text
    assert "定期存款" in text
    assert client.get(address).url == f"/?selected={customer.public_id}"
    assert "今天不谈产品" in client.get("/", {"selected": customer.public_id}).text


def test_panel_is_of_customers_in_scope(cast, book, sign_in):
    customer = book(1)
    address = reverse("care:aside", args=[customer.public_id])
    expected = {"manager": 200, "colleague": 404, "head": 200, "other_head": 404, "auditor": 200, "administrator": 403}
    assert {name: sign_in(cast[name]).get(address, **HTMX).status_code for name in expected} == expected
    assert sign_in(cast["colleague"]).get("/", {"selected": customer.public_id}).status_code == 404
    assert sign_in(cast["colleague"]).get("/", {"selected": "nonsense"}).status_code == 200


def test_followups_of_one_customer_as_list_and_as_panel(cast, book, sign_in):
    customer = book(1)
    book(2)
    address = reverse("care:followups")
    client = sign_in(cast["manager"])
    assert len(client.get(address, {"customer": customer.public_id}).context["table"].rows) == 2
    panel = client.get(address, {"customer": customer.public_id, "panel": 1})
    assert len(panel.context["followups"]) == 2
    assert "<html" not in panel.text
    assert f"{reverse('care:add')}?customer={customer.public_id}" in panel.text
    for query in ({"customer": customer.public_id}, {"customer": customer.public_id, "panel": 1}):
        assert sign_in(cast["colleague"]).get(address, query).status_code == 404
        assert sign_in(cast["administrator"]).get(address, query).status_code == 403
    assert reverse("care:add") not in sign_in(cast["auditor"]).get(address, {**query}).text
    assert client.get(address, {"customer": "nonsense"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "done"}, 1),
        ({"state": "open"}, 1),
        ({"kind": "birthday"}, 1),
        ({"period": "overdue"}, 0),
        ({"period": "due"}, 1),
        ({"manager": "M001"}, 2),
        ({"manager": "M002"}, 0),
        ({"since": "2026-11-21", "until": "2026-11-21"}, 1),
        ({"since": "2026-11-22"}, 0),
    ],
)
def test_followups_are_filtered(head, colleague, manager, book, sign_in, query, expected):
    book(1)
    post(sign_in(manager), "complete", FollowUp.objects.filter(kind="birthday"))
    assert len(sign_in(head).get(reverse("care:followups"), query).context["table"].rows) == expected


def test_managers_count_done_and_overdue_with_links_to_the_lists(head, manager, colleague, book, sign_in):
    book(2)
    FollowUp.objects.filter(kind="maturity").update(due_on=TODAY - timedelta(days=1))
    post(sign_in(manager), "complete", FollowUp.objects.filter(kind="birthday")[:1])
    client = sign_in(head)
    line = next(line for line in client.get(reverse("care:managers")).context["lines"] if line["manager"] == manager)
    assert (line["done"], line["today"], line["overdue"]) == (1, 1, 2)
    for figure in ("done", "today", "overdue"):
        assert len(client.get(line[f"{figure}_url"]).context["table"].rows) == line[figure]
    part = client.get(reverse("care:managers"), {"branch": "D001"}, **HTMX)
    assert "<html" not in part.text
    assert client.get(reverse("care:managers"), {"branch": "D002"}).status_code == 404


def test_own_reminder_is_added_from_the_customer(manager, colleague, make_customer, sign_in):
    customer = make_customer(manager)
    client = sign_in(manager)
    address = f"{reverse('care:add')}?customer={customer.public_id}"
    token = client.get(address).context["form"].initial["token"]
    data = {"customer": customer.public_id, "text": "送对账单", "due_on": "2026-11-23", "token": token}
    assert client.post(address, {**data, "text": ""}).status_code == 422
    assert client.post(address, {**data, "due_on": "2026-11-20"}).status_code == 422
    assert client.post(address, {**data, "text": "a\x00b"}).status_code == 422
    for _time in range(2):
        assert client.post(address, data).url == customer.get_absolute_url()
    assert FollowUp.objects.get().text == "送对账单"
    assert sign_in(colleague).get(address).status_code == 404
    assert sign_in(colleague).post(reverse("care:add"), data).status_code == 422


def test_hostile_words_are_shown_inert(manager, make_customer, sign_in):
    customer = make_customer(manager, name="<script>alert(1)</script>")
    FollowUp.objects.create(
        customer=customer, kind="manual", subject="form:1", raised_for=TODAY, due_on=TODAY, text="<b>x</b>𠮷"
    )
    text = sign_in(manager).get("/").text
    assert "<script>alert" not in text
    assert "&lt;b&gt;x&lt;/b&gt;𠮷" in text


def test_empty_lists_say_what_comes(manager, sign_in):
    client = sign_in(manager)
    assert "没有到日子的事项" in client.get("/").text
    assert "还没有跟进任务" in client.get(reverse("care:followups")).text


def test_english_is_complete(manager, book, sign_in):
    book(1)
    manager.language = "en"
    manager.save()
    text = sign_in(manager).get("/").text
    assert "matures in 5 days" in text


@pytest.mark.parametrize(
    ("wishes", "number_shown", "channel_shown"),
    [
        ({"do_not_contact": True}, False, False),
        ({"do_not_call": True, "channel": "meeting"}, False, True),
        ({"do_not_call": True, "channel": "wechat"}, True, True),
        ({}, True, True),
    ],
)
def test_way_the_customer_forbade_is_not_offered(manager, book, sign_in, wishes, number_shown, channel_shown):
    customer = book(1)
    ContactPreference.objects.filter(customer=customer).update(hours="上午 9–11 点", **wishes)
    text = sign_in(manager).get("/").text
    assert ("138****5678" in text, "上午 9–11 点" in text) == (number_shown, channel_shown)
