"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    """care — what should be done next, for whom, by when: reminders, birthdays, signals, contact plans."""

    name = "care"
    verbose_name = _("Customer care")
