"""Duplicates: seen while typing, compared side by side, merged, and taken apart again."""

import re

from playwright.sync_api import expect

from tests.browser.hands import toast


def test_two_files_become_one_and_two_again(bank, browse, language, say):
    page = browse("manager", language)
    page.goto("/customers/quality/")
    first = page.locator("tbody tr").first
    expect(first).to_be_visible()
    name = first.locator("td.cell-title a").inner_text()
    tail = re.search(r"[*]{4}(\d{4})", first.locator("td.cell-title .cell-note").inner_text()).group(1)

    page.goto("/customers/add/")
    page.locator("[name=name]").press_sequentially(name)
    page.locator("[name=mobile]").press_sequentially(f"1390000{tail}")
    expect(page.locator(".alike a").first).to_have_text(name)

    page.goto("/customers/quality/")
    rows = page.locator("tbody tr").count()
    first.get_by_role("link", name=say("Compare")).click()
    expect(page.locator(".merge-table")).to_be_visible()
    page.get_by_role("button", name=say("Merge"), exact=True).click()
    page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}/$"))
    toast(page).get_by_role("button", name=say("Undo")).click()
    page.wait_for_url("**/customers/quality/merges/")
    expect(page.locator("tbody tr").first).to_contain_text(say("undone"))
    page.goto("/customers/quality/")
    expect(page.locator("tbody tr")).to_have_count(rows)
