"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """staff — who works here, what each may see, and what each did."""

    name = "staff"
    verbose_name = _("Staff and branches")
