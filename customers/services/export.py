"""Files of customers that leave the house: written, logged, kept for a day for the one who asked."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.choices import ExportFormat
from customers.models import Export
from customers.rules.exports import csv_lines
from customers.services.customer import REASON_LENGTH
from customers.services.workbook import Sheet, workbook
from jobs.services import enqueue
from staff.services import record

# Up to so many rows the file comes at once; more are written by a job.
AT_ONCE = 2_000
KEPT_FOR = timedelta(hours=24)
TYPES = {
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.CSV: "text/csv; charset=utf-8",
}


def reason_given(text):
    """A reason for clear values, tidied; empty for none. Raises ValidationError for one that says nothing."""
    reason = " ".join(str(text).replace("\x00", "").split())[:200]
    if reason and len(reason) < REASON_LENGTH:
        raise ValidationError(_("Say in a few words why you need it."))
    return reason


def contents(*, title, headings, rows, note, form):
    """The bytes of a file with one table: a workbook, or text that spreadsheets open, no cell runs as a formula."""
    if form == ExportFormat.CSV:
        return "".join(csv_lines(headings, rows)).encode()
    return workbook([Sheet(title=title, headings=headings, rows=rows, note=note)])


def log_export(*, by, rows, columns, form, reason="", subject=None):
    """Leave a row in the audit trail: how many, which columns, why in clear. Twice logs twice."""
    record(
        actor=by,
        verb="customer.exported",
        subject=subject,
        summary=reason,
        rows=rows,
        columns=list(columns),
        format=form,
    )


@transaction.atomic
def begin_export(*, by, on, params, rows, reason, now):
    """Have a job write a long file; returns the Export with its job."""
    export = Export.objects.create(by=by, on=on, params=params, reason=reason, rows=rows)
    export.job = enqueue(
        kind="export", key=f"export:{export.public_id}", now=now, params={"export": str(export.public_id)}, by=by
    )
    export.save(update_fields=["job"])
    return export


def folder():
    """Where files wait to be fetched; nobody but the application reads there."""
    place = Path(settings.EXPORT_DIR)
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def keep_file(*, export, body, rows, now):
    """Keep the file of an export for a day, and throw away those whose day has passed. Twice keeps the newer one."""
    throw_away_old(now=now)
    name = f"{export.public_id}.{export.params['format']}"
    (folder() / name).write_bytes(body)
    export.file_name, export.rows, export.expires_at = name, rows, now + KEPT_FOR
    export.save(update_fields=["file_name", "rows", "expires_at"])


def throw_away_old(*, now):
    """Remove files that can no longer be fetched; returns how many."""
    old = list(Export.objects.filter(expires_at__lte=now).exclude(file_name=""))
    for export in old:
        (folder() / export.file_name).unlink(missing_ok=True)
        export.file_name = ""
        export.save(update_fields=["file_name"])
    return len(old)
