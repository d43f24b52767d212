"""The job “retier”."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.services import report
from tiering.services.explain import reckoning_day
from tiering.services.retier import retier, retier_customer, tidy


def run_retier(job):
    """Re-tier everybody as of ``job.params["as_of"]`` (none: the bank's day); the result is the run's report.

    With ``customers`` (primary keys) in the parameters only these, as of the day of the last run. Done again after a
    crash it writes only what is missing: a run, as each customer, is one transaction.
    """
    as_of = date.fromisoformat(job.params["as_of"]) if job.params.get("as_of") else timezone.localdate()
    if customers := job.params.get("customers"):
        day = reckoning_day(as_of)
        for number, customer in enumerate(customers, start=1):
            retier_customer(customer=customer, as_of=day)
            report(job=job, now=timezone.now(), done=number, total=len(customers))
        return {"as_of": day.isoformat(), "customers": len(customers)}
    report(job=job, now=timezone.now(), done=0, total=1, message=_("Measuring and placing every customer"))
    run = retier(as_of=as_of, by=job.started_by)
    tidy()
    report(job=job, now=timezone.now(), done=1, total=1)
    return run.result
