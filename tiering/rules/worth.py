"""Asset or liability (S4.1): what a customer brings in a year against what serving costs.

The income less cost of the value records, less the standard cost of visits, calls, gifts and time (care). Who has no
value record is unknown: not nothing.
"""

from tiering.choices import Side

# How far down the ladder a tier stands: up to the first third it is high, from the second third on low.
HIGH, LOW = 1 / 3, 2 / 3


def side_of(contribution, service):
    """The side of who brings `contribution` yuan a year (None: unknown) and costs `service` yuan to serve."""
    if contribution is None:
        return Side.UNKNOWN
    if contribution < 0:
        return Side.LIABILITY
    return Side.ASSET if contribution >= (service or 0) else Side.TURNED


def high_and_low(tiers):
    """Codes of the tiers that ask for much, and of those that ask for little, of tiers ranked from 1 down."""
    if len(tiers) < 2:
        return (), ()
    down = {tier.code: (tier.rank - 1) / (len(tiers) - 1) for tier in tiers}
    return (
        tuple(code for code, at in down.items() if at <= HIGH),
        tuple(code for code, at in down.items() if at >= LOW),
    )
