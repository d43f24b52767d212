"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TieringConfig(AppConfig):
    """tiering — how a tier is decided, and when and why it changed."""

    name = "tiering"
    verbose_name = _("Tiering")
