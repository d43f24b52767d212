"""The attention audit: shares of time by tier against the goals, income by hour, by branch and manager."""

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from care.models import AttentionGoal, ServiceCount, ServiceRate
from care.rules.attention import Load, gap, misplaced, percent
from care.services.attention import count_service, loads_of, summed
from customers.models import Standing, TierName, ValueRecord
from jobs.models import Job
from jobs.tasks import run_now
from tests.conftest import TODAY, make_user


@pytest.fixture(autouse=True)
def bank_day(today):
    """Every request is of 2026-11-21."""


@pytest.fixture(autouse=True)
def names(db):
    TierName.objects.filter(column="tier").delete()
    for rank, code in enumerate(("VIP", "A", "B", "C"), 1):
        TierName.objects.create(column="tier", code=code, rank=rank, name=f"{code} 客户", name_en=f"Tier {code}")


@pytest.fixture
def make(make_customer):
    """`make(manager, "VIP", minutes=60, income=1000)`: a customer with what was done and brought."""

    def one(manager, tier, *, minutes=0, cost=0, contacts=None, income=None, period=date(2026, 11, 1)):
        customer = make_customer(
            manager,
            standing={
                "tier": tier,
                "service_minutes": minutes,
                "service_cost": cost,
                "contacts": (1 if minutes else 0) if contacts is None else contacts,
            },
        )
        if income is not None:
            ValueRecord.objects.create(
                customer=customer, period=period, interest_income=income, operating_cost=Decimal("0.50")
            )
        return customer

    return one


@pytest.fixture
def look(sign_in):
    """`look(user, **query)`: the page after a night."""

    def get(user, *, on=TODAY, **query):
        count_service(on=on)
        return sign_in(user).get(reverse("care:service_attention"), query)

    return get


def tiers_of(response):
    return {row["code"]: row for row in response.context["tiers"]}


def test_shares_gaps_and_what_an_hour_brings(manager, make, look):
    make(manager, "VIP", minutes=60, cost=100, contacts=2, income=Decimal("3000.50"))
    make(manager, "VIP")
    make(manager, "C", minutes=180, cost=150, contacts=6, income=Decimal("300.50"))
    response = look(manager)
    rows = tiers_of(response)
    assert list(rows) == ["VIP", "A", "B", "C"]
    vip, low = rows["VIP"], rows["C"]
    assert (vip["share"], vip["contacts_share"], vip["goal"], vip["gap"]) == (25, 25, 40, -15)
    assert (low["share"], low["contacts_share"], low["goal"], low["gap"]) == (75, 75, 10, 65)
    assert (vip["load"].per_hour, vip["load"].per_yuan, vip["load"].untouched) == (3000, 30, 1)
    assert (low["load"].per_hour, low["load"].per_yuan) == (100, 2)
    assert rows["A"]["load"].per_hour is None
    assert [row["gap_words"] for row in rows.values()] == ["▼ −15", "▼ −30", "▼ −20", "▲ +65"]
    assert response.context["findings"] == [
        "C 层级得到 75% 的时间，计划 10%，多了 65 个百分点。",
        "A 层级只得到 0% 的时间，计划 30%，少了 30 个百分点。",
        "一年中，VIP 层级每投入一小时对应收益 3,000.00，C 层级每小时 100.00。",
        "VIP 层级 2 位客户中有 1 位近十二个月没有联系。",
    ]


def test_where_managers_are_many_one_is_typed_and_a_wrong_number_is_said(head, manager, make, look, monkeypatch):
    monkeypatch.setattr("customers.views.scope.MOST_OFFERED", 0)
    make(manager, "VIP", minutes=60)
    response = look(head, manager=manager.staff_no.lower())
    assert response.context["scope"].manager == manager
    response = look(head, manager="M999")
    assert response.context["total"].minutes == 0
    assert "没有工号为 M999 的客户经理" in response.text


def test_the_words_are_read_in_english_too(manager, make, sign_in):
    make(manager, "VIP", minutes=60)
    manager.language = "en"
    manager.save()
    count_service(on=TODAY)
    response = sign_in(manager).get(reverse("care:service_attention"), headers={"Accept-Language": "en"})
    assert "VIP gets 100% of our time, 40% is intended: 60 points too much." in response.context["findings"]


