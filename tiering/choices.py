"""Words of tiering: states of a sheet, kinds of criteria, measures, reasons of moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SheetState(models.TextChoices):
    """draft → published → retired; only a draft may change."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("In force")
    RETIRED = "retired", _("Retired")


class CriterionKind(models.TextChoices):
    """How a criterion turns a fact into an option."""

    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number band")
    YEARS = "years", _("Years since a date")


class Fact(models.TextChoices):
    """Facts of the customer file that a criterion may ask for: a closed list, each one value (tiering.rules.facts)."""

    OCCUPATION = "occupation", _("Occupation")
    ANNUAL_INCOME = "annual_income", _("Annual income (yuan)")
    AGE = "age", _("Age (years)")
    FAMILY = "family", _("Family (marriage and children)")
    EDUCATION = "education", _("Education")
    KNOWN_FOR = "known_for", _("Known for (years)")
    EASE_OF_CONTACT = "ease_of_contact", _("Ease of contact")
    INFLUENCE = "influence", _("Influence")
    CHILDREN = "children", _("Number of children")
    ASSETS = "assets", _("Assets with us (yuan)")
    HOLDINGS = "holdings", _("Open holdings")


class Family(models.TextChoices):
    """Family as the sheet asks for it (S2.3): married with children, married with none, everybody else single."""

    MARRIED_WITH_CHILDREN = "married_with_children", _("Married with children")
    MARRIED_WITHOUT_CHILDREN = "married_without_children", _("Married without children")
    SINGLE = "single", _("Single household")


class Measure(models.TextChoices):
    """What a scheme measures."""

    SHEET = "sheet", _("Points of the scoring sheet")
    ASSETS = "assets", _("Assets with us (yuan)")
    CONTRIBUTION = "contribution", _("A year's income less cost (yuan)")
    LOYALTY = "loyalty", _("Rung of the loyalty ladder")


class MoveReason(models.TextChoices):
    """Why a customer moved."""

    FIRST = "first", _("First placement")
    FACTS = "facts", _("The customer's facts changed")
    RULES = "rules", _("The rules changed")
