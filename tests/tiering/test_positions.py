"""The pages beside the dashboard: scope, that numbers lead to lists of that length, the workbook, nothing in force."""

import io
import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from staff.models import AuditEvent
from tests.conftest import TODAY
from tests.tiering.town import DAY
from tiering.models import Override, Placement, Profile, Scheme
from tiering.services import potential
from tiering.services.retier import retier

IN_TOWN = True
POTENTIAL, WORTH, DEGREES = (reverse(f"tiering:{name}") for name in ("potential", "worth", "degrees"))
LIST = reverse("tiering:worth_customers")


@pytest.fixture(autouse=True)
def frozen(today):
    """Every request is made on the frozen day."""


@pytest.fixture
def town_today(town):
    """The town as the run of the day leaves it, with values, and with need by what is held: all cells have people."""
    Scheme.objects.filter(code="quadrant").update(need_axis="assets", need_from=1_500_000, potential_from=35)
    retier(as_of=DAY)
    for number, profile in enumerate(Profile.objects.order_by("pk")):
        profile.contribution_fen = None if number % 7 == 0 else (number - 20) * 1000
        profile.service_cost_fen = number % 5 * 3000
        profile.save()
    return town


def page_of(client, url, **asked):
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return answer.context["page"]


def said(text):
    """A text as the pages say it."""
    with translation.override("zh-hans"):
        return translation.gettext(text)


