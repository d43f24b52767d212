"""5. The branch head's dashboard: every number leads to the list that it counts; it prints, and makes a workbook."""

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.hands import count_of, wait_for_panels


def number(text):
    """The count at the start of a cell."""
    return int(text.split()[0].replace(",", ""))


@pytest.mark.parametrize("scheme", ["", "assets"])
def test_tier_leads_to_as_many_customers(browse, language, scheme):
    page = browse("head", language)
    page.goto("/tiering/")
    wait_for_panels(page)
    if scheme:
        page.select_option("#scope-scheme", scheme)
        page.wait_for_url(f"**scheme={scheme}**")
    rows = page.locator(".pairs-rows a.pairs-row")
    expect(rows.first).to_be_visible()
    row = max(rows.all(), key=lambda row: number(row.locator(".bars-display").first.inner_text()))
    shown = number(row.locator(".bars-display").first.inner_text())
    assert shown > 0
    row.click()
    page.wait_for_url("**/tiering/members/**")
    assert count_of(page) == shown


def test_chart_has_its_table_with_the_same_sum(bank, browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    chart = page.locator(".pairs")
    chart.locator("summary").click()
    counts = chart.locator("tbody tr td:nth-child(2)").all_inner_texts()
    page.goto("/customers/")
    assert sum(number(text) for text in counts) == count_of(page)


def test_cell_of_the_matrix_leads_to_the_customers_who_moved(browse, language):
    page = browse("head", language)
    page.goto("/tiering/?scheme=assets")
    cell = page.locator("#matrix .heat td.up a").first
    expect(cell).to_be_visible()
    shown = number(cell.locator("span[aria-hidden]").inner_text().replace("▲", ""))
    cell.click()
    page.wait_for_url("**/tiering/members/**")
    assert count_of(page) == shown
    page.locator("#list tbody tr a").first.click()
    page.wait_for_url("**/customers/**")


def test_matrix_adds_up_to_the_customers_of_both_days(browse, language):
    page = browse("head", language)
    page.goto("/tiering/?from_day=2026-01-31")
    totals = page.locator("#matrix tfoot td.heat-total")
    expect(totals.first).to_be_visible()
    *columns, everybody = [number(text) for text in totals.all_inner_texts()]
    rows = [number(text) for text in page.locator("#matrix tbody td.heat-total").all_inner_texts()]
    assert sum(columns) == sum(rows) == everybody > 0


def test_other_days_are_kept_in_the_address(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    wait_for_panels(page)
    page.fill("#scope-from", "2026-01-31")
    page.wait_for_url("**from_day=2026-01-31**")
    expect(page.locator("#scope-from")).to_have_value("2026-01-31")


def test_two_schemes_disagree_about_some(browse, language):
    page = browse("head", language)
    page.goto("/tiering/?scheme=assets")
    wait_for_panels(page)
    corner = page.locator("#agreement .lines li", has=page.locator("a")).first
    shown = number(corner.locator(".num").inner_text())
    corner.locator("a").click()
    page.wait_for_url("**/tiering/members/**")
    assert count_of(page) == shown


def test_missing_answer_leads_to_whom_to_ask(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    wait_for_panels(page)
    row = page.locator("#coverage a.bars-row").first
    shown = number(row.locator(".bars-display").inner_text())
    row.click()
    page.wait_for_url("**/tiering/members/**")
    assert count_of(page) == shown


def test_manager_line_leads_to_that_book(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    line = page.locator(".dashboard-by-manager tbody tr").first
    link = line.locator("td:nth-child(2) a")
    shown = number(link.inner_text())
    link.click()
    page.wait_for_url("**/customers/**")
    assert count_of(page) == shown


def test_followups_done_lead_to_their_list(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    wait_for_panels(page)
    link = page.locator("#followups tbody tr").first.locator("td.num a").first
    shown = number(link.inner_text())
    link.click()
    page.wait_for_url("**/followups/**")
    assert count_of(page) == shown


def test_weeks_lead_to_what_matures(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    page.locator(".dashboard-weeks .panel-hint a").click()
    page.wait_for_url("**/customers/**")
    assert count_of(page) > 0


def test_every_table_is_kept_as_a_workbook(browse, language, tmp_path):
    page = browse("head", language)
    page.goto("/tiering/")
    with page.expect_download() as download:
        page.locator(".dashboard-line a[download]").click()
    target = tmp_path / "tiers.xlsx"
    download.value.save_as(target)
    assert len(CalamineWorkbook.from_path(target).sheet_names) >= 10


@pytest.mark.parametrize("scheme", ["sheet", "assets"])
def test_dashboard_prints_without_the_shell_on_at_most_two_pages(browse, language, scheme):
    page = browse("head", language)
    page.goto(f"/tiering/?scheme={scheme}")
    wait_for_panels(page)
    page.emulate_media(media="print")
    for part in (".shell-sidebar", ".shell-topbar", ".dashboard-scope"):
        expect(page.locator(part)).to_be_hidden()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") in {1, 2}
