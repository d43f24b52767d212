"""Take the screenshots of the README from the demo bank of this clone: `make screenshots`, into docs/screenshots/.

`ARGS="--all /tmp/look"` takes every page at 1440 and 390 pixels, light and dark, in both languages, to look at.
"""

import argparse
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import local_servers, run

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BROWSER_OPTIONS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# name: role and address; "first customer" follows the first row of the list.
PAGES = {
    "work-list": ("manager", "/"),
    "customers": ("manager", "/customers/"),
    "customer": ("manager", "first customer"),
    "visits": ("manager", "/visits/"),
    "calendar": ("manager", "/visits/calendar/"),
    "proposals": ("manager", "/proposals/"),
    "dashboard": ("head", "/tiering/"),
    "trail": ("auditor", "/staff/audit/"),
    "rules": ("admin", "/admin/"),
}
README = ("work-list", "customer", "dashboard")


def main() -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", metavar="FOLDER", type=Path, help="every page in every form, into this folder")
    options = parser.parse_args()
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not program:
        print("No Chromium here; on Debian: apt-get install chromium fonts-noto-cjk", file=sys.stderr)
        return 1
    try:
        with product() as (address, sign_ins), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=BROWSER_OPTIONS)
            if options.all:
                take_all(browser, address, sign_ins, options.all)
            else:
                take(browser, address, sign_ins, README, local_servers.CLONE / "docs/screenshots")
            browser.close()
    except (run.RunError, local_servers.ServersError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextmanager
def product() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """The product on a free port: its address, and name and password of each role; stops it afterwards."""
    folder = local_servers.var_dir()
    run.prepare(folder)
    lines = run.prepare_data()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (folder / "log").mkdir(exist_ok=True)
    web = run.Child("screenshots", run.commands(port, folder)["web"], folder / "log")
    try:
        run.wait_for_web(port, [web])
        yield f"http://127.0.0.1:{port}", {role: (name, word) for _, role, name, word in map(str.split, lines)}
    finally:
        web.stop()
        local_servers.release_all()


def take_all(browser: Browser, address: str, sign_ins: dict[str, tuple[str, str]], folder: Path) -> None:
    """Every page, wide and narrow, light and dark, Chinese and English."""
    for size, measure in (("1440", WIDE), ("390", PHONE)):
        for colours in ("light", "dark"):
            for language in ("zh-CN", "en"):
                into = folder / f"{size}-{colours}-{language}"
                take(browser, address, sign_ins, tuple(PAGES), into, measure, colours, language)


def take(
    browser: Browser,
    address: str,
    sign_ins: dict[str, tuple[str, str]],
    names: tuple[str, ...],
    folder: Path,
    size: dict[str, int] = WIDE,
    colours: str = "light",
    language: str = "zh-CN",
) -> None:
    """Save one picture a page; each role signs in once."""
    folder.mkdir(parents=True, exist_ok=True)
    for role in dict.fromkeys(PAGES[name][0] for name in names):
        context = browser.new_context(viewport=size, color_scheme=colours, locale=language, timezone_id="Asia/Shanghai")
        page = context.new_page()
        sign_in(page, address, *sign_ins[role], language=language)
        for name in names:
            if PAGES[name][0] == role:
                show(page, address, PAGES[name][1])
                page.screenshot(path=folder / f"{name}.png", full_page=size is PHONE)
                print(folder / f"{name}.png", flush=True)
        context.close()


def sign_in(page: Page, address: str, name: str, password: str, *, language: str) -> None:
    """Through the sign-in page, in the wanted language."""
    page.goto(f"{address}/accounts/login/")
    page.click(f'button[name="language"][value="{"en" if language == "en" else "zh-hans"}"]')
    page.fill('input[name="username"]', name)
    page.fill('input[name="password"]', password)
    page.press('input[name="password"]', "Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def show(page: Page, address: str, place: str) -> None:
    """Open a page and wait until its parts are there."""
    if place == "first customer":
        page.goto(f"{address}/customers/")
        place = page.locator('main a[href^="/customers/"]').evaluate_all(
            "links => links.map(link => link.getAttribute('href')).find(path => /[0-9a-f-]{36}[/]$/.test(path))"
        )
    page.goto(f"{address}{place}")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    sys.exit(main())
