"""The scale of an axis of service need and potential (S3.6): even steps, with the threshold between two of them.

Points, contacts and holdings go by equal steps; yuan by equal ratios, four steps to a power of ten, because a few
customers hold a thousand times what most of them do.
"""

from dataclasses import dataclass
from math import ceil, floor, log10

from tiering.choices import Axis

YUAN = frozenset({Axis.ASSETS, Axis.INCOME, Axis.CONTRIBUTION, Axis.SERVICE_COST})
# Below so many yuan all amounts are alike.
LEAST = 1000.0
PER_POWER = 4
# Steps on either side of the threshold; what lies beyond stands at the edge.
REACH = 24
# How many steps lead from nothing to the threshold of an axis that is no amount.
STEPS = 9


@dataclass(frozen=True)
class Scale:
    """The scale of an axis around its threshold: step 0 begins at the threshold, that value included."""

    axis: str
    threshold: float

    @property
    def money(self):
        """Whether yuan stand on it."""
        return self.axis in YUAN

    @property
    def width(self):
        """How much a step is worth, where steps are equal."""
        return float(max(1, ceil(abs(self.threshold) / STEPS)))

    def place(self, value):
        """Where a value stands, in steps from the threshold."""
        value = float(value)
        if not self.money:
            found = (value - self.threshold) / self.width
        elif self.threshold > LEAST:
            found = log10(max(value, LEAST) / self.threshold) * PER_POWER
        elif value < self.threshold:
            found = -0.5
        else:
            found = 0.5 if value < LEAST else 1 + log10(value / LEAST) * PER_POWER
        return min(max(found, -REACH), REACH - 0.5)

    def step(self, value):
        """The step a value falls in: below zero it is low, from zero on high."""
        return floor(self.place(value))

    def value_at(self, step):
        """The value that a step begins at; None where it has no lower bound."""
        if not self.money:
            return self.threshold + step * self.width
        if self.threshold > LEAST:
            found = self.threshold * 10 ** (step / PER_POWER)
            return found if found > LEAST else None
        if step < 0:
            return None
        return self.threshold if step == 0 else LEAST * 10 ** ((step - 1) / PER_POWER)