@pytest.mark.parametrize(
    ("period", "counted"),
    [
        (date(2026, 12, 1), False),
        (date(2026, 11, 1), True),
        (date(2025, 12, 1), True),
        (date(2025, 11, 1), False),
    ],
)
def test_income_is_that_of_twelve_months(manager, make, period, counted):
    make(manager, "A", minutes=60, income=100, period=period)
    count_service(on=TODAY)
    (load,) = loads_of(ServiceCount.objects.all(), "code").values()
    assert load.income == (Decimal("99.50") if counted else None)


def test_a_december_looks_back_to_january(manager, make):
    make(manager, "A", minutes=60, income=100, period=date(2026, 1, 1))
    count_service(on=date(2026, 12, 31))
    (load,) = loads_of(ServiceCount.objects.all(), "code").values()
    assert load.income == Decimal("99.50")


def test_without_any_talk_nothing_is_divided(manager, make, look):
    make(manager, "A", income=100)
    response = look(manager)
    row = tiers_of(response)["A"]
    assert (row["share"], row["gap"], row["load"].per_hour) == (None, None, None)
    assert "近十二个月没有联系记录" in response.text
    assert response.context["findings"] == ["A 层级 1 位客户中有 1 位近十二个月没有联系。"]


def test_customers_without_a_tier_stand_last(manager, make, look):
    make(manager, "", minutes=30)
    assert list(tiers_of(look(manager))) == ["VIP", "A", "B", "C", ""]


def test_goals_that_miss_the_whole_are_said(manager, make, look):
    make(manager, "A", minutes=60)
    assert "计划占比合计" not in look(manager).text
    AttentionGoal.objects.filter(code="C").delete()
    assert "计划占比合计 90%" in look(manager).text


def test_managers_stand_with_the_furthest_from_the_goals_first(city_head, manager, other_manager, make, look, sign_in):
    for tier, minutes in (("VIP", 40), ("A", 30), ("B", 20), ("C", 10)):
        make(manager, tier, minutes=minutes)
    make(other_manager, "C", minutes=60)
    response = look(city_head)
    lines = response.context["managers"]
    assert [(line["who"].staff_no, line["misplaced"]) for line in lines] == [("M003", 90), ("M001", 0)]
    assert lines[0]["shares"] == [("VIP", 0), ("A", 0), ("B", 0), ("C", 100)]
    assert [line["who"].code for line in response.context["branches"]] == ["D002", "D001"]
    narrowed = sign_in(city_head).get(lines[0]["url"])
    assert narrowed.context["total"].minutes == 60
    assert narrowed.context["branches"] == []


