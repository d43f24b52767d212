"""Words of visits and objections."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitStatus(models.TextChoices):
    """planned → held | not held."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    NOT_HELD = "not_held", _("Not held")


class VisitChannel(models.TextChoices):
    """How we meet."""

    OUR_BRANCH = "our_branch", _("At our branch")
    THEIR_PLACE = "their_place", _("At the customer's")
    PHONE = "phone", _("By phone")
    WECHAT = "wechat", _("By WeChat")
    VIDEO = "video", _("By video")


class PreparationGroup(models.TextChoices):
    """Groups of preparation (S0.17, S1.7)."""

    INFORMATION = "information", _("Information")
    TOOLS = "tools", _("Tools")
    APPEARANCE = "appearance", _("Appearance")
    ARRANGEMENT = "arrangement", _("Arrangement")


class ObjectionKind(models.TextChoices):
    """Kinds of objection (S0.22)."""

    REAL = "real", _("Real")
    FALSE = "false", _("False (really after a better price)")
    HIDDEN = "hidden", _("Hidden")


class HandlingStep(models.TextChoices):
    """The five steps of handling an objection, in order (S0.22)."""

    ACCEPT = "accept", _("Accept")
    RESPECT = "respect", _("Respect")
    EXPLAIN = "explain", _("Explain")
    REASSURE = "reassure", _("Reassure")
    ADVISE = "advise", _("Advise")


class ObjectionOutcome(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    LOST = "lost", _("Business lost")
