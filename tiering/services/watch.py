"""Who is under watch: below the tier in force, until the day of the step down."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, FilteredRelation, Q, Sum
from django.db.models.functions import TruncMonth

from customers.models import Customer
from tiering.models import Placement
from tiering.services.population import NOTHING

SHOWN = ("code", "rank", "value", "measured", "measured_rank", "watch_from", "watch_until")


@dataclass(frozen=True)
class Due:
    """Customers of a tier who step down in a month, with their assets."""

    code: str
    month: date
    customers: int
    assets: Decimal


def watched(scope):
    """The customers under watch in the scope with code, rank, value … of their placement, the nearest first."""
    place = FilteredRelation("placements", condition=Q(placements__scheme=scope.scheme))
    return (
        scope.rows(Customer)
        .annotate(place=place)
        .filter(place__watch_until__isnull=False)
        .annotate(**{name: F(f"place__{name}") for name in SHOWN})
        .with_row_facts()
        .order_by("watch_until", "pk")
    )


def due(scope):
    """[Due] by tier and month of the step down, the nearest first."""
    rows = (
        scope.rows(Placement)
        .filter(scheme=scope.scheme, watch_until__isnull=False)
        .annotate(month=TruncMonth("watch_until"))
        .values("code", "month")
        .annotate(customers=Count("pk"), assets=Sum("customer__standing__asset_total"))
    )
    found = [Due(row["code"], row["month"], row["customers"], row["assets"] or NOTHING) for row in rows]
    return sorted(found, key=lambda row: (row.month, row.code))


def missing(plan, row):
    """What the value lacks to keep the tier in force (points, yuan or rungs); None when no amount would say it."""
    minimum = next((tier.minimum for tier in plan.tiers if tier.code == row.code), None)
    if minimum is None or row.value >= minimum:
        return None
    return minimum - row.value
