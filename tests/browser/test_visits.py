"""7. Visits: planned, prepared, recorded with need, objection and next step; the work list and the calendar know."""

import re

from playwright.sync_api import expect

from tests.browser.hands import choose, toast
from tests.processes import until

REACHABLE = (
    "c.kind = 'individual' AND NOT c.restricted AND NOT EXISTS (SELECT 1 FROM customers_contactpreference p"
    " WHERE p.customer_id = c.id AND (p.do_not_contact OR p.do_not_call))"
)


def plan(page, say, customer, purpose):
    """Plan a visit for the first of the two times offered, whatever there is to know first."""
    page.goto(f"/customers/{customer.public_id}/")
    page.get_by_role("link", name=say("Arrange a visit")).first.click()
    page.fill("input[name=purpose]", purpose)
    page.locator(".form-actions button").click()
    anyway = page.get_by_role("button", name=say("Plan anyway"))
    expect(anyway.or_(page.locator("#checklist"))).to_be_visible()
    if anyway.is_visible():
        anyway.click()
    expect(page.locator("#checklist")).to_be_visible()


def test_visit_is_planned_prepared_and_recorded(bank, browse, language, say, turn):
    customer = bank.customers(REACHABLE)[6 + turn]
    page = browse("manager", language)
    plan(page, say, customer, "子女教育金")

    page.locator("#checklist input[type=checkbox]").first.check()
    expect(page.locator("#checklist .checklist-count .num")).to_have_text(re.compile("^1/"))
    page.reload()
    expect(page.locator("#checklist input[type=checkbox]").first).to_be_checked()

    page.keyboard.press("d")
    page.wait_for_url("**/record/")
    page.fill("textarea[name=notes]", "女儿后年出国，准备了一笔钱；担心收益。")
    choose(page, say("Investment"))
    page.locator("input[name=driver_investment]").fill("孩子留学")
    page.locator("input[name=amount_investment]").fill("200000")
    objection = page.locator(".objection-row").first
    objection.locator("summary").click()
    objection.locator("[name$=words]").fill("收益太低了")
    objection.locator("[name$=kind]").select_option("real")
    page.fill("input[name=next_step]", "带两款方案再谈")
    page.locator(".form-actions button").click()
    page.wait_for_url(re.compile(r"/visits/[0-9a-f-]{36}/$"))
    expect(page.locator(".said")).to_contain_text("女儿后年出国")
    for text in ("孩子留学", "收益太低了", "带两款方案再谈"):
        expect(page.locator(".page-content")).to_contain_text(text)

    bank.ring("care.tasks.pick_up")
    waiting = "SELECT 1 FROM care_followup WHERE kind = 'next_step' AND state = 'open' AND customer_id = %s"
    assert until(lambda: bank.ask(waiting, customer.id))
    page.goto("/?period=all&kind=next_step")
    row = page.locator(f".care-row:has(a[href='/customers/{customer.public_id}/'])")
    expect(row).to_contain_text("带两款方案再谈")
    contact = bank.one("SELECT last_contact FROM customers_standing WHERE customer_id = %s", customer.id).last_contact
    assert contact == bank.today


def test_objection_is_handled_in_steps(bank, browse, language, say, turn):
    customer = bank.customers(REACHABLE)[8 + turn]
    page = browse("manager", language)
    page.goto(f"/visits/objections/add/?customer={customer.public_id}")
    page.fill("[name=words]", "我再考虑考虑")
    page.select_option("select[name=kind]", "hidden")
    page.locator(".form-actions button").click()
    expect(page.locator("input[name=steps]")).to_have_count(5)
    for box in page.locator("input[name=steps]").all()[:2]:
        box.check()
    page.fill("textarea[name=answer]", "您担心的是流动性吗？")
    page.locator(".form-actions button").click()
    expect(page.locator(".five-done")).to_have_count(2)
    page.goto(f"/visits/objections/?customer={customer.public_id}")
    expect(page.locator("#list")).to_contain_text("我再考虑考虑")
    expect(page.locator("#list")).to_contain_text("2/5")


def test_calendar_turns_months_and_shows_the_planned_visit(bank, browse, language, say, turn):
    customer = bank.customers(REACHABLE)[10 + turn]
    page = browse("manager", language)
    plan(page, say, customer, "年度回顾")
    planned = bank.one(
        "SELECT planned_on FROM visits_visit WHERE customer_id = %s AND purpose = '年度回顾'", customer.id
    ).planned_on
    page.goto("/visits/calendar/")
    title = page.locator(".calendar-nav h2")
    shown = title.inner_text()
    page.locator(".calendar-nav a[rel=next]").click()
    expect(title).not_to_have_text(shown)
    page.locator(".calendar-nav a[rel=prev]").click()
    expect(title).to_have_text(shown)
    if (planned.year, planned.month) != (bank.today.year, bank.today.month):
        page.goto(f"/visits/calendar/?month={planned:%Y-%m}")
    visit = page.locator(".month-visit", has_text=customer.name).last
    visit.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(customer.name)


def test_visit_is_called_off_and_planned_again(bank, browse, language, say, turn):
    customer = bank.customers(REACHABLE)[12 + turn]
    page = browse("manager", language)
    plan(page, say, customer, "到期安排")
    page.get_by_role("link", name=say("Not held")).click()
    page.fill("input[name=reason]", "临时出差")
    page.locator(".form-actions button").click()
    expect(page.locator(".page-content")).to_contain_text("临时出差")
    page.get_by_role("button", name=say("Plan again")).click()
    expect(page.locator("#checklist")).to_be_visible()
    expect(toast(page)).to_be_visible()
