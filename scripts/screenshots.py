"""Screenshots of the product on a demo bank of its own: `make screenshots` takes the README's, `--all DIR` every page.

Starts servers in the folder `screenshots` of the var folder, never those of `make run`, fills them with the demo bank
once, signs in as each role, looks at the pages in Chromium, and says which had console errors or asked another host.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts import local_servers

CLONE = local_servers.CLONE
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
# The README's: name, role, page.
README = (("worklist", "manager", "/"), ("dashboard", "head", "/tiering/"), ("customer", "manager", "{customer}"))
PAGES = {
    "": {"login": "/accounts/login/"},
    "manager": {
        "worklist": "/",
        "followups": "/followups/",
        "customers": "/customers/",
        "customer": "{customer}",
        "customer-edit": "{customer}edit/",
        "organisation": "{organisation}",
        "customer-add": "/customers/add/",
        "explanation": "{explanation}",
        "dashboard": "/tiering/",
        "visits": "/visits/",
        "calendar": "/visits/calendar/",
        "visit": "{visit}",
        "visit-add": "/visits/add/",
        "objections": "/visits/objections/",
        "proposals": "/proposals/",
        "proposal": "{proposal}",
        "proposal-add": "/proposals/add/",
        "ladder": "/care/ladder/",
        "attention": "/care/attention/",
    },
    "head": {
        "worklist": "/",
        "customers": "/customers/",
        "dashboard": "/tiering/",
        "dashboard-assets": "/tiering/?scheme=assets",
        "movements": "/tiering/movements/",
        "managers": "/followups/managers/",
        "ladder": "/care/ladder/?rung=3",
        "attention": "/care/attention/",
    },
    "auditor": {"dashboard": "/tiering/", "audit": "/staff/audit/", "imports": "/customers/imports/"},
    "admin": {"admin": "/admin/", "imports": "/customers/imports/", "jobs": "/jobs/", "audit": "/staff/audit/"},
}


class ScreenshotsError(Exception):
    """No screenshots; the message is one sentence."""


@dataclass
class Camera:
    """A browser that notes what went wrong on the pages it saw."""

    browser: object
    origin: str
    passwords: dict
    faults: list = field(default_factory=list)

    @contextlib.contextmanager
    def signed_in(self, role: str, size: tuple[int, int]) -> Iterator[object]:
        """A page of somebody with the role; nobody for an empty one."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]})
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and self.faults.append(f"{page.url} {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"{page.url} {error}"))
        page.on("request", self._watch)
        if role:
            staff_no, password = self.passwords[role]
            page.goto(f"{self.origin}/accounts/login/")
            page.fill("input[name=username]", staff_no)
            page.fill("input[name=password]", password)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/accounts/login/" not in url)
        yield page
        context.close()

    def _watch(self, request: object) -> None:
        if not request.url.startswith((self.origin, "data:")):
            self.faults.append(f"asked another host: {request.url}")

    def take(self, page: object, path: str, target: Path, *, whole: bool) -> None:
        """One picture; `whole` shows the page down to its end, with the parts that load when they come into sight."""
        answer = page.goto(f"{self.origin}{path}")
        if answer is None or answer.status >= 400:
            self.faults.append(f"{path} answered {answer.status if answer else 'nothing'}")
        page.wait_for_load_state("networkidle")
        if whole:
            size = page.viewport_size
            height = page.evaluate("document.documentElement.scrollHeight")
            page.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), 6000)})
            page.wait_for_timeout(
                500
            )  # parts that load when they come into sight look for themselves five times a second
            page.wait_for_load_state("networkidle")
            page.screenshot(path=target, full_page=True)
            page.set_viewport_size(size)
        else:
            page.screenshot(path=target)
        print(f"    {target}", flush=True)


