"""1. Staff: sign in as each role, language and colours per person, password, sign out, what is closed stays closed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import fill_sign_in

DESK = {
    *("/", "/customers/", "/visits/", "/visits/calendar/", "/proposals/", "/tiering/"),
    *("/tiering/overrides/", "/tiering/rights/", "/care/ladder/", "/care/attention/"),
    *("/customers/groups/", "/customers/referrals/", "/customers/needs/", "/customers/outside/"),
    *("/customers/handovers/", "/customers/endings/", "/customers/quality/"),
}
BEHIND = {"/customers/imports/", "/jobs/", "/staff/audit/"}
PLACES = {
    "manager": DESK,
    "head": DESK | {"/customers/restricted/"},
    "auditor": DESK | {"/customers/restricted/"} | BEHIND,
    "admin": BEHIND | {"/tiering/publications/", "/admin/"},
}


@pytest.mark.parametrize("role", PLACES)
def test_sign_in_shows_the_places_of_the_role(bank, browse, role, language, say):
    bank.ask("UPDATE staff_user SET language = %s WHERE staff_no = %s", language, bank.staff_no(role))
    page = browse(language=language)
    fill_sign_in(page, *bank.passwords[role])
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-hans")
    if role == "admin":  # whose start page is Django admin, which has a shell of its own
        page.goto("/jobs/")
    links = page.locator(".shell-sidebar .nav-list a")
    assert {link.get_attribute("href") for link in links.all()} == PLACES[role]
    expect(
        page.get_by_role(
            "button", name=bank.one("SELECT name FROM staff_user WHERE staff_no = %s", bank.staff_no(role)).name
        )
    ).to_be_visible()


def test_wrong_password_is_refused_in_words_and_the_number_kept(bank, browse, language, say):
    page = browse(language=language)
    page.goto("/accounts/login/")
    page.locator(f".plain-language button[value={language}]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(say("Sign in"))
    page.fill("input[name=username]", bank.staff_no("head"))
    page.fill("input[name=password]", "not the password")
    page.get_by_role("button", name=say("Sign in")).click()
    expect(page.get_by_role("alert")).not_to_be_empty()
    expect(page.locator("input[name=username]")).to_have_value(bank.staff_no("head"))
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_closed_page_leads_through_sign_in_and_back(bank, browse):
    page = browse()
    page.goto("/visits/calendar/")
    assert "/accounts/login/" in page.url
    page.fill("input[name=username]", bank.staff_no("manager"))
    page.fill("input[name=password]", bank.passwords["manager"][1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/visits/calendar/")


def test_page_of_another_role_is_refused(browse, watch):
    page = browse("admin")
    with watch.expecting("answer 403: GET /customers/"):
        page.goto("/customers/")
    expect(page.locator(".error-code")).to_have_text("403")


def test_language_and_colours_are_kept_per_person(bank, browse, language):
    page = browse("auditor", "en" if language == "zh-hans" else "zh-hans")
    name = bank.one("SELECT name FROM staff_user WHERE staff_no = %s", bank.staff_no("auditor")).name
    page.goto("/tiering/")
    page.get_by_role("button", name=name).click()
    page.locator(f".dropdown-menu button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page).to_have_url(re.compile("/tiering/$"))
    page.get_by_role("button", name=name).click()
    page.locator(".dropdown-menu button[value=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    # Another browser, as the person's other device.
    other = browse()
    fill_sign_in(other, *bank.passwords["auditor"])
    other.wait_for_url(lambda url: "/accounts/login/" not in url)
    expect(other.locator("html")).to_have_attribute("lang", language)
    expect(other.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_password_is_changed_and_the_old_one_no_longer_works(bank, browse, language, say, turn):
    """A colleague's, so that the others can still sign in."""
    staff_no = bank.ask("SELECT staff_no FROM staff_user WHERE role = 'manager' ORDER BY staff_no DESC LIMIT 2")[
        turn
    ].staff_no
    bank.ask(
        "UPDATE staff_user SET language = %s, password = (SELECT password FROM staff_user WHERE staff_no = %s)"
        " WHERE staff_no = %s",
        *(language, bank.staff_no("manager"), staff_no),
    )
    old, new = bank.passwords["manager"][1], "a longer, newer secret"
    page = browse(language=language)
    fill_sign_in(page, staff_no, old)
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.goto("/accounts/password/")
    page.fill("input[name=old_password]", old)
    page.fill("input[name=new_password1]", new)
    page.fill("input[name=new_password2]", new)
    page.get_by_role("button", name=say("Change password")).click()
    expect(page.locator(".crm-toast")).to_be_visible()
    page.locator(".top-tools .user-button").click()
    page.locator(".top-tools").get_by_role("button", name=say("Sign out")).click()
    page.wait_for_url("**/accounts/login/")
    fill_sign_in(page, staff_no, old)
    expect(page.get_by_role("alert")).to_be_visible()
    fill_sign_in(page, staff_no, new)
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
