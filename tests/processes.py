"""Real processes for tests: waiting for what they do, a port and a database of their own."""

import fcntl
import os
import shlex
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import psycopg2

from scripts import local_servers

CLONE = local_servers.CLONE
# What the compose file has its container do; tests/test_deployment.py holds them together.
MIGRATE = ("manage.py", "migrate", "--no-input")
PRODUCTION = {"CRM_PRODUCTION": "1", "ALLOWED_HOSTS": "crm.example.com"}


def until(condition, seconds=60):
    """Wait for a condition; returns whether it came true in time."""
    limit = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < limit:
        threading.Event().wait(0.1)
    return bool(met)


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def migrated_database():
    """The name of a database with all migrations applied, to copy from; whoever asks first in a run makes it.

    Migrating takes long, and every process of a run needs a database. It is done as in production, and goes with the
    run (scripts.pytest_servers).
    """
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    name = f"test_crm_{os.environ['TEST_RUN']}_migrated"
    with (
        (local_servers.var_dir() / "migrated.lock").open("w") as lock,
        closing(psycopg2.connect(f"{base}/postgres")) as server,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}_begun"')
                cursor.execute(f'CREATE DATABASE "{name}_begun"')
                done = subprocess.run(
                    [sys.executable, *MIGRATE],
                    cwd=CLONE,
                    env=os.environ | PRODUCTION | {"DATABASE_URL": f"{base}/{name}_begun"},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if done.returncode:
                    raise RuntimeError(f"The database of the tests could not be migrated: {done.stderr[-3000:]}")
                cursor.execute(f'ALTER DATABASE "{name}_begun" RENAME TO "{name}"')
    return name


@contextmanager
def own_database(purpose, migrated=False):
    """A database on the test servers, empty or migrated, dropped at the end; yields its address."""
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    # The number of this process in the name: the leftovers of a killed run are found by it.
    name = f"test_crm_{os.getpid()}_{purpose}"
    copied = f' TEMPLATE "{migrated_database()}"' if migrated else ""
    server = psycopg2.connect(f"{base}/postgres")
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"{copied}')
        yield f"{base}/{name}"
    finally:
        with server.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.close()


@contextmanager
def child(command, environment, log):
    """Run a program until the block is left; yields a function that reads what it has said so far."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=CLONE, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        yield lambda: log.read_text(errors="replace")
        assert process.poll() is None, f"{shlex.join(command)} ended:\n{log.read_text(errors='replace')[-2000:]}"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
