"""Follow-ups as a work list."""

from datetime import timedelta

from django.db.models import Q

from staff.querysets import ScopedQuerySet


class FollowUpQuerySet(ScopedQuerySet):
    """Follow-ups by state and day."""

    def open(self):
        """Neither done nor dismissed."""
        return self.filter(state="open")

    def due(self, *, on):
        """Open, due on the day `on` or before."""
        return self.open().filter(due_on__lte=on)

    def today(self, *, on):
        """Open and due on the day."""
        return self.open().filter(due_on=on)

    def overdue(self, *, on):
        """Open and due before the day."""
        return self.open().filter(due_on__lt=on)

    def this_week(self, *, on):
        """Open and due in the seven days after the day."""
        return self.open().filter(due_on__gt=on, due_on__lte=on + timedelta(days=7))

    def closed_on(self, day):
        """Done or dismissed on the day."""
        return self.filter(~Q(state="open"), closed_on=day)
