"""The local servers start for the first who needs them and end with the last, whatever happens in between."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from scripts import local_servers
from tests.processes import until

BORROWER = """
import sys
from pathlib import Path
from scripts import local_servers
with local_servers.borrowed(Path(sys.argv[1]), fast=True) as urls:
    print(urls["DATABASE_URL"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder():
    """A var folder that other accounts can reach, as in an ordinary clone."""
    place = Path(tempfile.mkdtemp(prefix="servers-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def answers(url):
    """Whether something listens at the address of a URL."""
    try:
        socket.create_connection(("127.0.0.1", urlsplit(url).port), timeout=1).close()
    except OSError:
        return False
    return True


def ask(url, query):
    """One value from a database."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def borrower(folder):
    """A borrower in a process of its own, and its DATABASE_URL; it lets go when its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", BORROWER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=local_servers.CLONE,
    )
    return process, process.stdout.readline().strip()


def finish(process):
    """Let a borrower go in peace."""
    process.communicate()
    assert process.returncode == 0


def test_two_folders_have_servers_and_data_of_their_own(folder):
    with (
        local_servers.borrowed(folder / "one", fast=True) as one,
        local_servers.borrowed(folder / "two", fast=True) as two,
    ):
        ask(one["DATABASE_URL"], "CREATE TABLE mine (n int)")
        assert ask(one["DATABASE_URL"], "SELECT to_regclass('mine') IS NOT NULL")
        assert not ask(two["DATABASE_URL"], "SELECT to_regclass('mine') IS NOT NULL")
        for urls in (one, two):
            with redis.from_url(urls["REDIS_URL"]) as queue:
                assert queue.ping()
    for urls in (one, two):
        assert not answers(urls["DATABASE_URL"])
        assert not answers(urls["REDIS_URL"])


def test_servers_ask_for_the_password(folder):
    with local_servers.borrowed(folder, fast=True) as urls:
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(urls["DATABASE_URL"].replace("crm:", "crm:wrong"))
        with (
            redis.Redis(port=urlsplit(urls["REDIS_URL"]).port, retry=Retry(NoBackoff(), 0)) as queue,
            pytest.raises(redis.AuthenticationError),
        ):
            queue.ping()


def test_last_borrower_stops_the_servers_and_data_is_kept(folder):
    process, url = borrower(folder)
    with local_servers.borrowed(folder) as urls:
        assert urls["DATABASE_URL"] == url
        ask(url, "CREATE TABLE kept (n int)")
        finish(process)
        assert ask(url, "SELECT 1") == 1
    assert not answers(url)
    with local_servers.borrowed(folder, fast=True) as urls:
        assert ask(urls["DATABASE_URL"], "SELECT to_regclass('kept') IS NOT NULL")


def test_killed_borrower_leaves_nothing_running(folder):
    process, url = borrower(folder)
    process.kill()
    process.communicate()
    assert until(lambda: not answers(url))
    assert until(lambda: not local_servers.held(folder / "servers" / "keeper.lock"))


def test_killed_keeper_takes_the_servers_along_and_the_next_borrower_starts_anew(folder):
    process, url = borrower(folder)
    os.kill(json.loads((folder / "servers" / "servers.json").read_text())["keeper"], signal.SIGKILL)
    assert until(lambda: not local_servers.held(folder / "servers" / "keeper.lock"))
    with local_servers.borrowed(folder, fast=True) as urls:
        assert ask(urls["DATABASE_URL"], "SELECT 1") == 1
        assert urls["DATABASE_URL"] != url
        finish(process)


def test_long_path_works(folder):
    deep = folder.joinpath(*(["a-folder-with-a-rather-long-name"] * 6))
    with local_servers.borrowed(deep, fast=True) as urls:
        assert ask(urls["DATABASE_URL"], "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL under another account")
def test_root_keeps_the_data_elsewhere_when_the_folder_is_closed_to_others(folder):
    folder.chmod(0o700)
    try:
        with local_servers.borrowed(folder, fast=True) as urls:
            assert ask(urls["DATABASE_URL"], "SELECT 1") == 1
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(local_servers.outside_home(folder))


def test_folder_that_cannot_be_made_is_one_sentence(folder):
    (folder / "file").touch()
    with (
        pytest.raises(local_servers.ServersError, match="cannot be made: Not a directory"),
        local_servers.borrowed(folder / "file" / "var"),
    ):
        pass


def test_keys_are_made_once_and_private(folder, monkeypatch):
    for name in local_servers.KEYS:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    local_servers.ensure_keys(folder)
    first = {name: os.environ[name] for name in local_servers.KEYS}
    assert len(set(first.values())) == 3
    for name in local_servers.KEYS:
        monkeypatch.delenv(name)
    local_servers.ensure_keys(folder)
    assert first == {name: os.environ[name] for name in local_servers.KEYS}
    assert stat.S_IMODE((folder / "keys.env").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "url"),
    [("DATABASE_URL", "postgres://crm:secret@127.0.0.1:1/crm"), ("REDIS_URL", "redis://127.0.0.1:1/0")],
)
def test_unreachable_server_is_one_sentence_and_status_1(name, url):
    environment = {key: value for key, value in os.environ.items() if key != "CRM_SERVERS"}
    environment["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=local_servers.CLONE,
        env=environment | {name: url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr
