"""Words of proposals."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposalStatus(models.TextChoices):
    """draft → presented → accepted | declined."""

    DRAFT = "draft", _("Draft proposal")
    PRESENTED = "presented", _("Presented")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class Presentation(models.TextChoices):
    """Three ways to present (S0.14)."""

    CONTINUING = "continuing", _("Product-led continuing plan")
    TAILORED = "tailored", _("Tailor-made plan")
    RELATIONSHIP = "relationship", _("Relationship-led product set")
