"""4. Tiering: an administrator changes the scoring sheet, publishes it, and the manager's page tells the new points."""

from itertools import count

import pytest
from playwright.sync_api import expect

from tests.processes import until

IN_EVERY_LANGUAGE = True


def explained(page, customer):
    """The first answered line of the sheet on a customer's page: (criterion, answer, points), and the total."""
    page.goto(f"/tiering/customers/{customer.public_id}/")
    line = page.locator(".explained-lines tbody tr:not(.is-missing)").first
    criterion, answer = line.locator("th").inner_text(), line.locator("td").first.inner_text()
    points = int(line.locator("td.num").first.inner_text())
    return criterion, answer, points, int(page.locator(".explained-lines tfoot td.num").first.inner_text())


def in_force(page, say, code):
    """The row of the version of a sheet that is in force."""
    return page.locator("#result_list tbody tr").filter(has_text=say("In force")).filter(has_text=code)


def test_published_change_reaches_the_manager(bank, browse, language, say):
    customer = bank.customers("s.tier = 'A'")[0]
    desk = browse("manager", language)
    criterion, answer, points, _total = explained(desk, customer)
    runs = bank.one("SELECT count(*) AS n FROM tiering_tieringrun").n

    page = browse("admin", language)
    page.goto("/admin/tiering/scoringsheet/")
    in_force(page, say, "standard").locator("th a").click()
    page.get_by_role("button", name=say("Start a draft from this version")).click()
    name = "name_en" if language == "en" else "name"
    section = page.locator(f".sheet-criterion:has(.sheet-head input[name$='-{name}'][value='{criterion}'])")
    row = section.locator(f"tr:has(input[name$='-{name}'][value='{answer}'])")
    field = row.locator(".sheet-points input")
    expect(field).to_have_value(str(points))
    highest = int(page.locator("[data-highest]").inner_text())
    field.fill("90")
    expect(page.locator("[data-highest]")).not_to_have_text(str(highest))
    field.fill(str(points + 1))
    page.get_by_role("button", name=say("Save and show who would move")).click()
    expect(page.locator("[data-figure=customers]")).to_be_visible()
    page.locator("textarea[name=reason]").fill("Walk")
    page.locator("[data-publish]").click()
    page.wait_for_url("**/tiering/publications/")

    assert until(lambda: bank.one("SELECT count(*) AS n FROM tiering_tieringrun").n > runs)
    # The bank may have a draft with changes of its own, which goes in force with this one.
    *line, total = explained(desk, customer)
    assert line == [criterion, answer, points + 1]
    lines = desk.locator(".explained-lines").first.locator("tbody td:nth-child(3)").all_inner_texts()
    assert total == sum(map(int, lines))
    score = "SELECT score FROM customers_standing WHERE customer_id = %s"
    assert until(lambda: bank.one(score, customer.id).score == total)


def test_customer_page_says_what_separates_from_the_next_tier(bank, browse, language, say):
    customer = bank.customers("s.tier = 'B' AND s.tier_until IS NULL")[0]
    page = browse("manager", language)
    page.goto(f"/tiering/customers/{customer.public_id}/")
    expect(page.locator(".explained-next").first).to_contain_text("A")
    others = "active AND measure <> 'sheet'"
    measured = bank.one(
        "SELECT count(*) AS n FROM tiering_placement p JOIN tiering_scheme s ON s.id = p.scheme_id"
        f" WHERE p.customer_id = %s AND {others}",
        customer.id,
    ).n
    schemes = bank.one(f"SELECT count(*) AS n FROM tiering_scheme WHERE {others}").n
    assert measured <= page.locator(".explained-schemes > li").count() <= schemes
    sheet = page.locator(".explained-lines").first
    points = [int(text) for text in sheet.locator("tbody td:nth-child(3)").all_inner_texts()]
    assert sum(points) == int(sheet.locator("tfoot td.num").first.inner_text())


CODES = count(1)


