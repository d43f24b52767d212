"""3. Customers: list, filters, search, the 360° page, a masked value, edit, add, relation, need."""

import re

from playwright.sync_api import expect

from customers.rules.pinyin import spoken_keys
from tests.browser.hands import count_of, pick, toast, wait_for_panels

INDIVIDUAL = "c.kind = 'individual' AND c.mobile_sealed <> ''"


def test_list_filters_sorts_and_turns_pages(bank, browse, language, say):
    page = browse("head", language)
    page.goto("/customers/")
    everybody = count_of(page)
    assert everybody > 30
    page.select_option("select[name=tier]", "A")
    page.wait_for_url("**tier=A**")
    some = count_of(page)
    assert 0 < some < everybody
    for cell in page.locator("#list tbody tr td.cell-lead").all():
        expect(cell).to_contain_text("A")
    page.locator("#list .chip").click()
    page.wait_for_url(lambda url: "tier=A" not in url)
    assert count_of(page) == everybody

    page.locator("#list thead a", has_text=say("Assets (yuan)")).click()
    expect(page.locator("#list th[aria-sort]", has_text=say("Assets (yuan)"))).to_be_visible()
    page.locator("#list a[rel=next]").click()
    page.wait_for_url("**page=2**")
    expect(page.locator("#list .page-item.active")).to_have_text("2")
    page.go_back()
    expect(page.locator("#list .page-item.active")).to_have_text("1")


def test_list_keeps_the_columns_chosen(browse, language, say):
    page = browse("head", language)
    page.goto("/customers/")
    header = page.locator("#list thead")
    page.get_by_role("button", name=say("Columns")).click()
    box = page.locator(".column-menu label", has_text=say("Open holdings")).locator("input")
    was = box.is_checked()
    box.set_checked(not was)
    page.locator(".column-menu button[type=submit]").click()
    expect(header.get_by_text(say("Open holdings"), exact=True)).to_have_count(0 if was else 1)
    page.goto("/customers/")
    expect(header.get_by_text(say("Open holdings"), exact=True)).to_have_count(0 if was else 1)


def test_top_search_finds_a_customer_by_all_that_people_type(bank, browse, language):
    customer = bank.customers(INDIVIDUAL + " AND length(c.name) = 3")[0]
    syllables = spoken_keys(customer.name)[0].split(" ")
    pinyin, initials = "".join(syllables), "".join(syllable[0] for syllable in syllables)
    mixed = syllables[0] + initials[1:]
    page = browse("manager", language)
    page.goto("/visits/")
    found = page.locator(f"#top-search-results a[href='/customers/{customer.public_id}/']")
    for text in (customer.name, pinyin, initials, mixed, customer.customer_no, customer.mobile_tail):
        page.keyboard.press("/")
        page.keyboard.type(text)
        expect(found).to_be_visible()
        page.locator("#top-search").fill("")
        expect(found).to_be_hidden()
        page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type(customer.name)
    found.click()
    page.wait_for_url(f"**/customers/{customer.public_id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer.name)


def test_customer_page_loads_every_panel(bank, browse, language):
    customer = bank.customers(INDIVIDUAL + " AND s.tier = 'A'")[0]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/?section=all")
    assert page.locator(".panel-lazy").count() >= 12
    wait_for_panels(page)
    expect(page.locator("#tiers .explained-lines tbody tr")).not_to_have_count(0)
    expect(page.locator("#record .panel-body")).not_to_be_empty()


def test_masked_phone_is_shown_for_a_reason(bank, browse, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/")
    masked = page.locator(".customer-line .masked")
    expect(masked).to_contain_text("*")
    masked.locator(".masked-eye").click()
    page.locator("input[name=reason]").fill(say("Arrange a visit"))
    page.get_by_role("button", name=say("Show"), exact=True).click()
    expect(masked.locator("strong")).to_have_text(re.compile(r"1[\d ]+" + customer.mobile_tail))
    page.goto(f"/customers/{customer.public_id}/")
    expect(masked).to_contain_text("*")


def test_customer_is_edited_and_the_record_says_so(bank, browse, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[2 + turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/")
    taboo = say("Gold fund")
    page.fill("input[name=taboos]", taboo)
    page.get_by_role("button", name=say("Save"), exact=True).click()
    page.wait_for_url(f"**/customers/{customer.public_id}/")
    expect(toast(page)).to_be_visible()
    expect(page.get_by_text(taboo).first).to_be_visible()


def test_wrong_identity_number_is_refused_and_the_input_kept(bank, browse, watch, language, say):
    before = bank.one("SELECT count(*) AS n FROM customers_customer").n
    page = browse("manager", language)
    page.goto("/customers/add/")
    page.fill("input[name=name]", "欧阳𠮷")
    page.select_option("select[name=id_type]", "resident_id")
    page.fill("input[name=id_no]", "440305198505050013")
    page.fill("input[name=mobile]", "13800001234")
    with watch.expecting("answer 422: POST /customers/add/"):
        page.get_by_role("button", name=say("Add"), exact=True).click()
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("欧阳𠮷")
    expect(page.locator("input[name=mobile]")).to_have_value("13800001234")
    assert bank.one("SELECT count(*) AS n FROM customers_customer").n == before
    # Without the number the same file is good.
    page.fill("input[name=id_no]", "")
    page.select_option("select[name=id_type]", "")
    page.get_by_role("button", name=say("Add"), exact=True).click()
    page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("欧阳𠮷")
    expect(page.locator(".customer-line")).to_contain_text("1234")


def test_relation_and_need_are_added(bank, browse, language, say, turn):
    own = bank.customers(INDIVIDUAL)
    customer, other = own[4 + turn], own[-1 - turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/relations/add/")
    page.select_option("select[name=kind]", "introducer")
    pick(page, "related", other.customer_no)
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/?section=people")
    expect(page.locator("#relations")).to_contain_text(other.name)
    page.locator("[data-tabs] a[href='?section=work']").click()
    page.locator("#needs .panel-head .panel-action").click()
    page.select_option("select[name=dimension]", "wealth")
    page.fill("input[name=driver]", "给孩子留学")
    page.fill("input[name=amount]", "300000")
    page.locator(".form-actions button").click()
    expect(toast(page)).to_be_visible()
    page.goto(f"/customers/{customer.public_id}/needs/")
    expect(page.locator(".people")).to_contain_text("给孩子留学")
    expect(page.locator(".people")).to_contain_text("30.00万" if language == "zh-hans" else "300")
