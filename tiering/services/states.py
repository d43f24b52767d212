"""Where customers stood on a day: the tier that the first move after it left.

A day means its end, so that of several moves of a day the last one counts.
"""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q
from django.db.models.functions import Coalesce


def states(moves, *, since, until, base=None):
    """Who of `moves` (of one scheme) moved after the day `since`: dicts of customer_id, left, reached and stood.

    `left` is the tier on `since`, `reached` the one on `until`, `stood` the one on `base` (None: in force); empty: not
    placed. Who did not move after `since` is not among them and stood where the placement says.
    """
    order = ["on", "pk"]
    moved = (
        moves.filter(on__gt=since)
        .order_by()
        .values("customer_id")
        .annotate(
            befores=ArrayAgg("from_code", order_by=order),
            ends=ArrayAgg("to_code", order_by=["-on", "-pk"]),
            later=ArrayAgg("from_code", order_by=order, filter=Q(on__gt=until)),
        )
    )
    stood = F("ends__0")
    if base is not None:
        moved = moved.annotate(latest=ArrayAgg("from_code", order_by=order, filter=Q(on__gt=base)))
        stood = Coalesce(F("latest__0"), F("ends__0"))
    moved = moved.annotate(left=F("befores__0"), reached=Coalesce(F("later__0"), F("ends__0")), stood=stood)
    return moved.values("customer_id", "left", "reached", "stood")
