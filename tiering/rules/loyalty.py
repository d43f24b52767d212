"""The loyalty ladder (S1.10): a customer stands on the highest rung whose evidence holds together with all below it.

1 possible customer 可能客户   on file
2 customer          客户       an open holding
3 client            委托人     open holdings of two categories or more, and a year or longer with us
4 supporter         拥护者     open holdings of three categories or more, and three years or longer with us
5 advocate          传播者     has introduced another customer
"""

from dataclasses import dataclass
from datetime import date

from tiering.rules.facts import completed_years

RUNGS = (1, 2, 3, 4, 5)
CLIENT_CATEGORIES, CLIENT_YEARS = 2, 1
SUPPORTER_CATEGORIES, SUPPORTER_YEARS = 3, 3


@dataclass(frozen=True)
class Evidence:
    """What speaks for a rung: categories of open holdings, since when with us, and how many were introduced."""

    categories: int
    with_us_since: date | None
    introduced: int


def holds(rung, evidence, on):
    """Whether the evidence of this one rung holds on the day `on`."""
    years = completed_years(evidence.with_us_since, on) or 0
    return {
        1: True,
        2: evidence.categories >= 1,
        3: evidence.categories >= CLIENT_CATEGORIES and years >= CLIENT_YEARS,
        4: evidence.categories >= SUPPORTER_CATEGORIES and years >= SUPPORTER_YEARS,
        5: evidence.introduced >= 1,
    }[rung]


def rung_of(evidence, on):
    """The rung (1–5) on the day `on`: the ladder is climbed without leaving one out."""
    reached = 1
    for rung in RUNGS[1:]:
        if not holds(rung, evidence, on):
            break
        reached = rung
    return reached
