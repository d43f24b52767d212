"""Visits and objections, as the branch speaks of them."""

from staff.querysets import ScopedQuerySet


class VisitQuerySet(ScopedQuerySet):
    """Visits by state and day."""

    def planned(self):
        """Still to come or to be recorded."""
        return self.filter(status="planned")

    def held(self):
        """Those that took place."""
        return self.filter(status="held")

    def in_month(self, first, last):
        """Planned or held on days from `first` to `last`, both included."""
        return self.filter(planned_on__range=(first, last))


class ObjectionQuerySet(ScopedQuerySet):
    """Objections by outcome."""

    def open(self):
        """Not answered yet."""
        return self.filter(outcome="open")
