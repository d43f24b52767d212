"""Words of the work list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.choices import ContactPurpose


class CareKind(models.TextChoices):
    """Why something should be done."""

    MATURITY = "maturity", _("Maturity")
    OUTSIDE = "outside", _("Maturity elsewhere")
    BIRTHDAY = "birthday", _("Birthday")
    FAMILY = "family", _("Birthday in the family")
    WATCH = "watch", _("Tier at risk")
    NEXT_STEP = "next_step", _("Next step")
    RHYTHM = "rhythm", _("Contact as wished")
    WIN_BACK = "win_back", _("Win back")
    MANUAL = "manual", _("Own reminder")


# What each reminder is for: what the customer must allow before it is raised (S3.7). Own reminders and agreed steps
# are a person's or the customer's own wish; what they may be done by stands beside them.
PURPOSES = {
    CareKind.MATURITY: ContactPurpose.SERVICE,
    CareKind.OUTSIDE: ContactPurpose.CAMPAIGN,
    CareKind.BIRTHDAY: ContactPurpose.CARE,
    CareKind.FAMILY: ContactPurpose.CARE,
    CareKind.WATCH: ContactPurpose.CAMPAIGN,
    CareKind.NEXT_STEP: ContactPurpose.SERVICE,
    CareKind.RHYTHM: ContactPurpose.CARE,
    CareKind.WIN_BACK: ContactPurpose.WIN_BACK,
    CareKind.MANUAL: ContactPurpose.SERVICE,
}


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


class Service(models.TextChoices):
    """What is done for a customer and costs time and money, at the bank's standard rates (S4.1).

    The first six are the ways to meet (`visits.choices.VisitChannel`), then follow-ups done by speaking, and gifts.
    """

    THEIR_PLACE = "their_place", _("Visit at the customer's")
    OUR_BRANCH = "our_branch", _("Meeting at our branch")
    PHONE = "phone", _("Telephone call")
    WECHAT = "wechat", _("Talk by WeChat")
    VIDEO = "video", _("Talk by video")
    SALON = "salon", _("Salon or event")
    MATURITY = "maturity", _("Call about a maturity")
    BIRTHDAY = "birthday", _("Birthday greeting")
    FOLLOW_UP = "followup", _("Other follow-up by speaking")
    GIFT = "gift", _("Gift")


class Rung(models.IntegerChoices):
    """The operating ladder (S4.5): how far what was done with a customer in twelve months has gone."""

    SILENT = 1, _("No contact")
    PROMPTED = 2, _("Contact only when reminded")
    TALKING = 3, _("Talks of our own accord")
    FESTIVALS = 4, _("Greetings on festivals")
    FESTIVAL_GIFTS = 5, _("Gifts on festivals")
    FAMILY_GIFTS = 6, _("Gifts on family days")
    SALONS = 7, _("Salons")
    GROWING = 8, _("Helps to grow in finance")
    FOLLOWING = 9, _("Follows what they hold")
    GOALS = 10, _("Helps to reach goals")
    VALUE = 11, _("Creates more value")
    FRIENDS = 12, _("Helps their friends")


# What counts as the deed of a rung; `care.services.service` holds the same conditions in SQL.
DEEDS = {
    Rung.SILENT: _("Nothing was done in twelve months."),
    Rung.PROMPTED: _("A reminder of the product was done by speaking."),
    Rung.TALKING: _("A talk was held, or a step of our own was done by speaking."),
    Rung.FESTIVALS: _("A talk on a festival or in the three days before."),
    Rung.FESTIVAL_GIFTS: _("A gift on a festival or in the three days before."),
    Rung.FAMILY_GIFTS: _("A gift in the week before a birthday in the family."),
    Rung.SALONS: _("The customer came to a salon or event of ours."),
    Rung.GROWING: _("An objection was resolved, or a proposal was presented."),
    Rung.FOLLOWING: _("Two talks or more about what was ending, each before its end."),
    Rung.GOALS: _("A need was met, or a proposal was accepted."),
    Rung.VALUE: _("An accepted proposal covers three of the four dimensions or more."),
    Rung.FRIENDS: _("Somebody the customer introduced reached a goal with us."),
}

# What to do next to reach the rung.
STEPS = {
    Rung.PROMPTED: _("Act on the next maturity or birthday reminder, and speak with them."),
    Rung.TALKING: _("Call without being reminded: ask how they are and what is new."),
    Rung.FESTIVALS: _("Call for the next festival, with nothing to sell."),
    Rung.FESTIVAL_GIFTS: _("Bring a small gift for the next festival, and tick it when you note the talk."),
    Rung.FAMILY_GIFTS: _("Bring a small gift for the next birthday in the family, and tick it."),
    Rung.SALONS: _("Invite them to the next salon, and log the talk as held there."),
    Rung.GROWING: _("Explain what they doubt until it is resolved, or present a proposal."),
    Rung.FOLLOWING: _("Speak about what ends soon before it ends, twice in the year."),
    Rung.GOALS: _("Find one need with a date, and meet it."),
    Rung.VALUE: _("Make the next proposal cover three dimensions, and agree on it."),
    Rung.FRIENDS: _("Ask whom they would bring, and help that person to a first goal."),
}


class TimelineKind(models.TextChoices):
    """What the timeline of a customer is made of."""

    NOTE = "note", _("Notes")
    VISIT = "visit", _("Visits and talks")
    FOLLOW_UP = "followup", _("Follow-ups")
    PROPOSAL = "proposal", _("Proposals")
    NEED = "need", _("Needs and referrals")
    PRODUCT = "product", _("Products and money")
    TIER = "tier", _("Tiers")
    OWNER = "owner", _("Managers")
    RULE = "rule", _("Contact and restrictions")
    FILE = "file", _("Customer file")
