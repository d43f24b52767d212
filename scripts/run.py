"""The whole product on this machine: `make run`, `make stop` and the careful half of `make clean`.

Prepares what is missing (assets, servers, keys, tables, demo bank, static files), starts the web server, the worker and
beat, says where to sign in, and stops everything in order on Ctrl-C.
"""

import argparse
import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from scripts import assets, local_servers

CLONE = local_servers.CLONE
WEB_SECONDS = 90
STOP_SECONDS = 20


class RunError(Exception):
    """The product cannot run; the message is one sentence for the person at the terminal."""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM or a closed terminal."""


class Child:
    """One of the processes that make up the product, with its log."""

    def __init__(self, name: str, command: list[str], logs: Path) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=CLONE,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only this program, which then stops the children in order
                preexec_fn=_end_with_parent,
            )

    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def last_lines(self) -> str:
        """The end of its log, for the person at the terminal."""
        return "\n".join(f"    {line}" for line in self.log.read_text(errors="replace").splitlines()[-15:])

    def stop(self) -> None:
        """Ask it to finish; after a while, end it with everything it started."""
        if not self.ended():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


def say(text: str) -> None:
    """One line to the terminal, at once."""
    print(text, flush=True)


def run() -> int:
    """Prepare, start, wait; returns the exit status."""
    folder = local_servers.var_dir()
    children: list[Child] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    with only_one(folder):
        port = chosen_port()
        try:
            prepare(folder)
            sign_ins = prepare_data()
            say("==> Starting web, worker and beat")
            logs = folder / "log"
            logs.mkdir(exist_ok=True)
            for name, command in commands(port, folder).items():
                children.append(Child(name, command, logs))
            wait_for_web(port, children)
            say(f"READY http://127.0.0.1:{port}/")
            for line in sign_ins:
                say(line)
            say(f"Logs are in {logs}. Ctrl-C stops everything.")
            while True:
                time.sleep(0.5)
                raise_if_ended(children)
        except Stopped:
            return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if children:
                say("==> Stopping")
            for child in reversed(children):
                child.stop()
            local_servers.release_all()


def on_signal(number: int, frame: object) -> None:
    """Turn the first signal into the end of the run; later ones change nothing."""
    raise Stopped


def commands(port: int, folder: Path) -> dict[str, list[str]]:
    """What runs, in the order of starting; it is stopped the other way round."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    return {
        "worker": [*celery, "worker", "--loglevel=INFO", "--concurrency=1", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel=INFO", "--pidfile=", f"--schedule={folder / 'celerybeat-schedule'}"],
        "web": [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2"),
            *("--threads=2", "--timeout=120", "--no-control-socket", "--access-logfile=-"),
        ],
    }


def chosen_port() -> int:
    """The port from PORT, 8000 without it; raises RunError when it cannot be used."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise RunError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            raise RunError(f"Port {text} is not allowed for this user; choose one above 1023 with PORT=.") from None
        except OSError:
            raise RunError(f"Port {text} is taken by another program; choose one: PORT=8001 make run") from None
    return int(text)


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the clone's one running place, with the process id in it for `make stop`."""
    place = local_servers.writable(folder) / "run.pid"
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise RunError(f"The file {place} cannot be written: {error.strerror}.") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
        os.ftruncate(handle, 0)
    except BlockingIOError:
        raise RunError("This clone is running already; stop it with: make stop") from None
    finally:
        os.close(handle)


def prepare(folder: Path) -> None:
    """Everything that needs no Django: assets, keys, servers."""
    if assets.main([]):
        raise RunError("Without its front-end files the product cannot be shown.")
    given = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(given) == 2:
        say("==> Using the database and Redis named by DATABASE_URL and REDIS_URL")
    else:
        say(
            f"==> Starting PostgreSQL and Redis in {folder}"
            + (f" (except {given[0]}, which is given)" if given else "")
        )
    local_servers.prepare(folder)


