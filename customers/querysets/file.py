"""What stands in a customer's file: restrictions, endings, notes, people, groups, referrals."""

from django.db import models
from django.db.models import Q

from staff.querysets import ScopedQuerySet


class RestrictionQuerySet(ScopedQuerySet):
    """Entries of the restricted list."""

    def open(self):
        """Not lifted; perhaps not begun yet, or over since today."""
        return self.filter(lifted_on=None)

    def in_force(self, *, on):
        """Those that count on the day `on`."""
        return self.open().filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)


class EndingQuerySet(ScopedQuerySet):
    """Relationships that end or ended."""

    def under_way(self):
        """Begun, and nothing decided."""
        return self.filter(ended_on=None, back_on=None)

    def current(self):
        """Under way or ended; neither saved nor won back."""
        return self.filter(back_on=None)

    def lost(self):
        """Ended and not won back."""
        return self.filter(ended_on__isnull=False, back_on=None)


class NoteQuerySet(ScopedQuerySet):
    """Notes on customers."""

    def kept(self):
        """Not taken away."""
        return self.filter(deleted_at=None)


class RelatedPersonQuerySet(ScopedQuerySet):
    """People of customers."""

    def on_file(self):
        """Not taken off the page."""
        return self.filter(removed=False)


class GroupQuerySet(models.QuerySet):
    """Groups of customers: whoever may see one member may know of the group."""

    def visible_to(self, user):
        """Groups with a member in the person's scope; what they add up is only what the person may see."""
        members = self.model.members.rel.related_model.objects
        return self.filter(pk__in=members.visible_to(user).order_by().values("group"))


class ReferralQuerySet(ScopedQuerySet):
    """Referrals: in the scope of who introduced."""

    def waiting(self):
        """A name was given, and nothing became of it yet."""
        return self.filter(outcome__in=("named", "contacted"))

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related("introducer__standing", "referred__standing", "by")
