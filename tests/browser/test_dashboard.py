"""5. The branch head's dashboard: every number leads to the list that it counts; it prints."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import count_of, wait_for_panels


def number(text):
    """The count at the start of a cell."""
    return int(text.split()[0].replace(",", ""))


@pytest.mark.parametrize("scheme", ["", "assets"])
def test_tier_leads_to_as_many_customers(browse, language, scheme):
    page = browse("head", language)
    page.goto("/tiering/")
    if scheme:
        page.select_option("#scope-scheme", scheme)
        page.wait_for_url(f"**scheme={scheme}**")
    rows = page.locator(".pairs-rows a.pairs-row")
    expect(rows.first).to_be_visible()
    row = max(rows.all(), key=lambda row: number(row.locator(".bars-display").first.inner_text()))
    shown = number(row.locator(".bars-display").first.inner_text())
    assert shown > 0
    row.click()
    page.wait_for_url("**/customers/**")
    assert count_of(page) == shown


def test_chart_has_its_table_with_the_same_sum(bank, browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    chart = page.locator(".pairs")
    chart.locator("summary").click()
    counts = chart.locator("tbody tr td:nth-child(2)").all_inner_texts()
    page.goto("/customers/")
    assert sum(number(text) for text in counts) == count_of(page)


def test_move_leads_to_the_customers_who_moved(browse, language):
    page = browse("head", language)
    page.goto("/tiering/?scheme=assets")
    cell = page.locator(".heat td a").first
    expect(cell).to_be_visible()
    shown = number(cell.locator("span[aria-hidden]").inner_text().replace("▲", "").replace("▼", ""))
    cell.click()
    page.wait_for_url("**/tiering/movements/**")
    assert count_of(page) == shown


def test_manager_line_leads_to_that_book(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    line = page.locator(".dashboard-managers tbody tr").first
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
    page.locator(".dashboard-weeks .panel-action").click()
    page.wait_for_url("**/customers/**")
    assert count_of(page) > 0


def test_dashboard_prints_without_the_shell_on_two_pages(browse, language):
    page = browse("head", language)
    page.goto("/tiering/")
    wait_for_panels(page)
    page.emulate_media(media="print")
    for part in (".shell-sidebar", ".shell-topbar", ".dashboard-scope"):
        expect(page.locator(part)).to_be_hidden()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") == 2
