"""Customers as files: at once when they are few, by a job when they are many; each is logged."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.choices import ExportFormat
from customers.models import Export
from customers.services.export import AT_ONCE, TYPES, begin_export, contents, folder, log_export, reason_given
from customers.tables import CustomerTable, exported
from customers.views.asked import Asked
from customers.views.bulk import keys_of
from customers.views.lists import column_choice, columns_of, is_fact, sort_of
from jobs.tasks import ring_on_commit
from staff.access import READERS, roles_required

# More than a list has room for; each is fetched for every row.
MOST_COLUMNS = 60


@require_POST
@roles_required(*READERS)
def export(request):
    """The list in hand as a file, or only its ticked rows: the columns that stand there, or those chosen.

    Personal values are masked unless a reason is given. With `choose` (from the bar of the list) first a page that asks
    for the format, the reason and the columns.
    """
    asked = Asked(request, parameters=QueryDict(request.POST.get("state", "")))
    if "customer" in request.POST and not request.POST.get("all"):
        asked.selection.ticked = keys_of(request.POST.getlist("customer"))
    if "choose" in request.POST:
        return choose_page(request, asked)
    form = request.POST.get("format")
    form = ExportFormat(form) if form in ExportFormat.values else ExportFormat.XLSX
    try:
        reason = reason_given(request.POST.get("reason", ""))
    except ValidationError as error:
        return choose_page(request, asked, refused=" ".join(error.messages))
    most = settings.EXPORT_ROWS
    number = asked.selection.customers().order_by().values("pk")[: most + 1].count()
    cut = number > most
    number = min(number, most)
    note = _("Only the first %(n)s rows: narrow the list for the rest.") % {"n": f"{most:,}"} if cut else ""
    columns = chosen_columns(request, asked)
    title = str(asked.view) if asked.view else _("Customers")
    log_export(by=request.user, rows=number, columns=columns, form=form, reason=reason)
    if number > AT_ONCE:
        params = {
            "selection": asked.selection.definition,
            "columns": columns,
            "sort": sort_of(asked) or "",
            "rows": number,
            "format": form,
            "title": title,
            "note": note,
        }
        made = begin_export(
            by=request.user, on=request.today, params=params, rows=number, reason=reason, now=timezone.now()
        )
        ring_on_commit(made.job)
        return redirect("customers:export_page", made.public_id)
    table = exported(asked.selection, columns=columns, sort=sort_of(asked) or "", rows=number)
    rows = (table.plain(record, clear=bool(reason)) for record in table.data.data)
    body = contents(title=title, headings=table.headings(), rows=rows, note=note, form=form)
    return HttpResponse(
        body,
        content_type=TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="customers-{request.today:%Y%m%d}.{form}"'},
    )


def choose_page(request, asked, *, refused=""):
    """What the file of the ticked rows, or of everybody, is to be like; nobody ticked: back to the list.

    With `refused`, why the reason given will not do: everything else stays as it was chosen.
    """
    ticked = asked.selection.ticked
    number = asked.selection.customers().order_by().count() if ticked else 0
    if not (number or refused or request.POST.get("all")):
        messages.error(request, _("Nobody is selected."))
        return redirect(asked.url())
    context = {
        "asked": asked,
        "part": "export",
        "state": request.POST.get("state", ""),
        "columns": column_choice(asked, chosen_columns(request, asked)),
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "format": request.POST.get("format", ""),
        "ticked": ticked or [],
        "number": number,
    }
    return render(request, "customers/choice.html", context, status=422 if refused else 200)


def chosen_columns(request, asked):
    """The columns ticked for the file, else those of the list; names that are no columns are passed over."""
    if not request.POST.get("picked"):
        return columns_of(request, asked)
    ticked = dict.fromkeys(request.POST.getlist("column"))
    return [name for name in ticked if name in CustomerTable.base_columns or is_fact(asked, name)][:MOST_COLUMNS]


def own_export(request, public_id):
    """The person's own export, else 404."""
    return get_object_or_404(Export.objects.visible_to(request.user).select_related("job"), public_id=public_id)


@require_safe
@roles_required(*READERS)
def export_page(request, public_id):
    """How far the file is, and where to fetch it."""
    made = own_export(request, public_id)
    ready = bool(made.file_name) and made.expires_at > timezone.now()
    return render(
        request, "customers/export.html", {"export": made, "ready": ready, "cut": made.params.get("note", "")}
    )


@require_safe
@roles_required(*READERS)
def export_file(request, public_id):
    """The file, for the one who asked for it, until its day has passed; then 404."""
    made = own_export(request, public_id)
    place = folder() / made.file_name if made.file_name else None
    if place is None or made.expires_at <= timezone.now() or not place.is_file():
        raise Http404
    form = ExportFormat(made.params["format"])
    name = f"customers-{made.on:%Y%m%d}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(place.read_bytes(), content_type=TYPES[form], headers=headers)
