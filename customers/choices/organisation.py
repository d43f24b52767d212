"""The file of an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Segment(models.TextChoices):
    """The market an organisation belongs to (S0.2)."""

    PUBLIC_BODY = "public_body", _("Public body")
    LARGE_MEDIUM = "large_medium", _("Large or medium enterprise")
    SMALL_MICRO = "small_micro", _("Small or micro enterprise")


class TargetType(models.TextChoices):
    """Six types of target organisations (S0.3)."""

    INDUSTRY_CLUSTER = "industry_cluster", _("Cluster of a trade")
    REGIONAL_CLUSTER = "regional_cluster", _("Cluster of a region")
    LOCAL_STRENGTH = "local_strength", _("Local strength")
    OUTWARD = "outward", _("Outward-looking")
    POLICY = "policy", _("Favoured by policy")
    TECHNOLOGY = "technology", _("Technology and patents")


class MarketingLever(models.TextChoices):
    """What winning an organisation turns on (S0.3)."""

    PRODUCT = "product", pgettext_lazy("lever", "Product")
    INFORMATION = "information", pgettext_lazy("lever", "Information")
    SECURITY = "security", pgettext_lazy("lever", "Safety")
    SERVICE = "service", pgettext_lazy("lever", "Service")
    RELATIONSHIP = "relationship", pgettext_lazy("lever", "Relationship")
    RESOURCES = "resources", pgettext_lazy("lever", "Resources")
    POLICY = "policy", pgettext_lazy("lever", "Policy")


class BusinessStage(models.TextChoices):
    """How far a business has come (S0.16)."""

    START_UP = "start_up", _("Start-up")
    GROWTH = "growth", _("Growth")
    MATURE = "mature", _("Mature")
    DECLINE = "decline", _("Decline")
    TURNAROUND = "turnaround", _("Turning round")


class Premises(models.TextChoices):
    """Where a business works (S0.13)."""

    OWNED = "owned", _("Own premises")
    RENTED = "rented", _("Rented premises")
    PARK = "park", _("In an industrial park")


class SettlementTerms(models.TextChoices):
    """How long a business waits for its money (S0.13)."""

    CASH = "cash", _("Cash on delivery")
    DAYS_30 = "days_30", _("Up to 30 days")
    DAYS_60 = "days_60", _("Up to 60 days")
    DAYS_90 = "days_90", _("Up to 90 days")
    LONGER = "longer", _("Longer than 90 days")


class TaxGrade(models.TextChoices):
    """Credit grade of the tax authority (S0.13)."""

    A = "A", _("Tax grade A")
    B = "B", _("Tax grade B")
    M = "M", _("Tax grade M")
    C = "C", _("Tax grade C")
    D = "D", _("Tax grade D")


class PurchasingNeed(models.TextChoices):
    """What a small business may need when it buys (S0.12)."""

    CHEAPER = "cheaper", _("Cheaper payments")
    LATER = "later", _("Paying later")
    TRUST = "trust", _("Trusted by suppliers")


class SalesNeed(models.TextChoices):
    """What a small business may need when it sells (S0.12)."""

    FASTER = "faster", _("Faster collection")
    WAYS = "ways", _("More ways to be paid")
    BUYERS = "buyers", _("Credit for its buyers")


class FinancingNeed(models.TextChoices):
    """What a small business may need when it borrows (S0.12)."""

    CHEAPER = "cheaper", _("Cheaper finance")
    QUICKER = "quicker", _("Quicker finance")
    COLLATERAL = "collateral", _("Less collateral")
    LONGER = "longer", _("Longer terms")


class CashNeed(models.TextChoices):
    """What a small business may need for the money it has (S0.12)."""

    IDLE = "idle", _("Return on idle money")
    POOLING = "pooling", _("Overview of all accounts")
    PAYROLL = "payroll", _("Paying wages")
    OWNER = "owner", _("The owner's own wealth")
