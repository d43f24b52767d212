"""What a person does with the parts that several pages share."""

from playwright.sync_api import expect


def pick(page, name, text):
    """Type into the picker of a field and take the option that has the text."""
    picker = page.locator(f"select[name={name}] + .ts-wrapper")
    picker.locator(".ts-control").click()
    page.keyboard.type(text)
    picker.locator(".ts-dropdown .option", has_text=text).first.click()
    expect(picker.locator(".ts-control .item")).to_contain_text(text)


def wait_for_panels(page):
    """Scroll through what the page shows until each part that loads when it comes into sight has loaded."""
    for panel in page.locator(".panel-lazy:visible").all():
        panel.scroll_into_view_if_needed()
        expect(panel.locator(".skeleton")).to_have_count(0)


def count_of(page):
    """How many rows the list says it has."""
    page.wait_for_load_state("networkidle")
    if page.locator("#list .crm-empty").count():
        return 0
    return int(page.locator("#list .list-count strong").inner_text().replace(",", ""))


def toast(page):
    """The latest message at the foot of the page."""
    return page.locator(".crm-toast").last


def choose(page, label):
    """Press one of the radio buttons that are drawn as chips."""
    page.locator(".choice-chip", has_text=label).click()
