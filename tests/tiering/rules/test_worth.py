"""Asset or liability: sides, and which tiers ask for much or little."""

import pytest

from tiering.choices import Side
from tiering.rules.bands import Tier
from tiering.rules.worth import high_and_low, side_of


@pytest.mark.parametrize(
    ("contribution", "service", "side"),
    [
        (None, 0, Side.UNKNOWN),
        (None, 500, Side.UNKNOWN),
        (0, 0, Side.ASSET),
        (100, 100, Side.ASSET),
        (99.99, 100, Side.TURNED),
        (0, 1, Side.TURNED),
        (-0.01, 0, Side.LIABILITY),
        (100, None, Side.ASSET),
    ],
)
def test_side_of_a_customer(contribution, service, side):
    assert side_of(contribution, service) == side


@pytest.mark.parametrize(
    ("codes", "high", "low"),
    [
        (["VIP", "A", "B", "C"], ("VIP", "A"), ("B", "C")),
        (["5", "4", "3", "2", "1"], ("5", "4"), ("2", "1")),
        (["one"], (), ()),
        (["up", "down"], ("up",), ("down",)),
    ],
)
def test_high_and_low_tiers(codes, high, low):
    tiers = tuple(Tier(code, rank, None) for rank, code in enumerate(codes, 1))
    found = high_and_low(tiers)
    assert found == (high, low)
