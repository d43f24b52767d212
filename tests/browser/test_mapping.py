"""3. Importing a foreign file: columns and codes chosen in the page, checked, imported, saved, undone."""

import re

import pytest
from playwright.sync_api import expect

ROWS = 40


@pytest.fixture
def foreign(turn, tmp_path):
    """A file of another system: its own headings, codes and dates."""
    jobs = ("management", "木匠", "unknown", "公务员")
    rows = [
        f"{turn}{number:03d};外来{number};{jobs[number % 4]};0{number % 9 + 1}.05.1980;1.{number:03d},50"
        for number in range(ROWS)
    ]
    path = tmp_path / f"foreign-{turn}.csv"
    path.write_text("\n".join(["编号;姓名;job;出生;income", *rows]) + "\n", encoding="gb18030")
    return path


def test_foreign_file_is_mapped_checked_imported_and_undone(bank, browse, language, say, foreign, turn):
    page = browse("admin", language)
    page.goto("/customers/imports/")
    page.set_input_files("[name=begin-file]", foreign)
    page.get_by_role("button", name=say("Choose columns")).click()
    page.wait_for_url(re.compile("/mapping/$"))
    # Headings nobody could guess, a value and a pattern: what is asked for shows only then.
    expect(page.locator("[name=text-kind]")).to_be_hidden()
    for name, source, text in (
        ("customer_no", "template", f"F{turn}-{{编号}}"),
        ("kind", "constant", "individual"),
        ("branch_code", "constant", "B0101"),
        ("manager_no", "constant", "M010101"),
    ):
        page.select_option(f"#source-{name}", source)
        page.fill(f"[name=text-{name}]", text)
    page.select_option("#source-birth_date", "h:出生")
    page.get_by_role("button", name=say("Keep and show again")).click()
    expect(page.locator("[name=form-birth_date]")).to_have_value("dates:DD.MM.YYYY")
    page.select_option("[name=form-annual_income]", "number:comma")
    page.locator(".mapping-codes summary").first.click()
    page.get_by_label("木匠").select_option("technician")
    expect(page.get_by_text("外来7")).to_have_count(0)  # names are masked

    page.get_by_role("button", name=say("Check"), exact=True).click()
    stats = page.locator("#import-status .stat-value")
    expect(stats.first).to_have_text(str(ROWS))
    expect(stats.nth(1)).to_have_text(str(ROWS))
    page.fill("[name=name]", f"柜面 {turn}")
    page.get_by_role("button", name=say("Save mapping")).click()
    page.get_by_role("button", name=say("Import"), exact=True).click()
    undo = page.get_by_role("button", name=say("Undo the whole import"))
    expect(undo).to_be_visible()
    found = bank.ask(
        "SELECT occupation FROM customers_person p JOIN customers_customer c ON c.id = p.customer_id"
        " WHERE c.customer_no LIKE %s AND p.occupation = 'technician'",
        f"F{turn}-%",
    )
    assert len(found) == ROWS // 4

    undo.click()
    expect(page.locator(".job-state-undone")).to_be_visible()
    assert not bank.ask("SELECT 1 FROM customers_customer WHERE customer_no LIKE %s", f"F{turn}-%")
    page.goto("/customers/imports/mappings/")
    expect(page.locator("#list")).to_contain_text(f"柜面 {turn}")
