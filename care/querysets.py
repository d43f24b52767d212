"""Follow-ups as a work list."""

from datetime import timedelta

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Value, When
from django.db.models.functions import Coalesce, Greatest

from care.choices import CareKind, FollowUpState, Period
from care.rules import ordering
from staff.querysets import ScopedQuerySet

OPEN = Q(state=FollowUpState.OPEN)
# So many follow-ups are counted for the badge of every page.
MOST_IN_BADGE = 1200


def period_condition(period, *, on):
    """The condition on open follow-ups that makes a part of the work list on the day `on`."""
    return {
        Period.DUE: Q(due_on__lte=on),
        Period.OVERDUE: Q(due_on__lt=on),
        Period.TODAY: Q(due_on=on),
        Period.WEEK: Q(due_on__gt=on, due_on__lte=on + timedelta(days=7)),
        Period.ALL: Q(),
    }[period]


class FollowUpQuerySet(ScopedQuerySet):
    """Follow-ups by state and day."""

    def open(self):
        """Neither done, dismissed, superseded nor withdrawn."""
        return self.filter(OPEN)

    def due(self, *, on):
        """Open, due on the day `on` or before."""
        return self.in_period(Period.DUE, on=on)

    def overdue(self, *, on):
        """Open and due before the day."""
        return self.in_period(Period.OVERDUE, on=on)

    def in_period(self, period, *, on):
        """Open ones of a part of the work list."""
        return self.open().filter(period_condition(period, on=on))

    def done_between(self, first, last):
        """Done on the days from `first` to `last`, both included."""
        return self.filter(state=FollowUpState.DONE, closed_on__range=(first, last))

    def with_row_facts(self):
        """Everything a row says about it, in the same query."""
        return self.select_related(
            *("customer__standing", "customer__manager", "customer__contact_preference"),
            *("rule", "holding__product", "closed_by"),
        )

    def open_first(self):
        """Open ones by their due day, then closed ones, the latest first."""
        return self.order_by(F("closed_on").desc(nulls_first=True), "due_on", "pk")

    def customers_by_priority(self, *, on):
        """One dict a customer {customer_id, priority, nearest}, by value × urgency (care.rules.ordering)."""
        days = {most: on + timedelta(days=most) for most, _points in ordering.URGENCY}
        urgency = Case(
            *[When(happens__lte=days[most], then=Value(points)) for most, points in ordering.URGENCY],
            default=Value(ordering.LEAST),
            output_field=IntegerField(),
        )
        by_tier = Case(
            *[
                When(customer__standing__tier_rank=rank, then=Value(points))
                for rank, points in ordering.TIER_VALUE.items()
            ],
            default=Value(ordering.LEAST),
            output_field=IntegerField(),
        )
        by_amount = Case(
            *[When(holding__balance__gte=least, then=Value(points)) for least, points in ordering.AMOUNT_VALUE],
            default=Value(ordering.LEAST),
            output_field=IntegerField(),
        )
        return (
            self.annotate(happens=Coalesce("happens_on", "due_on"))
            .annotate(points=Greatest(by_tier, by_amount) * urgency)
            .values("customer_id")
            .annotate(priority=Max("points"), nearest=Min("happens"))
            .order_by("-priority", "nearest", "customer_id")
        )

    def counts(self, *, on, period):
        """How many customers each part and each kind has, {"due": n, …, "maturity": n, …}; kinds within `period`."""
        within = period_condition(period, on=on)
        parts = {part.value: Count("customer", distinct=True, filter=period_condition(part, on=on)) for part in Period}
        kinds = {kind.value: Count("customer", distinct=True, filter=within & Q(kind=kind)) for kind in CareKind}
        return self.open().aggregate(**parts, **kinds)

    def badge(self, *, on):
        """How many customers are to be cared for on the day: {"due": n, "overdue": n, "more": whether there are more}.

        Only the longest due are looked at: who has more than a thousand is told so, not how many.
        """
        first = self.due(on=on).order_by("due_on").values("customer", "due_on")[:MOST_IN_BADGE]
        found = first.aggregate(
            due=Count("customer", distinct=True),
            overdue=Count("customer", distinct=True, filter=Q(due_on__lt=on)),
            rows=Count("due_on"),
        )
        return {"due": found["due"], "overdue": found["overdue"], "more": found["rows"] == MOST_IN_BADGE}

    def by_manager(self, *, on, since):
        """Per manager {manager (pk), done (from `since` to `on`), overdue and today (as of `on`)}, in follow-ups."""
        return (
            self.filter((OPEN & Q(due_on__lte=on)) | Q(state=FollowUpState.DONE, closed_on__range=(since, on)))
            .values(manager=F("customer__manager"))
            .annotate(
                done=Count("pk", filter=Q(state=FollowUpState.DONE)),
                overdue=Count("pk", filter=OPEN & Q(due_on__lt=on)),
                today=Count("pk", filter=OPEN & Q(due_on=on)),
            )
            .order_by()
        )
