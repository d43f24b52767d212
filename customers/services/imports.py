"""Uploads of extracts: kept where nobody else reads them, loaded by a job, thrown away afterwards."""

import json
import os
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.db import transaction

from customers.models import ImportRun
from customers.rules.foreign import UNPACKED
from customers.rules.tables import Unreadable, find_files, sentence
from jobs.services import enqueue
from staff.services import record

JOB_KEY = "load_extract"


@transaction.atomic
def upload_extract(*, files, as_of, by, now):
    """Keep uploaded files (with `name` and `chunks()`) in a private folder and queue their load; returns the ImportRun.

    Raises Unreadable when they are no extract, and KeyTaken when another upload is waiting or being loaded; nothing is
    kept then. Called twice at once, one of the two is refused.
    """
    folder = Path(settings.UPLOAD_DIR) / uuid.uuid4().hex
    try:
        keep_files(folder, files)
        find_files(folder)
        source = ", ".join(file.name for file in files)[:200]
        run = ImportRun.objects.create(as_of=as_of, source=source, folder=folder.name, started_by=by)
        params = {"run": str(run.public_id)}
        run.job = enqueue(kind="load_extract", key=JOB_KEY, now=now, params=params, by=by, exclusive=True)
        run.save(update_fields=["job"])
        record(actor=by, verb="extract.uploaded", subject=run, summary=source, as_of=as_of.isoformat())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def folder_of(run):
    """Where the uploaded files of a run lie."""
    return Path(settings.UPLOAD_DIR) / run.folder


def throw_away(*, run):
    """Delete the uploaded files of a run; nothing happens when they are gone already."""
    if run.folder:
        shutil.rmtree(folder_of(run), ignore_errors=True)


def error_text(run):
    """The sentence why a run failed, in the reader's language; empty when it did not."""
    if not run.error:
        return ""
    try:
        code, particulars = json.loads(run.error)
        return sentence(code, particulars)
    except (ValueError, TypeError, KeyError):
        return run.error


def file_of(run):
    """The one file of an import by mapping, unpacked. Raises Unreadable when it was thrown away."""
    try:
        files = sorted(folder_of(run).iterdir(), key=lambda path: not path.name.startswith(UNPACKED))
    except OSError:
        files = []
    if not run.folder or not files:
        raise Unreadable("not_readable", name=run.source)
    return files[0]


def keep_files(folder, files):
    """Write uploaded files into a fresh folder that nobody else reads."""
    Path(settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(mode=0o700)
    for file in files:
        descriptor = os.open(folder / Path(file.name).name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
