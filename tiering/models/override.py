"""A tier given by hand: who asked for it, why, until when, and who approved."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from tiering.choices import OverrideState
from tiering.models.scheme import Scheme
from tiering.querysets import OverrideQuerySet


class Override(models.Model):
    """A customer placed by hand (手工定级): the tier holds from a day to a day, both included, once approved."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="overrides")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="overrides", db_index=False)
    code = models.CharField(_("tier"), max_length=12)
    reason = models.CharField(_("reason"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    state = models.CharField(
        _("state"), max_length=12, choices=OverrideState, default=OverrideState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("decided on"), null=True)

    objects = OverrideQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("placing by hand")
        verbose_name_plural = _("placings by hand")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "scheme"],
                condition=Q(state=OverrideState.PROPOSED),
                name="override_one_proposed",
                violation_error_message=_("A placing by hand waits for approval already."),
            ),
            models.UniqueConstraint(
                fields=["customer", "scheme"],
                condition=Q(state=OverrideState.APPROVED),
                name="override_one_approved",
                violation_error_message=_("The customer has been placed by hand already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="override_ends_after_it_starts",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="override_has_a_reason", violation_error_message=_("Say why.")
            ),
            models.CheckConstraint(
                condition=Q(state=OverrideState.PROPOSED) | Q(decided_on__isnull=False),
                name="override_decided_has_a_day",
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.code}"
