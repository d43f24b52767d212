"""Loading an extract: each file in one transaction, all accepted rows or none, in the order in which they lean."""

import json
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial

from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now

from customers.choices import ImportState
from customers.models import (
    BalanceMonth,
    Customer,
    Holding,
    ImportIssue,
    ImportRun,
    NameKey,
    Organisation,
    Person,
    Product,
    Standing,
)
from customers.rules.extract import LAYOUTS
from customers.rules.tables import Unreadable, find_files, open_table
from customers.services.balances import refresh_balances
from customers.services.bare import unindexed
from customers.services.completeness import refresh_completeness
from customers.services.extract import branches, customers, own
from customers.services.extract.aliases import follow_merges
from customers.services.extract.journal import Journal, months_noted
from customers.services.extract.known import remember
from customers.services.extract.merging import insert, judge, tell, update
from customers.services.extract.staging import drop, header_of, stage
from customers.services.extract.targets import TARGETS
from customers.services.restriction import settle
from customers.services.statements import execute, in_bulk
from jobs.choices import OPEN_STATES
from jobs.services import Cancelled, enqueue
from staff.services import record

# Any constant will do, as long as nothing else in the database takes the same lock.
LOCK = 7_205_201
# From so many rows on it pays to prepare the tables for them.
BULK_ROWS = 5000
# What a file fills besides its own table, and the tables that its rows lean on most.
FILLED = {"customers": (Person, Organisation, NameKey)}
LEANS = {
    "relations": (Customer,),
    "holdings": (Customer, Product),
    "values": (Customer, Product),
    "cashflows": (Customer, Holding),
}


class UnderWay(Exception):
    """Another load is running; two at once would judge rows that the other is about to change."""


def load_extract(*, path, as_of, now, by=None, run=None, progress=None, undoable=False):
    """Load the files at `path` (folder, archive or one file) as of the day `as_of`; returns the ImportRun.

    Its `files` say per file how many rows were inserted, updated, unchanged, rejected, and how many warnings came up;
    rows that could not be taken are its issues. Each file is taken in one transaction. Loading the same files again
    changes nothing; a run that was interrupted goes on with the files it has not finished. A row that is missing from a
    later file is left alone. Afterwards standings and the month's balances are brought up to date and re-tiering is
    queued, in the transaction that ends the run.

    With `undoable` every written row is noted, so that the whole load can be taken back; that takes time and room.
    `progress(done, total, file)` counts rows. Raises Unreadable (a file as a whole cannot be taken; files before it
    stay loaded) and UnderWay.
    """
    with alone():
        run = run or ImportRun.objects.create(as_of=as_of, source=str(path)[-200:], started_by=by)
        return _load(run, partial(_look_through, run, path), as_of, now, by, progress, undoable)


def load_table(*, table, run, now, progress=None):
    """Load one table that reads like a file of the extract (`customers.services.mapping`); returns the ImportRun.

    Everything that `load_extract` promises holds, and the load can be taken back.
    """
    with alone():
        return _load(run, partial(_look_at_one, table), run.as_of, now, run.started_by, progress, undoable=True)


def _load(run, look_through, as_of, now, by, progress, undoable):
    _begin(run)
    try:
        tables, headers = look_through()
        journal = Journal(run) if undoable else None
        _load_files(run, tables, headers, as_of, journal, progress or (lambda done, total, file: None))
    except Unreadable as error:
        fail_run(run=run, code=error.code, particulars=error.particulars)
        raise
    except Cancelled:
        fail_run(run=run, code="cancelled")
        raise
    except OperationalError:
        raise  # the database went away: the run can go on later
    except Exception:
        fail_run(run=run, code="broken")
        raise
    _end(run, as_of, now, by, journal)
    return run


@transaction.atomic
def fail_run(*, run, code, particulars=None):
    """Mark a run failed; `code` and `particulars` make the sentence that people read. Twice is the same as once."""
    short = {name: str(value)[:100] for name, value in (particulars or {}).items()}
    run.state, run.error = ImportState.FAILED, json.dumps([code, short], ensure_ascii=False)[:500]
    ImportRun.objects.filter(pk=run.pk).update(state=run.state, error=run.error, finished_at=Now())