def prepare_data() -> list[str]:
    """Tables, demo bank, static files; returns the lines that say how to sign in."""
    import django
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError, connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        from customers.models import Customer

        say("==> Bringing the tables up to date")
        call_command("migrate", verbosity=0, interactive=False)
        if not Customer.objects.exists():
            say("==> Filling the empty database with a demo bank (half a minute)")
            call_command("demo")
        if static_changed():
            say("==> Collecting static files")
            call_command("collectstatic", verbosity=0, interactive=False)
            static_stamp().write_text(static_origin())
        said = subprocess.run(
            [sys.executable, "manage.py", "demo", "--sign-ins"], cwd=CLONE, capture_output=True, text=True, check=True
        ).stdout
        return [line for line in said.splitlines() if line.startswith("SIGN-IN ")]
    except CommandError as error:
        raise RunError(str(error)) from None
    except DatabaseError as error:
        raise RunError(f"The database refuses: {' '.join(str(error).split())}") from None
    except subprocess.CalledProcessError as error:
        raise RunError(f"The sign-ins of the demo bank cannot be told: {error.stderr.strip()[-300:]}") from None
    finally:
        connections.close_all()


def static_origin() -> str:
    """A fingerprint of everything that collectstatic reads."""
    lines = [(CLONE / "requirements/production.txt").read_text()]
    for folder in (CLONE / "static", *(place for place in CLONE.glob("*/static") if place.parent.name != "var")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                facts = path.stat()
                lines.append(f"{path.relative_to(CLONE)} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def static_stamp() -> Path:
    """The file that remembers what the collected files were made from."""
    from django.conf import settings

    return Path(settings.STATIC_ROOT) / ".made-from"


def static_changed() -> bool:
    """Whether the collected static files are missing or older than their sources."""
    return not static_stamp().exists() or static_stamp().read_text() != static_origin()


def wait_for_web(port: int, children: list[Child]) -> None:
    """Return when the web server answers; raises RunError when a process ends or nothing answers in time."""
    limit = time.monotonic() + WEB_SECONDS
    while time.monotonic() < limit:
        raise_if_ended(children)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RunError(
        f"The web server does not answer after {WEB_SECONDS} seconds; its last lines:\n{children[-1].last_lines()}"
    )


def raise_if_ended(children: list[Child]) -> None:
    """Raise RunError when one of the processes is gone."""
    for child in children:
        if child.ended():
            raise RunError(
                f"The {child.name} process ended with status {child.process.returncode}; its last lines:\n"
                f"{child.last_lines()}"
            )


def running(folder: Path) -> int:
    """The process id of the run of this clone, 0 when there is none."""
    place = folder / "run.pid"
    if not place.exists() or not local_servers.held(place):
        return 0
    return int(place.read_text() or 0)


def stop() -> int:
    """Ask a running product to stop, and wait until it has."""
    folder = local_servers.var_dir()
    pid = running(folder)
    if not pid:
        say("Nothing is running in this clone.")
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    limit = time.monotonic() + 4 * STOP_SECONDS
    while local_servers.held(folder / "run.pid"):
        if time.monotonic() > limit:
            raise RunError(f"Process {pid} does not stop.")
        time.sleep(0.1)
    say("Stopped.")
    return 0


def clean() -> int:
    """Remove the data of this clone; refuses while anything uses it."""
    folder = CLONE / "var"
    for place in (folder, folder / "test"):
        keeper = place / "servers" / "keeper.lock"
        if running(place) or (keeper.exists() and local_servers.held(keeper)):
            raise RunError("This clone is running; stop it first: make stop")
    for place in (folder, folder / "test"):
        shutil.rmtree(local_servers.outside_home(place), ignore_errors=True)
    if folder.exists():
        shutil.rmtree(folder)
    return 0


def main() -> int:
    """Run the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--stop", action="store_true", help="stop the running product of this clone")
    group.add_argument("--clean", action="store_true", help="remove the data of this clone")
    options = parser.parse_args()
    try:
        return stop() if options.stop else clean() if options.clean else run()
    except (RunError, local_servers.ServersError) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The product cannot run here: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
