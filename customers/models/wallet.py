"""What a customer has at other banks, how money should be spread, and what a relationship is to bring (S3.9, S1.1)."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import AssetClass, Category, Dimension, OutsideEnd, OutsideSource, RiskAppetite
from customers.models.customer import Customer
from customers.querysets import OutsideHoldingQuerySet
from staff.querysets import ScopedQuerySet

# After a year nobody should rely on what was heard about money elsewhere.
STALE_AFTER = timedelta(days=365)


class OutsideHolding(models.Model):
    """What a customer holds at another bank (他行持有), as far as we know, and how we know."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="outside_holdings"
    )
    bank = models.CharField(_("bank"), max_length=80)
    category = models.CharField(_("category"), max_length=16, choices=Category)
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension, blank=True, default="")
    # Yuan; unknown is not zero.
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    approximate = models.BooleanField(_("roughly"), default=True)
    rate = models.DecimalField(_("rate (%)"), max_digits=8, decimal_places=4, null=True, blank=True)
    matures_on = models.DateField(_("matures on"), null=True, blank=True)
    risk_level = models.PositiveSmallIntegerField(_("risk level (1–5)"), null=True, blank=True)
    said_by = models.CharField(_("how we know"), max_length=12, choices=OutsideSource)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    # The day it was last said or confirmed.
    found_on = models.DateField(_("known on"))
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("over on"), null=True, blank=True)
    end = models.CharField(_("what became of it"), max_length=8, choices=OutsideEnd, blank=True, default="")
    # Raised with every edit, so that of two people editing at once the second is told.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OutsideHoldingQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("holding at another bank")
        verbose_name_plural = _("holdings at other banks")
        ordering = ["category", F("amount").desc(nulls_last=True), "pk"]
        indexes = [
            models.Index(fields=["customer"], name="outside_open", condition=Q(closed_on=None)),
            # In the order of the list, whose last rows have no end.
            models.Index(fields=["matures_on", "id"], name="outside_maturity", condition=Q(closed_on=None)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="outside_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(rate__isnull=True) | Q(rate__range=(0, 100)),
                name="outside_rate_in_per_cent",
                violation_error_message=_("A rate lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(risk_level__isnull=True) | Q(risk_level__range=(1, 5)),
                name="outside_risk_1_to_5",
                violation_error_message=_("Risk levels run from 1 to 5."),
            ),
            models.CheckConstraint(
                condition=~Q(bank=""), name="outside_has_a_bank", violation_error_message=_("Say at which bank.")
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, end="") | (Q(closed_on__isnull=False) & ~Q(end="")),
                name="outside_end_has_a_day",
                violation_error_message=_("Say what became of it, and when."),
            ),
        ]

    def __str__(self):
        return f"{self.bank} {self.get_category_display()}"

    def is_stale(self, on):
        """Nobody has said or confirmed it for twelve months before the day `on`."""
        return self.closed_on is None and self.found_on < on - STALE_AFTER


class ModelAllocation(models.Model):
    """How the money of a customer of a risk level should be spread (模型配置), in per cent that make 100."""

    level = models.CharField(_("risk level"), max_length=2, choices=RiskAppetite, unique=True)
    cash = models.PositiveSmallIntegerField(_("cash (%)"))
    fixed_income = models.PositiveSmallIntegerField(_("fixed income (%)"))
    equity = models.PositiveSmallIntegerField(_("equity and mixed (%)"))
    insurance = models.PositiveSmallIntegerField(_("insurance (%)"))
    alternative = models.PositiveSmallIntegerField(_("metal and alternatives (%)"))

    class Meta:
        verbose_name = _("model allocation")
        verbose_name_plural = _("model allocations")
        ordering = ["level"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    cash=100 - F("fixed_income") - F("equity") - F("insurance") - F("alternative"),
                ),
                name="model_allocation_makes_100",
                violation_error_message=_("The shares must make 100 per cent together."),
            ),
        ]

    def __str__(self):
        return self.get_level_display()

    @property
    def shares(self):
        """Per cent by asset class, in the order of the classes."""
        return {asset_class: getattr(self, asset_class.value) for asset_class in AssetClass}


class OtherIncome(models.Model):
    """What a relationship brings in a year beside its products (其他收益), such as customers introduced to us."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="other_incomes"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    what = models.CharField(_("what it is"), max_length=120)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2)
    entered_on = models.DateField(_("entered on"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # Taken out again: kept, so that it can be put back.
    removed_on = models.DateField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("other income")
        verbose_name_plural = _("other income")
        ordering = ["year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2100)),
                name="other_income_year_real",
                violation_error_message=_("Enter a year such as 2026."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="other_income_positive",
                violation_error_message=_("Enter an amount above zero."),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.what}"


class ValueGoal(models.Model):
    """What a relationship is to earn the bank in a year (贡献目标), in yuan."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="value_goals"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    target = models.DecimalField(_("target (yuan)"), max_digits=18, decimal_places=2)
    set_on = models.DateField(_("set on"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("target of a relationship")
        verbose_name_plural = _("targets of relationships")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "year"], name="value_goal_once_a_year"),
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2100)),
                name="value_goal_year_real",
                violation_error_message=_("Enter a year such as 2026."),
            ),
            models.CheckConstraint(
                condition=Q(target__gte=0),
                name="value_goal_not_negative",
                violation_error_message=_("A target cannot be negative."),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.year}"
