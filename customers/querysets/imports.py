"""Loads of files, what was refused in them, and how foreign files are read."""

from django.db import models
from django.db.models import Count, Min


class ImportRunQuerySet(models.QuerySet):
    """Loads of extracts: for administrators and auditors."""

    def visible_to(self, user):
        """Administrators and auditors see every load; nobody else sees one."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        return self.all() if user.role in {"admin", "auditor"} else self.none()


class ImportIssueQuerySet(models.QuerySet):
    """What was refused or doubted in loads; reached through a load that the person may see."""

    def rejected(self):
        """Rows that were not taken, as they stand in their files."""
        return self.filter(level="rejected").order_by("file", "line", "pk")

    def rejected_by_value(self):
        """Rejected rows as dicts of column, value, reason and `number` of rows; the most frequent first."""
        alike = self.rejected().order_by().values("column", "value", "reason").annotate(number=Count("pk"))
        return alike.order_by("-number", "column", "value")

    def doubts_by_value(self):
        """Warnings as dicts of file, column, value, reason, `number` of rows, `first` line; the most frequent first."""
        doubts = self.filter(level="warning").values("file", "column", "value", "reason")
        return doubts.annotate(number=Count("pk"), first=Min("line")).order_by("-number", "file", "column", "value")


class MappingQuerySet(models.QuerySet):
    """Ways to read foreign files: for administrators and auditors."""

    def visible_to(self, user):
        """Administrators and auditors see every mapping; nobody else sees one."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        return self.all() if user.role in {"admin", "auditor"} else self.none()

    def in_use(self):
        """Not retired."""
        return self.filter(retired=False)
