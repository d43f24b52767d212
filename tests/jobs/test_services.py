"""The queue of record: one open job per key, one claim per job, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import services
from jobs.choices import JobState
from jobs.models import Job
from jobs.services import Cancelled, KeyTaken

NOW = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.fixture
def job(db):
    return services.enqueue(kind="retier", key="retier:2026-11-21", now=NOW)


def test_same_key_gives_the_open_job(job):
    again = services.enqueue(kind="retier", key=job.key, now=NOW)
    assert again.pk == job.pk
    assert Job.objects.count() == 1


def test_exclusive_says_which_job_has_the_key(job):
    with pytest.raises(KeyTaken) as taken:
        services.enqueue(kind="retier", key=job.key, now=NOW, exclusive=True)
    assert taken.value.job.pk == job.pk


def test_finished_key_may_be_used_again(job):
    services.claim(job_id=job.pk, now=NOW)
    services.finish(job=job, now=NOW)
    assert services.enqueue(kind="retier", key=job.key, now=NOW).pk != job.pk


def test_job_is_claimed_once(job):
    assert services.claim(job_id=job.pk, now=NOW).attempts == 1
    assert services.claim(job_id=job.pk, now=NOW) is None


def test_job_not_due_yet_is_not_claimed(job):
    assert services.claim(job_id=job.pk, now=NOW - timedelta(seconds=1)) is None


def test_job_of_a_dead_worker_is_taken_over_with_its_cursor(job):
    taken = services.claim(job_id=job.pk, now=NOW)
    services.report(job=taken, now=NOW, done=5, total=10, cursor={"at": 5})
    later = NOW + services.STALE_AFTER
    assert services.claim(job_id=job.pk, now=later) is None
    again = services.claim(job_id=job.pk, now=later + timedelta(seconds=1))
    assert (again.attempts, again.cursor, again.done) == (2, {"at": 5}, 5)


def test_report_after_a_cancel_stops_the_handler(job):
    taken = services.claim(job_id=job.pk, now=NOW)
    services.ask_cancel(job=taken, now=NOW)
    with pytest.raises(Cancelled):
        services.report(job=taken, now=NOW, done=1, total=2)


def test_waiting_job_is_cancelled_at_once(job):
    services.ask_cancel(job=job, now=NOW)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert services.claim(job_id=job.pk, now=NOW) is None


def test_failure_worth_a_retry_waits_longer_each_time_and_ends(job):
    now, waits = NOW, []
    for _ in range(services.MAX_ATTEMPTS):
        taken = services.claim(job_id=job.pk, now=now)
        services.fail(job=taken, now=now, error="gone", retry=True)
        taken.refresh_from_db()
        waits.append((taken.due_at - now).total_seconds() if taken.state == JobState.WAITING else taken.state)
        now = max(taken.due_at, now)
    assert waits == [60, 120, 180, 240, JobState.FAILED]


def test_finished_job_stays_finished(job):
    taken = services.claim(job_id=job.pk, now=NOW)
    services.finish(job=taken, now=NOW, result={"changed": 3})
    assert services.fail(job=taken, now=NOW, error="late") == 0
    taken.refresh_from_db()
    assert (taken.state, taken.result) == (JobState.DONE, {"changed": 3})
