"""The file: a section edited in its place, and two people editing it at once."""

from playwright.sync_api import expect

from tests.browser.hands import toast

INDIVIDUAL = "c.kind = 'individual'"


def test_a_section_is_edited_in_its_place_and_says_who_said_so(bank, browse, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[6 + turn]
    page = browse("manager", language)
    page.goto(f"/customers/{customer.public_id}/")
    page.locator("[data-tabs] a[href='?section=file']").click()
    section = page.locator("#file-character")
    section.locator("summary").click()
    section.get_by_role("link", name=say("Edit")).click()
    section.locator("[name=interests]").fill("围棋")
    section.locator("[name=said_by]").select_option("family")
    section.get_by_role("button", name=say("Save"), exact=True).click()
    expect(toast(page)).to_contain_text(say("Saved."))
    expect(section.locator("dd", has_text="围棋")).to_contain_text(say("Family"))
    section.get_by_role("link", name=say("Edit")).click()
    section.get_by_role("button", name=say("Cancel"), exact=True).click()
    expect(section.locator("summary")).to_be_visible()


def test_the_second_editor_chooses_field_by_field(bank, browse, watch, language, say, turn):
    customer = bank.customers(INDIVIDUAL)[8 + turn]
    first, second = browse("manager", language), browse("manager", language)
    for page in (first, second):
        page.goto(f"/customers/{customer.public_id}/file/work/")
    first.fill("[name=employer]", f"第一家{turn}")
    first.fill("[name=job_title]", f"店长{turn}")
    first.get_by_role("button", name=say("Save"), exact=True).click()
    first.wait_for_url("**/file/#file-work")
    second.fill("[name=job_title]", f"会计{turn}")
    with watch.expecting("answer 409: POST /customers/"):
        second.get_by_role("button", name=say("Save"), exact=True).click()
        expect(second.locator("[name=keep_employer][value=theirs]")).to_be_checked()
    expect(second.locator("[name=keep_job_title][value=mine]")).to_be_checked()
    second.get_by_role("button", name=say("Save"), exact=True).click()
    second.wait_for_url("**/file/#file-work")
    expect(second.locator("#file-work")).to_contain_text(f"第一家{turn}")
    expect(second.locator("#file-work")).to_contain_text(f"会计{turn}")
