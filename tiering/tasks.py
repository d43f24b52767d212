"""The job “retier”."""

from datetime import date

from django.utils import timezone

from jobs.services import report
from tiering.choices import Cause
from tiering.models import Publication
from tiering.services.explain import reckoning_day
from tiering.services.retier import retier, retier_customer, tidy


def run_retier(job):
    """Re-tier everybody as of ``job.params["as_of"]`` (none: the bank's day); the result is the run's report.

    With ``customers`` (primary keys) in the parameters only these, as of the day of the last run. Between the steps it
    reports how far it is and stops when asked to; a run that was stopped or killed is finished by the next one.
    """
    params = job.params
    as_of = date.fromisoformat(params["as_of"]) if params.get("as_of") else timezone.localdate()
    if customers := params.get("customers"):
        day = reckoning_day(as_of)
        for number, customer in enumerate(customers, start=1):
            retier_customer(customer=customer, as_of=day)
            report(job=job, now=timezone.now(), done=number, total=len(customers))
        return {"as_of": day.isoformat(), "customers": len(customers)}

    def progress(done, total, text):
        report(job=job, now=timezone.now(), done=done, total=total, message=text)

    run = retier(
        as_of=as_of,
        by=job.started_by,
        cause=Cause(params.get("cause", Cause.NIGHT)),
        publication=Publication.objects.filter(pk=params.get("publication")).first(),
        progress=progress,
    )
    tidy()
    report(job=job, now=timezone.now(), done=1, total=1)
    return run.result
