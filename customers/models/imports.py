"""Loads of extracts and what was refused in them."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.choices import ImportState, IssueLevel
from customers.models.mapping import MappingEdition
from customers.querysets import ImportIssueQuerySet, ImportRunQuerySet
from jobs.models import Job


class ImportRun(models.Model):
    """One load of an extract (数据导入): which files, as of which day, with what result."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=200)
    # Where uploaded files lie until the run has ended; empty for loads by command.
    folder = models.CharField(max_length=300, blank=True, default="", editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=ImportState, default=ImportState.WAITING, editable=False
    )
    # {"customers": {"rows", "inserted", "updated", "unchanged", "rejected", "warnings"}, …}
    files = models.JSONField(_("files"), default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True, default="")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="imports")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports"
    )
    # How a foreign file is read (customers/rules/mapping.py), as it was used; empty for a standard extract.
    definition = models.JSONField(default=dict, editable=False)
    edition = models.ForeignKey(
        MappingEdition, verbose_name=_("mapping"), null=True, on_delete=models.PROTECT, related_name="runs"
    )
    # What an import would do, found out without writing anything.
    preview = models.JSONField(default=dict, editable=False)
    # {table: the columns written}; empty for loads that cannot be undone.
    journal = models.JSONField(default=dict, editable=False)
    # {"removed", "restored", "left"} of an import that was taken back.
    undo = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.source} {self.as_of}"


class ImportIssue(models.Model):
    """A row that was rejected, or taken with a value left unknown: where, what, why."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="issues")
    level = models.CharField(_("level"), max_length=10, choices=IssueLevel)
    file = models.CharField(_("file"), max_length=40)
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=40, blank=True, default="")
    value = models.CharField(_("value"), max_length=120, blank=True, default="")
    # A stable word such as "unknown_branch" that the interface turns into a sentence.
    reason = models.CharField(_("reason"), max_length=40)

    objects = ImportIssueQuerySet.as_manager()

    class Meta:
        verbose_name = _("import issue")
        verbose_name_plural = _("import issues")
        ordering = ["file", "line", "pk"]
        indexes = [models.Index(fields=["run", "level", "file", "line"], name="import_issue_of_run")]

    def __str__(self):
        return f"{self.file}:{self.line} {self.reason}"


class ImportChange(models.Model):
    """A row that an import wrote: what stood there before, and how to tell whether somebody has written it since."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    # The columns of the journal of the run as they were; NULL: the row is new.
    before = models.JSONField(null=True)
    # A hash of the same columns as the import left them.
    mark = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        indexes = [models.Index(fields=["table", "row_id"], name="import_change_of_row")]

    def __str__(self):
        return f"{self.table} {self.row_id}"


class ImportRejection(models.Model):
    """A row of a foreign file that was not taken, as it stood there; sealed, for it may hold personal data."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rejections")
    line = models.PositiveIntegerField(_("line"))
    sealed = models.TextField()

    class Meta:
        verbose_name = _("rejected row")
        verbose_name_plural = _("rejected rows")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="import_rejection_once")]

    def __str__(self):
        return f"{self.run_id}:{self.line}"


class KnownRow(models.Model):
    """A customer's row of the extract as it was last taken: a keyed digest, and the state the customer was in then.

    What it is of shows by number only, so that nothing waits for it; rows of customers that are gone go with the next
    load.
    """

    customer_id = models.BigIntegerField(primary_key=True)
    digest = models.UUIDField()
    # The versions of the customer's rows; another one says that somebody has written them since.
    stamp = models.CharField(max_length=200)
    read_on = models.DateField()

    class Meta:
        verbose_name = _("known row")
        verbose_name_plural = _("known rows")

    def __str__(self):
        return f"{self.customer_id}"
