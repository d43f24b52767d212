"""The details of an organisation: one row beside the customer."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    BusinessStage,
    CashNeed,
    FinancingNeed,
    MarketingLever,
    Premises,
    PurchasingNeed,
    SalesNeed,
    Segment,
    SettlementTerms,
    TargetType,
    TaxGrade,
)
from customers.models.customer import Customer
from staff.querysets import ScopedQuerySet

# The six traits of a large customer (S0.11), each rated from 1 to 5.
TRAITS = ("performance", "brand", "head_office", "demand", "attitude", "benchmark")


def _choice(label, choices):
    return models.CharField(label, max_length=16, choices=choices, blank=True, default="", db_default="")


def _text(label, length=200):
    return models.CharField(label, max_length=length, blank=True, default="", db_default="")


def _money(label):
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True)


def _several(label, choices):
    one = models.CharField(max_length=16, choices=choices)
    return ArrayField(one, verbose_name=label, blank=True, default=list, db_default=[])


def _rated(label):
    limits = [MinValueValidator(1), MaxValueValidator(5)]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, validators=limits)


class Organisation(models.Model):
    """What the bank knows of an organisation (对公) beyond the customer row (S0.2, S0.3, S0.11 to S0.13, S1.6)."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="organisation")
    industry = models.CharField(_("industry"), max_length=60, blank=True, default="")
    org_type = models.CharField(_("kind of organisation"), max_length=60, blank=True, default="")
    # Basics.
    segment = _choice(_("market segment"), Segment)
    target_type = _choice(_("type of target"), TargetType)
    marketing_levers = _several(_("what marketing turns on"), MarketingLever)
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    yearly_turnover = _money(_("yearly turnover (yuan)"))
    registered_capital = _money(_("registered capital (yuan)"))
    stage = _choice(_("stage of the business"), BusinessStage)
    credit_rating = _text(_("credit rating"), 10)
    main_business = _text(_("main business"))
    market = _text(_("market: where and to whom it sells"))
    upstream = _text(_("suppliers (upstream)"))
    downstream = _text(_("buyers (downstream)"))
    # Traits of a large customer (S0.11), 1 weak to 5 strong.
    trait_performance = _rated(_("performance"))
    trait_brand = _rated(_("brand"))
    trait_head_office = _rated(_("head office here"))
    trait_demand = _rated(_("strength of demand"))
    trait_attitude = _rated(_("attitude to us"))
    trait_benchmark = _rated(_("benchmark of its trade"))
    # The cash cycle of a small business (S0.12): how each phase runs, and what it needs there.
    cycle_purchasing = _text(_("purchasing: how it pays"), 300)
    purchasing_needs = _several(_("needs in purchasing"), PurchasingNeed)
    cycle_sales = _text(_("sales: how it is paid"), 300)
    sales_needs = _several(_("needs in sales"), SalesNeed)
    cycle_financing = _text(_("financing: from whom, how much, when"), 300)
    financing_needs = _several(_("needs in financing"), FinancingNeed)
    cycle_cash = _text(_("cash: what is left and where it lies"), 300)
    cash_needs = _several(_("needs in cash management"), CashNeed)
    # Operations (S0.13).
    premises = _choice(_("premises"), Premises)
    premises_size = models.PositiveIntegerField(_("size of the premises (m²)"), null=True, blank=True)
    settlement_terms = _choice(_("terms of payment it gives"), SettlementTerms)
    busy_months = _text(_("busy and slack months"), 60)
    tax_grade = _choice(_("tax credit grade"), TaxGrade)
    export_share = models.PositiveSmallIntegerField(_("share of exports (%)"), null=True, blank=True)
    collateral = _text(_("what it could pledge"))
    # What moves its decisions (S1.6).
    influence_environment = _text(_("environment: economy, technology, law"))
    influence_organisation = _text(_("organisation: aims, rules, structure"))
    influence_interpersonal = _text(_("interpersonal: power, standing, persuasion"))
    influence_personal = _text(_("personal: the deciders' age, income, risk attitude"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=(Q(yearly_turnover__isnull=True) | Q(yearly_turnover__gte=0))
                & (Q(registered_capital__isnull=True) | Q(registered_capital__gte=0)),
                name="organisation_money_not_negative",
                violation_error_message=_("Turnover and capital cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(export_share__isnull=True) | Q(export_share__lte=100),
                name="organisation_export_share_a_share",
                violation_error_message=_("A share runs from 0 to 100 per cent."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"trait_{name}__isnull": True}) | Q(**{f"trait_{name}__range": (1, 5)}),
                    name=f"organisation_{name}_1_to_5",
                    violation_error_message=_("Traits are rated from 1 to 5."),
                )
                for name in TRAITS
            ),
        ]

    def __str__(self):
        return str(self.customer)
