"""How amounts, days, changes, counts and filters read, in both languages."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import django_filters
import django_tables2 as tables
import pytest
from django import forms
from django.template import Context, Engine, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.formats import localize

from staff.templatetags import cells, crm

TODAY = date(2026, 11, 21)


def render(text, **context):
    return Template("{% load crm %}" + text).render(Context(context))


def page(address):
    return RequestFactory().get(address)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "—", "—"),
        ("", "—", "—"),
        ("nonsense", "—", "—"),
        (Decimal("NaN"), "—", "—"),
        (0, "0.00", "¥0.00"),
        (Decimal("4567"), "4,567.00", "¥4,567.00"),
        (Decimal("9999.99"), "9,999.99", "¥9,999.99"),
        (Decimal("9999.995"), "1.00万", "¥10,000"),
        (Decimal(10_000), "1.00万", "¥10,000"),
        (Decimal("1234567.89"), "123.46万", "¥1,234,568"),
        (Decimal("99999949.99"), "9,999.99万", "¥99,999,950"),
        (Decimal("99999950.00"), "1.00亿", "¥99,999,950"),
        (Decimal("123000000"), "1.23亿", "¥123,000,000"),
        (Decimal("1234567890123"), "12,345.68亿", "¥1,234,567,890,123"),
        (Decimal("-52000"), "−5.20万", "−¥52,000"),
        (Decimal("-0.001"), "0.00", "¥0.00"),
    ],
)
def test_money_reads_as_people_say_it(value, chinese, english):
    with translation.override("zh-hans"):
        assert crm.money(value) == chinese
    with translation.override("en"):
        assert crm.money(value) == english


def test_yuan_is_exact_to_the_cent():
    assert crm.yuan(Decimal("1234567.885")) == "1,234,567.89"
    assert crm.yuan(Decimal("-3")) == "−3.00"
    assert crm.yuan(None) == "—"


@pytest.mark.parametrize(
    ("value", "short"),
    [(None, "—"), (999, "¥999.00"), (1000, "¥1.00k"), (-212_380, "−¥212k"), (3_154_455, "¥3.15m"), (10**10, "¥10.0bn")],
)
def test_short_money_keeps_three_figures_in_english(value, short):
    with translation.override("en"):
        assert crm.format_money_short(value) == short
    with translation.override("zh-hans"):
        assert crm.format_money_short(value) == crm.format_money(value)


def test_money_tag_carries_the_exact_amount():
    with translation.override("zh-hans"):
        html = render("{% money_tag value %}", value=Decimal("1234567.89"))
    assert html == '<data class="money" value="1234567.89" title="¥1,234,567.89">123.46万</data>'
    assert "—" in render("{% money_tag value %}", value=None)


def test_change_tag_has_arrow_and_sign_besides_colour():
    with translation.override("zh-hans"):
        assert "▲" in crm.change_tag(Decimal(52_000))
        assert "+5.20万" in crm.change_tag(Decimal(52_000))
        assert 'class="change fall"' in crm.change_tag(Decimal(-1), "count")
        assert "▼" in crm.change_tag(Decimal(-1), "count")
        assert "+0.6%" in crm.change_tag(Decimal("0.60"), "points", "%")
        assert "1,000" in crm.change_tag(1000, "count")
        assert "▲" not in crm.change_tag(0)
        assert "—" in crm.change_tag(None)


def test_day_names_the_weekday_and_the_year_only_when_it_differs():
    with translation.override("zh-hans"):
        assert crm.day(TODAY) == "11月21日 周六"
        assert crm.day(TODAY, TODAY) == "11月21日 周六"
        assert crm.day(date(2027, 1, 5), TODAY) == "2027年1月5日 周二"
        assert crm.day(None) == "—"
    with translation.override("en"):
        assert crm.day(TODAY) == "Sat 21 Nov"
        assert crm.day(date(2027, 1, 5), TODAY) == "Tue 5 Jan 2027"


def test_day_of_a_moment_is_the_bank_day():
    late = datetime(2026, 11, 20, 17, 0, tzinfo=timezone.get_fixed_timezone(0))
    with translation.override("en"):
        assert crm.day(late) == "Sat 21 Nov"


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 11, 21), "今天", "today"),
        (date(2026, 11, 22), "明天", "tomorrow"),
        (date(2026, 11, 20), "昨天", "yesterday"),
        (date(2026, 11, 24), "3 天后", "in 3 days"),
        (date(2026, 11, 18), "3 天前", "3 days ago"),
        (date(2026, 12, 21), "30 天后", "in 30 days"),
        (date(2026, 12, 22), "12月22日 周二", "Tue 22 Dec"),
        (None, "—", "—"),
    ],
)
def test_near_counts_days_up_to_a_month(value, chinese, english):
    with translation.override("zh-hans"):
        assert crm.near(value, TODAY) == chinese
    with translation.override("en"):
        assert crm.near(value, TODAY) == english


def test_near_tag_shows_the_full_date_on_hover():
    with translation.override("zh-hans"):
        html = render("{% near_tag day today %}", day=date(2026, 11, 24), today=TODAY)
    assert html == '<time datetime="2026-11-24" title="2026年11月24日 周二">3 天后</time>'


def test_share_of_fits_an_svg_width():
    assert crm.share_of(1, 8) == "12.5"
    assert crm.share_of(9, 8) == "100.0"
    assert crm.share_of(-1, 8) == "0.0"
    assert crm.share_of(None, 8) == "0"
    assert crm.share_of(1, 0) == "0"


def test_count_groups_in_every_language():
    with translation.override("zh-hans"):
        assert crm.count(1234567) == "1,234,567"
        assert crm.count(None) == "—"


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        ("undo:/follow-ups/1/reopen/", "/follow-ups/1/reopen/"),
        ("loud undo:/a/", "/a/"),
        ("undo://other.example/", ""),
        ("undo:javascript:alert(1)", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_undo_url_stays_on_this_site(tags, address):
    assert crm.undo_url(tags) == address


def test_result_count_says_when_it_stopped_counting():
    assert crm.result_count(SimpleNamespace(count=1234)) == "1,234"
    assert crm.result_count(SimpleNamespace(count=10_000, capped=True)) == "10,000+"


def test_repeat_block_shows_the_title_of_the_page_twice():
    engine = Engine(
        libraries={"crm": "staff.templatetags.crm"},
        loaders=[
            (
                "django.template.loaders.locmem.Loader",
                {
                    "base": "{% load crm %}<b>{% block title %}{% endblock %}</b><h1>{% repeat_block 'title' %}</h1>",
                    "page": "{% extends 'base' %}{% block title %}{{ name }}{% endblock %}",
                },
            )
        ],
    )
    html = engine.get_template("page").render(Context({"name": "A & B"}))
    assert html == "<b>A &amp; B</b><h1>A &amp; B</h1>"


class Rows(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Name")
    kind = django_filters.ChoiceFilter(label="Kind", choices=[("p", "Individual"), ("o", "Organisation")])
    amount = django_filters.RangeFilter(label="Amount")
    amount_kind = django_filters.CharFilter(label="Amount kind")
    mine = django_filters.BooleanFilter(label="Mine", widget=forms.CheckboxInput)


class Nothing(list):
    model = None


def chips_of(address):
    request = page(address)
    return crm.filter_chips(Context({"request": request}), Rows(request.GET or None, queryset=Nothing()))


def test_filter_chips_show_words_and_lead_to_the_list_without_that_filter():
    chips = chips_of("/customers/?q=li&kind=p&sort=name&page=3")
    assert [(str(chip["label"]), chip["value"]) for chip in chips] == [("Name", "li"), ("Kind", "Individual")]
    assert chips[0]["url"] == "/customers/?kind=p&sort=name"


def test_filter_chips_join_the_two_ends_of_a_range_and_leave_its_neighbour():
    chips = chips_of("/customers/?amount_min=5&amount_max=9&amount_kind=net")
    assert [chip["value"] for chip in chips] == ["5 – 9", "net"]
    assert chips[0]["url"] == "/customers/?amount_kind=net"


def test_filter_chips_ignore_empty_fields_and_an_unfiltered_list():
    assert chips_of("/customers/?q=&kind=") == []
    assert chips_of("/customers/") == []


def test_filter_chips_say_yes_for_a_ticked_box():
    with translation.override("zh-hans"):
        assert [chip["value"] for chip in chips_of("/customers/?mine=on")] == ["是"]


def test_is_filtered_does_not_count_order_and_page():
    assert not crm.is_filtered(Context({"request": page("/customers/?sort=name&page=2&q=")}))
    assert crm.is_filtered(Context({"request": page("/customers/?q=li")}))
    assert (
        crm.clear_filters_url(Context({"request": page("/customers/?q=li&sort=name&page=2")}))
        == "/customers/?sort=name"
    )


@pytest.mark.parametrize(
    ("name", "arguments", "current"),
    [
        ("customers:list", ("customers",), True),
        ("customers:import_list", ("customers", "", "customers:import"), False),
        ("customers:import_list", ("", "customers:import"), True),
        ("care:worklist", ("customers",), False),
    ],
)
def test_nav_current_marks_one_place(name, arguments, current):
    request = page("/")
    request.resolver_match = SimpleNamespace(view_name=name)
    assert crm.nav_current(Context({"request": request}), *arguments) is current


def test_nav_current_is_quiet_on_a_page_without_an_address():
    assert crm.nav_current(Context({}), "care") is False


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in crm.icon("phone")
    assert 'role="img" aria-label="Phone"' in crm.icon("phone", "", "Phone")
    assert "icons.svg#phone" in crm.icon("phone")


def test_cells_of_a_row_are_those_of_the_columns_one_by_one():
    class Amounts(tables.Table):
        name = tables.Column(verbose_name="A & B", attrs={"td": {"class": "cell-title"}})
        raw = tables.Column(localize=False)
        told = tables.Column(localize=True)
        mark = tables.Column(attrs={"td": {"data-of": lambda record: record["name"]}})

    rows = [{"name": f"<{letter}>", "raw": 1234.5, "told": 1234.5, "mark": "x"} for letter in "ab"]
    table = Amounts(rows)
    context = Context({"request": page("/")})
    for row, letter in zip(table.rows, "ab", strict=True):
        written = cells.row_cells(context, table, row)
        title, raw, told, mark = written.split("</td>")[:4]
        assert title.startswith('<td class="cell-title" data-label="A &amp; B">')
        assert title.endswith(f"&lt;{letter}&gt;")
        assert raw.endswith(">1234.5")
        assert told.endswith(str(localize(1234.5)))
        assert f'data-of="&lt;{letter}&gt;"' in mark
