"""States of a job."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """waiting → running → done | failed | cancelled; a running one whose worker died waits again."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobKind(models.TextChoices):
    """What is done; which function does it is in settings.JOB_HANDLERS."""

    LOAD_EXTRACT = "load_extract", _("Load an extract")
    CHECK_IMPORT = "check_import", _("Check an import")
    UNDO_IMPORT = "undo_import", _("Undo an import")
    RETIER = "retier", _("Re-tier customers")
    RAISE_FOLLOWUPS = "raise_followups", _("Raise follow-ups")
    REFRESH_SERVICE = "refresh_service", _("Count what was done for customers")
    BULK = "bulk", _("Act on many customers")
    BULK_FOLLOW_UP = "bulk_follow_up", _("Plan follow-ups for many customers")
    EXPORT = "export", _("Export customers")
    SETTLE = "settle", _("Settle restrictions and dormant relationships")
    FIND_DUPLICATES = "find_duplicates", _("Look for duplicates and contradictions")
    CARRY_OUT_HANDOVERS = "carry_out", _("Carry out agreed handovers")


def job_kinds():
    """The kinds as choices; a function, so that a new kind of work needs no change of the table."""
    return JobKind.choices


OPEN_STATES = (JobState.WAITING, JobState.RUNNING)
