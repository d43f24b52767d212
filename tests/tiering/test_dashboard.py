"""The tier dashboard: scope, sums, parts, the workbook, and that every number leads to a list of that length."""

import io
import re
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import chain

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from customers.choices import Kind
from staff.models import AuditEvent
from tests.conftest import TODAY
from tiering import tables
from tiering.choices import MoveReason
from tiering.models import Movement, Placement, Scheme, TierCount
from tiering.services import population

URL = reverse("tiering:dashboard")
LETTERS = {"VIP": 1, "A": 2, "B": 3, "C": 4}
PARTS = ("matrix", "lines", "schemes", "watching", "concentration", "coverage", "agreement", "maturing")


@pytest.fixture(autouse=True)
def frozen(today):
    """Every request is made on the frozen day."""


@pytest.fixture
def scheme(db):
    """The scheme of the scoring sheet."""
    return Scheme.objects.get(code="sheet")


@pytest.fixture
def place(make_customer, scheme):
    """`place(manager, "A", 1000)`: a customer in a tier with assets; an empty tier: not placed."""

    def make(manager, tier, assets=0, **fields):
        placed = {name: fields.pop(name) for name in ("watch_from", "watch_until", "value") if name in fields}
        customer = make_customer(manager, standing={"asset_total": assets}, **fields)
        if tier:
            placed = {"value": 50, "since": TODAY, "measured": tier, "measured_rank": LETTERS[tier]} | placed
            Placement.objects.create(customer=customer, scheme=scheme, code=tier, rank=LETTERS[tier], **placed)
        return customer

    return make


@pytest.fixture
def move(scheme):
    """`move(customer, "B", "A", day)`: a move; an empty tier is a first placement."""

    def make(customer, left, reached, day=TODAY, reason=None):
        return Movement.objects.create(
            customer=customer,
            scheme=scheme,
            from_code=left,
            from_rank=LETTERS.get(left),
            to_code=reached,
            to_rank=LETTERS.get(reached),
            to_value=50,
            on=day,
            reason=reason or (MoveReason.FACTS if left else MoveReason.FIRST),
        )

    return make


@pytest.fixture
def count(scheme):
    """`count(manager, day, "A", 3, 900)`: what a run of that day counted."""

    def make(manager, day, code, customers, assets=0, **fields):
        return TierCount.objects.create(
            scheme=scheme,
            on=day,
            branch=manager.branch,
            manager=manager,
            code=code,
            customers=customers,
            assets=assets,
            **fields,
        )

    return make


def page_of(client, **asked):
    answer = client.get(URL, asked)
    assert answer.status_code == 200
    return answer.context["page"]


def part_of(client, name, **asked):
    answer = client.get(reverse(f"tiering:{name}"), asked)
    assert answer.status_code == 200
    return answer.context["part"]


def tier_counts(page):
    return {row["step"].code: row["step"].customers for row in page.tiers}


