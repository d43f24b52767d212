"""Who stands on the bank's restricted list, and why (S1.3)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import RestrictionKind, RestrictionOrigin
from customers.models.customer import Customer
from customers.querysets import RestrictionQuerySet


class Restriction(models.Model):
    """An entry on the restricted list (限制类名单): from, until, why, by whom; lifted, never deleted.

    Whether a customer is restricted today stands in `Customer.restricted`, kept by services.restriction.
    """

    # What the flag of the core system said goes with its customer when an import is undone.
    derived = Q(origin=RestrictionOrigin.FLAG)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="restrictions"
    )
    kind = models.CharField(_("list"), max_length=12, choices=RestrictionKind, default=RestrictionKind.INTERNAL)
    # Empty only for the flag of the core system, which gives none.
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    starts_on = models.DateField(_("from"))
    # Empty: until it is lifted.
    ends_on = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("name of the list"), max_length=80, blank=True, default="")
    origin = models.CharField(
        _("came with"), max_length=8, choices=RestrictionOrigin, default=RestrictionOrigin.PERSON, editable=False
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    lifted_on = models.DateField(_("lifted on"), null=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.CharField(_("why it was lifted"), max_length=200, blank=True, default="")

    objects = RestrictionQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("restriction")
        verbose_name_plural = _("restricted list")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            models.Index(fields=["customer"], name="restriction_in_force", condition=Q(lifted_on__isnull=True)),
            models.Index(fields=["-starts_on", "-id"], name="restriction_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=RestrictionOrigin.FLAG) | ~Q(reason=""),
                name="restriction_has_a_reason",
                violation_error_message=_("Say why the customer is restricted."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="restriction_ends_after_it_starts",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(lifted_on__isnull=True, origin=RestrictionOrigin.FLAG),
                name="restriction_one_flag",
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.kind} {self.starts_on}"
