"""Sections of the file, who said what, and fields of the bank's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SaidBy(models.TextChoices):
    """Who says that a fact is so."""

    CUSTOMER = "customer", _("The customer")
    FAMILY = "family", _("Family")
    COLLEAGUE = "colleague", _("A colleague")
    INTRODUCER = "introducer", _("The introducer")
    DOCUMENT = "document", _("A document")
    SELF_ASSESSMENT = "self_assessment", _("Self-assessment")
    OBSERVED = "observed", _("Seen by ourselves")
    CORE = "core", _("The core system")


class CustomKind(models.TextChoices):
    """What a custom field holds."""

    TEXT = "text", _("Text")
    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number")
    DATE = "date", pgettext_lazy("kind of field", "Date")
    YESNO = "yesno", _("Yes or no")


class AppliesTo(models.TextChoices):
    """For whom a custom field is asked."""

    INDIVIDUAL = "individual", _("Individuals")
    ORGANIZATION = "organization", _("Organisations")
    BOTH = "both", _("Individuals and organisations")


class FileSection(models.TextChoices):
    """The parts of a customer's file; which of them one has depends on the kind (`customers.rules.file`)."""

    WHO = "who", _("Who")
    WORK = "work", _("Work and income")
    HOME = "home", _("Home and ways")
    PLANS = "plans", _("Plans")
    MONEY = "money", _("Dealing with money")
    BANK = "bank", _("With our bank")
    CHARACTER = "character", _("Character and influences")
    SCALE = "scale", _("Scale")
    MARKET = "market", _("Market and chain")
    TRAITS = "traits", _("Traits")
    CYCLE = "cycle", _("Cash cycle and needs")
    OPERATIONS = "operations", _("Operations")
    DECISIONS = "decisions", _("What moves decisions")
    REACH = "reach", _("How to reach")
    MORE = "more", pgettext_lazy("section", "More")
