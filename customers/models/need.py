"""What a customer needs, in four dimensions (S0.9)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension, NeedStatus
from customers.models.customer import Customer
from customers.querysets import NeedQuerySet


class Need(models.Model):
    """A need of a customer (需求): dimension, what drives it, how much, by when, how we know."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="needs")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    driver = models.CharField(_("what drives it"), max_length=120, blank=True, default="")
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    horizon = models.CharField(_("by when"), max_length=60, blank=True, default="")
    evidence = models.CharField(_("how we know"), max_length=300, blank=True, default="")
    status = models.CharField(_("status"), max_length=8, choices=NeedStatus, default=NeedStatus.OPEN)
    found_on = models.DateField(_("found on"))
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="needs_found"
    )

    objects = NeedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-found_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="need_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
        ]

    def __str__(self):
        return f"{self.get_dimension_display()} {self.driver}"