def book_of(answer):
    """{name of the sheet: its cells}; a formula would have no value here."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: list(chain.from_iterable(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names}


class TestScope:
    def test_manager_sees_the_own_book_only(self, sign_in, manager, colleague, place):
        place(manager, "A", 100)
        place(colleague, "A", 900)
        page = page_of(sign_in(manager))
        assert page.held.customers == 1
        assert page.held.assets == Decimal(100)
        assert page.asked.choices["branch"] == []
        assert page.asked.choices["manager"] == []

    def test_head_sees_the_branch_and_all_below(self, sign_in, head, city_head, manager, other_manager, place):
        place(manager, "A")
        place(other_manager, "B")
        assert page_of(sign_in(head)).held.customers == 1
        client = sign_in(city_head)
        assert page_of(client).held.customers == 2
        assert [row["name"] for row in part_of(client, "lines").by_branch] == ["南山支行", "福田支行"]

    def test_auditor_narrows_to_branch_manager_and_kind(
        self, sign_in, auditor, manager, colleague, other_manager, place
    ):
        place(manager, "A")
        place(colleague, "A")
        place(other_manager, "B", kind=Kind.ORGANIZATION)
        client = sign_in(auditor)
        assert page_of(client).held.customers == 3
        assert page_of(client, branch="D001").held.customers == 2
        assert page_of(client, branch="D001", manager="M001").held.customers == 1
        assert tier_counts(page_of(client, kind="organization"))["B"] == 1
        assert page_of(client, kind="individual").held.customers == 2

    def test_manager_of_another_branch_yields_to_the_branch(self, sign_in, auditor, manager, other_manager, place):
        place(manager, "A")
        place(other_manager, "B")
        page = page_of(sign_in(auditor), branch="D001", manager="M003")
        assert page.scope.manager is None
        assert page.held.customers == 1

    @pytest.mark.parametrize("asked", [{"branch": "D002"}, {"manager": "M003"}, {"scheme": "none"}])
    @pytest.mark.parametrize("name", ["dashboard", *PARTS, "members", "watches", "export"])
    def test_what_is_out_of_scope_is_not_found(self, sign_in, head, other_manager, asked, name):
        assert sign_in(head).get(reverse(f"tiering:{name}"), asked).status_code == 404

    @pytest.mark.parametrize("name", ["dashboard", *PARTS, "members", "watches", "export"])
    def test_administrator_is_refused(self, sign_in, administrator, name):
        assert sign_in(administrator).get(reverse(f"tiering:{name}")).status_code == 403

    @pytest.mark.parametrize(
        ("asked", "days"),
        [
            ({}, (date(2026, 10, 31), TODAY)),
            ({"to_day": "2026-09-15"}, (date(2026, 8, 31), date(2026, 9, 15))),
            ({"from_day": "2026-01-01", "to_day": "2027-05-01"}, (date(2026, 1, 1), TODAY)),
            ({"from_day": "x", "to_day": ""}, (date(2026, 10, 31), TODAY)),
            ({"from_day": "2026-11-20", "to_day": "2026-11-01"}, (date(2026, 11, 1), date(2026, 11, 1))),
        ],
    )
    def test_days_run_from_the_month_end_before_to_today(self, sign_in, head, asked, days):
        scope = page_of(sign_in(head), **asked).scope
        assert (scope.since, scope.until) == days

    def test_without_a_scheme_says_so(self, sign_in, head):
        Scheme.objects.update(active=False)
        client = sign_in(head)
        answer = client.get(URL)
        assert answer.context["page"] is None
        assert "没有启用的分层方案" in answer.content.decode()
        assert client.get(reverse("tiering:matrix")).status_code == 404

    @pytest.mark.parametrize("name", PARTS)
    def test_part_is_alone_for_htmx_and_a_page_without(self, sign_in, head, manager, place, name):
        place(manager, "A", 10)
        client = sign_in(head)
        whole = client.get(reverse(f"tiering:{name}")).content.decode()
        alone = client.get(reverse(f"tiering:{name}"), headers={"HX-Request": "true"}).content.decode()
        assert "<html" in whole
        assert "<html" not in alone
        assert alone.strip()


class TestFigures:
    def test_tiers_count_customers_and_assets(self, sign_in, head, manager, place):
        place(manager, "VIP", 500)
        place(manager, "B", 200)
        place(manager, "B", 100)
        place(manager, "")
        page = page_of(sign_in(head))
        assert tier_counts(page) == {"VIP": 1, "A": 0, "B": 2, "C": 0, "": 1}
        assert {row["step"].code: row["step"].assets for row in page.tiers}["B"] == Decimal(300)

    def test_every_scheme_in_force_can_be_looked_at(self, sign_in, head, manager, place):
        customer = place(manager, "VIP", 500)
        own = Scheme.objects.create(code="own", name="自建", measure="assets", position=99)
        own.bands.create(code="X1", name="大", minimum=100)
        own.bands.create(code="X2", name="小", minimum=None)
        Placement.objects.create(customer=customer, scheme=own, code="X1", rank=1, value=500, since=TODAY)
        client = sign_in(head)
        assert tier_counts(page_of(client, scheme="own")) == {"X1": 1, "X2": 0}
        others = part_of(client, "schemes").rows
        assert [row["display"] for other in others if other["name"] == "自建" for row in other["rows"]] == ["1", "0"]

    def test_a_past_day_is_read_from_its_count(self, sign_in, head, manager, place, count):
        place(manager, "A", 100)
        count(manager, date(2026, 9, 30), "C", 7, 70)
        page = page_of(sign_in(head), to_day="2026-10-15")
        assert tier_counts(page)["C"] == 7
        assert page.held.as_of == date(2026, 9, 30)

    def test_a_past_day_without_a_count_is_worked_out_from_the_moves(self, sign_in, head, manager, place, move):
        customer = place(manager, "A", 100)
        move(customer, "", "C", date(2026, 9, 1))
        move(customer, "C", "A", date(2026, 10, 20))
        client = sign_in(head)
        assert tier_counts(page_of(client, to_day="2026-10-19"))["C"] == 1
        assert tier_counts(page_of(client, to_day="2026-10-20"))["A"] == 1
        assert tier_counts(page_of(client, to_day="2026-08-31")) == {"VIP": 0, "A": 0, "B": 0, "C": 0, "": 1}

    def test_a_large_scope_is_read_from_the_latest_count(self, sign_in, head, manager, place, count, monkeypatch):
        monkeypatch.setattr(population, "LIVE", 0)
        place(manager, "A", 100)
        count(manager, date(2026, 11, 20), "A", 3, 900, organisations=1, organisation_assets=400)
        client = sign_in(head)
        page = page_of(client)
        assert (tier_counts(page)["A"], page.held.as_of, page.held.live) == (3, date(2026, 11, 20), False)
        assert page_of(client, kind="organization").held.assets == 400
        assert tier_counts(page_of(client, kind="individual"))["A"] == 2
        for name in PARTS:
            assert client.get(reverse(f"tiering:{name}")).status_code == 200
        # What was worked out for a large scope is kept until the next run.
        curve = part_of(client, "concentration").curves[0]
        place(manager, "A", 900)
        assert part_of(client, "concentration").curves[0] == curve

    def test_lines_of_a_large_scope_are_those_of_a_small_one(
        self, sign_in, city_head, manager, colleague, other_manager, place, count, monkeypatch
    ):
        for who, codes in [(manager, ["A", "B", "B"]), (colleague, ["C"]), (other_manager, ["VIP", ""])]:
            for code in codes:
                place(who, code, 100)
            for code in set(codes):
                count(who, TODAY, code, codes.count(code), 100 * codes.count(code))
        client = sign_in(city_head)

        def told(lines):
            return [
                (row["name"], row["tally"].customers, [tier["number"] for tier in row["tiers"]])
                for row in lines.by_branch + lines.by_manager
            ] + [sheet.rows for sheet in lines.sheets()]

        small = told(part_of(client, "lines", sort="name"))
        monkeypatch.setattr(population, "LIVE", 0)
        assert told(part_of(client, "lines", sort="name")) == small

    def test_trend_has_month_ends_and_the_last_day(self, sign_in, head, manager, place, count):
        place(manager, "A", 100)
        for month, code in [(8, "C"), (9, "C"), (10, "B")]:
            count(manager, date(2026, month, 28), code, 1, 10)
        points = page_of(sign_in(head)).trend["points"]
        found = [(point["day"], {p["step"].code: p["customers"] for p in point["parts"]}) for point in points]
        assert [day for day, _parts in found] == [*(date(2026, month, 28) for month in (8, 9, 10)), TODAY]
        assert [next(code for code, n in parts.items() if n) for _day, parts in found] == ["C", "C", "B", "A"]

    def test_change_is_counted_from_the_first_day(self, sign_in, head, manager, place, count):
        place(manager, "A", 100)
        place(manager, "C", 50)
        count(manager, date(2026, 10, 31), "C", 1, 40)
        stats = page_of(sign_in(head)).stats
        assert [stat.get("change") for stat in stats] == [1, 110, 50.0, None]

    def test_weeks_add_up_deposits_and_loans(self, sign_in, head, manager, place, make_holding):
        customer = place(manager, "A")
        make_holding(customer, "TD01", balance=100, matures_on=TODAY)
        make_holding(customer, "TD01", balance=20, matures_on=TODAY + timedelta(days=6))
        make_holding(customer, "LN01", balance=7, matures_on=TODAY + timedelta(days=7))
        make_holding(customer, "TD01", balance=3, matures_on=TODAY + timedelta(days=90))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY + timedelta(days=91))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY - timedelta(days=1))
        make_holding(customer, "TD01", balance=999, matures_on=TODAY, status="closed")
        weeks = part_of(sign_in(head), "maturing").rows
        assert [(week["customers"], week["assets"], week["loans"]) for week in weeks if week["holdings"]] == [
            (1, 120, 0),
            (1, 0, 7),
            (1, 3, 0),
        ]

    def test_customer_of_a_leaver_stands_with_the_name_but_no_link(self, sign_in, head, leaver, place):
        place(leaver, "A")
        rows = part_of(sign_in(head), "lines").by_manager
        assert [(row["name"], row["customers_url"]) for row in rows] == [("马超", "")]

    def test_lines_are_sorted_as_asked(self, sign_in, head, manager, colleague, place, move):
        move(place(manager, "A", 10), "B", "A")
        place(colleague, "A", 900)
        client = sign_in(head)
        for sort, names in [("assets", ["李强", "王芳"]), ("up", ["王芳", "李强"])]:
            assert [row["name"] for row in part_of(client, "lines", sort=sort).by_manager] == names


class TestWatch:
    def test_watch_list_says_until_when_and_what_is_missing(self, sign_in, head, manager, colleague, place):
        later = {"watch_from": TODAY, "watch_until": TODAY + timedelta(days=90)}
        place(manager, "A", 100, value=40, name="晚", **later)
        place(colleague, "VIP", 10, value=59, name="早", **(later | {"watch_until": TODAY + timedelta(days=5)}))
        place(manager, "A", 5)
        client = sign_in(head)
        part = part_of(client, "watching")
        assert (part.customers, part.assets) == (2, 110)
        assert [(row.name, row.missing) for row in part.nearest] == [("早", 1), ("晚", 5)]
        table = client.get(part.url).context["table"]
        assert table.paginator.count == 2
        assert client.get(part.rows[0]["url"]).context["table"].paginator.count == 1


class TestInsight:
    def test_concentration_adds_up_tenths(self, sign_in, head, manager, place):
        for assets in (*[100] * 2, *[25] * 8):
            place(manager, "A", assets)
        curve = part_of(sign_in(head), "concentration").curves[0]
        assert (curve["share"], curve["customers"]) == ("50.0%", 2)
        assert [row["display"] for row in curve["rows"]][-1] == "100.0%"

    def test_agreement_finds_the_rich_but_low(self, sign_in, head, manager, place):
        loyal, rich = place(manager, "VIP", 10), place(manager, "C", 10_000_000)
        assets = Scheme.objects.get(code="assets")
        for customer, code, rank in [(loyal, "W0", 6), (rich, "W5", 1)]:
            Placement.objects.create(customer=customer, scheme=assets, code=code, rank=rank, value=1, since=TODAY)
        client = sign_in(head)
        codes = [tier.code for tier in part_of(client, "agreement", **{"with": "assets"}).other.tiers]
        Placement.objects.filter(scheme=assets, customer=rich).update(code=codes[0], rank=1)
        Placement.objects.filter(scheme=assets, customer=loyal).update(code=codes[-1], rank=len(codes))
        part = part_of(client, "agreement", **{"with": "assets"})
        assert [corner["number"] for corner in part.corners] == [1, 1]
        lists = [
            [row.customer_no for row in client.get(corner["url"]).context["table"].data] for corner in part.corners
        ]
        assert lists == [[loyal.customer_no], [rich.customer_no]]

    def test_coverage_counts_missing_answers_and_lists_them(self, sign_in, head, manager, make_customer):
        from tiering.services.retier import retier

        make_customer(manager, person={"occupation": "technician", "education": "bachelor"})
        make_customer(manager, person={"education": "bachelor"})
        retier(as_of=TODAY)
        client = sign_in(head)
        part = part_of(client, "coverage")
        assert part.found.customers == 2
        found = {row["label"]: row["number"] for row in part.rows}
        with translation.override("zh-hans"):
            assert found["职业"] == 1
        for row in part.rows:
            if row["number"]:
                assert client.get(row["url"]).context["table"].paginator.count == row["number"]
        assert client.get(part.any_url).context["table"].paginator.count == 2

    def test_unknown_criterion_is_not_found(self, sign_in, head):
        assert sign_in(head).get(reverse("tiering:members"), {"missing": "shoes"}).status_code == 404


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
        move(place(other_manager, "A", 10, kind=Kind.ORGANIZATION), "", "A")
        place(other_manager, "")

    @pytest.mark.parametrize("who", ["manager", "head", "city_head", "auditor"])
    @pytest.mark.parametrize("kind", ["", "individual", "organization"])
    def test_numbers_and_lists_agree(self, cast, sign_in, bank, who, kind):
        client = sign_in(cast[who])
        page = page_of(client, kind=kind)
        found = [(row["step"].customers, row["url"]) for row in page.tiers]
        found += [(week["customers"], week["url"]) for week in part_of(client, "maturing", kind=kind).rows]
        lines = part_of(client, "lines", kind=kind)
        for row in lines.by_branch + lines.by_manager:
            found.append((row["tally"].customers, row["customers_url"]))
            found += [(row["tally"].up, row["up_url"]), (row["tally"].down, row["down_url"])]
            found += [(tier["number"], tier["url"]) for tier in row["tiers"]]
        matrix = part_of(client, "matrix", kind=kind)
        found += [(cell["number"], cell.get("url")) for row in matrix.rows for cell in row["cells"]]
        found += [(total["number"], total["url"]) for total in matrix.foot]
        found += [(row["total"]["number"], row["total"]["url"]) for row in matrix.rows]
        found += [(row["number"], row["url"]) for row in matrix.reasons]
        agreement = part_of(client, "agreement", kind=kind)
        found += [(cell["number"], cell.get("url")) for row in agreement.rows for cell in row["cells"]]
        followed = 0
        for number, url in found:
            if not number or not url:
                continue
            answer = client.get(url)
            assert answer.status_code == 200, url
            assert answer.context["table"].paginator.count == number, url
            followed += 1
        assert followed > 4 or (who in {"manager", "head"} and kind == "organization")

    def test_links_on_the_page_are_those_of_the_figures(self, sign_in, head, bank):
        client = sign_in(head)
        answer = client.get(URL)
        links = {unescape(link) for link in re.findall(r'href="([^"]+)"', answer.content.decode())}
        assert {row["url"] for row in answer.context["page"].tiers} <= links

    @pytest.mark.parametrize("sort", ["name", "-left", "reached", "-value", "assets", "reason", "manager"])
    def test_members_are_sorted_by_every_column(self, sign_in, auditor, bank, sort):
        answer = sign_in(auditor).get(reverse("tiering:members"), {"sort": sort})
        assert len(answer.context["table"].page.object_list) == 6

    def test_long_list_is_not_sorted_by_what_has_no_index(self, sign_in, auditor, bank, monkeypatch):
        monkeypatch.setattr(tables, "MOST_COUNTED", 3)
        monkeypatch.setattr("staff.tables.MOST_COUNTED", 3)
        table = sign_in(auditor).get(reverse("tiering:members")).context["table"]
        assert table.paginator.capped
        numbers = [row.record.customer_no for row in table.page.object_list]
        assert numbers == sorted(numbers)

    def test_member_says_tier_then_and_later_and_why(self, sign_in, auditor, bank):
        asked = {"from": "A", "to": "VIP"}
        answer = sign_in(auditor).get(reverse("tiering:members"), asked)
        (row,) = [row.record for row in answer.context["table"].page.object_list]
        assert (row.left, row.left_rank, row.reached, row.reached_rank) == ("A", 2, "VIP", 1)
        assert str(MoveReason.FACTS.label) in answer.content.decode()


class TestWorkbook:
    def test_export_has_every_table_with_exact_numbers(self, sign_in, head, manager, place, move):
        move(place(manager, "A", Decimal("1234567.89")), "B", "A")
        answer = sign_in(head).get(reverse("tiering:export"))
        book = book_of(answer)
        assert len(book) >= 10
        tiers = next(cells for cells in book.values() if 1234567.89 in cells)
        assert any("2026-10-31" in str(value) for value in tiers)
        event = AuditEvent.objects.get(verb="tiering.dashboard_exported")
        assert (event.actor, event.particulars["scheme"]) == (head, "sheet")

    def test_headings_are_in_the_readers_language(self, sign_in, head, manager, place):
        place(manager, "A")
        head.language = "en"
        head.save()
        book = book_of(sign_in(head).get(reverse("tiering:export")))
        assert "Migration (customers)" in book

    def test_names_never_run_as_formulas(self, sign_in, head, manager, place):
        place(manager, "A", name='=HYPERLINK("http://x","y")')
        answer = sign_in(head).get(reverse("tiering:members"), {"to": "A", "export": "xlsx"})
        (cells,) = book_of(answer).values()
        assert '=HYPERLINK("http://x","y")' in cells
        assert b"<f>" not in zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")

    def test_list_longer_than_allowed_is_cut_and_says_so(self, sign_in, head, manager, place, monkeypatch):
        from tiering.views.dashboard import lists

        monkeypatch.setattr(lists, "MOST_ROWS", 2)
        for _row in range(3):
            place(manager, "A")
        answer = sign_in(head).get(reverse("tiering:members"), {"to": "A", "export": "xlsx"})
        (cells,) = book_of(answer).values()
        texts = [str(value) for value in cells]
        assert sum(text.startswith("C0000") for text in texts) == 2
        assert any("2" in text and "行" in text for text in texts)
        assert AuditEvent.objects.get(verb="tiering.members_exported").particulars["rows"] == 2

    def test_watch_list_is_exported(self, sign_in, head, manager, place):
        place(manager, "A", value=40, watch_from=TODAY, watch_until=TODAY + timedelta(days=3))
        answer = sign_in(head).get(reverse("tiering:watches"), {"export": "xlsx"})
        (cells,) = book_of(answer).values()
        assert 5 in cells


class TestCost:
    @pytest.mark.parametrize("rows", [1, 3])
    @pytest.mark.parametrize(
        ("name", "queries"),
        [
            ("dashboard", 15),
            ("matrix", 13),
            ("lines", 15),
            ("schemes", 13),
            ("watching", 12),
            ("concentration", 13),
            ("coverage", 13),
            ("agreement", 12),
            ("maturing", 12),
            ("members", 12),
            ("watches", 12),
        ],
    )
    def test_queries_do_not_grow(
        self, django_assert_num_queries, sign_in, city_head, manager, place, move, make_holding, rows, name, queries
    ):
        for _row in range(rows):
            customer = place(manager, "A", 10, watch_from=TODAY, watch_until=TODAY)
            move(customer, "B", "A")
            make_holding(customer, "TD01", balance=10, matures_on=TODAY)
        client = sign_in(city_head)
        client.get(reverse(f"tiering:{name}"))
        with django_assert_num_queries(queries):
            client.get(reverse(f"tiering:{name}"))

    def test_htmx_gets_the_same_part(self, sign_in, head, manager, place):
        place(manager, "A")
        answer = sign_in(head).get(URL, {"scheme": "assets"}, headers={"HX-Request": "true"})
        assert 'id="dashboard"' in answer.content.decode()


class TestCounts:
    """What a run counts is what the placements say, one by one."""

    @pytest.mark.parametrize("kind", ["", "individual", "organization"])
    def test_counts_of_a_run_are_those_of_the_placements(
        self, auditor, head, manager, other_manager, make_customer, kind, monkeypatch
    ):
        from tiering.services.compile import plans
        from tiering.services.retier import retier
        from tiering.services.scope import Scope

        for number in range(8):
            make_customer(
                other_manager if number % 3 else manager,
                kind=Kind.ORGANIZATION if number % 4 == 0 else Kind.INDIVIDUAL,
                standing={"asset_total": 40_000 * 3**number},
            )
        retier(as_of=TODAY)
        for user in (auditor, head):
            for plan in plans():
                scope = Scope(user, plan, TODAY, TODAY, TODAY, kind=kind)
                live = {(c.code, c.customers, c.assets) for c in population.population(scope, "branch").cells}
                with monkeypatch.context() as patched:
                    patched.setattr(population, "LIVE", 0)
                    found = population.population(Scope(user, plan, TODAY, TODAY, TODAY, kind=kind), "branch")
                if live:
                    assert not found.live
                assert {(c.code, c.customers, c.assets) for c in found.cells if c.customers} == live