@pytest.fixture
def draft(browse, language, say):
    """The editor of a sheet of its own, copied from the standard one; no scheme measures by it."""
    page = browse("admin", language)
    page.goto("/admin/tiering/scoringsheet/")
    in_force(page, say, "standard").locator("th a").click()
    page.get_by_role("link", name=say("Copy as a new sheet")).click()
    page.fill("input[name=code]", f"walk_{next(CODES)}")
    page.get_by_role("button", name=say("Begin the draft")).click()
    expect(page.locator("[data-highest]")).to_be_visible()
    return page


def saved(page, say):
    page.get_by_role("button", name=say("Save the draft")).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def order(page):
    return [title.inner_text() for title in page.locator("[data-title]").all()]


def test_sheet_is_checked_as_one_types(draft, say):
    highest = int(draft.locator("[data-highest]").inner_text())
    option = draft.locator("#criteria-1-options-0")
    best = int(option.locator("input[name$=points]").input_value())
    problems = draft.locator(".sheet-aside .sheet-problems li")
    expect(problems).to_have_count(0)
    option.locator("input[name$=lower]").fill("210000")
    expect(option.locator("[data-faults]")).to_contain_text("200000")
    expect(problems).to_have_count(1)
    option.locator("input[name$=points]").fill("-1")
    expect(option.locator(".sheet-points .errorlist")).to_be_visible()
    expect(problems).to_have_count(2)
    draft.locator("[name=cutoffs-0-minimum]").fill("900")
    expect(draft.locator("#cutoffs-0 [data-faults]")).to_contain_text("900")
    option.locator("input[name$=lower]").fill("200000")
    option.locator("input[name$=points]").fill(str(best + 5))
    draft.locator("[name=cutoffs-0-minimum]").fill("61")
    expect(problems).to_have_count(0)
    expect(draft.locator("[data-highest]")).to_have_text(str(highest + 5))
    expect(draft.locator(".errorlist:visible")).to_have_count(0)
    saved(draft, say)
    expect(draft.locator("[name=criteria-1-options-0-points]")).to_have_value(str(best + 5))


def test_criteria_are_added_copied_moved_and_taken_away(bank, draft, say):
    before = order(draft)
    highest = int(draft.locator("[data-highest]").inner_text())
    # A choice brings its answers along.
    draft.get_by_role("button", name=say("Add a criterion")).click()
    new = draft.locator("#criteria-8")
    new.locator("select[name$=fact]").select_option("asked")
    new.locator("input[name='criteria-8-name']").fill("出国计划")
    new.locator("input[name='criteria-8-name_en']").fill("出国计划")
    for at, (name, points) in enumerate([("有", "5"), ("没有", "0")]):
        if at:
            new.get_by_role("button", name=say("Add an option")).click()
        new.locator(f"input[name='criteria-8-options-{at}-name']").fill(name)
        new.locator(f"input[name='criteria-8-options-{at}-points']").fill(points)
    expect(draft.locator("[data-highest]")).to_have_text(str(highest + 5))
    # By keyboard, by button, and by hand.
    handle = new.locator(".sheet-bar [data-handle]")
    handle.focus()
    handle.press("ArrowUp")
    expect(draft.locator("[data-spoken]")).to_contain_text("8")
    new.locator(".sheet-bar [data-step='-1']").click()
    assert order(draft) == [*before[:6], "出国计划", *before[6:]]
    grip = draft.locator("#criteria-0 .sheet-bar [data-handle]")
    grip.scroll_into_view_if_needed()
    box, below = grip.bounding_box(), draft.locator("#criteria-1").bounding_box()
    draft.mouse.move(box["x"] + 4, box["y"] + 4)
    draft.mouse.down()
    draft.mouse.move(box["x"] + 4, below["y"] + below["height"] * 0.8, steps=8)
    draft.mouse.up()
    moved = [before[1], before[0], *before[2:6], "出国计划", *before[6:]]
    assert order(draft) == moved
    # A copy carries options and points, and asks for a source of its own.
    draft.locator("#criteria-3 [data-copy]").click()
    twin = draft.locator("#criteria-9")
    points = draft.locator("input[name='criteria-3-options-0-points']").input_value()
    expect(twin.locator("input[name='criteria-9-options-0-points']")).to_have_value(points)
    expect(draft.locator(".sheet-aside .sheet-problems li")).to_have_count(1)
    twin.locator("select[name$=fact]").select_option("asked")
    for name in ("name", "name_en"):
        twin.locator(f"input[name='criteria-9-{name}']").fill("家庭规划")
    expect(draft.locator(".sheet-aside .sheet-problems li")).to_have_count(0)
    draft.locator("#criteria-7 .sheet-bar input[name$=DELETE]").check()
    expect(draft.locator("#criteria-7 table")).to_be_hidden()
    saved(draft, say)
    moved.insert(4, "家庭规划")
    assert order(draft) == [name for name in moved if name != before[7]]
    keys = bank.ask(
        "SELECT c.question FROM tiering_criterion c JOIN tiering_scoringsheet s ON s.id = c.sheet_id"
        " WHERE s.id = %s AND c.source = 'asked' ORDER BY c.position",
        int(draft.url.split("/")[-3]),
    )
    assert [row.question.split("_")[0] for row in keys] == ["jiatingguihua", "chuguojihua"]


