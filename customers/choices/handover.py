"""Handovers, duplicates and questions about facts."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HandoverReason(models.TextChoices):
    """Why customers pass to another manager."""

    LEAVING = "leaving", _("The manager leaves the bank")
    TRANSFER = "transfer", _("The manager changes post")
    BALANCE = "balance", _("Balancing the load")
    FIT = "fit", _("Somebody else fits better")
    WISH = "wish", _("The customer's wish")
    OTHER = "other", pgettext_lazy("reason", "Other reason")


class HandoverState(models.TextChoices):
    """Proposed, then accepted, declined or withdrawn."""

    PROPOSED = "proposed", pgettext_lazy("handover", "Proposed")
    ACCEPTED = "accepted", pgettext_lazy("handover", "Accepted")
    DECLINED = "declined", pgettext_lazy("handover", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")


class PairState(models.TextChoices):
    """What was said of two customers who look alike."""

    OPEN = "open", pgettext_lazy("question", "Open")
    NOT_DUPLICATE = "not_duplicate", _("Not a duplicate")


class QuestionState(models.TextChoices):
    """A question about facts is open, or somebody said that they are right."""

    OPEN = "open", pgettext_lazy("question", "Open")
    RIGHT = "right", _("It is right")
