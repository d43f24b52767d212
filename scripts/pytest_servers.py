"""A pytest plugin: gives every test run the local servers of `<var>/test`, never those of `make run`.

Each run has a database of its own, so that two runs in one clone do not meet; `--reuse-db` keeps one between runs.
In a parallel run the tests of a file go to one process, and all browser tests to the same one; what takes longest is
dealt out first, so that the processes end at about the same time.
"""

import os
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from xdist.scheduler import LoadScopeScheduling

from scripts import local_servers

BROWSER = "tests/browser/"
# How long a test takes, roughly, in tests that ask the database.
WEIGHTS = {"browser": 20, "slow": 30, "django_db": 1}
WITHOUT_DATABASE = 0.1


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a wrapper runs before pytest-django reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Once per run: the workers of a parallel run inherit the environment."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        _prepare(reuse_db=early_config.known_args_namespace.reuse_db)
    return (yield)


def _prepare(*, reuse_db: bool) -> None:
    folder = local_servers.var_dir() / "test"
    os.environ["VAR_DIR"] = str(folder)
    given = bool(os.environ.get("DATABASE_URL"))
    try:
        local_servers.prepare(folder, fast=True)
    except local_servers.ServersError as error:
        raise pytest.UsageError(str(error)) from None
    os.environ["TEST_RUN"] = str(os.getpid())
    if not given and not reuse_db:
        _drop_leftovers()
        url = urlsplit(os.environ["DATABASE_URL"])
        os.environ["DATABASE_URL"] = urlunsplit(url._replace(path=f"/crm_{os.getpid()}"))


def pytest_unconfigure() -> None:
    """Take the run's migrated database away, and stop the servers when this was the last run that used them."""
    if os.environ.get("TEST_RUN") == str(os.getpid()):
        connection = psycopg2.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for state in ("migrated_begun", "migrated"):  # begun: the run ended before any test needed it
                    cursor.execute(f'DROP DATABASE IF EXISTS "test_crm_{os.getpid()}_{state}" WITH (FORCE)')
        finally:
            connection.close()
    local_servers.release_all()


def file_of(nodeid: str) -> str:
    """The file of a test; the browser tests share a bank and count as one."""
    return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


class ByFile(LoadScopeScheduling):
    """Files are dealt out whole, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return file_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Asked once by the process that deals out the tests."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first in a parallel run; within a file the order stays."""
    if not os.environ.get("PYTEST_XDIST_WORKER"):
        return
    weights: Counter[str] = Counter()
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if "db" in getattr(item, "fixturenames", ()):
            marks.add("django_db")
        weights[file_of(item.nodeid)] += next((WEIGHTS[name] for name in WEIGHTS if name in marks), WITHOUT_DATABASE)
    items.sort(key=lambda item: -weights[file_of(item.nodeid)])


def _drop_leftovers() -> None:
    """Drop the databases of runs that were killed: their process is gone."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(r"SELECT datname FROM pg_database WHERE datname ~ '^test_crm_\d+'")
            for (name,) in cursor.fetchall():
                try:
                    os.kill(int(name.split("_")[2]), 0)
                except ProcessLookupError:
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                except PermissionError:
                    continue
    finally:
        connection.close()
