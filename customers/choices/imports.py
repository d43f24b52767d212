"""Loads of extracts and of foreign files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """Where a load of an extract stands."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class IssueLevel(models.TextChoices):
    """A rejected row, a row taken with a value left unknown, or a row that an undo had to leave."""

    REJECTED = "rejected", _("Rejected")
    WARNING = "warning", _("Warning")
    LEFT = "left", _("Left as it is")


class NumberKind(models.TextChoices):
    """Which number to dial (S3.7)."""

    MOBILE = "mobile", _("Mobile")
    OFFICE = "office", pgettext_lazy("telephone", "Office")
    HOME = "home", pgettext_lazy("telephone", "Home")
    OTHER = "other", _("Another number")
