"""An import while it is prepared: the file kept, the mapping worked out, checked, then run or thrown away."""

import shutil
import uuid
from collections import Counter
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.choices import ImportState
from customers.models import ImportRun
from customers.rules.cells import plain
from customers.rules.foreign import Options, look_at, unpack
from customers.rules.mapping import as_json, complaints, parse
from customers.rules.matching import suggest
from customers.services.custom_fields import own_columns
from customers.services.imports import JOB_KEY, file_of, keep_files, throw_away
from jobs.choices import JobKind
from jobs.services import enqueue
from staff.services import record

SAMPLE_ROWS = 200
# Codes are counted in this many rows; a file of millions says nothing new further down.
COUNTED_ROWS, DISTINCT_LIMIT = 200_000, 200


class NotReady(ValidationError):
    """The import is not in the state for this."""


@transaction.atomic
def start_draft(*, file, target, as_of, by, edition=None):
    """Keep an uploaded file (`name` and `chunks()`), and prepare its import: with a saved edition, or with what the
    headings and values suggest. Returns the ImportRun; raises Unreadable and keeps nothing then.
    """
    folder = Path(settings.UPLOAD_DIR) / uuid.uuid4().hex
    try:
        keep_files(folder, [file])
        path = unpack(folder / Path(file.name).name, folder)
        options = Options(**edition.definition["file"]) if edition else Options()
        foreign = look_at(path, options, name=file.name)
        definition = edition.definition if edition else _suggested(foreign, target, as_of)
        run = ImportRun.objects.create(
            as_of=as_of,
            source=file.name[:200],
            folder=folder.name,
            state=ImportState.DRAFT,
            definition=definition,
            edition=edition,
            started_by=by,
        )
        record(actor=by, verb="import.begun", subject=run, summary=run.source, as_of=as_of.isoformat())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def _suggested(foreign, target, on):
    sample = [cells for _line, cells in islice(foreign.rows(), SAMPLE_ROWS)]
    columns = suggest(target, foreign.headings, sample, on=on, own=own_columns(target))
    return {"target": target, "file": {}, "columns": columns}


def foreign_of(run):
    """The file of a draft, looked at with the options of its definition. Raises Unreadable."""
    options = Options(**run.definition.get("file", {}))
    return look_at(file_of(run), options, name=run.source)


@transaction.atomic
def define(*, run, definition):
    """Write what a draft's mapping says; what a check found before holds no longer. Raises BadMapping and NotReady."""
    run = _draft(run)
    mapping = parse(definition)
    definition = as_json(mapping)
    if definition != run.definition:
        run.definition, run.preview = definition, {}
        run.save(update_fields=["definition", "preview"])
    return run


@transaction.atomic
def suggest_again(*, run, target, options):
    """Begin the mapping of a draft anew: another file of the extract, or a file that is written otherwise."""
    run = _draft(run)
    foreign = look_at(file_of(run), options, name=run.source)
    columns = _suggested(foreign, target, run.as_of)["columns"]
    file = {"encoding": options.encoding, "delimiter": options.delimiter, "sheet": options.sheet}
    run.definition = {"target": target, "file": file | {"header_row": options.header_row}, "columns": columns}
    run.preview, run.edition = {}, None
    run.save(update_fields=["definition", "preview", "edition"])
    return run


@transaction.atomic
def start_check(*, run, by, now):
    """Queue finding out what an import would do; nothing is written by it. Returns the job.

    Raises BadMapping when columns are missing, Unreadable, and NotReady. Asked twice while it waits, it is done once.
    """
    run = _draft(run)
    _must_fit(run)
    job = enqueue(
        kind=JobKind.CHECK_IMPORT,
        key=f"check_import:{run.public_id}",
        now=now,
        params={"run": str(run.public_id)},
        by=by,
    )
    ImportRun.objects.filter(pk=run.pk).update(job=job, preview={})
    return job


@transaction.atomic
def start_import(*, run, by, now):
    """Queue the import of a draft. Returns the job; raises BadMapping, Unreadable, NotReady, and KeyTaken when another
    load is waiting or under way.
    """
    run = _draft(run)
    _must_fit(run)
    params = {"run": str(run.public_id)}
    run.job = enqueue(kind=JobKind.LOAD_EXTRACT, key=JOB_KEY, now=now, params=params, by=by, exclusive=True)
    run.state = ImportState.WAITING
    run.save(update_fields=["job", "state"])
    record(actor=by, verb="import.started", subject=run, summary=run.source, as_of=run.as_of.isoformat())
    return run.job


@transaction.atomic
def discard(*, run, by):
    """Throw a draft away with its file. Twice is once."""
    if run.state != ImportState.DRAFT:
        raise NotReady(_("This import has begun; it can be undone when it is done."))
    throw_away(run=run)
    record(actor=by, verb="import.discarded", subject=run, summary=run.source)
    run.delete()


def _draft(run):
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.state != ImportState.DRAFT:
        raise NotReady(_("This import has begun already."))
    return run


def _must_fit(run):
    mapping = parse(run.definition, own=own_columns())
    if found := complaints(mapping, foreign_of(run).headings):
        raise found[0]


def values_found(foreign, headings):
    """{heading: [(value, rows)]} of some columns of a file, the most frequent first; None for one with too many."""
    places = {heading: foreign.headings.index(heading) for heading in headings if heading in foreign.headings}
    counters = {heading: Counter() for heading in places}
    if not places:
        return {}
    for _line, cells in islice(foreign.rows(), COUNTED_ROWS):
        for heading, place in places.items():
            counter = counters[heading]
            if place < len(cells) and len(counter) <= DISTINCT_LIMIT:
                text = plain(cells[place])
                if text is not None:
                    counter[text[:80]] += 1
    return {
        heading: counter.most_common() if len(counter) <= DISTINCT_LIMIT else None
        for heading, counter in counters.items()
    }
