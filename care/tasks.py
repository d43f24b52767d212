"""What runs by itself: the night, the next steps of fresh visits, and the job that raises follow-ups."""

from datetime import date, timedelta

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from care.services.raising import pick_up_next_steps, raise_followups
from jobs.choices import JobKind
from jobs.models import Job
from jobs.services import enqueue
from jobs.tasks import ring_on_commit

# Re-tiering goes first, so that the morning's list is ordered by the morning's tiers.
HEAD_START = timedelta(minutes=10)
# Looked at every few minutes; the overlap forgives a beat that was away for a while, the night forgives the rest.
LOOK_BACK = timedelta(hours=1)


def run_raise_followups(job):
    """The job `raise_followups`: for the day in its parameters, else for today. Doing it again raises nothing more."""
    day = job.params.get("as_of")
    as_of = date.fromisoformat(day) if day else timezone.localdate()
    return raise_followups(as_of=as_of, by=job.started_by)


@shared_task
def start_night():
    """Put the night's work into the queue of record: re-tier, then raise follow-ups. Twice in a day is once."""
    now = timezone.now()
    day = timezone.localdate().isoformat()
    for kind, due in ((JobKind.RETIER, now), (JobKind.RAISE_FOLLOWUPS, now + HEAD_START)):
        key = f"night:{kind}:{day}"
        with transaction.atomic():
            if Job.objects.filter(key=key).exists():
                continue
            job = enqueue(kind=kind, key=key, now=due, params={"as_of": day})
            if due == now:
                ring_on_commit(job)


@shared_task
def pick_up():
    """Make follow-ups of the next steps of visits recorded a moment ago."""
    pick_up_next_steps(on=timezone.localdate(), since=timezone.now() - LOOK_BACK)
