"""The rule of one, two, three, four (S0.14), as a plain function of plain values."""

from dataclasses import dataclass

from customers.choices import Dimension
from proposals.choices import Presentation


@dataclass(frozen=True)
class Finding:
    """One thing the rule asks for: which of the four numbers, what, whether it is there."""

    number: int
    code: str
    met: bool
    dimension: str = ""


@dataclass(frozen=True)
class Demands:
    """What a template asks of its proposals; all four numbers by default."""

    centre: bool = True
    customer_side: bool = True
    bank_side: bool = True
    every_dimension: bool = True


@dataclass(frozen=True)
class Lane:
    """One dimension of a proposal: how many products, and the words beside them."""

    products: int
    text: str


def findings(*, centre, customer_side, bank_side, presentation, lanes, demands=None):
    """What the rule says of a proposal, in its order: one centre, two sides, three ways, four dimensions.

    `lanes` maps each Dimension to a Lane. A dimension is covered by a product, or explained by words that say why it is
    left out. What the template does not demand is not asked. The proposal may be presented when all are met.
    """
    demands = demands or Demands()
    found = []
    if demands.centre:
        found.append(Finding(1, "centre", bool(centre.strip())))
    if demands.customer_side:
        found.append(Finding(2, "customer_side", bool(customer_side.strip())))
    if demands.bank_side:
        found.append(Finding(2, "bank_side", bool(bank_side.strip())))
    found.append(Finding(3, "presentation", presentation in Presentation.values))
    if demands.every_dimension:
        for dimension in Dimension.values:
            lane = lanes.get(dimension, Lane(0, ""))
            found.append(Finding(4, "dimension", bool(lane.products or lane.text.strip()), dimension))
    elif not any(lane.products for lane in lanes.values()):
        found.append(Finding(4, "any_dimension", False))
    return found


def may_be_presented(found):
    """Whether nothing the rule asks for is missing."""
    return all(finding.met for finding in found)
