"""The operating ladder: counts by rung, the list of a rung, the panel of a customer."""

import pytest
from django.urls import reverse

from care.services.service import refresh_service
from customers.models import TierName
from tests.conftest import TODAY
from visits.models import Visit

HTMX = {"headers": {"HX-Request": "true", "HX-Target": "list"}}


@pytest.fixture(autouse=True)
def bank_day(today):
    """Every request is of 2026-11-21."""


@pytest.fixture
def make(make_customer):
    """`make(manager, rung=3, tier="A")`: a customer on a rung."""

    def one(manager, rung=1, tier="A", **standing):
        return make_customer(
            manager, standing={"operating_rung": rung, "tier": tier, "tier_rank": 2, **standing}, name="李国强"
        )

    return one


@pytest.fixture(autouse=True)
def names(db):
    for rank, code in enumerate(("VIP", "A", "B"), 1):
        TierName.objects.update_or_create(column="tier", code=code, defaults={"rank": rank, "name": code})


def displays(response):
    return {row["label"].split()[0]: row["display"] for row in response.context["rows"] if row["display"] != "0"}


def test_bars_count_every_customer_on_its_rung_and_lead_to_them(manager, make, sign_in):
    for rung in (1, 1, 4, 12):
        make(manager, rung)
    client = sign_in(manager)
    response = client.get(reverse("care:service_ladder"))
    assert displays(response) == {"12": "1", "4": "1", "1": "2"}
    assert response.context["rows"][0]["label"] == "12 帮助客户的朋友"
    assert (response.context["total"], response.context["silent"], response.context["cultivated"]) == (4, 2, 1)
    assert "4.5" in response.text
    (url,) = [row["url"] for row in response.context["rows"] if row["label"].startswith("1 ")]
    listed = client.get(url)
    assert len(listed.context["table"].rows) == 2
    assert "按下一次到期或生日提醒联系客户。" in listed.text
    # The bars still show everybody.
    assert displays(listed) == displays(response)


def test_a_tier_narrows_bars_and_list(manager, make, sign_in):
    make(manager, 3, "VIP")
    make(manager, 3, "A")
    response = sign_in(manager).get(reverse("care:service_ladder"), {"tier": "VIP", "rung": "3"})
    assert displays(response) == {"3": "1"}
    assert len(response.context["table"].rows) == 1


@pytest.mark.parametrize("query", [{"rung": "13"}, {"rung": "x"}, {"rung": "²"}, {"tier": "Z"}, {"page": "9"}])
def test_nonsense_in_the_address_is_left_out(manager, make, sign_in, query):
    make(manager)
    response = sign_in(manager).get(reverse("care:service_ladder"), query)
    assert (response.status_code, response.context["total"]) == (200, 1)


def test_the_top_has_nothing_above_it(manager, make, sign_in):
    make(manager, 12)
    table = sign_in(manager).get(reverse("care:service_ladder")).context["table"]
    assert table.rows[0].get_cell("step") == "—"


def test_each_sees_their_own(cast, make, sign_in):
    make(cast["manager"])
    make(cast["other_manager"])
    seen = {
        who: sign_in(cast[who]).get(reverse("care:service_ladder")).context["total"]
        for who in ("manager", "colleague", "head", "other_head", "city_head", "auditor")
    }
    assert seen == {"manager": 1, "colleague": 0, "head": 1, "other_head": 1, "city_head": 2, "auditor": 2}


def test_a_head_narrows_to_branch_and_manager_but_not_beyond(cast, make, sign_in):
    make(cast["manager"])
    make(cast["other_manager"])
    client = sign_in(cast["city_head"])
    address = reverse("care:service_ladder")
    assert client.get(address, {"branch": "D001"}).context["total"] == 1
    assert client.get(address, {"manager": "M003"}).context["total"] == 1
    # The manager chosen before is not of the branch chosen now.
    assert client.get(address, {"branch": "D002", "manager": "M001"}).context["total"] == 1
    assert client.get(address, {"branch": "X"}).status_code == 404
    assert sign_in(cast["head"]).get(address, {"manager": "M003"}).status_code == 404
    # A manager's address narrows nothing and tells nothing.
    assert sign_in(cast["manager"]).get(address, {"manager": "M003"}).context["total"] == 1


@pytest.mark.parametrize("number", [1, 3])
def test_ladder_takes_the_same_number_of_queries(head, manager, make, sign_in, number, django_assert_num_queries):
    for _one in range(number):
        make(manager, 3)
    client = sign_in(head)
    with django_assert_num_queries(8):
        client.get(reverse("care:service_ladder"))


def test_htmx_gets_the_list_alone_and_the_bar_the_whole(manager, make, sign_in):
    make(manager)
    client = sign_in(manager)
    assert "<html" not in client.get(reverse("care:service_ladder"), **HTMX).text
    whole = client.get(reverse("care:service_ladder"), headers={"HX-Request": "true", "HX-Target": "scoped"})
    assert 'id="scoped"' in whole.text
    assert 'id="list"' in whole.text


def test_the_panel_says_what_was_done_what_was_left_out_and_what_comes_next(manager, make, sign_in):
    customer = make(manager)
    Visit.objects.create(
        customer=customer,
        by=manager,
        status="held",
        planned_on=TODAY,
        held_on=TODAY,
        channel="salon",
        purpose="p",
        notes="n",
    )
    refresh_service(on=TODAY)
    address = reverse("care:service_ladder_of", args=[customer.public_id])
    client = sign_in(manager)
    panel = client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in panel.text
    assert (panel.context["reached"], panel.context["next"]) == (7, 8)
    assert [row["rung"].value for row in panel.context["steps"] if row["left_out"]] == [2, 3, 4, 5, 6]
    assert "再进一级 → 8 帮助投融资成长：" in panel.text
    assert "近十二个月联系 1 次" in panel.text
    assert "1.0 小时" in panel.text
    page = client.get(address)
    assert "<h1>经营程度</h1>" in page.text


def test_the_panel_of_a_silent_customer_begins_at_the_foot(manager, make, sign_in):
    page = sign_in(manager).get(reverse("care:service_ladder_of", args=[make(manager).public_id]))
    assert (page.context["reached"], page.context["next"]) == (1, 2)
    assert "近十二个月没有任何联系。" in page.text
