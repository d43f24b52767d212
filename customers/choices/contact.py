"""How customers may be reached, the restricted list, and endings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Ways to reach a customer (S3.7)."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("Text message")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit at their place")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


class Tongue(models.TextChoices):
    """The language or dialect a customer likes to be spoken to in (S3.7)."""

    MANDARIN = "mandarin", _("Mandarin")
    CANTONESE = "cantonese", _("Cantonese")
    TEOCHEW = "teochew", _("Teochew")
    HAKKA = "hakka", _("Hakka")
    MINNAN = "minnan", _("Southern Min")
    WU = "wu", _("Shanghainese")
    SICHUAN = "sichuan", _("Sichuanese")
    ENGLISH = "english", _("English language")
    SIGN = "sign", _("Sign language")


class Frequency(models.IntegerChoices):
    """How often a customer wishes to hear from us, as days between two contacts; the monthly plan follows (S3.7)."""

    WEEKLY = 7, _("Once a week")
    FORTNIGHTLY = 14, _("Every two weeks")
    MONTHLY = 30, _("Once a month")
    QUARTERLY = 91, _("Once a quarter")
    HALF_YEARLY = 182, _("Twice a year")
    YEARLY = 365, _("Once a year")


class ContactPurpose(models.TextChoices):
    """What a contact is for: the less the customer asked for it, the more must allow it (S3.7, S1.3)."""

    SERVICE = "service", _("Service they are owed")
    CARE = "care", _("Greeting and care")
    MARKETING = "marketing", _("Offer or proposal")
    CAMPAIGN = "campaign", _("Campaign")
    WIN_BACK = "win_back", _("Win back")


class ConsentPurpose(models.TextChoices):
    """What a customer may agree to or withdraw (S3.11)."""

    CALLS = "calls", _("Calls with offers")
    MESSAGES = "messages", _("Messages with offers")
    PROFILING = "profiling", _("Choosing them by their data")
    GROUP = "group", _("Sharing within the group")
    PARTNERS = "partners", _("Passing data to partners")


class ConsentSource(models.TextChoices):
    """How a customer said so (S3.11)."""

    COUNTER = "counter", _("Signed at the counter")
    SPOKEN = "spoken", _("Said in a talk")
    PHONE = "phone", _("Recorded call")
    APP = "app", _("Mobile banking")
    LETTER = "letter", _("By letter or e-mail")


class Refusal(models.TextChoices):
    """Why a customer may not be contacted, as a sentence (S1.3, S1.11, S3.7, S3.11)."""

    ENDED = "ended", _("The relationship has ended.")
    NOT_ENDED = "not_ended", _("The relationship has not ended.")
    RESTRICTED = "restricted", _("On the restricted list: no offers, proposals or campaigns.")
    DO_NOT_CONTACT = "do_not_contact", _("The customer asked not to be contacted at all.")
    DO_NOT_CALL = "do_not_call", _("The customer asked not to be called.")
    DO_NOT_MESSAGE = "do_not_message", _("The customer asked not to be sent messages.")
    DO_NOT_VISIT = "do_not_visit", _("The customer asked not to be visited.")
    NO_CALLS = "calls", _("The customer withdrew the consent to calls with offers.")
    NO_MESSAGES = "messages", _("The customer withdrew the consent to messages with offers.")
    NO_PROFILING = "profiling", _("The customer withdrew the consent to be chosen by their data.")
    NOT_THIS_WAY = "not_this_way", _("A campaign goes by phone, message, e-mail or letter.")


class RestrictionKind(models.TextChoices):
    """Which list of the bank a customer stands on (限制类名单, S1.3)."""

    CORE = "core", _("Flag of the core system")
    REGULATOR = "regulator", _("Regulator's list")
    LAUNDERING = "laundering", _("Anti-money-laundering list")
    COURT = "court", _("Court order")
    CREDIT = "credit", _("Credit risk list")
    INTERNAL = "internal", _("The bank's own list")


class RestrictionOrigin(models.TextChoices):
    """What brought a restriction: only what came with the extract's flag leaves with it."""

    FLAG = "flag", _("Extract of the customers")
    LIST = "list", _("Loaded list")
    PERSON = "person", _("Entered by hand")


class EndingReason(models.TextChoices):
    """Why a relationship ends: six reasons (S1.11)."""

    NOT_MET = "not_met", _("We did not meet their need")
    COMPETITOR = "competitor", _("A competitor meets it better")
    NEED_GONE = "need_gone", _("The need is gone")
    CLOSED_DOWN = "closed_down", _("The customer closed down or died")
    WE_STOPPED = "we_stopped", _("We gave up the business or the outlet")
    WE_ENDED = "we_ended", _("We ended a bad relationship")


class EndingStep(models.TextChoices):
    """The seven steps of ending a relationship well, in order (S1.11)."""

    TALK = "talk", _("Seek the talk")
    THIRD = "third", _("Bring in a third person")
    SOLVE = "solve", _("Solve the problem at hand")
    LISTEN = "listen", _("Listen and write down")
    COMPENSATE = "compensate", _("Compensate fairly")
    CLOSE = "close", _("Close smoothly")
    THANK = "thank", _("Say thank you")


ENDING_GUIDANCE = {
    EndingStep.TALK: _("Ask for a talk yourself, in person; it is the last chance to keep them."),
    EndingStep.THIRD: _("The head of the branch, or whoever introduced them, hears what you do not."),
    EndingStep.SOLVE: _("Begin with the problem of today; the aim is to work together more closely."),
    EndingStep.LISTEN: _("Let them speak, and write down in detail what we should do better."),
    EndingStep.COMPENSATE: _("Do not be mean with what is fair."),
    EndingStep.CLOSE: _("If they go, do the formalities for them quickly; never put paper in their way."),
    EndingStep.THANK: _("Thank them for the years, and leave the door open."),
}
