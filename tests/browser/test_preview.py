"""An administrator tries other weights and publishes, a head finds the move, and taking back undoes it."""

import json
import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.processes import until

IN_EVERY_LANGUAGE = True

PLACES = (
    "SELECT p.customer_id, p.code, p.watch_from, p.watch_until FROM tiering_placement p"
    " JOIN tiering_scheme s ON s.id = p.scheme_id WHERE s.code = 'sheet' ORDER BY 1"
)


def number(text):
    """A count as shown."""
    return int(re.sub(r"\D", "", text) or 0)


def finished(bank, cause, before):
    """Whether a run of the cause has finished since there were `before` of them."""
    rows = "SELECT count(*) AS n FROM tiering_tieringrun WHERE cause = %s AND finished_at IS NOT NULL"
    return bank.one(rows, cause).n > before


def runs(bank, cause):
    return bank.one("SELECT count(*) AS n FROM tiering_tieringrun WHERE cause = %s", cause).n


def drag(page, handle, steps):
    """Drag a cut-off by a part of the plot, as with a mouse."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + steps, y, steps=6)
    page.mouse.up()


def test_weights_are_tried_published_found_in_the_matrix_and_taken_back(bank, browse, language, say):
    before = bank.ask(PLACES)
    admin = browse("admin", language)
    admin.goto("/admin/tiering/scoringsheet/")
    admin.locator("#result_list tbody tr", has_text="standard").filter(has_text=say("In force")).locator("th a").click()
    admin.get_by_role("button", name=say("Start a draft from this version")).click()
    occupation = admin.locator(".sheet-criterion").filter(has=admin.locator("option[value=occupation][selected]")).first
    for row in range(2):
        points = occupation.locator(".sheet-points input").nth(row)
        points.fill(str(max(0, int(points.input_value()) - 9)))
    admin.get_by_role("button", name=say("Save and show who would move")).click()

    # The figures, and the same numbers after a cut-off was dragged, stepped back by keys, and typed.
    moved = admin.locator("[data-figure=moved]")
    expect(moved).to_be_visible()
    base = number(moved.inner_text())
    assert base > 0
    bars = json.loads(admin.locator("#preview-data").inner_text())["bars"]
    assert sum(bar[4] for bar in bars) == number(admin.locator("[data-figure=customers]").inner_text())
    handle = admin.locator("[data-cut=A] [role=slider]")
    start = int(handle.get_attribute("aria-valuenow"))
    drag(admin, handle, 60)
    there = int(handle.get_attribute("aria-valuenow"))
    assert there > start
    expect(admin.locator("[data-minimum=A]")).to_have_value(str(there))
    expect(moved).not_to_have_text(f"{base:,}")
    expect(admin.locator("[data-publish]")).to_be_disabled()
    expect(admin.locator("[data-stale]")).to_be_visible()
    for _step in range(there - start):
        handle.press("ArrowLeft")
    expect(moved).to_have_text(f"{base:,}")
    expect(admin.locator("[data-publish]")).to_be_enabled()
    admin.locator("[data-minimum=A]").fill(str(start + 100))
    expect(admin.locator("[data-wrong]")).to_be_visible()
    expect(admin.locator("[data-take]")).to_be_disabled()
    admin.locator("[data-minimum=A]").fill(str(start + 3))
    tried = number(moved.inner_text())
    cells = admin.locator("[data-matrix] td[data-from]").all_inner_texts()
    admin.locator("[data-take]").click()
    expect(admin.locator("[data-minimum=A]")).to_have_attribute("data-saved", str(start + 3))
    # What the browser counted is what the server counts.
    assert number(moved.inner_text()) == tried
    assert admin.locator("[data-matrix] td[data-from]").all_inner_texts() == cells

    # One cell, and who stands behind it: numbers, no names.
    cell = admin.locator("[data-matrix] td.down a").first
    sent = number(cell.locator("span[aria-hidden]").inner_text())
    left, reached = (cell.locator("..").get_attribute(f"data-{name}") for name in ("from", "to"))
    preview = admin.url
    cell.click()
    expect(admin.locator("#list .list-count strong")).to_have_text(f"{sent:,}")
    listed = admin.locator("#list tbody td:first-child").all_inner_texts()
    assert all(re.fullmatch(r"C\d+", name.strip()) for name in listed)

    # Publish, and wait for the worker.
    done = runs(bank, "publish")
    admin.goto(preview)
    admin.locator("textarea[name=reason]").fill("职业权重调整")
    admin.locator("[data-publish]").click()
    admin.wait_for_url("**/tiering/publications/")
    assert until(lambda: finished(bank, "publish", done))
    assert bank.ask(PLACES) != before

    # The manager reads why a customer fell.
    move = bank.one(
        "SELECT c.public_id, c.name FROM tiering_movement m JOIN customers_customer c ON c.id = m.customer_id"
        " JOIN staff_user p ON p.id = c.manager_id JOIN tiering_tieringrun r ON r.id = m.run_id"
        " JOIN tiering_scheme s ON s.id = m.scheme_id WHERE s.code = 'sheet' AND r.cause = 'publish'"
        " AND p.staff_no = %s ORDER BY r.id DESC, m.id LIMIT 1",
        bank.staff_no("manager"),
    )
    desk = browse("manager", language)
    desk.goto(f"/tiering/customers/{move.public_id}/")
    expect(desk.locator("main")).to_contain_text(say("The rules changed"))

    # The head finds the moves in the matrix of the day.
    head = browse("head", language)
    head.goto(f"/tiering/matrix/?scheme=sheet&to_day={bank.today}")
    pair = head.locator("table.heat")
    expect(pair).to_be_visible()
    assert head.locator("table.heat td.down a, table.heat td.up a").count() > 0
    head.goto("/tiering/publications/")
    expect(head.locator("#list")).to_contain_text("职业权重调整")
    head.goto(f"/tiering/movements/?scheme=sheet&from={left}&to={reached}&since={bank.today}")
    assert head.locator("#list tbody tr").count() > 0

    # Taking back restores every tier and watch.
    done = runs(bank, "rollback")
    admin.goto("/tiering/publications/")
    admin.locator("#list tbody tr", has_text="职业权重调整").get_by_role("link", name=say("Take back")).first.click()
    expect(admin.locator(".preview-returns tbody tr").first).to_be_visible()
    admin.locator("textarea[name=reason]").fill("影响太大")
    admin.get_by_role("button", name=say("Take back")).click()
    admin.wait_for_url("**/tiering/publications/")
    assert until(lambda: finished(bank, "rollback", done))
    assert bank.ask(PLACES) == before
    admin.reload()
    expect(admin.locator("#list")).to_contain_text("影响太大")


def test_preview_fits_a_phone(bank, browse, language):
    sheet = bank.one("SELECT public_id FROM tiering_scoringsheet WHERE code = 'standard' AND state = 'published'")
    page = browse("head", language, PHONE)
    for path in (
        f"/tiering/preview/{sheet.public_id}/",
        f"/tiering/preview/{sheet.public_id}/movers/",
        "/tiering/publications/",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
