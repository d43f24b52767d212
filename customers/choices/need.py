"""What customers need, what drives it, and how it is found out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.choices.holding import Dimension


class NeedStatus(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", _("Open need")
    MET = "met", _("Met")
    DROPPED = "dropped", _("Dropped")


class NeedDriver(models.TextChoices):
    """What drives a need (S0.9), and for organisations the needs of the cash cycle (S0.12)."""

    HABIT = "habit", _("Habit")
    NEARNESS = "nearness", _("Nearness")
    PRICE = "price", _("Price")
    TRUST = "trust", _("Trust")
    GROWTH = "growth", _("Growth of wealth")
    RETURN = "return", _("Return")
    WEALTH_HABIT = "wealth_habit", _("Wealth habit")
    EDUCATION = "education", _("Children's education")
    RETIREMENT = "retirement", _("Old age")
    PROTECTION = "protection", _("Protection of the family")
    SPREADING = "spreading", _("Spreading of risk")
    FUNCTION = "function", _("Function")
    CONVENIENCE = "convenience", _("Convenience")
    BRANCH = "branch", _("The branch")
    E_CHANNELS = "e_channels", _("Electronic channels")
    SAFETY = "safety", _("Safety of payments")
    HOME = "home", _("Home and decoration")
    PAYMENT_COST = "payment_cost", _("Purchasing: lower cost of payment")
    DELAY_OUTFLOW = "delay_outflow", _("Purchasing: paying later")
    FASTER_COLLECTION = "faster_collection", _("Sales: faster collection")
    CHEAPER_FINANCE = "cheaper_finance", _("Financing: cheaper")
    QUICKER_FINANCE = "quicker_finance", _("Financing: quicker")
    IDLE_MONEY = "idle_money", _("Cash management: idle money")
    OWNER_WEALTH = "owner_wealth", _("Cash management: the owner's wealth")


# The drivers that are offered first for a dimension; the cash cycle runs across all of them.
DRIVERS = {
    Dimension.SAVINGS: (NeedDriver.HABIT, NeedDriver.NEARNESS, NeedDriver.PRICE, NeedDriver.TRUST),
    Dimension.INVESTMENT: (NeedDriver.GROWTH, NeedDriver.RETURN, NeedDriver.SPREADING, NeedDriver.WEALTH_HABIT),
    Dimension.WEALTH: (NeedDriver.EDUCATION, NeedDriver.RETIREMENT, NeedDriver.PROTECTION),
    Dimension.CONSUMPTION: (
        *(NeedDriver.FUNCTION, NeedDriver.CONVENIENCE, NeedDriver.BRANCH, NeedDriver.E_CHANNELS),
        *(NeedDriver.SAFETY, NeedDriver.HOME),
    ),
}


CASH_CYCLE = {
    "purchasing": (NeedDriver.PAYMENT_COST, NeedDriver.DELAY_OUTFLOW),
    "sales": (NeedDriver.FASTER_COLLECTION,),
    "financing": (NeedDriver.CHEAPER_FINANCE, NeedDriver.QUICKER_FINANCE),
    "cash": (NeedDriver.IDLE_MONEY, NeedDriver.OWNER_WEALTH),
}


class QuestionPart(models.TextChoices):
    """The four parts of discovering a need (S0.20), in the order of the talk."""

    REALITY = "reality", _("Reality")
    TROUBLE = "trouble", _("Trouble")
    IDEAL = "ideal", _("Ideal")
    DESIRE = "desire", _("Desire")
