"""Placements and moves, as the branch speaks of them."""

from datetime import date

from django.apps import apps
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from staff.querysets import ScopedQuerySet
from tiering.choices import OverrideState, SheetState


class ScoringSheetQuerySet(models.QuerySet):
    """Scoring sheets by state."""

    def in_force(self):
        """The published ones."""
        return self.filter(state=SheetState.PUBLISHED)

    def whole(self):
        """With criteria, options and cut-offs, ready for `definition()`."""
        return self.prefetch_related("criteria__options", "cutoffs")


class PackageQuerySet(models.QuerySet):
    """Service packages."""

    def of(self, customer):
        """Those of the tiers in force of a customer, one a scheme at most."""
        return self.filter(
            scheme__active=True, scheme__placements__customer=customer, scheme__placements__code=F("code")
        )


class RightUseQuerySet(ScopedQuerySet):
    """Rights used."""

    def counted(self):
        """Without those taken back."""
        return self.filter(taken_back_on=None)

    def in_year(self, year):
        """Used in a calendar year."""
        return self.filter(used_on__range=(date(year, 1, 1), date(year, 12, 31)))

    def with_place(self):
        """With all that a list shows."""
        return self.select_related("customer__manager", "right__package", "by", "taken_back_by")


class OverrideQuerySet(ScopedQuerySet):
    """Placings by hand."""

    def waiting(self):
        """Proposed, and not decided yet."""
        return self.filter(state=OverrideState.PROPOSED)

    def in_force(self, *, on):
        """Approved, and holding on the day `on`."""
        return self.filter(state=OverrideState.APPROVED, starts_on__lte=on, ends_on__gte=on)

    def waiting_first(self):
        """What somebody has to decide, then what holds, then what has been; the latest first."""
        turn = Case(
            When(state=OverrideState.PROPOSED, then=Value(0)),
            When(state=OverrideState.APPROVED, then=Value(1)),
            default=Value(2),
        )
        return self.order_by(turn, "-proposed_on", "-pk")

    def with_place(self):
        """With all that a list shows, and the tier in force of the same scheme as `place_code` and `place_rank`."""
        placements = apps.get_model("tiering", "Placement").objects
        place = placements.filter(customer=OuterRef("customer"), scheme=OuterRef("scheme"))
        return self.select_related("customer", "scheme", "proposed_by", "decided_by").annotate(
            place_code=Subquery(place.values("code")[:1]), place_rank=Subquery(place.values("rank")[:1])
        )


class MovementQuerySet(ScopedQuerySet):
    """Moves between tiers."""

    def between(self, first, last):
        """On days from `first` to `last`, both included."""
        return self.filter(on__range=(first, last))

    def up(self):
        """To a better band (rank 1 is the best); first placements do not count."""
        return self.filter(from_rank__isnull=False, to_rank__lt=F("from_rank"))

    def down(self):
        """To a worse band."""
        return self.filter(from_rank__isnull=False, to_rank__gt=F("from_rank"))

    def real(self):
        """Without first placements."""
        return self.filter(~Q(from_code=""))
