"""What customers hold with us and elsewhere, and what they need."""

from datetime import timedelta

from django.db.models import Count, Q, Sum

from customers.choices import ASSET_CATEGORIES, HoldingStatus
from staff.querysets import ScopedQuerySet


class HoldingQuerySet(ScopedQuerySet):
    """What customers hold."""

    def open(self):
        """Not closed."""
        return self.filter(status=HoldingStatus.OPEN)

    def maturing(self, *, within, on):
        """Open ones that end from the day `on` to `within` days later."""
        return self.open().filter(matures_on__range=(on, on + timedelta(days=within)))


class NeedQuerySet(ScopedQuerySet):
    """Needs in four dimensions."""

    def open(self):
        """Neither met nor dropped."""
        return self.filter(status="open")

    def overdue(self, on):
        """Open ones whose day has passed before the day `on`."""
        return self.open().filter(wanted_by__lt=on)

    def unmet(self):
        """Those that no product of ours meets: what the product desk counts."""
        return self.filter(no_product=True).exclude(status="met")

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        return self.select_related(
            "customer__standing", "customer__manager", "customer__branch", "product", "found_by"
        ).defer("customer__manager__password", "found_by__password")

    def capped_totals(self, most):
        """How many needs (counted to `most` + 1) and their yuan, in one query: {"rows", "yuan"}."""
        return self.order_by()[: most + 1].aggregate(rows=Count("pk"), yuan=Sum("amount"))

    def counted(self, *keys):
        """Rows by `keys` with number, customers, amount in yuan (None: none is known) and how many have no amount."""
        return (
            self.order_by()
            .values(*keys)
            .annotate(
                number=Count("pk"),
                customers=Count("customer", distinct=True),
                yuan=Sum("amount"),
                silent=Count("pk", filter=Q(amount=None)),
            )
            .order_by("-number", *keys)
        )


class OutsideHoldingQuerySet(ScopedQuerySet):
    """What customers hold at other banks."""

    def open(self):
        """Still there, as far as we know."""
        return self.filter(closed_on=None)

    def maturing(self, *, within, on):
        """Open ones that end from the day `on` to `within` days later."""
        return self.open().filter(matures_on__range=(on, on + timedelta(days=within)))

    def stale(self, on):
        """Open ones that nobody has said or confirmed for twelve months before the day `on`."""
        return self.open().filter(found_on__lt=on - timedelta(days=365))

    def with_row_facts(self):
        """Everything a list row shows, in the same query."""
        rows = self.select_related("customer__standing", "customer__manager", "customer__branch")
        return rows.defer("customer__manager__password")

    def capped_totals(self, most):
        """How many holdings (counted to `most` + 1) and the yuan of assets in them, in one query: {"rows", "yuan"}."""
        assets = Q(category__in=ASSET_CATEGORIES)
        return self.order_by()[: most + 1].aggregate(rows=Count("pk"), yuan=Sum("amount", filter=assets))
