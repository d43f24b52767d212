"""Words of visits and objections."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.choices import Channel


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
    SALON = "salon", _("At a salon of ours")


# How each counts among the ways a customer may allow or forbid (S3.7).
WAYS = {
    VisitChannel.OUR_BRANCH: Channel.MEETING,
    VisitChannel.THEIR_PLACE: Channel.VISIT,
    VisitChannel.PHONE: Channel.PHONE,
    VisitChannel.WECHAT: Channel.WECHAT,
    VisitChannel.VIDEO: Channel.PHONE,
    VisitChannel.SALON: Channel.MEETING,
}
# Where people sit at one table: the whole checklist applies, tools and appearance included.
FACE_TO_FACE = (VisitChannel.OUR_BRANCH, VisitChannel.THEIR_PLACE, VisitChannel.SALON)


class VisitWarning(models.TextChoices):
    """What a person should know before planning a visit; none of it forbids the visit."""

    RESTRICTED = (
        "restricted",
        _("The customer is on the restricted list: a talk is possible, an offer is not."),
    )
    ENDED = "ended", _("The relationship has ended: serve, but offer nothing.")
    OUTSIDE_HOURS = "hours", _("It is not a time at which the customer likes to be reached.")
    JUST_SEEN = "just_seen", _("Somebody spoke with the customer yesterday or today.")
    ALREADY_PLANNED = "already_planned", _("Another visit to this customer is planned already.")
    DIARY_CLASH = "clash", _("You have another visit at this time.")


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


STEP_GUIDANCE = {
    HandlingStep.ACCEPT: _("Let them finish, then say back what you heard. Do not argue."),
    HandlingStep.RESPECT: _("Say that the doubt is reasonable and that you would ask the same."),
    HandlingStep.EXPLAIN: _("Answer with facts: terms, figures, a case like theirs. If you do not know, say so."),
    HandlingStep.REASSURE: _("Show what protects them: the contract, the risk rating, the way out, your own care."),
    HandlingStep.ADVISE: _("Offer two or three ways that fit and let the customer choose; agree on the next step."),
}

KIND_GUIDANCE = {
    ObjectionKind.REAL: _("They mean what they say: answer it, and the way is free."),
    ObjectionKind.FALSE: _("They want better terms: find out what they compare with before you talk about price."),
    ObjectionKind.HIDDEN: _("Something unsaid stands behind it: ask once more, kindly, what else holds them back."),
}


class ObjectionOutcome(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", _("Open")
    RESOLVED = "resolved", _("Resolved")
    LOST = "lost", _("Business lost")
