"""Imports by mapping: begin with a file, say where each column comes from, check, run, undo; the saved mappings."""

import json

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.choices import ImportState
from customers.forms.mapping import BeginForm, MappingGrid, OptionsForm
from customers.models import ImportRun, Mapping, Product
from customers.rules.exports import csv_lines
from customers.rules.extract import TITLES
from customers.rules.foreign import Options
from customers.rules.mapping import BadMapping, complaints
from customers.rules.masking import mask_id, veil_text
from customers.rules.tables import Unreadable
from customers.services.mapping import drafts
from customers.services.mapping.library import retire_mapping, save_mapping
from customers.services.mapping.table import rejected_rows
from customers.services.mapping.undo import UndoRefused, start_undo
from customers.views.imports import list_page
from jobs.services import KeyTaken
from jobs.tasks import ring_on_commit
from staff.access import roles_required
from staff.choices import Role
from staff.models import Branch
from staff.services import record

REASON_LENGTH = 4
EDITIONS_SHOWN, BRANCHES_SHOWN = 50, 500


@require_POST
@roles_required(Role.ADMIN)
def import_begin(request):
    """Keep a foreign file and begin its import."""
    form = BeginForm(request.POST, request.FILES, mappings=Mapping.objects.visible_to(request.user).in_use())
    if form.is_valid():
        said = form.cleaned_data
        edition = form.edition()
        target = edition.mapping.target if edition else said["target"]
        try:
            run = drafts.start_draft(
                file=said["file"], target=target, as_of=said["as_of"], by=request.user, edition=edition
            )
        except Unreadable as error:
            form.add_error("file", str(error))
        else:
            return redirect("customers:import_mapping", run.public_id)
    return list_page(request, begin=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMIN)
def import_mapping(request, public_id):
    """Where each column comes from; posted, it is kept and shown again, or checked."""
    run = _run(request, public_id)
    if run.state != ImportState.DRAFT:
        return redirect("customers:import_detail", public_id)
    try:
        foreign = drafts.foreign_of(run)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("customers:import_detail", public_id)
    if request.method == "POST":
        return _mapping_posted(request, run, foreign)
    return _mapping_page(request, run, foreign)


def _mapping_posted(request, run, foreign):
    verb = request.POST.get("verb", "show")
    try:
        if verb == "options":
            return _options_posted(request, run, foreign)
        grid = MappingGrid(foreign=foreign, definition=run.definition, on=run.as_of)
        run = drafts.define(run=run, definition=grid.posted(request.POST))
        if verb == "check":
            ring_on_commit(drafts.start_check(run=run, by=request.user, now=timezone.now()))
            return redirect("customers:import_detail", run.public_id)
    except (BadMapping, Unreadable, drafts.NotReady) as error:
        return _mapping_page(request, run, foreign, error=_text(error), status=422)
    return redirect("customers:import_mapping", run.public_id)


def _options_posted(request, run, foreign):
    form = OptionsForm(request.POST, foreign=foreign)
    if not form.is_valid():
        return _mapping_page(request, run, foreign, options=form, status=422)
    said = form.cleaned_data
    options = Options(said.get("encoding", ""), said.get("delimiter", ""), said.get("sheet", ""), said["header_row"])
    drafts.suggest_again(run=run, target=said["target"], options=options)
    return redirect("customers:import_mapping", run.public_id)


def _mapping_page(request, run, foreign, *, options=None, error="", status=200):
    branches = list(Branch.objects.order_by("code").values_list("code", "name")[:BRANCHES_SHOWN])
    products = list(Product.objects.order_by("code").values_list("code", "name")[:BRANCHES_SHOWN])
    named = {"branch_code": branches, "product_code": products}
    grid = MappingGrid(foreign=foreign, definition=run.definition, on=run.as_of, named=named)
    initial = run.definition.get("file", {}) | {"target": run.definition["target"]}
    context = {
        "run": run,
        "foreign": foreign,
        "grid": grid,
        "options": options or OptionsForm(initial={"header_row": 1} | initial, foreign=foreign),
        "title": TITLES[run.definition["target"]],
        "missing": [str(each) for each in complaints(grid.mapping, foreign.headings)],
        "error": error,
    }
    return render(request, "customers/import_mapping.html", context, status=status)


@require_POST
@roles_required(Role.ADMIN)
def import_run(request, public_id):
    """Import a draft for good."""
    run = _run(request, public_id)
    try:
        ring_on_commit(drafts.start_import(run=run, by=request.user, now=timezone.now()))
    except (BadMapping, Unreadable, drafts.NotReady) as error:
        messages.error(request, _text(error))
    except KeyTaken:
        messages.error(request, _("Another load is waiting or under way; wait until it has ended."))
    return redirect("customers:import_detail", public_id)


