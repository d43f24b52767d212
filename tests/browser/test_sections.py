"""The sections of the customer page: key facts and next step first, one open at a time, kept in the address."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE

INDIVIDUAL = "c.kind = 'individual' AND c.mobile_sealed <> ''"


def test_customer_page_opens_a_section_at_a_time_and_the_address_keeps_it(bank, browse, language):
    address = f"/customers/{bank.customers(INDIVIDUAL)[0].public_id}/"
    page = browse("manager", language)
    page.goto(address)
    tab = page.locator("[data-tabs] a[aria-current=page]")
    for first in ("#next-step-title", "#facts"):
        expect(page.locator(first)).to_be_in_viewport()
    expect(page.locator("#holdings")).to_be_hidden()
    expect(page.locator("#holdings .skeleton")).to_have_count(1)
    page.locator("[data-tabs] a[href='?section=money']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#holdings .skeleton")).to_have_count(0)
    expect(page.locator("#facts")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(tab).to_have_attribute("href", "?section=people")
    page.reload()
    expect(page.locator("#relations")).to_be_visible()
    page.go_back()
    expect(page.locator("#holdings")).to_be_visible()
    page.locator(".customer-tiers").click()
    expect(page.locator("#tiers .explained-lines tbody tr")).not_to_have_count(0)
    expect(page).to_have_url(re.compile(r"/\?section=tiers#tiers$"))
    page.goto(f"{address}#contact")
    expect(page.locator("#contact")).to_be_in_viewport()
    page.emulate_media(media="print")
    for panel in ("#facts", "#holdings", "#record"):
        expect(page.locator(panel)).to_be_visible()


def test_phone_shows_the_next_step_and_the_key_facts_before_the_money(bank, browse, language):
    page = browse("manager", language, PHONE)
    page.goto(f"/customers/{bank.customers(INDIVIDUAL)[0].public_id}/")
    tops = [page.locator(part).bounding_box()["y"] for part in (".next-step", "#facts", ".money-panel", "#timeline")]
    assert tops == sorted(tops)
    page.locator("[data-tabs] a[href='?section=record']").click()
    expect(page.locator("#record .skeleton")).to_have_count(0)
    expect(page.locator("[data-tabs] a[href='?section=record']")).to_be_in_viewport()
