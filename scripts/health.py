"""What the containers' health checks ask: `python -m scripts.health web|worker|beat`; exit status 0 is healthy."""

import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PORT = 8000
BEAT_SECONDS = 600  # the schedule file is written every three minutes


def web() -> bool:
    """The web server answers, its database too, and no migration is missing."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().removeprefix(".")
    request = urllib.request.Request(
        f"http://127.0.0.1:{os.environ.get('HEALTH_PORT', PORT)}/readyz",
        headers={"Host": "localhost" if host == "*" else host, "X-Forwarded-Proto": "https"},
    )
    try:
        with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def worker() -> bool:
    """A worker of this machine answers a ping through the queue."""
    from config.celery import app

    name = f"worker@{os.uname().nodename}"
    return bool(app.control.ping(destination=[name], timeout=10))


def beat() -> bool:
    """Beat has written its schedule lately."""
    folder = Path(os.environ["VAR_DIR"])
    ages = [time.time() - path.stat().st_mtime for path in folder.glob("celerybeat-schedule*")]
    return bool(ages) and min(ages) < BEAT_SECONDS


if __name__ == "__main__":
    sys.exit(0 if {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]() else 1)
