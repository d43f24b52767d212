"""How a customer's money is spread over asset classes, and how it should be (S3.9)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from customers.choices import AssetClass, Category

# Whatever the risk: these categories are one class. Funds and wealth products go by their risk level.
CLASSES = {
    Category.DEMAND_DEPOSIT: AssetClass.CASH,
    Category.TIME_DEPOSIT: AssetClass.FIXED_INCOME,
    Category.BOND: AssetClass.FIXED_INCOME,
    Category.INSURANCE: AssetClass.INSURANCE,
    Category.METAL: AssetClass.ALTERNATIVE,
}
# A fund of level 1 is a money-market fund, of level 2 a bond fund; a wealth product up to level 2 is fixed income.
CASH_FUND, FIXED_FUND, FIXED_WEALTH = 1, 2, 2
CENT = Decimal("0.01")
TENTH = Decimal("0.1")


def class_of(category, risk_level=None):
    """The asset class of a holding, or None for what is no asset (loans, cards, services).

    A fund of unknown risk counts as equity, a wealth product of unknown risk as fixed income.
    """
    if category == Category.FUND:
        if risk_level is None or risk_level > FIXED_FUND:
            return AssetClass.EQUITY
        return AssetClass.CASH if risk_level <= CASH_FUND else AssetClass.FIXED_INCOME
    if category == Category.WEALTH:
        return AssetClass.EQUITY if risk_level is not None and risk_level > FIXED_WEALTH else AssetClass.FIXED_INCOME
    return CLASSES.get(category)


@dataclass(frozen=True)
class Slice:
    """One asset class: what there is, what there should be, and what is missing (+) or too much (−)."""

    asset_class: AssetClass
    amount: Decimal
    share: Decimal
    model_share: Decimal | None
    gap: Decimal | None

    @property
    def excess(self):
        """What is too much, in yuan; None when nothing is."""
        return -self.gap if self.gap is not None and self.gap < 0 else None


def allocation(amounts, model=None):
    """The slices of `amounts` (yuan by asset class) against `model` (per cent by asset class, or None for none).

    The gap is in yuan: what would have to be added to the class, out of the same money, to reach the model; the gaps
    of a model that makes 100 add up to nothing but for cents. Without any money there are no shares and no gaps.
    """
    whole = sum(amounts.values(), Decimal(0))
    slices = []
    for asset_class in AssetClass:
        amount = amounts.get(asset_class, Decimal(0))
        share = per_cent(amount, whole)
        wanted = None if model is None else Decimal(model[asset_class])
        gap = None
        if wanted is not None and whole > 0:
            gap = (whole * wanted / 100 - amount).quantize(CENT, ROUND_HALF_UP)
        slices.append(Slice(asset_class, amount, share, wanted, gap))
    return slices


def per_cent(part, whole):
    """`part` of `whole` in per cent to a tenth; 0 of nothing."""
    if not whole or whole <= 0:
        return Decimal("0.0")
    return (part / whole * 100).quantize(TENTH, ROUND_HALF_UP)


def wallet_share(own, outside):
    """Our part in per cent, whole, of what the customer has here and, as far as known, elsewhere; None when nothing
    outside is known or there is no money at all."""
    if outside is None:
        return None
    own = max(own, Decimal(0))
    whole = own + outside
    return int((own / whole * 100).quantize(Decimal(1), ROUND_HALF_UP)) if whole > 0 else None