def main() -> int:
    """Run the command line; returns 1 when a page had a fault or nothing could be taken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", metavar="DIR", type=Path, help="every page in both languages at 1440 and 390 px")
    parser.add_argument("--only", metavar="WORD", default="", help="with --all: only pages whose name has this word")
    options = parser.parse_args()
    try:
        faults = run(options.all, options.only)
    except (ScreenshotsError, local_servers.ServersError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        local_servers.release_all()
    for fault in dict.fromkeys(faults):
        print(f"FAULT {fault}", file=sys.stderr)
    return 1 if faults else 0


def run(everything: Path | None, only: str) -> list[str]:
    """Prepare, look, and return what was wrong."""
    from playwright.sync_api import sync_playwright

    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise ScreenshotsError("No Chromium found; Debian has it: apt-get install chromium fonts-noto-cjk")
    folder = local_servers.var_dir() / "screenshots"
    prepare(folder)
    # The browser's event loop runs in this thread; our few look-ups beside it are meant to wait.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    places = addresses()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver runs a loop of its own in this thread
    with serving(folder) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--hide-scrollbars"])
        camera = Camera(browser, origin, passwords())
        if everything is None:
            take_readme(camera, places)
        else:
            take_all(camera, places, everything, only)
        browser.close()
    return camera.faults


def prepare(folder: Path) -> None:
    """Servers, tables, demo bank and static files in the folder; the second time only what changed."""
    import django
    from django.core.management import call_command

    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # somebody's real data is not to be photographed
    os.environ["VAR_DIR"] = str(folder)
    print(f"==> Preparing a demo bank in {folder}", flush=True)
    local_servers.prepare(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from customers.models import Customer

    call_command("migrate", verbosity=0, interactive=False)
    if not Customer.objects.exists():
        call_command("demo")
    call_command("collectstatic", verbosity=0, interactive=False)


def passwords() -> dict[str, tuple[str, str]]:
    """{role: (staff number, password)} of the demo people."""
    from care.services.demo import sign_ins

    return {role: (staff_no, password) for role, staff_no, password in sign_ins()}


def addresses() -> dict[str, str]:
    """Pages of single things, rich ones from the demo manager's book."""
    from django.db.models import Count, Q
    from django.urls import reverse

    from care.services.demo import sign_ins
    from customers.models import Customer

    staff_no = next(staff_no for role, staff_no, _password in sign_ins() if role == "manager")
    book = Customer.objects.filter(manager__staff_no=staff_no).annotate(
        offers=Count("proposals", distinct=True),
        talks=Count("visits", distinct=True),
        held=Count("holdings", distinct=True),
    )
    customer = book.filter(kind="individual", standing__tier__in=["VIP", "A"]).order_by(
        "-offers", "standing__tier_rank", "-talks", "-held"
    )[0]
    organisation = book.filter(~Q(kind="individual")).order_by("-talks", "-held")[0]
    visit = customer.visits.order_by("-planned_on").first()
    proposal = customer.proposals.order_by("-drafted_on").first()
    return {
        "customer": customer.get_absolute_url(),
        "organisation": organisation.get_absolute_url(),
        "explanation": reverse("tiering:explanation", args=[customer.public_id]),
        "visit": visit.get_absolute_url() if visit else "/visits/",
        "proposal": proposal.get_absolute_url() if proposal else "/proposals/",
    }


@contextlib.contextmanager
def serving(folder: Path, environment: dict[str, str] | None = None) -> Iterator[str]:
    """The web server on a free port, until the block is left; yields its address. Without `environment`: this one's."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "web.log").open("wb") as log:
        web = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "config.wsgi",
                f"--bind=127.0.0.1:{port}",
                "--threads=4",
                "--timeout=120",
            ],
            cwd=CLONE,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        origin = f"http://127.0.0.1:{port}"
        wait_for(port, web, folder / "web.log")
        yield origin
    finally:
        web.terminate()
        web.wait(30)


def wait_for(port: int, web: subprocess.Popen, log: Path) -> None:
    """Return when the web server answers; raises ScreenshotsError when it does not."""
    limit = time.monotonic() + 60
    while time.monotonic() < limit and web.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise ScreenshotsError(f"The web server does not answer; {log} says why.")


def speak(language: str) -> None:
    """The language of everybody's pages."""
    from staff.models import User

    User.objects.update(language=language)


def take_readme(camera: Camera, places: dict[str, str]) -> None:
    """The pictures that the README shows."""
    folder = CLONE / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    speak(LANGUAGES["zh"])
    for name, role, path in README:
        with camera.signed_in(role, WIDTHS["1440"]) as page:
            camera.take(page, path.format(**places), folder / f"{name}.png", whole=False)


def take_all(camera: Camera, places: dict[str, str], folder: Path, only: str) -> None:
    """Every page of every role, in both languages, wide and narrow."""
    folder.mkdir(parents=True, exist_ok=True)
    for short, language in LANGUAGES.items():
        speak(language)
        for width, size in WIDTHS.items():
            for role, pages in PAGES.items():
                wanted = {name: path for name, path in pages.items() if only in name}
                if not wanted:
                    continue
                with camera.signed_in(role, size) as page:
                    for name, path in wanted.items():
                        target = folder / f"{role or 'anybody'}-{name}-{short}-{width}.png"
                        camera.take(page, path.format(**places), target, whole=True)


if __name__ == "__main__":
    sys.exit(main())
