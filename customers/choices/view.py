"""Kept lists, bulk work and exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ViewScope(models.TextChoices):
    """Who finds a saved list among theirs."""

    MINE = "mine", _("Only me")
    BRANCH = "branch", _("My branch and below")
    EVERYONE = "everyone", _("Everyone")


class Tone(models.TextChoices):
    """Colours of tags; the word carries the meaning."""

    GREY = "grey", pgettext_lazy("colour", "Grey")
    BLUE = "blue", pgettext_lazy("colour", "Blue")
    GREEN = "green", pgettext_lazy("colour", "Green")
    AMBER = "amber", pgettext_lazy("colour", "Amber")
    RED = "red", pgettext_lazy("colour", "Red")
    VIOLET = "violet", pgettext_lazy("colour", "Violet")


class BulkKind(models.TextChoices):
    """What is done with many customers at once."""

    TAG = "tag", _("Tag")
    UNTAG = "untag", _("Take a tag off")
    ADD = "add", _("Add to a list")
    FOLLOW_UP = "follow_up", _("Plan a follow-up")
    ASSIGN = "assign", _("Assign to a manager")


class BulkState(models.TextChoices):
    """chosen → waiting → done → undoing → undone; cancelled work stays half done and can be undone."""

    CHOSEN = "chosen", pgettext_lazy("bulk", "Chosen")
    WAITING = "waiting", _("Under way")
    DONE = "done", pgettext_lazy("bulk", "Done")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class BulkOutcome(models.TextChoices):
    """What became of one customer; everything but `done` and `waiting` says why not."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", pgettext_lazy("bulk", "Done")
    UNDONE = "undone", _("Undone")
    CHANGED = "changed", _("Changed meanwhile, left as it is")
    GONE = "gone", _("No longer in your scope")
    ALREADY = "already", _("Already so")
    SILENT = "silent", _("Must not be contacted")
    RESTRICTED = "restricted", _("On the restricted list")
    ENDED = "ended", _("The relationship has ended")
    PENDING = "pending", _("A handover is under way")


class ExportFormat(models.TextChoices):
    """Files that lists leave in."""

    XLSX = "xlsx", _("Excel workbook (XLSX)")
    CSV = "csv", _("Text with commas (CSV)")
