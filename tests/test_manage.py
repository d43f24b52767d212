"""Commands on a database that is not ready say what to do, in one sentence."""

import os
import subprocess
import sys

import pytest

from tests.processes import CLONE, own_database


@pytest.mark.parametrize("command", [["retier"], ["raise_followups"], ["explain_score", "C000001"]])
def test_command_without_tables_says_to_migrate_first(command):
    with own_database("untouched") as url:
        done = subprocess.run(
            [sys.executable, "manage.py", *command, "--json"],
            cwd=CLONE,
            env=os.environ | {"DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert "manage.py migrate" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
