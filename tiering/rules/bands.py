"""Half-open bands from a least value upwards: the lower bound belongs to the band (S2.3, S4.10)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tier:
    """A tier of a scheme: its code, rank (1 is the best), and least value; None takes everything below the others."""

    code: str
    rank: int
    minimum: Decimal | int | None
    label: str = ""
    strategy: str = ""
    # The name of a colour of static/css/crm.css; empty: that of its rank.
    colour: str = ""


def ranked(rows):
    """Tiers from (code, minimum, label, strategy, colour or nothing), in any order: the highest minimum gets rank 1."""
    ordered = sorted(rows, key=lambda row: (row[1] is not None, row[1] or 0), reverse=True)
    return tuple(Tier(code, rank, minimum, *words) for rank, (code, minimum, *words) in enumerate(ordered, start=1))


def tier_for(tiers, value):
    """The tier of `value` among `tiers` (best first), or None when the value is unknown or below all of them."""
    if value is None:
        return None
    return next((tier for tier in tiers if tier.minimum is None or value >= tier.minimum), None)


def above(tiers, tier):
    """The next better tier, or None at the top; for no tier at all the lowest one."""
    if not tiers:
        return None
    rank = tier.rank if tier else len(tiers) + 1
    return tiers[rank - 2] if rank > 1 else None
