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
    """open → done | dismissed; superseded by a nearer reminder of the same subject."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DISMISSED = "dismissed", _("Dismissed")
    SUPERSEDED = "superseded", _("Superseded")


class DismissReason(models.TextChoices):
    """Why nothing needs to be done."""

    ALREADY_DONE = "already_done", _("Already dealt with")
    NOT_WANTED = "not_wanted", _("The customer does not want it")
    NOT_REACHABLE = "not_reachable", _("Cannot be reached")
    NOT_USEFUL = "not_useful", _("Not useful for this customer")
    WRONG = "wrong", _("The reminder is wrong")
