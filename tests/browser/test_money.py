"""Money elsewhere, the allocation, the value statement, and a need from the question to its undo."""

from playwright.sync_api import expect

from tests.browser.hands import toast

INDIVIDUAL = "c.kind = 'individual' AND c.mobile_sealed <> ''"


def test_money_elsewhere_is_noted_compared_and_won(bank, browse, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[10 + turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/outside/add/")
    page.fill("input[name=bank]", "浦发银行")
    page.select_option("select[name=category]", "time_deposit")
    page.fill("input[name=amount]", "500000")
    page.select_option("select[name=said_by]", "customer")
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/?section=money")
    for name in ("holdings", "wallet"):
        page.locator(f"#{name} .panel-lazy").scroll_into_view_if_needed()
        expect(page.locator(f"#{name} .skeleton")).to_have_count(0)
    expect(page.locator("#holdings .outside", has_text="浦发银行")).to_be_visible()

    wallet = page.locator("#wallet")
    wallet.get_by_role("link", name="C3", exact=True).click()
    expect(wallet.locator(".chip-on", has_text="C3")).to_be_visible()
    expect(wallet.locator(".allocation")).to_contain_text("40%")
    assert page.url.split("#")[0].endswith(f"/customers/{customer.public_id}/?section=money")

    wallet.locator(".panel-action").click()
    expect(page.locator("h1")).to_have_text(say("Relationship value statement"))
    page.get_by_role("link", name=say("Set a target")).or_(
        page.get_by_role("link", name=say("Change the target"))
    ).click()
    page.fill("input[name=target]", "88800")
    page.locator(".form-actions button").click()
    expect(page.locator(".value-statement")).to_contain_text("8.88万" if language == "zh-hans" else "88,800")

    page.goto(f"/customers/{customer.public_id}/holdings/")
    page.locator(".outside", has_text="浦发银行").get_by_role("link", name=say("Over")).click()
    page.check("input[name=end][value=won]")
    page.locator(".form-actions button").click()
    toast(page).get_by_role("button").first.click()
    expect(toast(page)).to_contain_text(say("%(what)s is open again.", what="浦发银行")[:4])


def test_need_is_asked_for_met_and_taken_back(bank, browse, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[12 + turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/needs/add/?dimension=consumption")
    expect(page.locator(".page-side .questions li").first).to_be_visible()
    page.select_option("select[name=driver_code]", "safety")
    page.fill("input[name=driver]", f"旅行支付{turn}")
    page.check("input[name=no_product]")
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto("/customers/needs/unmet/")
    expect(page.locator(".unmet").first).to_contain_text(say("Safety of payments"))

    page.goto(f"/customers/{customer.public_id}/needs/")
    row = page.locator(".needs li", has_text=f"旅行支付{turn}")
    row.get_by_role("button", name=say("Met")).click()
    undo = toast(page).get_by_role("button").first
    undo.click()
    page.goto(f"/customers/{customer.public_id}/needs/")
    expect(row.get_by_role("button", name=say("Met"))).to_be_visible()