def test_each_sees_their_own(cast, make, look):
    make(cast["manager"], "A", minutes=60, income=10)
    make(cast["other_manager"], "A", minutes=30, income=20)
    seen = {
        who: look(cast[who]).context["total"].minutes
        for who in ("manager", "colleague", "head", "other_head", "city_head", "auditor")
    }
    assert seen == {"manager": 60, "colleague": 0, "head": 60, "other_head": 30, "city_head": 90, "auditor": 90}
    assert look(cast["manager"]).context["managers"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_audit_takes_the_same_number_of_queries(head, tree, make, sign_in, number, django_assert_num_queries):
    for one in range(number):
        make(make_user(f"N{one}", "某", "manager", tree["D001"]), "A", minutes=60, income=5)
    count_service(on=TODAY)
    client = sign_in(head)
    with django_assert_num_queries(10):
        response = client.get(reverse("care:service_attention"))
    assert len(response.context["managers"]) == number


def test_the_workbook_holds_the_same_figures(city_head, manager, other_manager, make, look):
    make(manager, "VIP", minutes=90, cost=100, income=100)
    make(other_manager, "C", minutes=60)
    response = look(city_head, format="xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="attention-2026-11-21.xlsx"'
    book = zipfile.ZipFile(io.BytesIO(response.content))
    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 3
    text = book.read("xl/sharedStrings.xml").decode()
    assert "王芳" in text
    assert "南山支行" in text


def test_rules_of_shares():
    total = Load(minutes=200)
    assert percent(1, 0) is None
    assert gap(Load(minutes=50), total, 40) == -15
    assert gap(Load(minutes=50), total, None) is None
    assert gap(Load(), Load(), 40) is None
    loads = {"VIP": Load(minutes=50), "A": Load(minutes=150), "": Load()}
    assert misplaced(loads, total, {"VIP": 40, "A": 60}) == 15
    assert misplaced(loads, total, {}) is None


def test_loads_are_summed_by_any_key():
    loads = {("A", 1, 10): Load(customers=1, minutes=5), ("A", 1, 11): Load(customers=2, income=Decimal(3))}
    assert summed(loads, 0)["A"].customers == 3
    assert summed(loads, 2, 0)[10, "A"].minutes == 5
    assert summed(loads)[()].income == 3


def test_an_administrator_edits_rates_and_goals_in_the_list(administrator, client):
    client.force_login(administrator)
    rates = list(ServiceRate.objects.order_by("pk"))
    posted = {"form-TOTAL_FORMS": len(rates), "form-INITIAL_FORMS": len(rates), "_save": "1"}
    for number, rate in enumerate(rates):
        posted |= {f"form-{number}-id": rate.pk, f"form-{number}-minutes": rate.minutes, f"form-{number}-cost": "9.50"}
    assert client.post(reverse("admin:care_servicerate_changelist"), posted).status_code == 302
    assert set(ServiceRate.objects.values_list("cost", flat=True)) == {Decimal("9.50")}
    assert client.get(reverse("admin:care_servicerate_add")).status_code == 403
    goal = AttentionGoal.objects.get(code="VIP")
    answer = client.post(reverse("admin:care_attentiongoal_change", args=[goal.pk]), {"code": "VIP", "share": "101"})
    assert "占比不能超过一百" in answer.text


def test_a_day_is_counted_anew_not_twice(manager, make):
    customer = make(manager, "A", minutes=60)
    assert count_service(on=TODAY) == 1
    Standing.objects.filter(customer=customer).update(service_minutes=90)
    assert count_service(on=TODAY) == 1
    assert ServiceCount.objects.get().minutes == 90


def test_of_earlier_months_the_last_day_stays(manager, make):
    make(manager, "A", minutes=60)
    for day in (date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 15), date(2026, 10, 31), TODAY):
        count_service(on=day)
    kept = [date(2026, 9, 30), date(2026, 10, 31), TODAY]
    assert list(ServiceCount.objects.order_by("on").values_list("on", flat=True)) == kept


def test_another_month_and_the_shares_month_by_month(manager, make, look):
    customer = make(manager, "A", minutes=60)
    make(manager, "C", minutes=60)
    count_service(on=date(2026, 10, 31))
    Standing.objects.filter(customer=customer).update(service_minutes=180)
    response = look(manager)
    assert tiers_of(response)["A"]["share"] == 75
    assert [(line["day"], dict(line["shares"])["A"]) for line in response.context["trend"]] == [
        (TODAY, 75),
        (date(2026, 10, 31), 50),
    ]
    assert tiers_of(look(manager, month="2026-10"))["A"]["share"] == 50
    assert tiers_of(look(manager, month="2020-01"))["A"]["share"] == 75
    assert "month=2026-10" in look(manager, month="2026-10").context["xlsx_url"]


def test_one_kind_of_customer(manager, make, make_customer, look):
    make(manager, "A", minutes=60)
    make_customer(manager, kind="organization", standing={"tier": "A", "service_minutes": 30})
    assert look(manager).context["total"].minutes == 90
    assert look(manager, kind="organization").context["total"].minutes == 30
    assert look(manager, kind="nonsense").context["total"].minutes == 90


def test_before_the_first_night_the_page_says_when_it_is_counted(manager, sign_in):
    response = sign_in(manager).get(reverse("care:service_attention"))
    assert "每晚统计" in response.text


def test_the_night_counts_for_the_audit(manager, make):
    make(manager, "A", minutes=60)
    job = Job.objects.create(kind="raise_followups", key="k", params={"as_of": "2026-11-21"}, due_at=timezone.now())
    assert run_now(job.pk).state == "done"
    assert ServiceCount.objects.get().on == TODAY
