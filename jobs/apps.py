"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """jobs — what runs in the background, how far it is, and what became of it."""

    name = "jobs"
    verbose_name = _("Background jobs")
