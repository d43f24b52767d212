"""A load killed in the middle of a file leaves all of the file or nothing of it, and can simply be run again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from customers.models import Holding, ImportRun, Standing
from tests.customers.extracts import BANK, load, write

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
ROWS = 40_000
PATIENCE = 60
HOLDINGS = ["holding_no,customer_no,product_code,balance", *(f"K{n:06d},C1,CA01,{n}.00" for n in range(ROWS))]


def start(folder):
    """The command in a process of its own, on the database of this test."""
    database = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(database._replace(path="/" + connection.settings_dict["NAME"]))
    command = [sys.executable, "manage.py", "load_extract", str(folder), "--as-of", "2026-12-31"]
    env = os.environ | {"DATABASE_URL": url, "VAR_DIR": str(settings.VAR_DIR)}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def others(condition="true"):
    """How many other sessions on this database are doing something of which the SQL `condition` holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            f" AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND {condition}"
        )
        return cursor.fetchone()[0]


def wait_until(true, process=None):
    """Ask until `true()`; fails after a minute, or when the process ends first."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        assert process is None or process.poll() is None, "the load ended before it could be killed"


@pytest.mark.parametrize(
    "moment", ["COPY stage_holdings", "CREATE TEMP TABLE ready_holdings", "INSERT INTO customers_holding "]
)
def test_killed_load_leaves_all_of_a_file_or_nothing(tmp_path, moment):
    folder = write(tmp_path / "bank", BANK | {"holdings": HOLDINGS})
    process = start(folder)
    try:
        wait_until(lambda: others(f"state = 'active' AND starts_with(query, '{moment}')"), process)
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    wait_until(lambda: not others())
    assert Holding.objects.count() in {0, ROWS}
    killed = ImportRun.objects.get()
    assert killed.state == "running"
    assert ("holdings" in killed.files) == (Holding.objects.count() == ROWS)
    again = load(folder)
    assert again.files["customers"]["unchanged"] == 2
    assert Holding.objects.count() == ROWS
    assert Standing.objects.get(customer__customer_no="C1").holding_count == ROWS
    killed.refresh_from_db()
    assert killed.state == "failed"
