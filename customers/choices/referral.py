"""Referrals and the contact pool."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReferralQuality(models.TextChoices):
    """How good a referral is (S2.1): high quality means the introducer speaks for us first."""

    ORDINARY = "ordinary", pgettext_lazy("referral", "Ordinary")
    HIGH = "high", _("High quality")


class ReferralOutcome(models.TextChoices):
    """How far a referral came (S2.1)."""

    ASKED = "asked", _("Asked, no name yet")
    NAMED = "named", pgettext_lazy("referral", "Name given")
    CONTACTED = "contacted", _("Contacted")
    CUSTOMER = "customer", _("Became a customer")
    DECLINED = "declined", pgettext_lazy("referral", "Declined")


class PoolClass(models.TextChoices):
    """Contact pools (S0.15): how near a customer is to a talk."""

    READY = "A", _("A – ready to talk")
    WARM = "B", _("B – warm")
    KNOWN = "C", _("C – known")
    NAME = "D", _("D – only a name")
