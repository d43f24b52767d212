"""Jobs: what runs in the background, how far it is; cancel."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_tables2 import RequestConfig

from jobs.models import Job
from jobs.services import ask_cancel
from jobs.tables import JobTable
from staff.access import roles_required
from staff.choices import Role
from staff.services import record


@require_safe
def job_list(request):
    """The jobs this person may see, newest first."""
    table = JobTable(Job.objects.visible_to(request.user).select_related("started_by"))
    RequestConfig(request, paginate={"per_page": 30}).configure(table)
    template = "tables/_list.html" if request.htmx and not request.htmx.boosted else "jobs/job_list.html"
    return render(request, template, {"table": table})


@require_safe
def progress(request, public_id):
    """The bar of one job; htmx polls it and is told to stop (286) when the job has ended."""
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    status = 286 if request.htmx and not job.is_open else 200
    return render(request, "jobs/_progress.html", {"job": job}, status=status)


@require_POST
@roles_required(Role.MANAGER, Role.HEAD, Role.ADMIN)
def cancel(request, public_id):
    """Ask a job to stop."""
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)
    ask_cancel(job=job, now=timezone.now())
    record(actor=request.user, verb="job.cancel_asked", subject=job)
    return redirect("jobs:list")
