"""The Celery side: ring for due jobs, run one."""

import logging

from celery import shared_task
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jobs.models import Job
from jobs.services import STALE_AFTER, Cancelled, cancelled, claim, fail, finish

logger = logging.getLogger(__name__)


@shared_task
def ring():
    """Send a message for every job that is due; the table says which (sent twice does no harm: one claim wins)."""
    now = timezone.now()
    for job_id in Job.objects.due(now=now, stale_before=now - STALE_AFTER).values_list("pk", flat=True)[:100]:
        run.delay(job_id)


@shared_task
def run(job_id):
    """Claim the job and do it. A second message for the same job finds it claimed and returns."""
    run_now(job_id)


def run_now(job_id):
    """Do a due job in this process; returns the job as it ended, or None when it was not to be had.

    What goes wrong becomes the job's error, in one sentence; a lost database is tried again.
    """
    job = claim(job_id=job_id, now=timezone.now())
    if job is None:
        return None
    handler = import_string(settings.JOB_HANDLERS[job.kind])
    try:
        result = handler(job)
    except Cancelled:
        cancelled(job=job, now=timezone.now())
    except OperationalError:
        logger.exception("Job %s lost the database", job.pk)
        fail(job=job, now=timezone.now(), error=_("The database went away; it is tried again."), retry=True)
    except Exception as error:
        logger.exception("Job %s failed", job.pk)
        fail(job=job, now=timezone.now(), error=sentence_of(error))
    else:
        finish(job=job, now=timezone.now(), result=result)
    return Job.objects.get(pk=job.pk)


def sentence_of(error):
    """What people may read of an error: our own sentences; anything else could quote a row, and stays in the log.

    Our own are ValidationError and exceptions with a `code`, whose text is in the reader's language.
    """
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(getattr(error, "code", None), str):
        return str(error)
    return _("It failed (%(kind)s); the log of the worker says why.") % {"kind": type(error).__name__}


def ring_on_commit(job):
    """Ring for a job as soon as the transaction that made it commits; if the broker is away, beat rings later."""

    def send():
        try:
            run.delay(job.pk)
        except Exception:
            logger.warning("The broker did not take the message for job %s; the next ring will.", job.pk)

    transaction.on_commit(send)
