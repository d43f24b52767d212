"""Jobs: what runs in the background, how far it is; cancel."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jobs.models import Job
from jobs.services import ask_cancel
from staff.services import record


@require_safe
def job_list(request):
    """The jobs this person may see, newest first."""
    jobs = Job.objects.visible_to(request.user).select_related("started_by")
    page = Paginator(jobs, 30).get_page(request.GET.get("page"))
    return render(request, "jobs/job_list.html", {"page": page})


@require_safe
def progress(request, public_id):
    """The bar of one job; htmx polls it and is told to stop (286) when the job has ended."""
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    status = 200 if job.is_open else 286
    return render(request, "components/progress.html", {"job": job}, status=status)


@require_POST
def cancel(request, public_id):
    """Ask a job to stop."""
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    ask_cancel(job=job, now=timezone.now())
    record(actor=request.user, verb="job.cancel_asked", subject=job)
    return redirect("jobs:list")
