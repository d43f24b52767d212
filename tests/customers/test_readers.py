"""Rows read by processes beside the load: the same result in the same order, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from customers.rules.extract import LAYOUTS, read_header
from customers.rules.tables import find_files, open_table
from customers.services.extract import readers, staging
from customers.services.extract.readers import Readers
from jobs.services import Cancelled
from tests.bench.sides import run
from tests.customers.extracts import AS_OF, BANK, write

HEADER, FIRST, _SECOND = BANK["customers"]
ROWS = 60
HOLDER = """
import os, signal, sys, time, django
django.setup()
from customers.services.extract import readers
from tests.customers.test_readers import readers_of
hired = readers_of()
hired._hire()
hired._hire()
print(*(child.pid for child, _link in hired.children), flush=True)
time.sleep(60)
"""


def readers_of():
    header, *_found = read_header(LAYOUTS["customers"], ["customer_no", "kind", "name", "branch_code"])
    return Readers(header, ["customer_no", "kind", "name", "branch_code", "name_grams"], own=(), on=AS_OF)


def is_gone(pid):
    """Whether a process has ended; one that nobody has asked after yet has, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def hired(monkeypatch):
    """Small files are read by two processes; gives those who were hired."""
    found, hire = [], Readers._hire
    monkeypatch.setattr(readers, "processors", lambda: 2)
    monkeypatch.setattr(staging, "WORTH_ROWS", 10)
    monkeypatch.setattr(staging, "CHUNK_ROWS", 7)

    def noted(self):
        hire(self)
        found.append(self.children[-1][0])

    monkeypatch.setattr(Readers, "_hire", noted)
    return found


@pytest.fixture
def staged(tmp_path, db):
    """Stages a file of customers, every tenth row of which is refused and every seventh doubted."""
    rows = [FIRST.replace("C1,", f"C{n},", 1).replace("曾国藩", f"曾国\\藩{n}") for n in range(ROWS)]
    rows[::10] = [row.replace("individual", "nobody") for row in rows[::10]]
    rows[::7] = [row.replace("138 1234 5678", "12345") for row in rows[::7]]
    table = open_table(find_files(write(tmp_path / "bank", {"customers": [HEADER, *rows]}))[0]["customers"])

    def stage(progress=lambda rows: None):
        header, unknown = staging.header_of(table)
        found = staging.stage(table, header, unknown, on=AS_OF, progress=progress, recognise=True)
        plain = "line, customer_no, name, id_no_index, mobile_index, mobile_tail, name_grams, birth_date"
        said = (
            found.rows,
            found.rejected,
            found.warnings,
            run(f"SELECT {plain} FROM stage_customers ORDER BY line"),
            run("SELECT * FROM stage_customers_issues"),
            run("SELECT * FROM stage_customers_known ORDER BY line"),
            run("SELECT * FROM stage_customers_keys ORDER BY 1, 2"),
        )
        staging.drop("customers")
        return said

    return stage


def test_others_read_the_same(staged, hired, monkeypatch):
    others = staged()
    assert len(hired) == 2
    assert all(child.returncode is not None for child in hired)
    monkeypatch.setattr(readers, "processors", lambda: 1)
    assert staged() == others
    assert len(hired) == 2
    assert (others[0], others[1], len(others[3]), len(others[4]) > 6) == (ROWS, 6, ROWS - 6, True)


def test_rows_of_a_process_that_died_are_read_all_the_same(staged, hired, monkeypatch):
    whole, start = staged(), Readers.start

    def start_and_lose(self):
        start(self)
        for child, _link in self.children:
            child.kill()

    monkeypatch.setattr(Readers, "start", start_and_lose)
    assert staged() == whole


def test_nobody_is_left_when_the_load_is_cancelled(staged, hired):
    def cancel(rows):
        if rows > 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        staged(progress=cancel)
    assert [is_gone(child.pid) for child in hired] == [True, True]


def test_readers_end_with_a_load_that_was_killed():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE, text=True
    )
    with holder:
        children = holder.stdout.readline().split()
        os.kill(holder.pid, signal.SIGKILL)
    assert len(children) == 2
    deadline = time.monotonic() + 30
    while not all(map(is_gone, children)):
        assert time.monotonic() < deadline, "a reader outlived its load"
