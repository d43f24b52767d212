"""Visits and objections, as the branch speaks of them."""

from django.db import models
from django.db.models import Case, Count, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from staff.querysets import ScopedQuerySet

# Planned visits by their time, which puts those that are over first, then the rest, the latest first. An index holds
# this order ready.
URGENCY = (
    Case(When(status="planned", then=F("planned_on"))).asc(nulls_last=True),
    Case(When(status="planned", then=F("planned_at"))).asc(nulls_first=True),
    Coalesce("held_on", "planned_on").desc(),
    F("id").desc(),
)


class VisitQuerySet(ScopedQuerySet):
    """Visits by state and day."""

    def planned(self):
        """Still to come or to be recorded."""
        return self.filter(status="planned")

    def held(self):
        """Those that took place."""
        return self.filter(status="held")

    def recorded_since(self, time):
        """Held, and written down or corrected at the time or later."""
        return self.held().filter(updated_at__gte=time)

    def unrecorded(self, *, on):
        """Planned for a day before `on`, and nobody wrote down what became of them."""
        return self.planned().filter(planned_on__lt=on)

    def upcoming(self, *, on):
        """Planned for the day `on` or later."""
        return self.planned().filter(planned_on__gte=on)

    def with_next_step(self):
        """Held, and a next step with a day was agreed: what the work list picks up."""
        return self.held().filter(next_step_on__isnull=False)

    def with_day(self):
        """Adds `day`: the day on which the visit was held, else the day it is planned for."""
        return self.annotate(day=Coalesce("held_on", "planned_on"))

    def between(self, first, last):
        """Held or planned on days from `first` to `last`, both included."""
        return self.with_day().filter(day__range=(first, last))

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.with_day().select_related("customer__standing", "customer__contact_preference", "by")

    def by_urgency(self, *, on):
        """Those that still need recording first, then the coming ones by day, then the past, the latest first.

        Adds `queue`: 0 needs recording, 1 to come, 2 past.
        """
        queue = Case(
            When(status="planned", planned_on__lt=on, then=Value(0)),
            When(status="planned", then=Value(1)),
            default=Value(2),
            output_field=models.PositiveSmallIntegerField(),
        )
        return self.with_day().annotate(queue=queue).order_by(*URGENCY)


class ObjectionQuerySet(ScopedQuerySet):
    """Objections by outcome."""

    def open(self):
        """Not answered yet."""
        return self.filter(outcome="open")

    def resolved(self):
        """Answered so that the customer went on."""
        return self.filter(outcome="resolved")

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related("customer__standing", "by")

    def answers_that_worked(self, kind):
        """Resolved objections of a kind with their answer, the latest first."""
        return self.resolved().filter(kind=kind).exclude(answer="").order_by("-closed_on", "-pk")

    def cost_by_kind(self):
        """Per kind: how many were raised, are open, were resolved, lost us business, and how much (yuan).

        The kind that cost most business comes first.
        """
        return (
            self.order_by()
            .values("kind")
            .annotate(
                raised=Count("pk"),
                still_open=Count("pk", filter=Q(outcome="open")),
                resolved=Count("pk", filter=Q(outcome="resolved")),
                lost=Count("pk", filter=Q(outcome="lost")),
                lost_amount=Sum("at_stake", filter=Q(outcome="lost")),
            )
            .order_by("-lost", "-raised", "kind")
        )
