"""The customer list: scope, filters, order, columns, how many and how much together."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from customers.choices import Kind
from customers.models import TierName
from customers.tables import DEEPEST_PAGE, CustomerTable
from staff.tables import CappedPaginator

URL = reverse("customers:list")


def numbers(response):
    """Customer numbers in the order of the list."""
    return [row.record.customer_no for row in response.context["table"].paginated_rows]


def listed(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return numbers(response)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_a_constant_number_of_queries(
    rows, sign_in, head, manager, make_customer, make_holding, today, django_assert_num_queries
):
    for _ in range(rows):
        make_holding(make_customer(manager, mobile="+8613800138000"), balance=10)
    client = sign_in(head)
    client.get(URL)
    with django_assert_num_queries(10):
        assert len(numbers(client.get(URL))) == rows


def test_list_shows_only_what_the_person_may_see(sign_in, cast, make_customer, today):
    make_customer(cast["manager"], customer_no="MINE")
    make_customer(cast["colleague"], customer_no="THEIRS")
    make_customer(cast["other_manager"], customer_no="ELSEWHERE")
    assert listed(sign_in(cast["manager"])) == ["MINE"]
    assert sorted(listed(sign_in(cast["head"]))) == ["MINE", "THEIRS"]
    assert listed(sign_in(cast["other_head"])) == ["ELSEWHERE"]
    assert sorted(listed(sign_in(cast["city_head"]))) == ["ELSEWHERE", "MINE", "THEIRS"]
    assert len(listed(sign_in(cast["auditor"]))) == 3
    assert sign_in(cast["administrator"]).get(URL).status_code == 403


def test_count_and_sum_are_those_of_the_whole_result(sign_in, manager, make_customer, today):
    for _ in range(3):
        make_customer(manager, standing={"asset_total": Decimal("100000.50")})
    response = sign_in(manager).get(URL)
    paginator = response.context["table"].paginator
    assert (paginator.count, paginator.assets, paginator.capped) == (3, Decimal("300001.50"), False)


def test_count_stops_at_the_cap(manager, make_customer, monkeypatch, sign_in, today):
    for place in ("staff.tables", "customers.tables.customers", "customers.views.lists"):
        monkeypatch.setattr(f"{place}.MOST_COUNTED", 2)
    for _ in range(3):
        make_customer(manager)
    paginator = sign_in(manager).get(URL).context["table"].paginator
    assert isinstance(paginator, CappedPaginator)
    assert (paginator.count, paginator.capped, paginator.assets) == (2, True, None)


def test_a_page_nobody_reads_is_refused_with_a_hint(sign_in, manager, today, django_assert_max_num_queries):
    response = sign_in(manager).get(URL, {"page": DEEPEST_PAGE + 1})
    assert response.status_code == 400
    assert "customers/too_deep.html" in [template.name for template in response.templates]


@pytest.mark.parametrize("page", ["0", "-1", "x", "9", "²"])
def test_nonsense_for_a_page_gives_a_page(page, sign_in, manager, make_customer, today):
    make_customer(manager, customer_no="C1")
    assert listed(sign_in(manager), page=page) == ["C1"]


@pytest.fixture
def book(manager, make_customer, make_holding, today):
    """Customers that differ in every filter, each with a neighbour that must not be found."""
    rich = make_customer(
        manager,
        customer_no="RICH",
        name="李国强",
        person={"birth_date": date(1970, 11, 24)},
        standing={
            "tier": "VIP",
            "tier_rank": 1,
            "asset_tier": "600",
            "asset_rank": 1,
            "contribution_tier": "HIGH",
            "contribution_rank": 1,
            "loyalty_tier": "L5",
            "loyalty_rank": 1,
            "asset_total": 6_000_000,
            "last_contact": today - timedelta(days=3),
        },
    )
    make_holding(rich, "TD01", balance=5_000_000, matures_on=today + timedelta(days=3))
    poor = make_customer(
        manager,
        customer_no="POOR",
        name="陈静",
        # 2026-11-23 is the 15th day of the tenth lunar month.
        person={"birth_date": date(1980, 5, 1), "lunar_birthday": 1015},
        standing={"tier": "C", "tier_rank": 4, "asset_tier": "5", "asset_rank": 5, "asset_total": 10},
        restricted=True,
    )
    make_holding(poor, "FD01", balance=10, matures_on=today + timedelta(days=40))
    make_holding(poor, "TD01", balance=1, matures_on=today + timedelta(days=3), status="closed")
    make_customer(manager, customer_no="FIRM", name="鹏程贸易", kind=Kind.ORGANIZATION)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "organization"}, ["FIRM"]),
        ({"tier": "VIP"}, ["RICH"]),
        ({"tier": "none"}, ["FIRM"]),
        ({"tier": "NOSUCH"}, []),
        ({"asset_tier": "5"}, ["POOR"]),
        ({"contribution_tier": "HIGH"}, ["RICH"]),
        ({"loyalty_tier": "L5"}, ["RICH"]),
        ({"category": "time_deposit"}, ["RICH"]),
        ({"category": "fund"}, ["POOR"]),
        ({"maturing": "3"}, ["RICH"]),
        ({"maturing": "2"}, []),
        ({"maturing_from": "2026-12-01", "maturing_to": "2026-12-31"}, ["POOR"]),
        ({"maturing_from": "2026-11-25"}, ["POOR"]),
        ({"maturing_to": "2026-11-24"}, ["RICH"]),
        ({"birthday": "1"}, []),
        ({"birthday": "2"}, ["POOR"]),
        ({"birthday": "3"}, ["RICH", "POOR"]),
        ({"quiet": "3"}, ["POOR", "FIRM"]),
        ({"quiet": "2"}, ["RICH", "POOR", "FIRM"]),
        ({"restricted": "1"}, ["POOR"]),
        ({"restricted": "0"}, ["RICH", "FIRM"]),
        ({"tier": "VIP", "restricted": "1"}, []),
    ],
)
def test_filter_finds_these_and_no_others(query, found, book, sign_in, manager):
    assert listed(sign_in(manager), **query) == found


def test_branch_filter_takes_the_branches_below(sign_in, cast, make_customer, tree, today):
    make_customer(cast["manager"], customer_no="NANSHAN")
    make_customer(cast["other_manager"], customer_no="FUTIAN")
    client = sign_in(cast["city_head"])
    assert listed(client, branch="D001") == ["NANSHAN"]
    assert sorted(listed(client, branch="B01")) == ["FUTIAN", "NANSHAN"]
    assert listed(client, manager="M003") == ["FUTIAN"]


def test_managers_are_those_of_the_branch_or_typed_where_they_are_many(
    sign_in, cast, make_customer, today, monkeypatch
):
    make_customer(cast["other_manager"], customer_no="FUTIAN")
    monkeypatch.setattr("staff.querysets.MOST_OFFERED", 2)
    client = sign_in(cast["city_head"])
    assert 'name="manager" placeholder="工号"' in client.get(reverse("customers:list")).text
    assert listed(client, manager="M003") == ["FUTIAN"]
    text = client.get(reverse("customers:list"), {"branch": "D002"}).text
    assert '<option value="M003">' in text
    assert '<option value="M001">' not in text
    # Another branch was chosen since: the manager of before is still named, to be taken away.
    text = client.get(reverse("customers:list"), {"branch": "D002", "manager": "M001"}).text
    assert '<option value="M001" selected>' in text


def test_staff_number_is_typed_in_small_letters_and_a_wrong_one_finds_nobody(
    sign_in, cast, make_customer, today, monkeypatch
):
    make_customer(cast["other_manager"], customer_no="FUTIAN")
    monkeypatch.setattr("staff.querysets.MOST_OFFERED", 2)
    client = sign_in(cast["city_head"])
    assert listed(client, manager=" m003 ") == ["FUTIAN"]
    assert listed(client, manager="M00") == []
    assert "M00（无此工号）" in client.get(reverse("customers:list"), {"manager": "M00"}).text
    assert listed(client, manager="\x00") == ["FUTIAN"]


def test_filters_never_widen_the_scope(sign_in, cast, make_customer, today):
    make_customer(cast["other_manager"], customer_no="FUTIAN")
    assert listed(sign_in(cast["head"]), branch="D002") == []
    assert listed(sign_in(cast["head"]), manager="M003") == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("assets", ["C", "B", "A"]),
        ("-assets", ["A", "B", "C"]),
        ("next_maturity", ["B", "A", "C"]),
        ("-next_maturity", ["A", "B", "C"]),
        ("nosuch", ["A", "B", "C"]),
    ],
)
def test_order_puts_the_unknown_last(sort, order, sign_in, manager, make_customer, today):
    for number, assets, matures in (("A", 3, date(2027, 5, 1)), ("B", 2, date(2027, 1, 1)), ("C", 1, None)):
        make_customer(manager, customer_no=number, standing={"asset_total": assets, "next_maturity": matures})
    assert listed(sign_in(manager), sort=sort) == order


@pytest.mark.parametrize("asked", [{}, {"kind": "individual"}, {"tier": "A"}])
@pytest.mark.parametrize("sort", ["tier", "-tier", "assets", "-assets", "next_maturity", "-next_maturity"])
def test_order_is_the_same_whether_few_are_sorted_or_an_index_is_followed(
    sort, asked, sign_in, cast, make_customer, today, monkeypatch
):
    facts = ((2, 5, None), (None, 7, date(2027, 1, 1)), (1, 5, date(2026, 12, 1)), (2, 9, None), (None, 7, None))
    for number, (rank, assets, matures) in enumerate(facts):
        standing = {"tier": "A", "tier_rank": rank, "asset_total": assets, "next_maturity": matures}
        make_customer(cast["manager"], customer_no=f"N{number}", standing=standing)
    client = sign_in(cast["auditor"])
    few = listed(client, sort=sort, **asked)
    for place in ("staff.tables", "customers.tables.customers", "customers.views.lists"):
        monkeypatch.setattr(f"{place}.MOST_COUNTED", 4)
    assert len(few) == 5
    assert listed(client, sort=sort, **asked) == few[:4]


def test_organisations_of_a_long_list_come_in_the_order_of_tiers(sign_in, cast, make_customer, today, monkeypatch):
    for number, assets in (("A", 3), ("B", 9), ("C", 6)):
        make_customer(
            cast["manager"], customer_no=number, kind="organization", name=number, standing={"asset_total": assets}
        )
    for place in ("staff.tables", "customers.tables.customers", "customers.views.lists"):
        monkeypatch.setattr(f"{place}.MOST_COUNTED", 2)
    assert listed(sign_in(cast["auditor"]), kind="organization") == ["B", "C"]


@pytest.mark.parametrize(("tiered", "expected"), [(False, ["B", "A", "C"]), (True, ["A", "B", "C"])])
def test_organisations_that_no_tier_is_for_come_largest_first(tiered, expected, sign_in, manager, make_customer, today):
    TierName.objects.create(column="tier", code="T", rank=1, name="重点", for_organisations=tiered)
    for number, assets, rank in (("A", 3, 1), ("B", 9, 2), ("C", 1, 2)):
        standing = {"asset_total": assets, "tier": "T", "tier_rank": rank}
        make_customer(manager, customer_no=number, kind="organization", name=number, standing=standing)
    client = sign_in(manager)
    assert listed(client, kind="organization") == expected
    assert listed(client, kind="organization", sort="tier") == ["A", "B", "C"]
    assert listed(client) == ["A", "B", "C"]


def test_a_later_page_of_few_goes_on_where_the_first_ends(sign_in, manager, make_customer, today):
    for number in range(65):
        make_customer(manager, customer_no=f"N{number:02}", standing={"asset_total": 100 - number})
    client = sign_in(manager)
    everybody = [f"N{number:02}" for number in range(65)]
    for page, rows in (("1", everybody[:30]), ("3", everybody[60:]), ("0", everybody[60:]), ("x", everybody[:30])):
        assert listed(client, page=page) == rows
    assert listed(client, page="2", per_page="60") == everybody[60:]
    assert "65" in client.get(URL, {"page": "3"}).text


def test_within_one_tier_the_largest_come_first(sign_in, manager, make_customer, today):
    for number, assets in (("A", 3), ("B", 9), ("C", 6)):
        make_customer(manager, customer_no=number, standing={"tier": "VIP", "tier_rank": 1, "asset_total": assets})
    make_customer(manager, customer_no="D", standing={"tier": "A", "tier_rank": 2, "asset_total": 99})
    client = sign_in(manager)
    assert listed(client, tier="VIP") == ["B", "C", "A"]
    assert listed(client, tier="VIP", sort="-tier") == ["A", "C", "B"]


def test_columns_are_kept_for_the_next_visit(sign_in, manager, make_customer, today):
    make_customer(manager)
    client = sign_in(manager)
    client.get(URL, {"columns": ["", "score", "loans", "nosuch"]})
    shown = [column.name for column in client.get(URL).context["table"].columns]
    assert shown == [*CustomerTable.ALWAYS, "score", "loans"]
    answer = client.get(URL, {"columns": ""})
    assert [column.name for column in answer.context["table"].columns] == list(CustomerTable.ALWAYS)


def test_htmx_gets_the_list_alone(sign_in, manager, make_customer, today):
    make_customer(manager)
    response = sign_in(manager).get(URL, headers={"HX-Request": "true", "HX-Target": "list"})
    assert b"<html" not in response.content
    assert b'id="list"' in response.content


def test_a_full_number_is_not_kept_in_the_address(sign_in, manager, make_customer, today):
    make_customer(manager, mobile="+8613800138000")
    response = sign_in(manager).get(URL, {"q": "13800138000", "tier": "A"})
    assert (response.status_code, response.url) == (302, f"{URL}?tier=A")


def test_phone_is_masked_and_names_are_inert(sign_in, manager, make_customer, today):
    make_customer(manager, name="<script>alert(1)</script>", mobile="+8613812345678")
    content = sign_in(manager).get(URL).content.decode()
    assert "138****5678" in content
    assert "13812345678" not in content
    assert "<script>alert" not in content
