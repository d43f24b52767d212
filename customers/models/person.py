"""The details of an individual: one row beside the customer."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractDay, ExtractMonth
from django.utils.translation import gettext_lazy as _

from customers.choices import (
    BankView,
    BranchDistance,
    Education,
    ExtraIncome,
    FeeAcceptance,
    Gender,
    Housing,
    HousingWish,
    IncomeStructure,
    InvestmentExperience,
    Lifestyle,
    MaritalStatus,
    Occupation,
    RiskAppetite,
    SchoolStage,
    ValueType,
    VisitFrequency,
    WealthHabit,
)
from customers.models.customer import Customer
from staff.choices import Market
from staff.models import Branch
from staff.querysets import ScopedQuerySet


def _choice(label, choices):
    return models.CharField(label, max_length=16, choices=choices, blank=True, default="", db_default="")


def _text(label, length=200):
    return models.CharField(label, max_length=length, blank=True, default="", db_default="")


def _money(label):
    return models.DecimalField(label, max_digits=18, decimal_places=2, null=True, blank=True)


def _number(label, help_text=""):
    return models.PositiveSmallIntegerField(label, null=True, blank=True, help_text=help_text)


class Person(models.Model):
    """What the bank knows of an individual (对私) beyond the customer row (S3.5)."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="person")
    gender = models.CharField(_("sex"), max_length=8, choices=Gender, blank=True, default="")
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    # Worked out from an age: good enough for the age group, no day to congratulate on.
    birth_approximate = models.BooleanField(_("birth date is approximate"), default=False, db_default=False)
    # 0 < month * 100 + day of the lunar birthday; leap months are flagged.
    lunar_birthday = models.PositiveSmallIntegerField(_("lunar birthday"), null=True, blank=True)
    lunar_leap = models.BooleanField(_("in a leap month"), default=False)
    occupation = models.CharField(_("occupation"), max_length=20, choices=Occupation, blank=True, default="")
    annual_income = _money(_("annual income (yuan)"))
    marital_status = models.CharField(_("marriage"), max_length=12, choices=MaritalStatus, blank=True, default="")
    children = models.PositiveSmallIntegerField(_("children"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=16, choices=Education, blank=True, default="")
    hometown = _text(_("home town"), 60)
    # Work and income.
    employer = _text(_("employer"), 80)
    job_title = _text(_("job title"), 60)
    monthly_income = _money(_("monthly income (yuan)"))
    household_income = _money(_("monthly household income (yuan)"))
    income_structure = _choice(_("kind of income"), IncomeStructure)
    extra_income = _choice(_("extra income"), ExtraIncome)
    extra_income_amount = _money(_("extra income a year (yuan)"))
    extra_income_month = _number(_("month of the extra income"))
    # Home and ways.
    housing = _choice(_("housing"), Housing)
    housing_size = _number(_("size of the home (m²)"))
    housing_place = models.CharField(
        _("district or estate"),
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("Without street and number: the address has its own, sealed field."),
    )
    housing_wish = _choice(_("housing wish"), HousingWish)
    zone = _choice(_("zone of home or work"), Market)
    branch_distance = _choice(_("distance from the branch"), BranchDistance)
    # Plans.
    school_stage = _choice(_("school stage of the child"), SchoolStage)
    school_plan = _text(_("school plans"))
    retirement_age = _number(_("wants to retire at"))
    retirement_plan = _text(_("retirement plans"))
    # Money.
    risk_appetite = models.CharField(
        _("risk appetite"), max_length=2, choices=RiskAppetite, blank=True, default="", db_default=""
    )
    risk_share = _number(_("share of risk assets (%)"))
    investment_experience = _choice(_("investment experience"), InvestmentExperience)
    wealth_habit = _choice(_("wealth habit"), WealthHabit)
    value_type = _choice(_("value and loyalty"), ValueType)
    # With us.
    visit_frequency = _choice(_("comes to the branch"), VisitFrequency)
    usual_branch = models.ForeignKey(
        Branch, verbose_name=_("usual branch"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    fee_acceptance = _choice(_("acceptance of fees"), FeeAcceptance)
    bank_view = _choice(_("view of the bank"), BankView)
    bank_view_note = _text(_("in the customer's words"))
    # What they are like and what moves them (S1.5).
    interests = _text(_("interests"))
    lifestyle = _choice(_("lifestyle"), Lifestyle)
    influence_culture = _text(_("culture: origin, faith, values"))
    influence_social = _text(_("social circle: family, role, whom they follow"))
    influence_personal = _text(_("personal: age, work, means, way of life"))
    influence_mind = _text(_("psychological: motives, beliefs, experience"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("individual")
        verbose_name_plural = _("individuals")
        indexes = [
            models.Index(ExtractMonth("birth_date") * 100 + ExtractDay("birth_date"), name="person_birthday"),
            models.Index(
                fields=["lunar_birthday"], name="person_lunar_birthday", condition=Q(lunar_birthday__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(annual_income__isnull=True) | Q(annual_income__gte=0),
                name="person_income_not_negative",
                violation_error_message=_("An income cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(lunar_birthday__isnull=True) | Q(lunar_birthday__range=(101, 1230)),
                name="person_lunar_birthday_real",
                violation_error_message=_("A lunar birthday has a month from 1 to 12 and a day from 1 to 30."),
            ),
            models.CheckConstraint(
                condition=(Q(monthly_income__isnull=True) | Q(monthly_income__gte=0))
                & (Q(household_income__isnull=True) | Q(household_income__gte=0))
                & (Q(extra_income_amount__isnull=True) | Q(extra_income_amount__gte=0)),
                name="person_monthly_income_not_negative",
                violation_error_message=_("An income cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(extra_income_month__isnull=True) | Q(extra_income_month__range=(1, 12)),
                name="person_extra_income_month_real",
                violation_error_message=_("Months run from 1 to 12."),
            ),
            models.CheckConstraint(
                condition=Q(risk_share__isnull=True) | Q(risk_share__lte=100),
                name="person_risk_share_a_share",
                violation_error_message=_("A share runs from 0 to 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(risk_appetite__in=["", *RiskAppetite.values]),
                name="person_risk_appetite_known",
                violation_error_message=_("Risk appetites run from C1 to C5."),
            ),
        ]

    def __str__(self):
        return str(self.customer)
