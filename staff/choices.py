"""Roles of staff, levels and markets of branches, kinds of audited events."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person does here; decides what they may see and do (docs/permissions.md)."""

    MANAGER = "manager", _("Relationship manager")
    HEAD = "head", _("Branch head")
    ADMIN = "admin", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class BranchLevel(models.TextChoices):
    """Levels of the branch tree (总行 → 分行 → 支行 → 网点)."""

    HEAD_OFFICE = "head_office", _("Head office")
    BRANCH = "branch", pgettext_lazy("level", "Branch")
    SUB_BRANCH = "sub_branch", _("Sub-branch")
    OUTLET = "outlet", _("Outlet")


class Market(models.TextChoices):
    """The market a branch stands in (S0.2)."""

    INDUSTRIAL = "industrial", _("Industrial area")
    COMMERCIAL = "commercial", _("Commercial area")
    RESIDENTIAL = "residential", _("Residential area")


class Theme(models.TextChoices):
    """Colours of the interface."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")
