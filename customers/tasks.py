"""The background side of the customer file: loading an uploaded extract."""

from django.db import OperationalError
from django.utils import timezone

from customers.models import ImportRun
from customers.services.extract import UnderWay, fail_run, load_extract
from customers.services.handover import carry_out_due
from customers.services.imports import folder_of, throw_away
from jobs.models import Job
from jobs.services import report
from jobs.tasks import ring_on_commit


def run_load_extract(job):
    """Load the upload a job names; its files are thrown away when the run has ended, well or badly.

    After a lost database or a killed worker the job comes again and goes on with the files not finished yet.
    """
    run = ImportRun.objects.select_related("started_by").get(public_id=job.params["run"])

    def progress(done, total, file):
        report(job=job, now=timezone.now(), done=done, total=total, message=file)

    try:
        load_extract(
            path=folder_of(run), as_of=run.as_of, now=timezone.now(), by=run.started_by, run=run, progress=progress
        )
    except OperationalError:
        raise
    except UnderWay:
        fail_run(run=run, code="under_way")
        throw_away(run=run)
        raise
    except BaseException:
        throw_away(run=run)
        raise
    throw_away(run=run)
    for waiting in Job.objects.open().filter(kind="retier"):
        ring_on_commit(waiting)
    return run.files


def run_carry_out(job):
    """Carry out the handovers that were agreed for today or before; doing it again moves nothing."""
    return carry_out_due(on=timezone.localdate(), now=timezone.now())
