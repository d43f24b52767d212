"""The job “retier”."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.services import report
from tiering.services.retier import retier, tidy


def run_retier(job):
    """Re-tier everybody as of ``job.params["as_of"]`` (none: the bank's day); the result is the run's report.

    Done again after a crash it writes only what is missing: the run is one transaction.
    """
    as_of = date.fromisoformat(job.params["as_of"]) if job.params.get("as_of") else timezone.localdate()
    report(job=job, now=timezone.now(), done=0, total=1, message=_("Measuring and placing every customer"))
    run = retier(as_of=as_of, by=job.started_by)
    tidy()
    report(job=job, now=timezone.now(), done=1, total=1)
    return run.result
