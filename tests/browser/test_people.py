"""People around a customer: a child, a household, the map; a referral from asking to customer and thanks."""

import re

from playwright.sync_api import expect

from tests.browser.hands import pick, toast

INDIVIDUAL = (
    "c.kind = 'individual' AND c.mobile_sealed <> ''"
    " AND NOT EXISTS (SELECT 1 FROM customers_groupmember m WHERE m.customer_id = c.id)"
)


def test_family_is_written_down_and_becomes_a_household(bank, browse, language, say, turn):
    own = bank.customers(INDIVIDUAL)
    customer, other = own[8 + turn], own[-4 - turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/people/add/")
    page.fill("input[name=name]", f"小欧阳{turn}")
    page.select_option("select[name=kind]", "child")
    page.fill("input[name=birth_date]", "2016-05-06")
    page.select_option("select[name=school_stage]", "primary")
    page.fill("input[name=mobile]", "13900001234")
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/relations/")
    expect(page.locator(".people", has_text=f"小欧阳{turn}")).to_contain_text("139****1234")

    page.goto(f"/customers/{customer.public_id}/groups/add/")
    pick(page, "other", other.customer_no)
    page.locator(".form-actions button").click()
    page.wait_for_url(re.compile(r"/customers/groups/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text(other.name)
    page.goto(f"/customers/{customer.public_id}/map/")
    expect(page.locator("svg.relation-map")).to_contain_text(f"小欧阳{turn}")
    expect(page.locator(".map-list")).to_contain_text(say("no customer"))


def test_referral_goes_from_asking_to_customer_and_thanks(bank, browse, language, say, turn):
    own = bank.customers(INDIVIDUAL)
    customer, other = own[12 + turn], own[-8 - turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/referrals/add/")
    page.fill("input[name=name]", f"慕容先生{turn}")
    page.locator(".form-actions button").click()
    page.goto(f"/customers/{customer.public_id}/#referrals")
    line = page.locator("#referrals li", has_text=f"慕容先生{turn}")
    line.get_by_role("link", name=say("Is a customer now")).click()
    pick(page, "referred", other.customer_no)
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/referrals/")
    page.locator("li", has_text=other.name).get_by_role("button", name=say("Thanked")).first.click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/referrals/chain/")
    expect(page.locator(".chain")).to_contain_text(other.name)
