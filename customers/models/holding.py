"""Products, what customers hold of them, money that moved, and what each relationship earns."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Category, Dimension, Direction, HoldingStatus
from customers.models.customer import Customer
from customers.querysets import HoldingQuerySet
from staff.querysets import ScopedQuerySet


class Product(models.Model):
    """A product of the bank (产品)."""

    code = models.CharField(_("product code"), max_length=32, unique=True)
    name = models.CharField(_("product name"), max_length=120)
    category = models.CharField(_("category"), max_length=16, choices=Category)
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension, blank=True, default="")
    risk_level = models.PositiveSmallIntegerField(_("risk level (1–5)"), null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["category", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(risk_level__isnull=True) | Q(risk_level__range=(1, 5)),
                name="product_risk_1_to_5",
                violation_error_message=_("Risk levels run from 1 to 5."),
            ),
        ]

    def __str__(self):
        return self.name


class Holding(models.Model):
    """An account, policy or contract a customer holds with us (持有产品)."""

    holding_no = models.CharField(_("account number"), max_length=40, unique=True)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="holdings"
    )
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="holdings")
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    balance = models.DecimalField(_("balance"), max_digits=18, decimal_places=2)
    credit_limit = models.DecimalField(_("limit"), max_digits=18, decimal_places=2, null=True, blank=True)
    rate = models.DecimalField(_("rate (%)"), max_digits=8, decimal_places=4, null=True, blank=True)
    opened_on = models.DateField(_("from"), null=True, blank=True)
    matures_on = models.DateField(_("matures on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=HoldingStatus, default=HoldingStatus.OPEN)

    objects = HoldingQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["product__category", "-balance", "pk"]
        indexes = [
            models.Index(
                fields=["matures_on"], name="holding_maturity", condition=Q(status="open", matures_on__isnull=False)
            ),
            models.Index(
                fields=["customer"], name="holding_open", include=["balance", "product"], condition=Q(status="open")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(matures_on__isnull=True) | Q(opened_on__isnull=True) | Q(matures_on__gte=F("opened_on")),
                name="holding_matures_after_it_opens",
                violation_error_message=_("The end is before the beginning."),
            ),
        ]

    def __str__(self):
        return f"{self.product} {self.holding_no}"


class CashFlow(models.Model):
    """Money that came in or went out (资金流水)."""

    entry_no = models.CharField(_("entry number"), max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="cash_flows")
    holding = models.ForeignKey(Holding, null=True, blank=True, on_delete=models.SET_NULL, related_name="cash_flows")
    booked_on = models.DateField(_("booked on"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    counterparty_bank = models.CharField(_("other bank"), max_length=80, blank=True, default="")
    memo = models.CharField(_("memo"), max_length=200, blank=True, default="")

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("cash flow")
        verbose_name_plural = _("cash flows")
        ordering = ["-booked_on", "-pk"]
        indexes = [models.Index(fields=["customer", "-booked_on"], name="cash_flow_of_customer")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="cash_flow_amount_not_negative",
                violation_error_message=_("An amount cannot be negative; the direction says in or out."),
            ),
        ]

    def __str__(self):
        return self.entry_no


class ValueRecord(models.Model):
    """What a customer earned and cost the bank in a month, per product where known (S1.1)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="values")
    # The first day of the month.
    period = models.DateField(_("month"))
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT, related_name="values")
    interest_income = models.DecimalField(_("interest income"), max_digits=18, decimal_places=2, default=0)
    fee_income = models.DecimalField(_("fee income"), max_digits=18, decimal_places=2, default=0)
    interest_cost = models.DecimalField(_("interest cost"), max_digits=18, decimal_places=2, default=0)
    operating_cost = models.DecimalField(_("operating cost"), max_digits=18, decimal_places=2, default=0)
    turnover = models.DecimalField(_("turnover"), max_digits=18, decimal_places=2, default=0)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("value record")
        verbose_name_plural = _("value records")
        ordering = ["-period", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "period", "product"], nulls_distinct=False, name="value_once_a_month_and_product"
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.period:%Y-%m}"

    @property
    def contribution(self):
        """Income less cost, in yuan."""
        return self.interest_income + self.fee_income - self.interest_cost - self.operating_cost


class BalanceMonth(models.Model):
    """A customer's assets and loans at the end of a month, as of the last load in it."""

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="balance_months")
    # The first day of the month.
    month = models.DateField(_("month"))
    assets = models.DecimalField(_("assets (yuan)"), max_digits=18, decimal_places=2, default=0)
    loans = models.DecimalField(_("loans (yuan)"), max_digits=18, decimal_places=2, default=0)
    # Yuan times days of this month up to and including `counted_to`; from then on `assets` counts day by day.
    yuan_days = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    counted_to = models.DateField(null=True)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("month-end balance")
        verbose_name_plural = _("month-end balances")
        ordering = ["month"]
        constraints = [models.UniqueConstraint(fields=["customer", "month"], name="balance_once_a_month")]

    def __str__(self):
        return f"{self.customer_id} {self.month:%Y-%m}"
