"""Verbs of jobs: enqueue, claim, report progress, finish, fail, cancel."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jobs.choices import OPEN_STATES, JobState
from jobs.models import Job

# A worker that has given no sign of life for this long is dead; the next one takes its job over from the cursor.
STALE_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 5


class Cancelled(Exception):
    """Raised inside a handler at its next step after somebody asked to cancel."""


class KeyTaken(Exception):
    """The same work is already waiting or under way; `.job` is that job."""

    def __init__(self, job):
        super().__init__(_("The same work is already waiting or under way."))
        self.job = job


def enqueue(*, kind, key, now, params=None, by=None, exclusive=False):
    """Add a job due `now` and return it; rung for when the transaction commits.

    If an open job has the same `key`, that one is returned instead (nothing is added), or KeyTaken is raised when
    `exclusive`. Must be called where the cause is written, so that both commit or neither does.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(kind=kind, key=key, params=params or {}, started_by=by, due_at=now)
    except IntegrityError:
        job = Job.objects.open().filter(key=key).first()
        if job is None:  # finished between the two statements: ask again
            return enqueue(kind=kind, key=key, now=now, params=params, by=by, exclusive=exclusive)
        if exclusive:
            raise KeyTaken(job) from None
        return job
    return job


def claim(*, job_id, now):
    """Take a due job for this worker: one conditional UPDATE, so that of two workers one gets it.

    Returns the running Job, or None when it is not due, taken by a living worker, or finished.
    """
    claimed = (
        Job.objects.filter(pk=job_id)
        .due(now=now, stale_before=now - STALE_AFTER)
        .update(state=JobState.RUNNING, heartbeat_at=now, started_at=now, attempts=F("attempts") + 1, error="")
    )
    return Job.objects.get(pk=job_id) if claimed else None


def report(*, job, now, done=None, total=None, message=None, cursor=None):
    """Write how far a job is; raises Cancelled when somebody asked to stop it.

    Called inside a chunk's own transaction it moves the cursor with the chunk: both commit or neither.
    """
    fields = {"heartbeat_at": now}
    for name, value in (("done", done), ("total", total), ("message", message), ("cursor", cursor)):
        if value is not None:
            fields[name] = value[:300] if name == "message" else value
            setattr(job, name, fields[name])
    if not Job.objects.filter(pk=job.pk, state=JobState.RUNNING, cancel_asked=False).update(**fields):
        raise Cancelled


def finish(*, job, now, result=None):
    """Mark a running job done with its `result` (JSON). A job finished already stays as it is."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.DONE, finished_at=now, heartbeat_at=now, result=result or {}, message=""
    )


def fail(*, job, now, error, retry=False):
    """Mark a running job failed with one sentence; with `retry` and attempts left it waits again, a minute a try."""
    if retry and job.attempts < MAX_ATTEMPTS:
        return Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=JobState.WAITING, due_at=now + timedelta(minutes=job.attempts), error=error
        )
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, finished_at=now, error=error
    )


def cancelled(*, job, now):
    """Mark a job cancelled after its handler stopped."""
    return Job.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(state=JobState.CANCELLED, finished_at=now)


@transaction.atomic
def ask_cancel(*, job, now):
    """Ask a job to stop: one that waits is cancelled at once, a running one at its next step. Twice is once."""
    if not Job.objects.filter(pk=job.pk, state=JobState.WAITING).update(
        state=JobState.CANCELLED, finished_at=now, cancel_asked=True
    ):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_asked=True)