def length_of(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["table"].paginator.count


class TestPotential:
    def test_every_cell_leads_to_a_list_of_its_length(self, town_today, sign_in, city_head):
        client = sign_in(city_head)
        page = page_of(client, POTENTIAL)
        assert sum(cell["step"].customers for cell in page.cells) == page.placed > 0
        for cell in page.cells:
            assert cell["step"].customers == length_of(client, cell["url"]) > 0
        assert page.unplaced.customers == length_of(client, page.unplaced_url)

    def test_cells_stand_by_high_and_low(self, town_today, sign_in, auditor):
        page = page_of(sign_in(auditor), POTENTIAL)
        assert [cell["tier"].code for cell in page.cells] == ["Q4", "Q3", "Q2", "Q1"]

    def test_manager_sees_the_own_customers_alone(self, town_today, sign_in, manager):
        page = page_of(sign_in(manager), POTENTIAL)
        own = Placement.objects.filter(scheme__code="quadrant", customer__manager=manager)
        assert page.placed == own.count() == page.scatter.customers == len(page.scatter.dots)
        assert {row["customer"].manager_id for cell in page.cells for row in cell["rows"]} == {manager.pk}

    def test_branch_and_manager_narrow(self, town_today, sign_in, city_head, other_manager):
        page = page_of(sign_in(city_head), POTENTIAL, branch="D002", manager="M003")
        assert page.placed == Placement.objects.filter(scheme__code="quadrant", customer__manager=other_manager).count()

    def test_marks_stand_on_their_side_of_the_lines(self, town_today, sign_in, auditor, monkeypatch):
        for most in (potential.MOST_SPOTS, 0):
            monkeypatch.setattr(potential, "MOST_SPOTS", most)
            page = page_of(sign_in(auditor), POTENTIAL)
            scatter = page.scatter
            assert scatter.binned is not bool(most)
            assert scatter.customers == page.placed
            for dot in scatter.dots:
                assert (float(dot.x) >= float(scatter.line_x)) == (dot.mark in (3, 1))
                assert (float(dot.y) <= float(scatter.line_y)) == (dot.mark in (4, 3))
                assert 0 <= float(dot.x) <= 100
                assert 0 <= float(dot.y) <= 100
            table = scatter.table
            assert sum(sum(row["numbers"]) for row in table["rows"]) == page.placed

    def test_who_may_write_places_elsewhere_from_the_list(self, town_today, sign_in, manager, auditor):
        content = sign_in(manager).get(POTENTIAL).content.decode()
        links = re.findall(r'href="([^"]+/override/\?scheme=quadrant)"', content)
        assert links
        form = sign_in(manager).get(links[0]).context["form"]
        groups = [label for label, tiers in form.fields["tier"].choices if isinstance(tiers, list)]
        assert groups == [Scheme.objects.get(code="quadrant").label]
        assert "/override/" not in sign_in(auditor).get(POTENTIAL).content.decode()

    def test_who_was_placed_by_hand_is_marked(self, town_today, sign_in, manager, city_head):
        placed = Placement.objects.filter(scheme__code="quadrant", code="Q2", customer__manager=manager).first()
        scheme = placed.scheme
        Placement.objects.filter(scheme=scheme, code="Q4").delete()
        placed.override = Override.objects.create(
            customer=placed.customer,
            scheme=scheme,
            code="Q4",
            reason="新厂投产",
            starts_on=TODAY,
            ends_on=date(2027, 5, 31),
            state="approved",
            proposed_by=manager,
            proposed_on=TODAY,
            decided_by=city_head,
            decided_on=TODAY,
        )
        placed.code, placed.rank = "Q4", 1
        placed.save()
        answer = sign_in(manager).get(POTENTIAL)
        row = answer.context["page"].cells[0]["rows"][0]
        assert (row["customer"], row["spot"].pinned, row["until"]) == (placed.customer, True, date(2027, 5, 31))
        assert answer.content.decode().count(said("placed by hand until %(day)s").split("%")[0])

    def test_without_a_scheme_it_says_what_to_do(self, sign_in, manager):
        Scheme.objects.filter(measure="quadrant").update(active=False)
        answer = sign_in(manager).get(POTENTIAL)
        assert answer.context["page"] is None
        assert said("No scheme of need and potential is in force") in answer.content.decode()


class TestWorth:
    def test_every_number_leads_to_a_list_of_its_length(self, town_today, sign_in, city_head):
        client = sign_in(city_head)
        page = page_of(client, WORTH)
        total = page.total
        assert (total.customers, total.unknown) == (70, 10)
        numbers = [total.asset, total.costing, total.turned, total.unknown]
        assert [length_of(client, stat["url"]) for stat in page.stats] == numbers
        assert all(numbers)
        for row in page.by_tier:
            tally, urls = row["tally"], row["urls"]
            assert length_of(client, urls["all"]) == tally.customers
            assert length_of(client, urls["costing"]) == tally.costing
            assert length_of(client, urls["turned"]) == tally.turned
            assert length_of(client, urls["unknown"]) == tally.unknown
        for part in page.against:
            assert length_of(client, part["url"]) == part["number"]
        for row in (*page.by_branch, *page.by_manager):
            if row["costing_url"]:
                assert length_of(client, row["costing_url"]) == row["tally"].costing
            if row["turned_url"]:
                assert length_of(client, row["turned_url"]) == row["tally"].turned
        assert length_of(client, page.ranking[0]["url"]) == total.known

    def test_branches_and_managers_add_up(self, town_today, sign_in, city_head):
        page = page_of(sign_in(city_head), WORTH)
        assert len(page.by_branch) == len(page.by_manager) == 2
        for rows in (page.by_branch, page.by_manager):
            assert sum(row["tally"].net for row in rows) == page.total.net

    def test_ranking_begins_with_the_best_and_with_the_worst(self, town_today, sign_in, city_head):
        best, worst = (part["rows"] for part in page_of(sign_in(city_head), WORTH).ranking)
        nets = {row.pk: row.net_fen for row in [*best, *worst]}
        assert [row.net_fen for row in best] == sorted((row.net_fen for row in best), reverse=True)
        assert [row.net_fen for row in worst] == sorted(row.net_fen for row in worst)
        assert max(nets.values()) == best[0].net_fen

    def test_manager_sees_the_own_customers_alone(self, town_today, sign_in, manager):
        client = sign_in(manager)
        assert page_of(client, WORTH).total.customers == 35
        table = client.get(LIST, {"side": "asset"}).context["table"]
        assert {row.record.customer.manager_id for row in table.paginated_rows} == {manager.pk}

    def test_list_sorts_by_what_is_left_and_is_written(self, town_today, sign_in, auditor):
        client = sign_in(auditor)
        rows = client.get(LIST, {"sort": "-net"}).context["table"].paginated_rows
        nets = [row.record.net_fen for row in rows]
        assert nets == sorted(nets, reverse=True)
        answer = client.get(LIST, {"side": "costing", "export": "xlsx"})
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        cells = book.get_sheet_by_index(0).to_python()
        number = client.get(WORTH).context["page"].total.costing
        head = next(place for place, row in enumerate(cells) if row[0] == said("Customer number"))
        assert len(cells) - head - 1 == number
        assert AuditEvent.objects.filter(verb="tiering.worth_exported").count() == 1

    def test_without_value_records_it_says_what_to_do(self, town_today, sign_in, manager):
        Profile.objects.update(contribution_fen=None)
        assert said("No value records yet") in sign_in(manager).get(WORTH).content.decode()

    def test_without_a_scheme_in_force(self, sign_in, manager):
        Scheme.objects.update(active=False)
        for url in (POTENTIAL, WORTH, DEGREES):
            assert sign_in(manager).get(url).context["page"] is None
        assert sign_in(manager).get(LIST).status_code == 404


class TestDegrees:
    def test_every_bar_leads_to_a_list_of_its_length(self, town_today, sign_in, city_head):
        client = sign_in(city_head)
        page = page_of(client, DEGREES)
        assert [degree["key"] for degree in page.degrees] == ["satisfaction", "loyalty", "stickiness", "contribution"]
        for degree in page.degrees:
            assert sum(row["step"].customers for row in degree["rows"]) == 70
            for row in degree["rows"]:
                assert length_of(client, row["url"]) == row["step"].customers
        for row in page.by_manager:
            for one in row["degrees"]:
                if one["url"]:
                    assert length_of(client, one["url"]) == one["level"].best

    def test_tiers_are_told_apart_and_lead_to_their_customers(self, town_today, sign_in, city_head):
        client = sign_in(city_head)
        page = page_of(client, DEGREES)
        assert len(page.by_tier) > 1
        assert sum(row["customers"] for row in page.by_tier) == 70
        for row in page.by_tier:
            assert length_of(client, row["url"]) == row["customers"]
        for place, degree in enumerate(page.degrees):
            levels = [row["degrees"][place]["level"] for row in page.by_tier]
            assert sum(level.customers for level in levels if level) == degree["placed"]
        other = page_of(client, f"{DEGREES}?scheme=contribution")
        assert [row["name"] for row in other.by_tier] != [row["name"] for row in page.by_tier]

    def test_degrees_out_of_force_are_named(self, sign_in, manager):
        Scheme.objects.filter(code__in=["satisfaction", "loyalty"]).update(active=False)
        page = page_of(sign_in(manager), DEGREES)
        assert page.missing == [said("Satisfaction"), said("Loyalty")]

    def test_a_customer_has_the_four_in_one_line(self, town_today, sign_in, manager):
        customer = town_today["T000"]
        content = sign_in(manager).get(reverse("tiering:explanation", args=[customer.public_id])).content.decode()
        line = re.search(r'<dl class="degrees-line".*?</dl>', content, re.DOTALL)[0]
        assert re.findall(r"<dt>(.*?)</dt>", line) == [
            said(word) for word in ("Satisfaction", "Loyalty", "Stickiness", "Contribution")
        ]
        assert said("unknown") in line


@pytest.mark.parametrize("url", [POTENTIAL, WORTH, DEGREES])
def test_workbook_has_the_tables_and_leaves_a_trace(town_today, sign_in, city_head, url):
    answer = sign_in(city_head).get(url, {"export": "xlsx"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert len(book.sheet_names) >= 3
    assert AuditEvent.objects.filter(verb__startswith="tiering.", verb__endswith="_exported").count() == 1


@pytest.mark.parametrize("url", [POTENTIAL, WORTH, DEGREES])
def test_pages_link_to_each_other_with_the_same_scope(town_today, sign_in, city_head, url):
    content = unescape(sign_in(city_head).get(url, {"branch": "D001", "manager": "M001"}).content.decode())
    tabs = re.search(r'<nav class="tabs tiering-tabs.*?</nav>', content, re.DOTALL)[0]
    links = re.findall(r'href="([^"]+)"', tabs)
    assert [link.split("?")[0] for link in links] == [reverse("tiering:dashboard"), POTENTIAL, WORTH, DEGREES]
    assert all("branch=D001&manager=M001" in link for link in links)


@pytest.mark.parametrize(("url", "queries"), [(POTENTIAL, 20), (WORTH, 19), (LIST, 15), (DEGREES, 21)])
@pytest.mark.parametrize("customers", [1, 60])
def test_queries_do_not_grow(town_today, sign_in, city_head, django_assert_num_queries, url, queries, customers):
    keep = Profile.objects.order_by("-pk").values_list("pk", flat=True)[: customers + 10]
    Profile.objects.exclude(pk__in=list(keep)).delete()
    client = sign_in(city_head)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
