"""Services by tier (S4.4, S3.10): how often and how a tier is contacted, what it is entitled to, and what was used."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.choices import Channel
from customers.models import Customer
from tiering.models.scheme import Scheme
from tiering.models.sheet import Bilingual
from tiering.querysets import PackageQuerySet, RightUseQuerySet


class ServicePackage(Bilingual):
    """The services of a tier (服务套餐): contact rhythm, channels, rights."""

    scheme = models.ForeignKey(Scheme, verbose_name=_("scheme"), on_delete=models.CASCADE, related_name="packages")
    code = models.CharField(_("tier"), max_length=12)
    # Days from one talk to the next at the latest; empty: nobody is due.
    contact_days = models.PositiveSmallIntegerField(
        _("contact every (days)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    # Ways to reach the customer, the first one preferred.
    channels = ArrayField(
        models.CharField(max_length=12, choices=Channel), verbose_name=_("channels"), default=list, blank=True
    )

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("service package")
        verbose_name_plural = _("service packages")
        ordering = ["scheme__position", "contact_days", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="package_once_a_tier",
                violation_error_message=_("This tier has its package already."),
            ),
            models.CheckConstraint(
                condition=Q(contact_days__isnull=True) | Q(contact_days__range=(1, 730)),
                name="package_contact_within_two_years",
                violation_error_message=_("From 1 to 730 days."),
            ),
        ]

    @property
    def channel_labels(self):
        """The channels in words, in their order."""
        return [Channel(channel).label for channel in self.channels if channel in Channel.values]


class Right(Bilingual):
    """What a tier is entitled to (权益): so many times in a calendar year."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    package = models.ForeignKey(ServicePackage, on_delete=models.CASCADE, related_name="rights")
    # The same right in the packages of several tiers has the same code: who rises does not begin anew.
    code = models.SlugField(_("code"), max_length=24, db_index=False)
    allowance = models.PositiveSmallIntegerField(_("times a year"), validators=[MinValueValidator(1)])
    unit = models.CharField(_("unit (Chinese)"), max_length=12, default="次")
    unit_en = models.CharField(_("unit (English)"), max_length=12, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("in force"), default=True)

    class Meta:
        verbose_name = _("right")
        verbose_name_plural = _("rights")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["package", "code"],
                name="right_once_a_package",
                violation_error_message=_("The package has this right already."),
            ),
            models.CheckConstraint(
                condition=Q(allowance__range=(1, 999)),
                name="right_allowance_1_to_999",
                violation_error_message=_("From 1 to 999 times a year."),
            ),
        ]

    @property
    def unit_label(self):
        """The unit in the reader's language; Chinese where no English one was given."""
        return self.unit_en if self.unit_en and (get_language() or "").startswith("en") else self.unit


class RightUse(models.Model):
    """A right used once by a customer (权益使用): when, and who gave it; taken back it does not count."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="right_uses", db_index=False)
    right = models.ForeignKey(Right, verbose_name=_("right"), on_delete=models.PROTECT, related_name="uses")
    used_on = models.DateField(_("used on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given by"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("note"), max_length=120, blank=True, default="")
    taken_back_on = models.DateField(_("taken back on"), null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = RightUseQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("right used")
        verbose_name_plural = _("rights used")
        ordering = ["-used_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-used_on"], name="right_use_of_customer"),
            models.Index(fields=["-used_on"], name="right_use_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_on=None, taken_back_by=None)
                | Q(taken_back_on__isnull=False, taken_back_by__isnull=False),
                name="right_use_taken_back_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.right_id} {self.used_on}"
