"""Tags, saved lists, and what was done with many customers at once."""

from django.db import models
from django.db.models import Q


def _works_here(user):
    return user is not None and getattr(user, "is_authenticated", False) and user.is_active and not user.left_on


def branches_above(branch):
    """The codes of a branch and of every branch above it, from its path ``/B00/B01/D001/``."""
    return [code for code in branch.path.split("/") if code] if branch else []


class TagQuerySet(models.QuerySet):
    """Tags of one's own branch, of those above, and for heads of those below."""

    def visible_to(self, user):
        """Tags a person may put on customers; auditors see all, administrators none."""
        if not _works_here(user) or user.role == "admin":
            return self.none()
        if user.role == "auditor":
            return self.all()
        if not user.branch_id:
            return self.none()
        seen = Q(branch__code__in=branches_above(user.branch))
        if user.role == "head":
            seen |= Q(branch__path__startswith=user.branch.path)
        return self.filter(seen)


class SavedViewQuerySet(models.QuerySet):
    """Saved lists: one's own and those that were shared."""

    def kept(self):
        """Not removed."""
        return self.filter(removed_at=None)

    def visible_to(self, user):
        """One's own lists, those of one's branch and of the branches above, and those for everyone; not removed ones.

        What a list shows is the reader's own scope all the same.
        """
        if not _works_here(user) or user.role == "admin":
            return self.none()
        seen = Q(owner=user) | Q(scope="everyone")
        if user.branch_id:
            seen |= Q(scope="branch", branch__code__in=branches_above(user.branch))
        return self.kept().filter(seen)

    def removed_by(self, user):
        """One's own removed lists, to put one back."""
        return self.filter(owner=user).exclude(removed_at=None)


class BulkActionQuerySet(models.QuerySet):
    """What people did with many customers at once, and the files they took along."""

    def visible_to(self, user):
        """Those of the person alone."""
        return self.filter(by=user) if _works_here(user) and user.role != "admin" else self.none()
