"""In which order the work list is worked off: value × urgency, both from 1 to 5, explained here and nowhere else.

Value is the better of two: the tier (best band 5, then 4, 3, 2; no tier 1) and the amount that matures (in yuan).
Urgency counts the days that are left until it happens (for a next step or an own reminder: until it is due).
What is past its day is nearly as urgent as what happens tomorrow: it can often still be mended.
Of equal products the earlier day comes first. `querysets` compiles the same tables to SQL.
"""

from decimal import Decimal

TIER_VALUE = {1: 5, 2: 4, 3: 3, 4: 2}
# From this many yuan on.
AMOUNT_VALUE = ((Decimal(1_000_000), 5), (Decimal(500_000), 4), (Decimal(200_000), 3), (Decimal(50_000), 2))
# Up to so many days left.
URGENCY = ((-1, 4), (1, 5), (3, 4), (7, 3), (30, 2))
LEAST = 1


def value(tier_rank, amount):
    """1 to 5 from the tier's rank (1 is best; None: no tier) and the amount at stake in yuan (None: none)."""
    by_tier = TIER_VALUE.get(tier_rank, LEAST)
    by_amount = next((points for least, points in AMOUNT_VALUE if amount is not None and amount >= least), LEAST)
    return max(by_tier, by_amount)


def urgency(days_left):
    """1 to 5 from the days until it happens; negative: it is over."""
    return next((points for most, points in URGENCY if days_left <= most), LEAST)


def priority(tier_rank, amount, days_left):
    """Value × urgency, 1 to 25."""
    return value(tier_rank, amount) * urgency(days_left)
