"""What a relationship earns: return on funds, and how far a year is from its target (S1.1)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MONTHS = 12


def yearly_return(profit, funds, months):
    """Profit of `months` months, taken to a year, in per cent of the funds it was made with; None without either."""
    if not months or not funds or funds <= 0:
        return None
    return (profit * MONTHS / months / funds * 100).quantize(CENT, ROUND_HALF_UP)


def utilisation(used, limit):
    """How much of a limit is used, in per cent; None without a limit."""
    if not limit or limit <= 0:
        return None
    return (abs(used) / limit * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class Pace:
    """A year against its target, in yuan: a month so far, where that leads, what is missing, what it takes a month."""

    per_month: Decimal | None
    forecast: Decimal | None
    gap: Decimal | None
    needed_per_month: Decimal | None
    reached: Decimal | None


def pace(done, *, months, target):
    """How far `done` yuan of `months` months (0 to 12) are from `target` (None: no target was set).

    `gap` is what is missing, below zero when the target was passed. `needed_per_month` spreads it over the months left;
    None in December and when nothing is missing. `reached` is the share of the target in per cent.
    """
    per_month = (done / months).quantize(CENT, ROUND_HALF_UP) if months else None
    forecast = (done / months * MONTHS).quantize(CENT, ROUND_HALF_UP) if months else None
    if target is None:
        return Pace(per_month, forecast, None, None, None)
    gap = target - done
    left = MONTHS - months
    needed = (gap / left).quantize(CENT, ROUND_HALF_UP) if left > 0 and gap > 0 else None
    reached = (done / target * 100).quantize(Decimal("0.1"), ROUND_HALF_UP) if target else None
    return Pace(per_month, forecast, gap, needed, reached)
