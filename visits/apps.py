"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitsConfig(AppConfig):
    """visits — what was planned and said with a customer, what they objected to, and how near they are to deciding."""

    name = "visits"
    verbose_name = _("Visits")
