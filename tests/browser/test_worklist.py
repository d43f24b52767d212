"""6. Work list: done with a note, put off, dismissed, each taken back; by keyboard; on a phone."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.hands import toast


def state_of(bank, customer_id):
    """(state, note, reason, due) of a customer's latest follow-up that was touched."""
    return bank.ask(
        "SELECT f.state, f.note, f.dismiss_reason, f.due_on FROM care_followup f JOIN customers_customer c"
        " ON c.id = f.customer_id WHERE c.public_id = %s AND f.verb IS NOT NULL",
        customer_id,
    )


def first_row(page):
    """The first customer on the list: (its row, the public id of the customer)."""
    row = page.locator(".care-row").first
    key = row.locator(".care-name").get_attribute("href").strip("/").rpartition("/")[2]
    return page.locator(f".care-row:has(a[href='/customers/{key}/'])"), key


def take_back(page, row, say):
    """Undo in the toast brings the row back."""
    expect(row).to_have_count(0)
    toast(page).get_by_role("button", name=say("Undo")).click()
    expect(row).to_have_count(1)
    expect(toast(page)).to_contain_text(say("Undone."))


def test_done_with_a_note_and_taken_back(bank, browse, language, say):
    page = browse("manager", language)
    page.goto("/")
    row, key = first_row(page)
    row.locator(".care-more summary").click()
    row.locator("input[name=note]").fill("微信回复：下周来")
    row.get_by_role("button", name=say("Done, with the note")).click()
    expect(row).to_have_count(0)
    assert ("done", "微信回复：下周来") in {(found.state, found.note) for found in state_of(bank, key)}
    take_back(page, row, say)


def test_put_off_and_taken_back(browse, language, say):
    page = browse("manager", language)
    page.goto("/?period=due")
    row, _key = first_row(page)
    row.locator(".care-more summary").click()
    row.get_by_role("button", name=say("A week")).click()
    expect(row).to_have_count(0)
    take_back(page, row, say)


def test_dismissed_with_a_reason_and_taken_back(bank, browse, language, say):
    page = browse("manager", language)
    page.goto("/")
    row, key = first_row(page)
    row.locator(".care-more summary").click()
    row.get_by_role("button", name=say("Dismiss")).click()
    expect(toast(page)).to_have_attribute("data-level", "error")
    row.locator(".care-more summary").click()
    row.locator("select[name=reason]").select_option("not_reachable")
    row.get_by_role("button", name=say("Dismiss")).click()
    expect(row).to_have_count(0)
    assert {"not_reachable"} <= {found.dismiss_reason for found in state_of(bank, key)}
    take_back(page, row, say)


def test_keys_walk_the_list_and_do_the_row(browse, language, say):
    page = browse("manager", language)
    page.goto("/")
    rows = page.locator(".care-row")
    assert rows.count() >= 3
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    row, _key = first_row(page)
    page.keyboard.press("Enter")
    expect(page.locator("#aside .care-asks")).to_be_visible()
    rows.nth(0).focus()
    page.keyboard.press("d")
    take_back(page, row, say)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_phone_shows_reason_reach_and_action(browse, language, say):
    page = browse("manager", language, PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    row, _key = first_row(page)
    for part in (".care-name", ".care-reasons", ".care-reach", "button[data-key=d]"):
        expect(row.locator(part)).to_be_visible()
    expect(page.locator(".shell-sidebar")).to_be_hidden()
    row.locator(".care-tier").tap()
    expect(page.locator("#aside .care-asks")).to_be_in_viewport()
    page.locator("#aside .panel-head .btn-icon").tap()
    page.locator(".shell-bottom").get_by_role("button", name=say("More")).tap()
    page.locator("#more").get_by_role("link", name=say("Tiers")).tap()
    page.wait_for_url("**/tiering/")