@require_POST
@roles_required(Role.ADMIN)
def import_discard(request, public_id):
    """Throw a draft away with its file."""
    run = _run(request, public_id)
    try:
        drafts.discard(run=run, by=request.user)
    except drafts.NotReady as error:
        messages.error(request, _text(error))
        return redirect("customers:import_detail", public_id)
    messages.success(request, _("The import was thrown away; nothing of the file is kept."))
    return redirect("customers:import_list")


@require_POST
@roles_required(Role.ADMIN)
def import_undo(request, public_id):
    """Take a whole import back."""
    run = _run(request, public_id)
    try:
        ring_on_commit(start_undo(run=run, by=request.user, now=timezone.now()))
    except UndoRefused as error:
        messages.error(request, str(error))
    except KeyTaken:
        messages.error(request, _("Another load is waiting or under way; wait until it has ended."))
    return redirect("customers:import_detail", public_id)


@require_POST
@roles_required(Role.ADMIN)
def import_rows(request, public_id):
    """The rejected rows as they stood in the file, with what was wrong; masked unless it is said what they are for."""
    run = _run(request, public_id)
    reason = " ".join(request.POST.get("reason", "").split())
    clear = len(reason) >= REASON_LENGTH
    summary = reason[:200] if clear else ""
    record(actor=request.user, verb="import.rejected_rows_exported", subject=run, summary=summary, clear=clear)
    rows = rejected_rows(run)
    header = next(rows, [_("Line"), _("Reason")])
    rows = rows if clear else (_veiled(row, run) for row in rows)
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-rows-{run.as_of:%Y%m%d}.csv"'
    return response


def _veiled(row, run):
    """Letters in a column nobody has called harmless may be a name, so only figures and what is masked pass."""
    *cells, line, reason = row
    return [*(veil_text(cell) if cell.isascii() else mask_id(cell) for cell in cells), line, reason]


@require_POST
@roles_required(Role.ADMIN)
def import_save(request, public_id):
    """Save the mapping of an import under a name."""
    run = _run(request, public_id)
    try:
        edition = save_mapping(name=request.POST.get("name", ""), definition=run.definition, by=request.user)
    except (BadMapping, ValidationError) as error:
        messages.error(request, _text(error))
    else:
        if run.state == ImportState.DRAFT:
            ImportRun.objects.filter(pk=run.pk).update(edition=edition)
        words = {"name": edition.mapping.name, "n": edition.number}
        messages.success(request, _("Saved as “%(name)s”, edition %(n)s.") % words)
    return redirect("customers:import_detail", public_id)


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_mappings(request):
    """The saved mappings with their editions and what they were used for."""
    mappings = Mapping.objects.visible_to(request.user).annotate(
        number=Max("editions__number"), saved=Max("editions__saved_at"), imports=Count("editions__runs", distinct=True)
    )
    mappings = list(mappings.order_by("retired", "name")[:200])
    for mapping in mappings:
        mapping.title = TITLES.get(mapping.target, mapping.target)
    return render(request, "customers/mapping_list.html", {"mappings": mappings})


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_mapping_detail(request, public_id):
    """The editions of a mapping, newest first."""
    mapping = _mapping(request, public_id)
    editions = mapping.editions.select_related("saved_by").annotate(imports=Count("runs"))[:EDITIONS_SHOWN]
    context = {"mapping": mapping, "editions": editions, "title": TITLES.get(mapping.target, mapping.target)}
    return render(request, "customers/mapping_detail.html", context)


@require_safe
@roles_required(Role.ADMIN, Role.AUDITOR)
def import_mapping_edition(request, public_id, number):
    """An edition as the JSON file that `load_mapped` takes."""
    edition = get_object_or_404(_mapping(request, public_id).editions, number=number)
    text = json.dumps(edition.definition, ensure_ascii=False, indent=2)
    response = HttpResponse(text + "\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mapping-{number}.json"'
    return response


@require_POST
@roles_required(Role.ADMIN)
def import_mapping_retire(request, public_id):
    """Offer a mapping no longer."""
    mapping = _mapping(request, public_id)
    retire_mapping(mapping=mapping, by=request.user)
    messages.success(
        request, _("“%(name)s” is not offered any more; saving under its name brings it back.") % {"name": mapping}
    )
    return redirect("customers:import_mappings")


def _run(request, public_id):
    return get_object_or_404(ImportRun.objects.visible_to(request.user).exclude(definition={}), public_id=public_id)


def _mapping(request, public_id):
    return get_object_or_404(Mapping.objects.visible_to(request.user), public_id=public_id)


def _text(error):
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
