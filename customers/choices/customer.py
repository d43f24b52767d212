"""Who the customer is: the extract's codes of the customers file."""

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