@contextmanager
def alone():
    """Nobody else loads, or takes a load back, meanwhile. Raises UnderWay."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise UnderWay
    try:
        yield
    finally:
        if connection.is_usable():
            execute("SELECT pg_advisory_unlock(%s)", [LOCK])


@transaction.atomic
def _begin(run):
    # We hold the lock, so whatever else says it is running died without a word.
    running = ImportRun.objects.filter(state=ImportState.RUNNING).exclude(pk=run.pk)
    for dead in running.exclude(job__state__in=OPEN_STATES):
        fail_run(run=dead, code="interrupted")
    ImportIssue.objects.filter(run=run).exclude(file__in=list(run.files)).delete()
    run.state = ImportState.RUNNING
    run.save(update_fields=["state"])


def _look_through(run, path):
    """Every file opened and its header matched, before the first row is taken anywhere."""
    found, unknown = find_files(path)
    tables = {kind: open_table(found[kind]) for kind in LAYOUTS if kind in found}
    headers = {kind: header_of(table) for kind, table in tables.items()}
    ImportIssue.objects.bulk_create(
        ImportIssue(run=run, level="warning", file=name[:40], line=0, reason="unknown_file") for name in unknown
    )
    return tables, headers


def _look_at_one(table):
    return {table.file.kind: table}, {table.file.kind: header_of(table)}


def _load_files(run, tables, headers, as_of, journal, progress):
    behind, total = 0, sum(table.lines for table in tables.values())
    for kind, table in tables.items():
        if kind in run.files:
            behind += table.lines
            continue
        header, unknown = headers[kind]

        def tick(rows, kind=kind, behind=behind):
            progress(min(behind + rows, total), total, kind)

        tick(0)
        try:
            staged = stage(table, header, unknown, on=as_of, progress=tick, recognise=True)
            _take(run, staged, as_of, journal)
        finally:
            if connection.is_usable() and not connection.needs_rollback:
                drop(kind)
        behind += table.lines
        _analyze(kind, run.files[kind])


@transaction.atomic
def _take(run, staged, as_of, journal):
    """All accepted rows of a staged file, its issues, its counts and its notes, in one transaction."""
    target = own.joined(TARGETS[staged.kind], staged)
    with ExitStack() as stack:
        if staged.rows - staged.same >= BULK_ROWS:
            stack.enter_context(in_bulk())
            if staged.kind in {"customers", *LEANS}:
                models = (target.model, *FILLED.get(staged.kind, ()))
                stack.enter_context(unindexed(models, beside=LEANS.get(staged.kind, ())))
        _write(run, staged, target, as_of, journal)


def _write(run, staged, target, as_of, journal):
    if staged.kind == "branches":
        branches.mark_circles(staged)
    follow_merges(staged)
    counts = judge(staged, target)
    doubts = tell(staged, target, run)
    if staged.kind == "branches":
        branches.take(staged, target, journal=journal)
    elif staged.kind == "customers":
        customers.take(staged, target, on=as_of, journal=journal)
        if staged.recognised:
            remember(target, on=as_of)
    else:
        update(staged, target, journal=journal)
        insert(staged, target, journal=journal)
    if staged.kind == "restrictions":
        settle(on=as_of, update=customers.lifting(journal))
    run.files = run.files | {
        staged.kind: {
            "rows": staged.rows,
            **asdict(counts),
            "unchanged": counts.unchanged + staged.same,
            "rejected": counts.rejected + staged.rejected,
            "warnings": doubts,
        }
    }
    if journal is not None:
        run.journal = journal.tables
    run.save(update_fields=["files", "journal"])


def _analyze(kind, counts):
    """The planner must know a table that has grown or changed a good deal before the next file leans on it."""
    if (counts["inserted"] + counts["updated"]) * 10 > counts["rows"]:
        models = [TARGETS[kind].model, *([Person, Organisation, NameKey] if kind == "customers" else [])]
        execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


@transaction.atomic
def _end(run, as_of, now, by, journal):
    """Bring standings and balances up to date, queue re-tiering, and close the run: all or nothing."""
    with ExitStack() as stack:
        stack.enter_context(in_bulk())
        if sum(counts["inserted"] for counts in run.files.values()) >= BULK_ROWS:
            stack.enter_context(unindexed((Standing, BalanceMonth), beside=(Customer,)))
        if journal is not None and "customers_holding" in journal.tables:
            with months_noted(run, journal, on=as_of):
                refresh_balances(on=as_of)
            ImportRun.objects.filter(pk=run.pk).update(journal=journal.tables)
        else:
            refresh_balances(on=as_of)
        refresh_completeness()
    enqueue(kind="retier", key="retier", now=now, params={"as_of": as_of.isoformat()}, by=by)
    run.state = ImportState.DONE
    ImportRun.objects.filter(pk=run.pk).update(state=run.state, error="", finished_at=Now())
    record(actor=by, verb="extract.loaded", subject=run, summary=run.source, as_of=as_of.isoformat(), files=run.files)
