"""The room's Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """customers — who the customer is, whom they know, and what they hold."""

    name = "customers"
    verbose_name = _("Customers")
