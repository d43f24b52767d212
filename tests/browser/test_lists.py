"""Lists: rows ticked by keyboard, tagged and untagged again, a quick look, the palette, conditions put together."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.hands import count_of


def test_rows_are_ticked_tagged_and_undone(browse, language, say):
    page = browse("manager", language)
    page.goto("/customers/?view=all")
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.keyboard.press("o")
    expect(page.locator("#look .look-facts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#look")).to_be_hidden()
    page.get_by_role("button", name=say("Tag"), exact=True).click()
    page.fill("#bulk-tag", "浏览器标签")
    page.locator("#bulk-tag").press("Tab")
    expect(page.locator(".bulk-possible strong")).to_have_text("2")
    page.locator(".bulk button.btn-primary").click()
    page.wait_for_url(re.compile("/customers/bulk/"))
    undo = page.get_by_role("button", name=say("Undo"))
    for _try in range(120):
        if undo.is_visible():
            break
        page.wait_for_timeout(500)
        page.reload()
    undo.click()
    page.wait_for_url(re.compile("/customers/bulk/"))


def test_palette_and_conditions(bank, browse, language, say):
    customer = bank.customers()[0]
    page = browse("manager", language)
    page.goto("/customers/?view=all")
    everybody = count_of(page)
    page.keyboard.press("Control+k")
    page.keyboard.type(customer.name)
    found = page.locator(f"#palette a[href='/customers/{customer.public_id}/']")
    expect(found).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.get_by_role("link", name=say("Conditions")).click()
    page.get_by_role("button", name=say("Add a condition")).first.click()
    page.locator("select[name=field-c1]").select_option("person-occupation")
    expect(page.locator("select[name=op-c1]")).to_be_visible()
    page.locator("select[name=op-c1]").select_option("known")
    page.get_by_role("button", name=say("Show the list")).click()
    page.wait_for_url("**where=all**")
    assert 0 < count_of(page) < everybody
    page.locator("#list .chip").first.click()
    assert count_of(page) == everybody


def test_cards_of_a_phone_are_ticked_with_a_finger(browse, language, say):
    page = browse("manager", language, PHONE, has_touch=True)
    page.goto("/customers/?view=all")
    here = page.url
    for card in range(2):
        target = page.locator(".select-target").nth(card)
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 44
        # Its corner counts as well, and does not open the customer.
        target.tap(position={"x": 3, "y": 40})
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    assert page.url == here
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    page.get_by_role("button", name=say("Tag"), exact=True).tap()
    page.fill("#bulk-tag", "手机标签")
    page.locator("#bulk-tag").press("Tab")
    expect(page.locator(".bulk-possible strong")).to_have_text("2")
