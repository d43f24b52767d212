"""8. Proposals: written from the customer page, checked while typing, presented, accepted or declined; printed."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.hands import toast

OFFERABLE = "c.kind = 'individual' AND NOT c.restricted"
DIMENSIONS = ("savings", "investment", "wealth", "consumption")


def write(page, say, customer):
    """A proposal from the customer page, up to the editor."""
    page.goto(f"/customers/{customer.public_id}/")
    page.locator(".customer-head").get_by_role("link", name=say("Write a proposal")).click()
    page.locator(".form-actions button").click()
    page.wait_for_url("**/edit/")


def complete(page):
    """Fill in what the rule of one, two, three, four asks for."""
    page.fill("textarea[name=centre]", "两年内备好女儿的留学费用")
    page.fill("textarea[name=customer_side]", "到期有着落，不误交费")
    page.fill("textarea[name=bank_side]", "留住到期资金")
    page.locator("[name=presentation]").first.select_option(index=1)
    for dimension in DIMENSIONS:
        page.fill(f"textarea[name={dimension}-text]", "本次不动")
    product = page.locator("select[name=savings-0-product]")
    product.select_option(index=1)
    page.fill("input[name=savings-0-amount]", "200000")
    page.fill("input[name=savings-0-reason]", "期限合适")


def test_proposal_is_written_checked_presented_and_accepted(bank, browse, language, say, turn):
    customer = bank.customers(OFFERABLE)[14 + turn]
    page = browse("manager", language)
    write(page, say, customer)
    check = page.locator("#rule-check")
    expect(check.locator(".rule-missing")).not_to_have_count(0)
    complete(page)
    expect(check.locator(".rule-missing")).to_have_count(0)
    expect(check).to_contain_text(say("Ready to be presented."))
    page.locator(".form-actions button").click()
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f-]{36}/$"))
    expect(page.locator(".document-card")).to_contain_text("两年内备好女儿的留学费用")
    expect(page.locator(".document-card")).not_to_contain_text("留住到期资金")

    page.get_by_role("button", name=say("Mark as presented")).click()
    expect(page.locator(".step-done")).to_have_count(2)
    page.get_by_role("button", name=say("The customer accepts")).click()
    expect(page.locator(".step-done")).to_have_count(3)
    expect(page.locator(".page-heading .state")).to_have_text(say("Accepted"))
    page.goto(f"/proposals/?customer={customer.public_id}")
    expect(page.locator("#list")).to_contain_text(say("Accepted"))


def test_incomplete_proposal_cannot_be_presented_and_a_declined_one_keeps_the_reason(bank, browse, language, say, turn):
    customer = bank.customers(OFFERABLE)[16 + turn]
    page = browse("manager", language)
    write(page, say, customer)
    for dimension in DIMENSIONS:
        page.fill(f"textarea[name={dimension}-text]", "")
    page.locator(".form-actions button").click()
    expect(page.get_by_role("button", name=say("Mark as presented"))).to_be_disabled()
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    complete(page)
    page.locator(".form-actions button").click()
    page.get_by_role("button", name=say("Mark as presented")).click()
    page.locator(".decline summary").click()
    page.fill("textarea[name=reason]", "资金要买房")
    page.get_by_role("button", name=say("Keep the reason")).click()
    expect(page.locator(".steps-track")).to_contain_text("资金要买房")
    expect(toast(page)).to_be_visible()


def test_proposal_prints_and_downloads_as_pdf(bank, browse, language, say):
    page = browse("manager", language)
    page.goto("/proposals/")
    page.locator("#list tbody tr .cell-title a").first.click()
    page.wait_for_url(re.compile(r"/proposals/[0-9a-f-]{36}/$"))
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(content) > 10_000
    page.get_by_role("link", name=say("Print")).click()
    page.wait_for_url("**/print/")
    page.emulate_media(media="print")
    expect(page.locator(".document-card")).to_be_visible()
    for part in (".shell-sidebar", ".shell-topbar", ".print-bar"):
        expect(page.locator(part)).to_be_hidden()
