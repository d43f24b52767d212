"""The background side of the customer file: loading an uploaded extract, verbs on many customers, long exports."""

from datetime import date

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone, translation

from customers.choices import ExportFormat
from customers.filters import Selection
from customers.models import Export, ImportRun
from customers.services import bulk
from customers.services.contradictions import find_contradictions
from customers.services.duplicates import find_duplicates
from customers.services.export import contents, keep_file
from customers.services.extract import UnderWay, fail_run, load_extract, load_table
from customers.services.handover import carry_out_due
from customers.services.imports import folder_of, throw_away
from customers.services.mapping.preview import check_import
from customers.services.mapping.sweep import sweep_imports
from customers.services.mapping.table import keep_rejections, table_of
from customers.services.mapping.undo import undo_import
from customers.services.restriction import settle
from customers.services.state import settle_dormant
from customers.tables import exported
from jobs.models import Job
from jobs.services import report
from jobs.tasks import ring_on_commit


def run_load_extract(job):
    """Load the upload a job names; its files are thrown away when the run has ended, well or badly.

    After a lost database or a killed worker the job comes again and goes on with the files not finished yet.
    """
    run = ImportRun.objects.select_related("started_by").get(public_id=job.params["run"])

    def progress(done, total, file):
        report(job=job, now=timezone.now(), done=done, total=total, message=file)

    try:
        if run.definition:
            table = table_of(run)
            load_table(table=table, run=run, now=timezone.now(), progress=progress)
            keep_rejections(run=run, foreign=table.foreign)
        else:
            load_extract(
                path=folder_of(run), as_of=run.as_of, now=timezone.now(), by=run.started_by, run=run, progress=progress
            )
    except OperationalError:
        raise
    except UnderWay:
        fail_run(run=run, code="under_way")
        throw_away(run=run)
        raise
    except BaseException:
        throw_away(run=run)
        raise
    throw_away(run=run)
    _ring_for_tiers()
    return run.files


def _ring_for_tiers():
    for waiting in Job.objects.open().filter(kind="retier"):
        ring_on_commit(waiting)


def run_check_import(job):
    """Find out what the import of a draft would do. Done again it finds the same."""
    run = ImportRun.objects.get(public_id=job.params["run"])

    def progress(done, total):
        report(job=job, now=timezone.now(), done=min(done, total) if total else done, total=total)

    return check_import(run=run, table=table_of(run), progress=progress)["counts"]


def run_undo_import(job):
    """Take an import back, all or nothing. Done again it changes nothing."""
    run = ImportRun.objects.get(public_id=job.params["run"])
    counts = undo_import(run=run, by=job.started_by, on=timezone.localdate(), now=timezone.now())
    _ring_for_tiers()
    return counts


@shared_task
def sweep():
    """Delete what imports leave behind: files whose job never came, drafts nobody finished, notes that are too old."""
    return sweep_imports(now=timezone.now())


def run_carry_out(job):
    """Carry out the handovers that were agreed for today or before; doing it again moves nothing."""
    return carry_out_due(on=timezone.localdate(), now=timezone.now())


def run_bulk(job):
    """Do, or undo, a verb of this room on the customers of a bulk action; started again it goes on where it stopped."""
    return bulk.run(job=job, do=bulk.do, take_back=bulk.take_back, clock=timezone.now)


def run_export(job):
    """Write the long file that a job names, in the language and scope of the person who asked; twice writes it anew."""
    export = Export.objects.select_related("by__branch").get(public_id=job.params["export"])
    params, user = export.params, export.by
    user.on = export.on
    with translation.override(user.language):
        selection = Selection(params["selection"], user=user, on=export.on)
        table = exported(selection, columns=params["columns"], sort=params["sort"], rows=params["rows"])

        def rows():
            for number, record in enumerate(table.data.data.iterator(chunk_size=1000), 1):
                if number % 1000 == 0:
                    report(job=job, now=timezone.now(), done=number, total=export.rows)
                yield table.plain(record, clear=bool(export.reason))

        report(job=job, now=timezone.now(), done=0, total=export.rows)
        written = list(rows())
        body = contents(
            title=params["title"],
            headings=table.headings(),
            rows=written,
            note=params["note"],
            form=ExportFormat(params["format"]),
        )
    keep_file(export=export, body=body, rows=len(written), now=timezone.now())
    return {"rows": len(written), "export": str(export.public_id)}


def run_find_duplicates(job):
    """Look through the whole stock for customers who may be on file twice, and for facts that do not agree."""

    def progress(done, total):
        report(job=job, now=timezone.now(), done=done, total=total)

    today = timezone.localdate()
    found = find_duplicates(on=today, progress=progress)
    return {"pairs": found["open"], "questions": find_contradictions(on=today)["open"]}


def run_settle(job):
    """Lift restrictions that have run out, let relationships become dormant or active; doing it again changes nothing.

    For the day in its parameters, else for today.
    """
    day = job.params.get("as_of")
    on = date.fromisoformat(day) if day else timezone.localdate()
    return {"as_of": on.isoformat(), "restricted": settle(on=on), "states": settle_dormant(on=on)}
