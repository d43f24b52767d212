"""Relations, key persons and groups."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RelationKind(models.TextChoices):
    """What the related customer is to the customer; what each is from the other side stands in rules/relations.py."""

    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    SIBLING = "sibling", _("Sibling")
    GRANDPARENT = "grandparent", _("Grandparent")
    GRANDCHILD = "grandchild", _("Grandchild")
    RELATIVE = "relative", _("Other relative")
    OWNER = "owner", _("Owner")
    OWNED_COMPANY = "owned_company", _("Owns it")
    ACTUAL_CONTROLLER = "actual_controller", _("Actual controller")
    CONTROLLED_COMPANY = "controlled_company", _("Controls it")
    SHAREHOLDER = "shareholder", _("Shareholder")
    INVESTED_COMPANY = "invested_company", _("Holds shares of it")
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    REPRESENTED_COMPANY = "represented_company", _("Legally represents it")
    FINANCE_HEAD = "finance_head", _("Finance head")
    FINANCED_COMPANY = "financed_company", _("Heads its finance")
    ACCOUNTANT = "accountant", _("Accountant")
    ACCOUNTED_COMPANY = "accounted_company", _("Keeps its books")
    AUTHORISED_USER = "authorised_user", _("Authorised user")
    AUTHORISED_FOR = "authorised_for", _("May use its accounts")
    EMPLOYER = "employer", _("Employer")
    EMPLOYEE = "employee", _("Employee")
    PARENT_COMPANY = "parent_company", _("Parent company")
    SUBSIDIARY = "subsidiary", _("Subsidiary")
    SISTER_COMPANY = "sister_company", _("Sister company")
    SUPPLIER = "supplier", _("Supplier")
    BUYER = "buyer", _("Buys from it")
    PARTNER = "partner", _("Business partner")
    GUARANTOR = "guarantor", _("Guarantor")
    GUARANTEED = "guaranteed", _("Guaranteed by this customer")
    INTRODUCER = "introducer", _("Introducer")
    INTRODUCED = "introduced", _("Introduced by this customer")
    FRIEND = "friend", _("Friend")
    COLLEAGUE = "colleague", _("Colleague at work")
    CLASSMATE = "classmate", _("Classmate")
    OTHER = "other", _("Other relation")


class KeyRole(models.TextChoices):
    """Who decides in an organisation (S0.16): five roles, and whoever else has a say."""

    GENERAL_MANAGER = "general_manager", _("General manager")
    FINANCE_DEPUTY = "finance_deputy", _("Deputy for finance")
    CFO = "cfo", _("Chief financial officer")
    FINANCE_MANAGER = "finance_manager", _("Finance manager")
    CASHIER = "cashier", _("Cashier")
    OTHER = "other", pgettext_lazy("role", "Another role")


class Say(models.IntegerChoices):
    """How much weight a key person has in a decision (S0.16)."""

    NONE = 1, _("1 – none")
    LITTLE = 2, _("2 – is heard")
    SOME = 3, _("3 – prepares it")
    GREAT = 4, _("4 – can stop it")
    DECIDES = 5, _("5 – decides")


class Attitude(models.TextChoices):
    """How a key person stands to us (S0.16)."""

    SUPPORTER = "supporter", _("Supporter")
    FAVOURABLE = "favourable", _("Favourable")
    NEUTRAL = "neutral", pgettext_lazy("attitude", "Neutral")
    SCEPTICAL = "sceptical", _("Sceptical")
    OPPONENT = "opponent", _("Opponent")


class PersonAccess(models.TextChoices):
    """How well we reach a key person (S0.16)."""

    WELL = "well", _("Known well")
    REACHABLE = "reachable", _("Reachable")
    HARDLY = "hardly", _("Hard to reach")
    NEVER = "never", _("Never met")


class GroupKind(models.TextChoices):
    """Customers that belong together: a household 家庭 or a corporate group 集团."""

    HOUSEHOLD = "household", _("Household")
    CORPORATE = "corporate", _("Corporate group")


class GroupRole(models.TextChoices):
    """What a member is in the group."""

    HEAD = "head", pgettext_lazy("group", "Head")
    SPOUSE = "spouse", _("Spouse")
    CHILD = "child", _("Child")
    PARENT = "parent", _("Parent")
    COMPANY = "company", _("Company")
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
