"""Words of the work list."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CareKind(models.TextChoices):
    """Why something should be done."""

    MATURITY = "maturity", _("Maturity")
    BIRTHDAY = "birthday", _("Birthday")
    NEXT_STEP = "next_step", _("Next step")
    MANUAL = "manual", _("Own reminder")


class FollowUpState(models.TextChoices):
    """open → done | dismissed, by a person; superseded by a nearer reminder of the same subject; withdrawn when its
    ground is gone (the holding was closed or prolonged, the next step was taken back).
    """

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DISMISSED = "dismissed", _("Dismissed")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Period(models.TextChoices):
    """Parts of the work list by due day."""

    DUE = "due", _("To do")
    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Today")
    WEEK = "week", _("Next 7 days")
    ALL = "all", _("All open")


class DismissReason(models.TextChoices):
    """Why nothing needs to be done."""

    ALREADY_DONE = "already_done", _("Already dealt with")
    NOT_WANTED = "not_wanted", _("The customer does not want it")
    NOT_REACHABLE = "not_reachable", _("Cannot be reached")
    NOT_USEFUL = "not_useful", _("Not useful for this customer")
    WRONG = "wrong", _("The reminder is wrong")
