"""9. The look: every page of every role, wide and on a phone, light and dark, in both languages, and for everybody."""

import re

import polib
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE
from tests.browser.hands import wait_for_panels
from tests.processes import CLONE

IN_EVERY_LANGUAGE = True

AXE = CLONE / "tests" / "browser" / "vendor" / "axe.min.js"
PAGES = {
    "": ["/accounts/login/"],
    "manager": [
        *("/", "/followups/", "/followups/add/", "/staff/profile/", "/accounts/password/"),
        *("/customers/", "/customers/add/", "{customer}?section=all", "{customer}edit/", "{customer}needs/add/"),
        *("{customer}", "{organisation}?section=all"),
        *("/tiering/", "{explanation}", "/tiering/movements/", "/tiering/overrides/", "/tiering/rights/"),
        *("{explanation}override/", "{explanation}services/", "{explanation}assess/satisfaction/"),
        *(
            "/visits/",
            "/visits/calendar/",
            "/visits/add/?customer={key}",
            "/visits/log/",
            "{planned}",
            "{planned}record/",
        ),
        *("{held}", "/visits/objections/", "{objection}", "{objection}edit/", "/visits/objections/add/"),
        *("/proposals/", "/proposals/add/", "{proposal}", "{draft}edit/", "{proposal}print/"),
    ],
    "head": ["/", "/customers/", "{customer}edit/", "/tiering/", "/tiering/?scheme=loyalty", "/followups/managers/"],
    "auditor": ["/", "{customer}?section=all", "/staff/audit/", "/customers/imports/", "/jobs/", "/tiering/"],
    "admin": ["/customers/imports/", "/jobs/", "/staff/audit/"],
}
EVERY = 4
# What people wrote, names of products and firms, and the names of languages are in no catalogue of ours.
WORDS = re.compile(r"[A-Za-z]{2,}")

