"""What imports leave behind, and when it goes."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from customers.choices import ImportState
from customers.models import ImportChange, ImportRejection, ImportRun

# Files hold customers' data in clear; the notes of an import hold what stood there before.
FILES_KEPT = timedelta(days=1)
NOTES_KEPT = timedelta(days=90)


def sweep_imports(*, now):
    """Delete stray uploads, drafts and failed runs' files older than a day, and notes and rejected rows older than
    ninety days; returns {"files", "drafts", "notes"}. Twice is once.
    """
    old = ImportRun.objects.filter(state=ImportState.DRAFT, created_at__lt=now - FILES_KEPT)
    drafts = old.count()
    old.delete()
    open_states = (ImportState.DRAFT, ImportState.WAITING, ImportState.RUNNING)
    needed = set(ImportRun.objects.filter(state__in=open_states).values_list("folder", flat=True))
    files = 0
    root = Path(settings.UPLOAD_DIR)
    for folder in root.iterdir() if root.is_dir() else ():
        made = datetime.fromtimestamp(folder.stat().st_mtime, tz=UTC)
        if folder.name not in needed and made < now - FILES_KEPT:
            shutil.rmtree(folder, ignore_errors=True)
            files += 1
    past = ImportRun.objects.filter(finished_at__lt=now - NOTES_KEPT).values("pk")
    notes = ImportChange.objects.filter(run__in=past)
    number = notes.count()
    notes._raw_delete(notes.db)
    ImportRejection.objects.filter(run__in=past).delete()
    return {"files": files, "drafts": drafts, "notes": number}
