"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    """proposals — what was offered, in four dimensions, and what became of it."""

    name = "proposals"
    verbose_name = _("Proposals")