TEXTS = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (holder.closest("script, style, template, noscript")) continue;
    found.add(walker.currentNode.textContent.trim().replace(/\\s+/g, " "));
  }
  for (const element of document.querySelectorAll("[title], [aria-label], [placeholder]")) {
    if (element.closest("template")) continue;
    for (const name of ["title", "aria-label", "placeholder"]) found.add((element.getAttribute(name) || "").trim());
  }
  return [...found];
}"""
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
SERIOUS = """async (runOnly) => {
  const result = await axe.run(document, {resultTypes: ["violations"], runOnly});
  return result.violations.filter((found) => ["critical", "serious"].includes(found.impact)).map(
    (found) => `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1 && element.offsetParent)
    .slice(0, 4).map((element) => element.outerHTML.slice(0, 140));
}"""


@pytest.fixture(scope="module")
def places(bank):
    """Addresses of single things in the demo manager's book, rich ones where there is a choice."""
    mine = (
        "FROM customers_customer c JOIN staff_user m ON m.id = c.manager_id AND m.staff_no = %s"
        " JOIN customers_standing s ON s.customer_id = c.id"
    )

    def key(query):
        return bank.one(query, bank.staff_no("manager")).public_id

    customer = key(f"SELECT c.public_id {mine} WHERE c.kind = 'individual' ORDER BY s.open_followups DESC, c.id")
    organisation = key(f"SELECT c.public_id {mine} WHERE c.kind = 'organization' ORDER BY s.open_followups DESC, c.id")
    held = key(f"SELECT v.public_id {mine} JOIN visits_visit v ON v.customer_id = c.id WHERE v.status = 'held'")
    # In a small bank the manager may have no visit ahead: one of a colleague's is handed over.
    planned = bank.one(
        "UPDATE visits_visit SET (customer_id, by_id) ="
        " (SELECT id, manager_id FROM customers_customer WHERE public_id = %s)"
        " WHERE id = (SELECT min(id) FROM visits_visit WHERE status = 'planned') RETURNING public_id",
        customer,
    )
    offered = f"{mine} JOIN proposals_proposal p ON p.customer_id = c.id WHERE NOT c.restricted"
    proposal = key(f"SELECT p.public_id {offered} ORDER BY p.id")
    # A draft of a colleague's likewise.
    draft = bank.one(
        "UPDATE proposals_proposal SET customer_id = (SELECT id FROM customers_customer WHERE public_id = %s)"
        " WHERE id = (SELECT min(id) FROM proposals_proposal WHERE status = 'draft') RETURNING public_id",
        customer,
    )
    objection = key(f"SELECT o.public_id {mine} JOIN visits_objection o ON o.customer_id = c.id ORDER BY o.id")
    return {
        "key": customer,
        "customer": f"/customers/{customer}/",
        "organisation": f"/customers/{organisation}/",
        "explanation": f"/tiering/customers/{customer}/",
        "planned": f"/visits/{planned.public_id}/",
        "held": f"/visits/{held}/",
        "objection": f"/visits/objections/{objection}/",
        "proposal": f"/proposals/{proposal}/",
        "draft": f"/proposals/{draft.public_id}/",
    }


@pytest.fixture(scope="module")
def english():
    """The source texts that read otherwise in Chinese."""
    catalogue = polib.pofile(str(CLONE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    texts = {
        text
        for entry in catalogue
        for text, said in ((entry.msgid, entry.msgstr or entry.msgstr_plural.get(0)), (entry.msgid_plural, ""))
        if text and text != said and WORDS.search(text)
    }
    assert {"Customers", "Sign in"} <= texts
    return texts


@pytest.mark.parametrize("role", PAGES)
def test_pages_fit_wide_and_narrow_light_and_dark_for_everybody(browse, places, english, role, language):
    page = browse(role, language)
    if not role:
        page.goto("/accounts/login/")
        page.locator(f".plain-language button[value={language}]").click()
    faults = []
    for number, address in enumerate(PAGES[role]):
        address = address.format(**places)
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.goto(address)
        wait_for_panels(page)
        look = {
            "headings": [] if page.locator("h1").count() == 1 else [f"{page.locator('h1').count()} h1"],
            "language": [] if page.locator("html").get_attribute("lang") == language else ["lang of html"],
            "untranslated": sorted(english & set(page.evaluate(TEXTS))) if language == "zh-hans" else [],
            "too wide at 1440": page.evaluate(TOO_WIDE),
        }
        # Languages share structure and colours, and axe takes its time: every fourth page is looked at in English too.
        thorough = language == "zh-hans" or number % EVERY == 0
        if thorough:
            page.evaluate(AXE.read_text())
        look["light"] = page.evaluate(SERIOUS, EVERYTHING) if thorough else []
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.evaluate("() => document.documentElement.setAttribute('data-bs-theme', 'dark')")
        look["too wide at 390"] = page.evaluate(TOO_WIDE)
        look["dark"] = page.evaluate(SERIOUS, COLOURS) if thorough else []
        faults += [f"{address} {kind}: {found}" for kind, seen in look.items() for found in seen]
    assert not faults, "\n".join(faults)


def test_shell_turns_from_sidebar_to_bottom_bar(browse, language):
    page = browse("manager", language)
    page.goto("/customers/")
    expect(page.locator(".shell-sidebar")).to_be_visible()
    expect(page.locator(".shell-bottom")).to_be_hidden()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(page.locator(".shell-sidebar")).to_be_hidden()
    expect(page.locator(".shell-bottom")).to_be_visible()


def test_skip_link_is_the_first_stop_and_leads_into_the_page(browse):
    page = browse("manager")
    page.goto("/customers/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_page_without_scripts_still_works(bank, browse, places):
    page = browse("manager", java_script_enabled=False)
    page.goto(places["customer"])
    expect(page.locator("#holdings")).to_be_hidden()
    page.locator("[data-tabs] a[href='?section=money']").click()
    expect(page.locator("#facts")).to_be_hidden()
    page.locator("#holdings .panel-fallback").click()
    page.wait_for_url("**/holdings/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
