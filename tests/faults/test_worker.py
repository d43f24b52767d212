"""A real Celery worker process does real jobs, and what a killed one left is done by the next."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from care.models import FollowUp
from care.services.raising import LOCK
from config.celery import app
from jobs.models import Job
from jobs.services import STALE_AFTER, enqueue
from jobs.tasks import ring, run
from tests.conftest import TODAY

CLONE = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]


@pytest.fixture
def broker():
    """A queue of our own on the run's Redis server: no other run's worker listens there."""
    queue = f"test-{os.getpid()}"
    with app.connection_for_write() as link:
        yield queue
        link.default_channel.queue_purge(queue)


@pytest.fixture
def start_worker(broker, tmp_path):
    """`start_worker()` starts a worker on the test database; all are killed at the end."""
    workers = []

    def start():
        database = connection.settings_dict
        url = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database['NAME']}"
        environment = os.environ | {"DATABASE_URL": url, "VAR_DIR": str(settings.VAR_DIR)}
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool=solo", "-Q", broker, "-l", "INFO"]
        with (tmp_path / f"worker{len(workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
                cwd=CLONE,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    # Shown with a test that fails: what the workers said.
    for log in sorted(tmp_path.glob("worker*.log")):
        print(log.read_text(encoding="utf-8", errors="replace")[-4000:])


def wait_until(true, what):
    """Poll until `true()` holds; fails with `what` when patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return
        time.sleep(0.1)
    pytest.fail(f"Waited {PATIENCE} s in vain: {what}.")


@pytest.fixture
def job(manager, make_customer, make_holding):
    """A job that raises one follow-up."""
    make_holding(make_customer(manager), "TD01", matures_on=TODAY + timedelta(days=7))
    return enqueue(
        kind="raise_followups", key="test", now=timezone.now(), params={"as_of": TODAY.isoformat()}, by=manager
    )


def state(job):
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


def test_a_worker_process_does_the_job(job, broker, start_worker):
    start_worker()
    run.apply_async([job.pk], queue=broker)
    wait_until(lambda: state(job) == "done", "the job is done")
    job.refresh_from_db()
    assert job.result == {
        "as_of": "2026-11-21",
        "raised": 1,
        "by_rule": {
            "maturity": 1,
            "outside": 0,
            "birthday": 0,
            "family": 0,
            "watch": 0,
            "next_step": 0,
            "rhythm": 0,
            "win_back": 0,
        },
    }
    assert (job.attempts, FollowUp.objects.count()) == (1, 1)


def test_a_message_sent_twice_does_the_job_once(job, broker, start_worker):
    for _time in range(2):
        run.apply_async([job.pk], queue=broker)
    start_worker()
    wait_until(lambda: state(job) == "done", "the job is done")
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_what_a_killed_worker_left_is_done_by_the_next(job, broker, start_worker):
    with closing(psycopg2.connect(dbname=connection.settings_dict["NAME"], **_address())) as holder:
        # The service waits for this lock in the midst of its work.
        holder.cursor().execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
        first = start_worker()
        run.apply_async([job.pk], queue=broker)
        wait_until(_somebody_waits_for_the_lock, "the worker is in the midst of the job")
        assert state(job) == "running"
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert (state(job), FollowUp.objects.count()) == ("running", 0)
    # Minutes pass without a sign of life.
    Job.objects.update(heartbeat_at=timezone.now() - STALE_AFTER - timedelta(seconds=1))
    start_worker()
    app.conf.task_default_queue, before = broker, app.conf.task_default_queue
    try:
        ring.apply()  # what beat does every half minute
    finally:
        app.conf.task_default_queue = before
    wait_until(lambda: state(job) == "done", "the next worker has done the job")
    assert (Job.objects.get(pk=job.pk).attempts, FollowUp.objects.count()) == (2, 1)


def _address():
    database = connection.settings_dict
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    return {keyword: database[name] for name, keyword in names.items() if database[name]}


def _somebody_waits_for_the_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return cursor.fetchone()[0] > 0
