"""What runs by itself: the night, what fresh visits bring, and the jobs that count services and raise follow-ups."""

from datetime import date, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from care.services.attention import count_service
from care.services.bulk import plan_follow_ups, take_back_follow_ups
from care.services.raising import pick_up_next_steps, raise_followups
from care.services.service import refresh_service
from customers.services import bulk
from customers.services.completeness import refresh_completeness
from jobs.choices import JobKind
from jobs.models import Job
from jobs.services import enqueue, report
from jobs.tasks import ring_on_commit
from visits.models import Visit

# Customers pass to their new managers before anything is counted. Services come first, for tiers may rest on them;
# then tiers, by which the morning's list is ordered; then what asks nobody until the morning.
NIGHT = (
    (JobKind.CARRY_OUT_HANDOVERS, timedelta(0)),
    (JobKind.REFRESH_SERVICE, timedelta(0)),
    (JobKind.RETIER, timedelta(minutes=5)),
    (JobKind.SETTLE, timedelta(minutes=10)),
    (JobKind.RAISE_FOLLOWUPS, timedelta(minutes=15)),
    (JobKind.FIND_DUPLICATES, timedelta(minutes=40)),
)
# Looked at every few minutes; the overlap forgives a beat that was away for a while, the night forgives the rest.
LOOK_BACK = timedelta(hours=1)


def run_raise_followups(job):
    """The job `raise_followups`: for the day in its parameters, else for today. Doing it again raises nothing more.

    It is the last of the night: with tiers as new as the services, what serving takes is counted for the audit.
    """
    day = job.params.get("as_of")
    as_of = date.fromisoformat(day) if day else timezone.localdate()
    result = raise_followups(as_of=as_of, by=job.started_by)
    count_service(on=as_of)
    return result


def run_refresh_service(job):
    """The job `refresh_service`: for the day in its parameters, else for today. Doing it again writes nothing more."""
    day = job.params.get("as_of")
    as_of = date.fromisoformat(day) if day else timezone.localdate()
    report(job=job, now=timezone.now(), done=0, total=1, message=_("Counting talks, time and cost of every customer"))
    written = refresh_service(on=as_of)
    # A field the bank has added, or taken out of use, makes files more or less complete.
    refresh_completeness()
    report(job=job, now=timezone.now(), done=1, total=1)
    return {"as_of": as_of.isoformat(), "written": written}


@shared_task
def start_night():
    """Put the night's work into the queue of record: hand over, count services, re-tier, settle who is restricted or
    dormant, raise follow-ups, look
    for duplicates. Twice a day is once."""
    now = timezone.now()
    day = timezone.localdate().isoformat()
    for kind, later in NIGHT:
        key = f"night:{kind}:{day}"
        with transaction.atomic():
            if Job.objects.filter(key=key).exists():
                continue
            job = enqueue(kind=kind, key=key, now=now + later, params={"as_of": day})
            if not later:
                ring_on_commit(job)


@shared_task
def pick_up():
    """Make follow-ups of the next steps of visits recorded a moment ago, and count the visits."""
    today, since = timezone.localdate(), timezone.now() - LOOK_BACK
    pick_up_next_steps(on=today, since=since)
    refresh_service(on=today, customers=set(Visit.objects.recorded_since(since).values_list("customer", flat=True)))


def run_bulk_follow_up(job):
    """Plan follow-ups for the customers of a bulk action, or take them back."""
    return bulk.run(job=job, do=plan_follow_ups, take_back=take_back_follow_ups, clock=timezone.now)