def test_choice_of_a_fact_brings_its_answers(draft, say):
    draft.locator("#criteria-0 .sheet-bar input[name$=DELETE]").check()
    draft.get_by_role("button", name=say("Add a criterion")).click()
    new = draft.locator("#criteria-8")
    new.locator("select[name$=fact]").select_option("occupation")
    expect(new.locator("tbody tr")).to_have_count(9)
    expect(new.locator("input[name='criteria-8-name']")).not_to_have_value("")
    new.locator("select[name$=fact]").select_option("holdings")
    expect(new.locator("tbody tr").first.locator("input[name$=lower]")).to_be_visible()
    expect(new.locator("tbody tr").first.locator("select")).to_be_hidden()
    draft.reload()


def test_second_editor_is_told_and_loses_nothing(browse, language, watch, draft, say):
    other = browse("admin", language)
    other.goto(draft.url)
    draft.locator("[name=criteria-0-options-0-points]").fill("14")
    saved(draft, say)
    mine = other.locator("[name=criteria-0-options-0-points]")
    mine.fill("13")
    notice = other.locator("[data-notice] .sheet-overtaken")
    expect(notice).to_be_visible()
    with watch.expecting("409"):
        other.get_by_role("button", name=say("Save the draft")).click()
        expect(notice).to_be_visible()
    expect(mine).to_have_value("13")
    expect(notice.get_by_role("link")).to_have_attribute("target", "_blank")
    notice.get_by_role("button", name=say("Save mine over it")).click()
    expect(other.locator(".messagelist .success")).to_be_visible()
    expect(mine).to_have_value("13")
    draft.reload()
    expect(draft.locator("[name=criteria-0-options-0-points]")).to_have_value("13")


def test_scheme_is_made_from_a_preset(bank, browse, language, turn, say):
    page = browse("admin", language)
    page.goto("/admin/tiering/scheme/add/")
    expect(page.locator("#id_need_axis")).to_be_hidden()
    page.fill("#id_name", "按余额")
    page.fill("#id_code", f"walk_{turn}")
    page.select_option("#id_measure", "quadrant")
    expect(page.locator("#id_need_axis")).to_be_visible()
    page.select_option("#id_measure", "assets_average")
    expect(page.locator("#id_need_axis")).to_be_hidden()
    page.select_option("#scheme-preset", "assets_8")
    page.get_by_role("button", name=say("Fill in the bands")).click()
    expect(page.locator("#bands-group tr.form-row:not(.empty-form)")).to_have_count(8)
    expect(page.locator("#bands-group .band-swatch").first).to_have_attribute("data-tone", "1")
    page.uncheck("#id_active")
    page.locator("input[name=_save]").click()
    expect(page.locator(".messagelist .success").first).to_be_visible()
    bands = bank.ask(
        "SELECT b.code, b.minimum FROM tiering_band b JOIN tiering_scheme s ON s.id = b.scheme_id"
        " WHERE s.code = %s ORDER BY b.minimum DESC NULLS LAST",
        f"walk_{turn}",
    )
    assert len(bands) == 8
    assert (bands[0].code, bands[0].minimum) == ("W1000", 10_000_000)
    assert bands[-1].minimum is None
