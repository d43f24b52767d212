"""4. Tiering: an administrator changes the scoring sheet, publishes it, and the manager's page tells the new points."""

from playwright.sync_api import expect

from tests.processes import until


def explained(page, customer):
    """The first answered line of the sheet on a customer's page: (criterion, answer, points), and the total."""
    page.goto(f"/tiering/customers/{customer.public_id}/")
    line = page.locator(".explained-lines tbody tr:not(.is-missing)").first
    criterion, answer = line.locator("th").inner_text(), line.locator("td").first.inner_text()
    points = int(line.locator("td.num").first.inner_text())
    return criterion, answer, points, int(page.locator(".explained-lines tfoot td.num").first.inner_text())


def test_published_change_reaches_the_manager(bank, browse, language, say):
    customer = bank.customers("s.tier = 'A'")[0]
    desk = browse("manager", language)
    criterion, answer, points, total = explained(desk, customer)
    runs = bank.one("SELECT count(*) AS n FROM tiering_tieringrun").n

    page = browse("admin", language)
    page.goto("/admin/tiering/scoringsheet/")
    page.locator("#result_list tbody tr", has_text=say("In force")).locator("th a").click()
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
    expect(page.locator("#effect")).to_be_visible()
    expect(row.locator("td.num").last).not_to_have_text("")
    page.get_by_role("button", name=say("Save and publish")).click()
    expect(page.locator(".messagelist")).to_be_visible()
    expect(page.get_by_role("button", name=say("Start a draft from this version"))).to_be_visible()

    assert until(lambda: bank.one("SELECT count(*) AS n FROM tiering_tieringrun").n > runs)
    assert explained(desk, customer) == (criterion, answer, points + 1, total + 1)
    score = "SELECT score FROM customers_standing WHERE customer_id = %s"
    assert until(lambda: bank.one(score, customer.id).score == total + 1)


def test_customer_page_says_what_separates_from_the_next_tier(bank, browse, language, say):
    customer = bank.customers("s.tier = 'B'")[0]
    page = browse("manager", language)
    page.goto(f"/tiering/customers/{customer.public_id}/")
    expect(page.locator(".explained-next")).to_contain_text("A")
    expect(page.locator(".explained-schemes > li")).to_have_count(3)
    points = [int(text) for text in page.locator(".explained-lines tbody td:nth-child(3)").all_inner_texts()]
    assert sum(points) == int(page.locator(".explained-lines tfoot td.num").first.inner_text())
