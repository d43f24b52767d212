"""The file of an individual."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IncomeStructure(models.TextChoices):
    """Where an individual's income comes from, and how evenly (S0.10)."""

    STABLE = "stable", _("Steady pay")
    CYCLICAL = "cyclical", _("Comes in cycles")
    ASSETS = "assets", _("From assets")
    FREE = "free", _("Free-lance")


class WealthHabit(models.TextChoices):
    """What somebody does with money that is left over (S0.10)."""

    UNAWARE = "unaware", _("Gives it no thought")
    PRESERVING = "preserving", _("Keeps it safe")
    INVESTING = "investing", _("Invests")
    PREFERENCE = "preference", _("Has favourites of their own")


class ValueType(models.TextChoices):
    """What the manager thinks a customer brings and will bring (S0.10)."""

    HIGH_VALUE = "high_value", _("High value")
    POTENTIAL = "potential", _("Potential")
    ORDINARY = "ordinary", pgettext_lazy("customer", "Ordinary")


class Housing(models.TextChoices):
    """In what home somebody lives (S3.5)."""

    OWNED = "owned", _("Own, paid off")
    MORTGAGED = "mortgaged", _("Own, with a mortgage")
    RENTED = "rented", _("Rented")
    FAMILY = "family", _("With family")
    EMPLOYER = "employer", _("From the employer")


class HousingWish(models.TextChoices):
    """What somebody wants of their housing (S3.5)."""

    NONE = "none", _("No plans")
    FIRST_HOME = "first_home", _("First home")
    BIGGER = "bigger", _("Bigger or better home")
    SCHOOL = "school", _("Home near a school")
    SECOND = "second", _("Another home to let or invest")
    SELL = "sell", _("Wants to sell")


class BranchDistance(models.TextChoices):
    """How far home or work is from the branch (S3.4)."""

    WALK = "walk", _("On foot (1 km)")
    NEAR = "near", _("Near (5 km)")
    FAR = "far", _("Far (more than 5 km)")


class VisitFrequency(models.TextChoices):
    """How often somebody comes to the branch (S3.5)."""

    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")
    QUARTERLY = "quarterly", _("Every quarter")
    SELDOM = "seldom", _("Seldom")
    NEVER = "never", pgettext_lazy("visits to the branch", "Never")


class FeeAcceptance(models.TextChoices):
    """How somebody takes fees (S3.5)."""

    ACCEPTS = "accepts", _("Accepts fees")
    EXPLAINED = "explained", _("Accepts them when explained")
    REFUSES = "refuses", _("Will not pay fees")


class BankView(models.TextChoices):
    """What somebody thinks of the bank (S3.5)."""

    RECOMMENDS = "recommends", _("Recommends us")
    CONTENT = "content", pgettext_lazy("view of the bank", "Content")
    NEUTRAL = "neutral", _("Neither content nor not")
    CRITICAL = "critical", _("Critical")
    LEAVING = "leaving", _("Thinks of leaving")


class RiskAppetite(models.TextChoices):
    """How much risk an individual was found to bear (风险承受能力, S3.5); products carry the levels 1 to 5."""

    C1 = "C1", _("C1 conservative")
    C2 = "C2", _("C2 cautious")
    C3 = "C3", _("C3 balanced")
    C4 = "C4", _("C4 growth")
    C5 = "C5", _("C5 venturesome")


class InvestmentExperience(models.TextChoices):
    """For how long somebody has invested (S3.5)."""

    NONE = "none", _("None so far")
    UNDER_1 = "under_1", _("Less than a year")
    FROM_1 = "from_1", _("1 to 3 years")
    FROM_3 = "from_3", _("3 to 5 years")
    FROM_5 = "from_5", _("5 years and more")


class SchoolStage(models.TextChoices):
    """Where the youngest child at school stands (S3.5, S3.8)."""

    PRESCHOOL = "preschool", _("Before school")
    PRIMARY = "primary", _("Primary school")
    MIDDLE = "middle", _("Middle school")
    HIGH = "high", _("High school")
    UNIVERSITY = "university", _("University")
    ABROAD = "abroad", _("Studying abroad")
    FINISHED = "finished", _("Finished")


class ExtraIncome(models.TextChoices):
    """Income beside the monthly one (S3.9)."""

    BONUS = "bonus", _("Year-end bonus")
    RENT = "rent", _("Rent")
    DIVIDEND = "dividend", _("Dividend")
    COMMISSION = "commission", _("Commission")
    OTHER = "other", _("Other income")


class Lifestyle(models.TextChoices):
    """Eight lifestyles (S1.5)."""

    ACTUALISER = "actualiser", _("Actualiser")
    FULFILLED = "fulfilled", _("Fulfilled")
    BELIEVER = "believer", _("Believer")
    ACHIEVER = "achiever", _("Achiever")
    STRIVER = "striver", _("Striver")
    EXPERIENCER = "experiencer", _("Experiencer")
    MAKER = "maker", _("Maker")
    STRUGGLER = "struggler", _("Struggler")
