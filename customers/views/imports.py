"""Loads of extracts: the list with the upload, how far a load is, what became of its rows."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.choices import ImportState
from customers.forms.imports import ImportForm
from customers.forms.mapping import BeginForm
from customers.models import ImportRun, Mapping
from customers.rules.exports import csv_lines
from customers.rules.extract import TITLES
from customers.rules.reasons import reason_text
from customers.rules.tables import Unreadable
from customers.services.imports import error_text, upload_extract
from customers.services.mapping.undo import UndoRefused, check_undo, left_rows
from jobs.choices import JobState
from jobs.services import KeyTaken
from jobs.tasks import ring_on_commit
from staff.access import roles_required
from staff.choices import Role
from staff.services import record

COUNTS = ("rows", "inserted", "updated", "unchanged", "rejected", "warnings")
SHOWN, REASONS_SHOWN = 50, 10


def list_page(request, form=None, begin=None, status=200):
    """The list with the forms beside it: that of extracts, and that of any other file."""
    runs = ImportRun.objects.visible_to(request.user).select_related("started_by", "edition__mapping")
    page = Paginator(runs, 30).get_page(request.GET.get("page"))
    for run in page:
        run.totals = {name: sum(counts[name] for counts in run.files.values()) for name in COUNTS}
    context = {"page": page}
    if request.user.role == Role.ADMIN:
        context["form"] = form or ImportForm(initial={"as_of": request.today})
        mappings = Mapping.objects.visible_to(request.user).in_use()
        context["begin"] = begin or BeginForm(initial={"as_of": request.today}, mappings=mappings)
    return render(request, "customers/import_list.html", context, status=status)


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_list(request):
    """Every load, newest first, and for administrators the form that takes files."""
    return list_page(request)


@require_POST
@roles_required(Role.ADMIN)
def import_upload(request):
    """Keep the files and queue the load."""
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            run = upload_extract(**form.cleaned_data, by=request.user, now=timezone.now())
        except Unreadable as error:
            form.add_error("files", str(error))
        except KeyTaken:
            form.add_error(None, _("Another load is waiting or under way; wait until it has ended."))
        else:
            ring_on_commit(run.job)
            messages.success(request, _("The files are here; loading begins."))
            return redirect("customers:import_detail", run.public_id)
    return list_page(request, form, status=422)


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_detail(request, public_id):
    """How far a load is, and what became of the rows; htmx asks for the changing part again each second."""
    run = get_object_or_404(
        ImportRun.objects.visible_to(request.user).select_related("job", "started_by", "undone_by", "edition__mapping"),
        public_id=public_id,
    )
    job = run.job if run.job and run.state in {ImportState.DRAFT, ImportState.DONE} else None
    under_way = run.state in {ImportState.WAITING, ImportState.RUNNING} or bool(job and job.is_open)
    context = {"run": run, "under_way": under_way, "error": error_text(run), "files": _files(run)}
    context["draft"] = run.state == ImportState.DRAFT
    if not under_way:
        context |= _issues(run) | _undoing(run)
        if job and job.state == JobState.FAILED:
            context["error"] = job.error
    template = "customers/_import_status.html" if request.htmx else "customers/import_detail.html"
    return render(request, template, context)


def _files(run):
    return [{"title": TITLES[kind]} | counts for kind, counts in run.files.items()]


def wrote(counts):
    """Whether anything came of a file."""
    return counts["inserted"] or counts["updated"]


def _undoing(run):
    """Whether the import can be taken back, or why not; what a taking back had to leave."""
    context = {"left": [], "may_undo": False, "rows_kept": False}
    if run.state == ImportState.DONE and run.journal and any(wrote(counts) for counts in run.files.values()):
        try:
            check_undo(run)
        except UndoRefused as refused:
            context["undo_refused"] = str(refused)
        else:
            context["may_undo"] = True
    if run.state == ImportState.UNDONE:
        context["left"] = left_rows(run, SHOWN)
        for row in context["left"]:
            row.text, row.title = reason_text(row.reason), TITLES.get(row.file, row.file)
    context["rows_kept"] = bool(run.definition) and run.rejections.exists()
    return context


def _issues(run):
    doubts = list(run.issues.doubts_by_value()[:SHOWN])
    rejected = list(run.issues.rejected()[:SHOWN])
    for doubt in doubts:
        doubt["text"], doubt["title"] = reason_text(doubt["reason"]), TITLES.get(doubt["file"], doubt["file"])
    for issue in rejected:
        issue.text, issue.title = reason_text(issue.reason), TITLES.get(issue.file, issue.file)
    total = sum(counts["rejected"] for counts in run.files.values())
    reasons = list(run.issues.rejected_by_value()[:REASONS_SHOWN]) if len(rejected) == SHOWN else []
    for reason in reasons:
        reason["text"] = reason_text(reason["reason"])
    total = total or run.preview.get("counts", {}).get("rejected", 0)
    return {
        "doubts": doubts,
        "reasons": reasons,
        "rejected": rejected,
        "rejected_total": total,
        "not_shown": max(0, total - len(rejected)),
    }


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_rejected(request, public_id):
    """The rejected rows with their reasons as a CSV file that no spreadsheet takes for formulas."""
    run = get_object_or_404(ImportRun.objects.visible_to(request.user), public_id=public_id)
    record(actor=request.user, verb="extract.rejections_exported", subject=run)
    rows = (
        (issue.file, issue.line, issue.column, issue.value, reason_text(issue.reason))
        for issue in run.issues.rejected().iterator(chunk_size=2000)
    )
    header = [_("File"), _("Line"), _("Column"), _("Content"), _("Reason")]
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{run.as_of:%Y%m%d}.csv"'
    return response
