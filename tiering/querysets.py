"""Placements and moves, as the branch speaks of them."""

from django.db import models
from django.db.models import F, Q

from staff.querysets import ScopedQuerySet
from tiering.choices import SheetState


class ScoringSheetQuerySet(models.QuerySet):
    """Scoring sheets by state."""

    def in_force(self):
        """The published ones."""
        return self.filter(state=SheetState.PUBLISHED)

    def whole(self):
        """With criteria, options and cut-offs, ready for `definition()`."""
        return self.prefetch_related("criteria__options", "cutoffs")


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
