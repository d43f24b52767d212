"""One demo bank with a real web server and worker, one Chromium, and a watch over every page the tests open.

The browser speaks to other processes only: a test reads the bank's tables with `bank.ask`, never through Django, whose
database layer refuses to work beside the browser's event loop.
"""

import contextlib
import os
import shutil
import subprocess
import sys

import psycopg2
import psycopg2.extras
import pytest
from celery import Celery
from django.utils import translation
from playwright.sync_api import expect

from scripts import local_servers
from scripts.screenshots import BROWSERS, serving
from tests.browser.watch import Watch
from tests.processes import CLONE, child, own_database, until

LANGUAGES = ("zh-hans", "en")
WIDE, PHONE = (1440, 900), (390, 844)
CUSTOMERS = 1500
SECONDS = 40
expect.set_options(timeout=SECONDS * 1000)


def pytest_collection_modifyitems(items):
    """Every test of this folder drives a browser."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


class Bank:
    """The demo bank under test: its address, its people, its tables, its worker."""

    def __init__(self, origin, connection, passwords, queue):
        self.origin, self.connection, self.passwords, self.queue = origin, connection, passwords, queue
        self.sessions = {}

    def ring(self, task):
        """Have the worker do what beat would ask of it."""
        # Not the current app: later tests of this process ring their own worker.
        with Celery(broker=self.queue, set_as_current=False) as app:
            app.send_task(task, ignore_result=True)

    def ask(self, query, *values):
        """Rows of a query, each with its columns as attributes."""
        with self.connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, query, *values):
        """The first row of a query; there must be one."""
        rows = self.ask(query, *values)
        assert rows, f"no row: {query}"
        return rows[0]

    @property
    def today(self):
        """The bank day."""
        return self.one("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS day").day

    def staff_no(self, role):
        """Who signs in as a role."""
        return self.passwords[role][0]

    def customers(self, condition="true", role="manager"):
        """The customers in the book of the one who signs in as the role, in a fixed order."""
        return self.ask(
            "SELECT c.* FROM customers_customer c JOIN staff_user p ON p.id = c.manager_id"
            " JOIN customers_standing s ON s.customer_id = c.id"
            f" WHERE p.staff_no = %s AND ({condition}) ORDER BY c.customer_no",
            self.staff_no(role),
        )


def run(environment, *arguments):
    """A management command that must succeed; returns what it printed."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CLONE,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stderr[-3000:]}"
    return done.stdout


def own_queue():
    """A queue apart from those of other test processes; an old message in it finds no job to claim."""
    return f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{1 + os.getpid() % 8}"


@pytest.fixture(scope="package")
def executable():
    """The Chromium of this machine; without one the browser tests are skipped."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("No Chromium found; Debian has it: apt-get install chromium fonts-noto-cjk")
    return found


@pytest.fixture(scope="package")
def bank(executable, tmp_path_factory):
    """A demo bank with everything that runs in production but beat: nothing here waits for the clock."""
    folder = tmp_path_factory.mktemp("browser")
    with own_database("browser", migrated=True) as url:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": own_queue(),
            "SESSION_COOKIE_AGE": "86400",
            **{key: os.environ[key] for key in local_servers.KEYS},
        }
        run(environment, "demo", "--customers", str(CUSTOMERS), "--json")
        run(environment, "collectstatic", "-v0", "--noinput")
        told = [line.split() for line in run(environment, "demo", "--sign-ins").splitlines()]
        passwords = {role: (staff_no, password) for _word, role, staff_no, password in told}
        worker = [sys.executable, "-m", "celery", "-A", "config", "worker", "--loglevel=INFO", "--pool=solo"]
        worker += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with (
            contextlib.closing(psycopg2.connect(url, cursor_factory=psycopg2.extras.NamedTupleCursor)) as connection,
            child(worker, environment, folder / "worker.log") as said,
            serving(folder, environment) as origin,
        ):
            connection.autocommit = True
            assert until(lambda: " ready." in said()), said()
            yield Bank(origin, connection, passwords, environment["REDIS_URL"])


@pytest.fixture(scope="package")
def chromium(executable):
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def watch(bank):
    """Collects what goes wrong on any page of the test, and fails the test that left something."""
    watching = Watch(bank.origin)
    yield watching
    assert watching.faults == []


@pytest.fixture
def browse(bank, chromium, watch):
    """`browse(role, language, size)`: a page of somebody signed in with the role; of nobody for an empty role."""
    contexts = []

    def opened(role="", language="zh-hans", size=WIDE, **options):
        if role:
            bank.ask(
                "UPDATE staff_user SET language = %s, theme = 'light' WHERE staff_no = %s",
                language,
                bank.staff_no(role),
            )
            if role not in bank.sessions:
                bank.sessions[role] = signed_in(bank, chromium, role)
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=bank.origin,
            storage_state=bank.sessions.get(role),
            locale={"zh-hans": "zh-CN", "en": "en-GB"}[language],
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(SECONDS * 1000)
        watch.over(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def signed_in(bank, chromium, role):
    """The cookies of somebody who has just signed in with the role; kept for the tests that follow."""
    context = chromium.new_context(base_url=bank.origin)
    page = context.new_page()
    fill_sign_in(page, *bank.passwords[role])
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    state = context.storage_state()
    context.close()
    return state


def fill_sign_in(page, staff_no, password):
    """Sign in as a person would."""
    page.goto("/accounts/login/")
    page.fill("input[name=username]", staff_no)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")


def pytest_generate_tests(metafunc):
    """The walks of a module go in Chinese and in English by turns; ``IN_EVERY_LANGUAGE = True``: each goes in both."""
    if "language" in metafunc.fixturenames:
        walks = [name for name in vars(metafunc.module) if name.startswith("test_")]
        turn = walks.index(metafunc.function.__name__) % len(LANGUAGES)
        every = getattr(metafunc.module, "IN_EVERY_LANGUAGE", False)
        metafunc.parametrize("language", LANGUAGES if every else LANGUAGES[turn : turn + 1], indirect=True)


@pytest.fixture
def language(request):
    """The language of the walk (`pytest_generate_tests`)."""
    return request.param


@pytest.fixture
def turn(language):
    """0 in Chinese, 1 in English: what one walk has used up, the other leaves alone."""
    return LANGUAGES.index(language)


@pytest.fixture
def say(language):
    """`say("Done")`: what a page says for an English source text; with its `context` and `%(name)s` values."""

    def words(text, context=None, **values):
        with translation.override(language):
            said = translation.pgettext(context, text) if context else translation.gettext(text)
        return said % values if values else said

    return words
