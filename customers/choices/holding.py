"""What customers hold, here and elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    """Product categories of the core system."""

    DEMAND_DEPOSIT = "demand_deposit", _("Demand deposit")
    TIME_DEPOSIT = "time_deposit", _("Time deposit")
    WEALTH = "wealth", _("Wealth product")
    FUND = "fund", _("Fund")
    INSURANCE = "insurance", _("Insurance")
    BOND = "bond", _("Bond")
    METAL = "metal", _("Precious metal")
    LOAN = "loan", _("Loan")
    MORTGAGE = "mortgage", _("Mortgage")
    CARD = "card", _("Card")
    PAYMENT = "payment", _("Payment service")
    OTHER = "other", _("Other product")


# What counts as the customer's assets with us (S4.10 bands); the rest is borrowing or a service.
ASSET_CATEGORIES = (
    Category.DEMAND_DEPOSIT,
    Category.TIME_DEPOSIT,
    Category.WEALTH,
    Category.FUND,
    Category.INSURANCE,
    Category.BOND,
    Category.METAL,
)


LOAN_CATEGORIES = (Category.LOAN, Category.MORTGAGE)


class Dimension(models.TextChoices):
    """The four dimensions of needs (S0.9)."""

    SAVINGS = "savings", _("Savings")
    INVESTMENT = "investment", _("Investment")
    WEALTH = "wealth", _("Wealth management")
    CONSUMPTION = "consumption", _("Consumption")


class HoldingStatus(models.TextChoices):
    """A holding is open or closed."""

    OPEN = "open", pgettext_lazy("holding", "Open")
    CLOSED = "closed", pgettext_lazy("holding", "Closed")


class Direction(models.TextChoices):
    """Money in or out."""

    IN = "in", _("In")
    OUT = "out", _("Out")


class AssetClass(models.TextChoices):
    """What a model allocation is made of (S3.9)."""

    CASH = "cash", _("Cash")
    FIXED_INCOME = "fixed_income", _("Fixed income")
    EQUITY = "equity", _("Equity and mixed")
    INSURANCE = "insurance", _("Insurance")
    ALTERNATIVE = "alternative", _("Metal and alternatives")


class OutsideSource(models.TextChoices):
    """How we know what a customer has at another bank."""

    CUSTOMER = "customer", _("The customer said so")
    FAMILY = "family", _("Family or friends said so")
    STATEMENT = "statement", _("Seen on a statement")
    TRANSFER = "transfer", _("Concluded from transfers")
    COLLEAGUE = "colleague", _("A colleague said so")
    GUESS = "guess", _("Our estimate")


class OutsideEnd(models.TextChoices):
    """What became of money at another bank that is not there any more."""

    WON = "won", _("Came to us")
    SPENT = "spent", _("Spent or paid back")
    MOVED = "moved", _("Went to yet another bank")
    WRONG = "wrong", _("Was never so")
