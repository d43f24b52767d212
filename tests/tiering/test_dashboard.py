"""The tier dashboard: scope, sums, moves, maturities, and that every number leads to a list of that length."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from tests.conftest import TODAY
from tiering.choices import MoveReason
from tiering.models import Movement, Scheme
from tiering.services import dashboard as figures
from tiering.services.compile import plans

URL = reverse("tiering:dashboard")
LETTERS = {"VIP": 1, "A": 2, "B": 3, "C": 4}


@pytest.fixture(autouse=True)
def frozen(today):
    """Every request is made on the frozen day."""


@pytest.fixture
def scheme(db):
    """The scheme of the scoring sheet."""
    return Scheme.objects.get(code="sheet")


@pytest.fixture
def place(make_customer):
    """`place(manager, "A", 1000)`: a customer in a tier with assets."""

    def make(manager, tier, assets=0, **fields):
        standing = {"tier": tier, "tier_rank": LETTERS.get(tier), "asset_total": assets, "asset_tier": "W0"}
        return make_customer(manager, standing=standing, **fields)

    return make


@pytest.fixture
def move(scheme):
    """`move(customer, "B", "A", day)`: a move; an empty tier is a first placement."""

    def make(customer, left, reached, day=TODAY):
        return Movement.objects.create(
            customer=customer,
            scheme=scheme,
            from_code=left,
            from_rank=LETTERS.get(left),
            to_code=reached,
            to_rank=LETTERS[reached],
            to_value=50,
            on=day,
            reason=MoveReason.FACTS if left else MoveReason.FIRST,
        )

    return make


def page_of(client, **asked):
    answer = client.get(URL, asked)
    assert answer.status_code == 200
    return answer.context["page"]


def tier_counts(page):
    return {row["step"].code: row["step"].customers for row in page.tiers}


class TestScope:
    def test_manager_sees_the_own_book_only(self, sign_in, manager, colleague, place):
        place(manager, "A", 100)
        place(colleague, "A", 900)
        page = page_of(sign_in(manager))
        assert page.all.customers == 1
        assert page.all.assets == Decimal(100)
        assert page.choices["branch"] == []
        assert page.choices["manager"] == []

    def test_head_sees_the_branch_and_all_below(self, sign_in, head, city_head, manager, other_manager, place):
        place(manager, "A")
        place(other_manager, "B")
        assert page_of(sign_in(head)).all.customers == 1
        page = page_of(sign_in(city_head))
        assert page.all.customers == 2
        assert [row["name"] for row in page.by_branch] == ["南山支行", "福田支行"]

    def test_auditor_narrows_to_branch_and_manager(self, sign_in, auditor, manager, colleague, other_manager, place):
        place(manager, "A")
        place(colleague, "A")
        place(other_manager, "B")
        client = sign_in(auditor)
        assert page_of(client).all.customers == 3
        assert page_of(client, branch="D001").all.customers == 2
        assert page_of(client, branch="D001", manager="M001").all.customers == 1

    def test_manager_of_another_branch_yields_to_the_branch(self, sign_in, auditor, manager, other_manager, place):
        place(manager, "A")
        place(other_manager, "B")
        page = page_of(sign_in(auditor), branch="D001", manager="M003")
        assert page.scope.manager is None
        assert page.all.customers == 1

    @pytest.mark.parametrize("asked", [{"branch": "D002"}, {"manager": "M003"}, {"scheme": "none"}])
    def test_what_is_out_of_scope_is_not_found(self, sign_in, head, other_manager, asked):
        assert sign_in(head).get(URL, asked).status_code == 404

    def test_administrator_is_refused(self, sign_in, administrator):
        assert sign_in(administrator).get(URL).status_code == 403

    @pytest.mark.parametrize(
        ("asked", "first"),
        [
            ("2026-09", date(2026, 9, 1)),
            ("2027-05", date(2026, 11, 1)),
            ("x", date(2026, 11, 1)),
            ("", TODAY.replace(day=1)),
        ],
    )
    def test_month_is_a_month_not_after_this_one(self, sign_in, head, asked, first):
        assert page_of(sign_in(head), month=asked).scope.first == first

    def test_without_a_scheme_says_so(self, sign_in, head):
        Scheme.objects.update(active=False)
        answer = sign_in(head).get(URL)
        assert answer.context["page"] is None
        assert "没有启用的分层方案" in answer.content.decode()


class TestFigures:
    def test_tiers_count_customers_and_assets(self, sign_in, head, manager, place):
        place(manager, "VIP", 500)
        place(manager, "B", 200)
        place(manager, "B", 100)
        place(manager, "")
        page = page_of(sign_in(head))
        assert tier_counts(page) == {"VIP": 1, "A": 0, "B": 2, "C": 0, "": 1}
        assert {row["step"].code: row["step"].assets for row in page.tiers}["B"] == Decimal(300)

    def test_another_scheme_counts_its_own_tiers(self, sign_in, head, manager, place):
        place(manager, "VIP", 500)
        page = page_of(sign_in(head), scheme="assets")
        assert tier_counts(page)["W0"] == 1
        assert page.others[0]["name"] == Scheme.objects.get(code="sheet").label

    def test_moves_of_the_month_up_down_and_first(self, sign_in, head, manager, place, move):
        one = place(manager, "A", 100)
        move(one, "", "C", date(2026, 9, 1))
        move(one, "C", "B", date(2026, 10, 31))
        move(one, "B", "A", date(2026, 11, 1))
        move(place(manager, "C", 50), "B", "C")
        move(place(manager, "C"), "", "C")
        page = page_of(sign_in(head))
        assert (page.all.up, page.all.down) == (1, 1)
        assert page.matrix["first"] == 1
        cells = {
            (row["tier"].code, tier.code): cell.get("number", 0)
            for row in page.matrix["rows"]
            for tier, cell in zip(page.matrix["tiers"], row["cells"], strict=True)
        }
        assert {key: number for key, number in cells.items() if number} == {("B", "A"): 1, ("B", "C"): 1}
        earlier = page_of(sign_in(head), month="2026-10")
        assert (earlier.all.up, earlier.all.down) == (1, 0)

    def test_share_of_the_best_is_taken_back_to_the_month_before(self, manager, head, place, move, scheme):
        move(place(manager, "A"), "B", "A")
        place(manager, "VIP")
        place(manager, "C")
        move(place(manager, "C"), "", "C")
        plan = next(plan for plan in plans() if plan.scheme == scheme)
        scope = figures.Scope(head, plan, TODAY.replace(day=1), TODAY)
        counted = {cell["code"]: (cell["customers"], cell["assets"]) for cell in figures.book(scope)}
        rows, flow = figures.steps(plan, counted), figures.moves(scope)
        assert figures.best_share(rows, flow, since=figures.AFTER) == 2 / 4
        assert figures.best_share(rows, flow, since=figures.WITHIN) == 1 / 3

    def test_weeks_add_up_deposits_and_loans(self, sign_in, head, manager, place, make_holding):
        customer = place(manager, "A")
        make_holding(customer, "TD01", balance=100, matures_on=TODAY)
        make_holding(customer, "TD01", balance=20, matures_on=TODAY + timedelta(days=6))
        make_holding(customer, "LN01", balance=7, matures_on=TODAY + timedelta(days=7))
        make_holding(customer, "TD01", balance=3, matures_on=TODAY + timedelta(days=90))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY + timedelta(days=91))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY - timedelta(days=1))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY, status="closed")
        weeks = page_of(sign_in(head)).weeks["rows"]
        assert [(week["customers"], week["assets"], week["loans"]) for week in weeks if week["holdings"]] == [
            (1, 120, 0),
            (1, 0, 7),
            (1, 3, 0),
        ]

    def test_customer_of_a_leaver_stands_with_the_name_but_no_link(self, sign_in, head, leaver, place):
        place(leaver, "A")
        rows = page_of(sign_in(head)).by_manager["rows"]
        assert [(row["name"], row["customers_url"]) for row in rows] == [("马超", "")]


class TestLists:
    """Every number leads to a list with as many rows."""

    @pytest.fixture
    def bank(self, manager, colleague, other_manager, place, move, make_holding):
        one = place(manager, "VIP", 500)
        make_holding(one, "TD01", balance=500, matures_on=TODAY + timedelta(days=3))
        make_holding(place(manager, "B", 300), "TD01", balance=300, matures_on=TODAY + timedelta(days=4))
        move(one, "A", "VIP")
        move(place(colleague, "C", 10), "B", "C")
        move(place(other_manager, "A", 10), "B", "A")
        place(other_manager, "")

    @pytest.mark.parametrize("who", ["manager", "head", "city_head", "auditor"])
    def test_numbers_and_lists_agree(self, cast, sign_in, bank, who):
        client = sign_in(cast[who])
        page = page_of(client)
        found = [(row["step"].customers, row["url"]) for row in page.tiers]
        found += [(week["customers"], week["url"]) for week in page.weeks["rows"]]
        for row in page.by_branch + page.by_manager["rows"]:
            found.append((row["tally"].customers, row["customers_url"]))
            found += [(row["tally"].up, row["up_url"]), (row["tally"].down, row["down_url"])]
            found += [(tier["number"], tier["url"]) for tier in row["tiers"]]
        found += [
            (cell["number"], cell["url"]) for row in page.matrix["rows"] for cell in row["cells"] if "url" in cell
        ]
        followed = 0
        for number, url in found:
            if not number or not url:
                continue
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert answer.context["table"].paginator.count == number, url
            followed += 1
        assert followed > 4

    def test_links_on_the_page_are_those_of_the_figures(self, sign_in, head, bank):
        client = sign_in(head)
        answer = client.get(URL)
        links = {unescape(link) for link in re.findall(r'href="([^"]+)"', answer.content.decode())}
        assert {row["url"] for row in answer.context["page"].tiers} <= links


class TestCost:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_queries_do_not_grow(
        self, django_assert_num_queries, sign_in, city_head, manager, place, move, make_holding, rows
    ):
        for _row in range(rows):
            customer = place(manager, "A", 10)
            move(customer, "B", "A")
            make_holding(customer, "TD01", balance=10, matures_on=TODAY)
        client = sign_in(city_head)
        client.get(URL)
        with django_assert_num_queries(18):
            client.get(URL)

    def test_htmx_gets_the_same_part(self, sign_in, head, manager, place):
        place(manager, "A")
        answer = sign_in(head).get(URL, {"scheme": "assets"}, headers={"HX-Request": "true"})
        assert 'id="dashboard"' in answer.content.decode()
