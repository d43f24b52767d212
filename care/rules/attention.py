"""Whom our time goes to (S4.8): shares of contacts and time by tier against the share intended, and what it brings.

Shares are per cent of what was done for everybody looked at; the gap is the share of time less the share intended, in
percentage points. What an hour or a yuan brings is a year's income less cost over what serving took in the same year
at standard rates (S4.1); unknown without any value record, and without any time or cost.
"""

from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)
# Below so many percentage points a gap is not worth a sentence.
WORTH_SAYING = 5


@dataclass
class Load:
    """What was done for some customers in twelve months, and what they brought (yuan; None: nothing is known)."""

    customers: int = 0
    untouched: int = 0
    contacts: int = 0
    minutes: int = 0
    cost: Decimal = NOTHING
    income: Decimal | None = None

    def add(self, other):
        """Take in other customers."""
        self.customers += other.customers
        self.untouched += other.untouched
        self.contacts += other.contacts
        self.minutes += other.minutes
        self.cost += other.cost
        if other.income is not None:
            self.income = (self.income or NOTHING) + other.income

    @property
    def hours(self):
        """Hours of service."""
        return Decimal(self.minutes) / 60

    @property
    def per_hour(self):
        """Yuan that an hour brought."""
        return self.income / self.hours if self.income is not None and self.minutes else None

    @property
    def per_yuan(self):
        """Yuan that a yuan of service brought."""
        return self.income / self.cost if self.income is not None and self.cost else None


def percent(part, whole):
    """`part` of `whole` in per cent; None when there is no whole."""
    return Decimal(part) * 100 / Decimal(whole) if whole else None


def gap(load, total, goal):
    """Share of time less the share intended, in percentage points; None without time or goal."""
    share = percent(load.minutes, total.minutes)
    return None if share is None or goal is None else share - goal


def misplaced(loads, total, goals):
    """Of the time, how many per cent went to tiers beyond what is intended for them: 0 is right on the goals."""
    gaps = [gap(load, total, goals.get(code)) for code, load in loads.items()]
    known = [value for value in gaps if value is not None]
    return sum((value for value in known if value > 0), NOTHING) if known else None
