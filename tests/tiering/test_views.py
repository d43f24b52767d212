"""The explanation of a customer and the list of moves."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.choices import Kind
from customers.models import Person, Standing
from tiering.models import Movement, Scheme
from tiering.services.retier import retier

DAY = date(2026, 11, 21)
FILE = {
    "occupation": "clerk",
    "annual_income": Decimal(120000),
    "birth_date": date(1992, 3, 1),
    "marital_status": "married",
    "children": 1,
}

pytestmark = pytest.mark.usefixtures("today")


def why(customer):
    return reverse("tiering:explanation", args=[customer.public_id])


@pytest.fixture
def customer(manager, make_customer):
    """27 points of 80: two answers and a half year short of B."""
    return make_customer(manager, person=FILE, ease_of_contact="hard", standing={"asset_total": Decimal(600000)})


def test_page_shows_lines_range_and_what_separates_the_next_tier(customer, manager, sign_in):
    retier(as_of=DAY)
    response = sign_in(manager).get(why(customer))
    assessment = response.context["main"].assessment
    assert (assessment.score, assessment.minimum, assessment.maximum) == (30, 33, 52)
    page = response.content.decode()
    for text in [
        "文职人员",
        "10万–15万元",
        "可能 33–52 分",
        "8 项中已知 5 项",
        "距 A 还差 15 分",
        "距 W100 还差 40.00万",
    ]:
        assert text in page
    assert page.count("缺失，待询问") == 3
    assert "问清“影响力”：最多可加 10 分。" in page
    assert "2027-03-01 起“年龄”进入“35–45岁”：加 4 分。" in page
    assert page.count(reverse("customers:edit", args=[customer.public_id])) == 4


def test_english_reads_english(customer, manager, sign_in):
    retier(as_of=DAY)
    manager.language = "en"
    manager.save()
    page = sign_in(manager).get(why(customer)).content.decode()
    for text in ["15 points short of A.", "Ask about “Influence”: up to 10 points.", "Clerk", "Loyalty ladder"]:
        assert text in page


def test_fragment_is_the_page_without_its_shell(customer, manager, sign_in):
    retier(as_of=DAY)
    page = sign_in(manager).get(why(customer), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "文职人员" in page


def test_changed_file_says_what_the_next_run_will_do(customer, manager, sign_in):
    retier(as_of=DAY)
    Person.objects.filter(customer=customer).update(occupation="business_owner", annual_income=300000)
    page = sign_in(manager).get(why(customer)).content.decode()
    assert "下次分层将从 B 调整为 A" in page


def test_before_the_first_run_nothing_is_placed_and_no_error(customer, manager, sign_in):
    page = sign_in(manager).get(why(customer)).content.decode()
    assert "尚未分层" in page
    assert "还没有层级变动" in page


def test_organisation_without_a_sheet_is_placed_by_the_other_schemes(manager, make_customer, sign_in):
    Scheme.objects.filter(measure="sheet").exclude(code="sheet").update(active=False)
    organisation = make_customer(manager, kind=Kind.ORGANIZATION)
    retier(as_of=DAY)
    page = sign_in(manager).get(why(organisation)).content.decode()
    assert "没有生效的对公评估表" in page
    assert "W0" in page


def test_auditor_reads_and_is_not_sent_to_edit(customer, auditor, sign_in):
    retier(as_of=DAY)
    page = sign_in(auditor).get(why(customer)).content.decode()
    assert page.count("缺少") == 3
    assert reverse("customers:edit", args=[customer.public_id]) not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 200),
        ("head", 200),
        ("city_head", 200),
        ("auditor", 200),
        ("colleague", 404),
        ("other_head", 404),
        ("administrator", 403),
    ],
)
def test_explanation_stays_in_scope(cast, customer, sign_in, who, status):
    assert sign_in(cast[who]).get(why(customer)).status_code == status


def moves_page(client, **query):
    return client.get(reverse("tiering:movements"), query)


@pytest.fixture
def moved(cast, make_customer):
    """UP and DOWN of the manager, AWAY of another branch; first placed on 1 November, moved on the 21st."""
    Scheme.objects.update(watch_months=0)
    up = make_customer(cast["manager"], name="升先生", standing={"asset_total": Decimal(10)})
    down = make_customer(cast["manager"], name="降女士", standing={"asset_total": Decimal(600000)})
    away = make_customer(cast["other_manager"], name="远先生", standing={"asset_total": Decimal(10)})
    retier(as_of=date(2026, 11, 1))
    Standing.objects.filter(customer__in=[up, away]).update(asset_total=Decimal(60000))
    Standing.objects.filter(customer=down).update(asset_total=Decimal(10))
    retier(as_of=DAY)
    return up, down, away


@pytest.mark.parametrize(
    ("who", "query", "names"),
    [
        ("manager", {"direction": "up"}, {"升先生"}),
        ("manager", {"direction": "down"}, {"降女士"}),
        ("city_head", {"direction": "up"}, {"升先生", "远先生"}),
        ("city_head", {"direction": "up", "branch": "D002"}, {"远先生"}),
        ("city_head", {"direction": "up", "branch": "B01"}, {"升先生", "远先生"}),
        ("city_head", {"direction": "up", "manager": "M003"}, {"远先生"}),
        ("auditor", {"from": "W50", "to": "W0"}, {"降女士"}),
        ("auditor", {"scheme": "assets", "since": "2026-11-02", "until": "2026-11-21"}, {"升先生", "降女士", "远先生"}),
        ("auditor", {"scheme": "sheet", "since": "2026-11-02"}, set()),
        ("auditor", {"scheme": "assets", "direction": "first", "to": "W50"}, {"降女士"}),
        ("other_head", {"direction": "down"}, set()),
    ],
)
def test_moves_are_those_behind_a_number(cast, moved, sign_in, who, query, names):
    response = moves_page(sign_in(cast[who]), **query)
    assert {row.record.customer.name for row in response.context["table"].rows} == names


@pytest.mark.parametrize(
    "query", [{"branch": "nowhere"}, {"since": "x"}, {"direction": "aside"}, {"page": "999"}, {"from": "\x00"}]
)
def test_senseless_filters_do_no_harm(moved, manager, sign_in, query):
    assert moves_page(sign_in(manager), **query).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_moves_take_the_same_queries_for_one_and_three(
    manager, make_customer, sign_in, django_assert_num_queries, rows
):
    customers = [make_customer(manager) for _ in range(rows)]
    retier(as_of=DAY)
    Movement.objects.exclude(scheme__code="sheet").delete()
    client = sign_in(manager)
    with django_assert_num_queries(9):
        response = moves_page(client)
    assert len(response.context["table"].rows) == len(customers)


def test_explanation_takes_the_same_queries_for_many_moves(customer, manager, sign_in, django_assert_num_queries):
    for day in range(1, 4):
        Standing.objects.filter(customer=customer).update(asset_total=Decimal(600000) if day % 2 else 0)
        retier(as_of=date(2026, 11, day))
    client = sign_in(manager)
    with django_assert_num_queries(21):
        client.get(why(customer), headers={"HX-Request": "true"})


def test_panel_shows_five_moves_and_leads_to_all(customer, manager, sign_in):
    Scheme.objects.update(watch_months=0)
    for day in range(1, 5):
        Standing.objects.filter(customer=customer).update(asset_total=Decimal(600000) if day % 2 else 0)
        retier(as_of=date(2026, 11, day))
    page = moves_page(sign_in(manager), customer=customer.public_id, panel=1).content.decode()
    assert page.count("<li>") == 5
    assert f"{reverse('tiering:movements')}?customer={customer.public_id}" in page


def test_moves_of_a_customer_out_of_scope_are_not_found(customer, other_manager, sign_in):
    client = sign_in(other_manager)
    assert moves_page(client, customer=customer.public_id).status_code == 404
    assert moves_page(client, customer="x").status_code == 404
