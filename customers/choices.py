"""Codes of the customer file: the extract's English codes with the words people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Individual (对私) or organisation (对公)."""

    INDIVIDUAL = "individual", _("Individual")
    ORGANIZATION = "organization", _("Organisation")


class CustomerState(models.TextChoices):
    """Where the relationship stands (S1.2, S1.11): dormant and ended ones stay on file and can be found."""

    ACTIVE = "active", pgettext_lazy("relationship", "Active")
    DORMANT = "dormant", _("Dormant")
    ENDED = "ended", _("Relationship ended")


class CustomerSource(models.TextChoices):
    """How the customer was found (S0.10, S1.4)."""

    WALK_IN = "walk_in", _("Came in by themselves")
    ACQUAINTANCE = "acquaintance", _("Acquaintance")
    INTRODUCTION = "introduction", _("Introduction")
    DIRECT = "direct", _("Direct approach")
    ATTRACTION = "attraction", _("Attracted by an event or advertisement")


class Gender(models.TextChoices):
    """As on the identity document."""

    MALE = "male", _("Male")
    FEMALE = "female", _("Female")


class Occupation(models.TextChoices):
    """Occupations of the scoring sheet (S2.3)."""

    BUSINESS_OWNER = "business_owner", _("Business owner")
    EXECUTIVE = "executive", _("Executive")
    CIVIL_SERVANT = "civil_servant", _("Civil servant")
    TECHNICIAN = "technician", _("Technician")
    SALES = "sales", _("Sales")
    CLERK = "clerk", _("Clerk")
    HOMEMAKER = "homemaker", _("Homemaker")
    FACTORY_WORKER = "factory_worker", _("Factory worker")
    OTHER = "other", _("Other occupation")


class MaritalStatus(models.TextChoices):
    """Marriage; with children it gives the sheet's family criterion."""

    MARRIED = "married", _("Married")
    SINGLE = "single", _("Single")
    DIVORCED = "divorced", _("Divorced")
    WIDOWED = "widowed", _("Widowed")


class Education(models.TextChoices):
    """Education (S2.3)."""

    POSTGRADUATE = "postgraduate", _("Postgraduate")
    BACHELOR = "bachelor", _("Bachelor")
    JUNIOR_COLLEGE = "junior_college", _("Junior college")
    BELOW_COLLEGE = "below_college", _("Below college")


class EaseOfContact(models.TextChoices):
    """How easily we reach the customer (S2.3)."""

    VERY_EASY = "very_easy", _("Very easy")
    EASY = "easy", _("Easy")
    HARD = "hard", _("Hard")
    VERY_HARD = "very_hard", _("Very hard")


class Influence(models.TextChoices):
    """How much others follow the customer (S2.3)."""

    GREAT = "great", _("Great influence")
    CONSIDERABLE = "considerable", _("Considerable influence")
    SOME = "some", _("Some influence")
    NONE = "none", _("No influence")


class IdType(models.TextChoices):
    """Documents that prove who somebody is."""

    RESIDENT_ID = "resident_id", _("Resident identity card")
    PASSPORT = "passport", _("Passport")
    RESIDENCE_PERMIT = "residence_permit", _("Residence permit (Hong Kong, Macao, Taiwan)")
    CREDIT_CODE = "credit_code", _("Unified social credit code")
    OTHER = "other", _("Other document")


class Category(models.TextChoices):
    """Product categories of the core system."""

    DEMAND_DEPOSIT = "demand_deposit", _("Demand deposit")
    TIME_DEPOSIT = "time_deposit", _("Time deposit")
    WEALTH = "wealth", _("Wealth product")
    FUND = "fund", _("Fund")
    INSURANCE = "insurance", _("Insurance")
    BOND = "bond", _("Bond")
    METAL = "metal", _("Precious metal")
    LOAN = "loan", _("Loan")
    MORTGAGE = "mortgage", _("Mortgage")
    CARD = "card", _("Card")
    PAYMENT = "payment", _("Payment service")
    OTHER = "other", _("Other product")


# What counts as the customer's assets with us (S4.10 bands); the rest is borrowing or a service.
ASSET_CATEGORIES = (
    Category.DEMAND_DEPOSIT,
    Category.TIME_DEPOSIT,
    Category.WEALTH,
    Category.FUND,
    Category.INSURANCE,
    Category.BOND,
    Category.METAL,
)
LOAN_CATEGORIES = (Category.LOAN, Category.MORTGAGE)


class Dimension(models.TextChoices):
    """The four dimensions of needs (S0.9)."""

    SAVINGS = "savings", _("Savings")
    INVESTMENT = "investment", _("Investment")
    WEALTH = "wealth", _("Wealth management")
    CONSUMPTION = "consumption", _("Consumption")


class HoldingStatus(models.TextChoices):
    """A holding is open or closed."""

    OPEN = "open", pgettext_lazy("holding", "Open")
    CLOSED = "closed", pgettext_lazy("holding", "Closed")


class Direction(models.TextChoices):
    """Money in or out."""

    IN = "in", _("In")
    OUT = "out", _("Out")


class RelationKind(models.TextChoices):
    """What the related customer is to the customer."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Sibling")
    OWNER = "owner", _("Owner")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    FINANCE_HEAD = "finance_head", _("Finance head")
    AUTHORISED_USER = "authorised_user", _("Authorised user")
    INTRODUCER = "introducer", _("Introducer")
    OTHER = "other", _("Other relation")


class Channel(models.TextChoices):
    """Ways to reach a customer (S3.7)."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat")
    SMS = "sms", _("Text message")
    MEETING = "meeting", _("Meeting")
    EMAIL = "email", _("E-mail")
    LETTER = "letter", _("Letter")


class NeedStatus(models.TextChoices):
    """Where a need stands."""

    OPEN = "open", _("Open need")
    MET = "met", _("Met")
    DROPPED = "dropped", _("Dropped")


class ImportState(models.TextChoices):
    """Where a load of an extract stands."""

    DRAFT = "draft", _("Being prepared")
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    UNDONE = "undone", _("Undone")


class IssueLevel(models.TextChoices):
    """A rejected row, a row taken with a value left unknown, or a row that an undo had to leave."""

    REJECTED = "rejected", _("Rejected")
    WARNING = "warning", _("Warning")
    LEFT = "left", _("Left as it is")
