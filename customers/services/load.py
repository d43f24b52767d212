"""How many customers each manager has, of which tiers, and who has nobody: read in one statement each."""

from datetime import timedelta

from django.db.models import Count, F, Q, Sum

from customers.models import Customer
from customers.rules.next_step import QUIET_DAYS, QUIET_DAYS_OTHERS


def unplaced(customers):
    """Of these customers those whose manager has left or cannot sign in any more, or who have none."""
    return customers.filter(Q(manager=None) | Q(manager__left_on__isnull=False) | Q(manager__is_active=False))


def unplaced_groups(customers):
    """Unplaced customers by whose they were: dicts of manager (pk or None), customers, assets; the most first."""
    rows = unplaced(customers).order_by().values("manager")
    return list(rows.annotate(customers=Count("pk"), assets=Sum("standing__asset_total")).order_by("-customers"))


def load_per_manager(customers, *, on):
    """Of these customers per manager: {manager (pk): {"customers", "assets", "followups", "due", "organisations"}}.

    `due` are those who should have been spoken with by the day, by the rhythm of their tier (S3.10).
    """
    rows = customers.exclude(manager=None).order_by().values("manager")
    counted = rows.annotate(
        customers=Count("pk"),
        assets=Sum("standing__asset_total"),
        followups=Sum("standing__open_followups"),
        organisations=Count("pk", filter=Q(kind="organization")),
        due=Count("pk", filter=_due(on)),
    )
    return {row.pop("manager"): row for row in counted}


def _due(on):
    due = Q()
    for tier, days in QUIET_DAYS.items():
        due |= Q(standing__tier=tier) & _quiet(on, days)
    return due | (~Q(standing__tier__in=list(QUIET_DAYS)) & _quiet(on, QUIET_DAYS_OTHERS))


def _quiet(on, days):
    return Q(standing__last_contact=None) | Q(standing__last_contact__lt=on - timedelta(days=days))


def tiers_per_manager(customers):
    """Customers per manager and tier: {manager (pk): {tier: number}}; "" are those without a tier."""
    rows = customers.exclude(manager=None).order_by().values("manager", tier=F("standing__tier"))
    found = {}
    for row in rows.annotate(number=Count("pk")):
        found.setdefault(row["manager"], {})[row["tier"]] = row["number"]
    return found


def summary(keys):
    """What a set of customers (primary keys) amounts to: {"customers", "assets", "followups", "tiers": {tier: n}}."""
    chosen = Customer.objects.filter(pk__in=keys).order_by()
    totals = chosen.aggregate(
        customers=Count("pk"), assets=Sum("standing__asset_total"), followups=Sum("standing__open_followups")
    )
    tiers = chosen.values(tier=F("standing__tier"), rank=F("standing__tier_rank")).annotate(number=Count("pk"))
    totals["tiers"] = [(row["tier"], row["number"]) for row in tiers.order_by(F("rank").asc(nulls_last=True))]
    return totals
