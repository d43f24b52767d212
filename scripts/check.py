"""Everything that `make check` looks at; prints what fails and goes on, so that one run tells all."""

import os
import subprocess
import sys
import time

from scripts import local_servers

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
STEPS = {
    "formatting": [*PYTHON, "ruff", "format", "--check", "--quiet", "."],
    "lint": [*PYTHON, "ruff", "check", "--quiet", "."],
    "import contracts": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "templates": [*PYTHON, "djlint", "--lint", "--quiet", "."],
    "translations": [*PYTHON, "scripts.messages", "check"],
    "icons": [*PYTHON, "scripts.icons", "--check"],
    "Django's checks": [*MANAGE, "check", "--fail-level", "WARNING"],
    "missing migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
}


def main() -> int:
    """Run every step; returns 1 when any of them fails."""
    folder = local_servers.var_dir() / "test"
    os.environ["VAR_DIR"] = str(folder)
    try:
        local_servers.prepare(folder, fast=True)
    except local_servers.ServersError as error:
        print(error, file=sys.stderr)
        return 1
    failed = []
    for name, command in STEPS.items():
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=local_servers.CLONE, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        print(f"{'FAILED' if done.returncode else 'ok':6} {name} ({time.monotonic() - start:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip(), flush=True)
    local_servers.release_all()
    if failed:
        print(f"make check: {', '.join(failed)} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
