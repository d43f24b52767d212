"""What a customer needs, in four dimensions (S0.9), and the questions that find it out (S0.20)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.choices import Dimension, Kind, NeedDriver, NeedStatus, QuestionPart
from customers.models.customer import Customer
from customers.models.holding import Product
from customers.querysets import NeedQuerySet


class Need(models.Model):
    """A need of a customer (需求): dimension, what drives it, how much, by when, how we know, what became of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="needs")
    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    driver_code = models.CharField(
        _("what drives it"), max_length=20, choices=NeedDriver, blank=True, default="", db_default=""
    )
    # In the customer's or manager's own words.
    driver = models.CharField(_("in their own words"), max_length=120, blank=True, default="")
    amount = models.DecimalField(_("amount (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True)
    # The words (“after the wedding”) and, where known, the day.
    horizon = models.CharField(_("by when, in words"), max_length=60, blank=True, default="")
    wanted_by = models.DateField(_("by when"), null=True, blank=True)
    evidence = models.CharField(_("how we know"), max_length=300, blank=True, default="")
    # The four parts of discovery (S0.20).
    ideal = models.CharField(_("ideal"), max_length=300, blank=True, default="", db_default="")
    reality = models.CharField(_("reality"), max_length=300, blank=True, default="", db_default="")
    desire = models.CharField(_("desire"), max_length=300, blank=True, default="", db_default="")
    trouble = models.CharField(_("trouble"), max_length=300, blank=True, default="", db_default="")
    product = models.ForeignKey(
        Product,
        verbose_name=_("product that meets it"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    no_product = models.BooleanField(_("no product of ours meets it"), default=False, db_default=False)
    status = models.CharField(_("status"), max_length=8, choices=NeedStatus, default=NeedStatus.OPEN)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    drop_reason = models.CharField(_("why dropped"), max_length=200, blank=True, default="", db_default="")
    found_on = models.DateField(_("found on"))
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="needs_found"
    )
    # What stood here before the last change of status, for its undo.
    before = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), editable=False)
    # Raised with every edit, so that of two people editing at once the second is told.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = NeedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-found_on", "-pk"]
        indexes = [
            models.Index(fields=["dimension", "found_on"], name="need_unmet", condition=Q(no_product=True)),
            models.Index(fields=["wanted_by", "id"], name="need_open", condition=Q(status="open")),
            models.Index(fields=["met_on"], name="need_met", condition=Q(met_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                name="need_amount_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(no_product=False) | Q(product=None),
                name="need_product_or_none",
                violation_error_message=_("Either a product meets it, or none of ours does."),
            ),
            models.CheckConstraint(
                condition=Q(status="met", met_on__isnull=False) | (~Q(status="met") & Q(met_on=None)),
                name="need_met_has_a_day",
                violation_error_message=_("Say on which day the need was met."),
            ),
            models.CheckConstraint(
                condition=Q(status="dropped", dropped_on__isnull=False) | (~Q(status="dropped") & Q(dropped_on=None)),
                name="need_dropped_has_a_day",
                violation_error_message=_("Say on which day the need was dropped."),
            ),
        ]

    def __str__(self):
        return f"{self.get_dimension_display()} {self.driver_text}"

    @property
    def driver_text(self):
        """What drives it: the suggested driver, then their own words."""
        return " · ".join(str(part) for part in (self.get_driver_code_display(), self.driver) if part)

    @property
    def is_open(self):
        """Neither met nor dropped."""
        return self.status == NeedStatus.OPEN

    def is_overdue(self, on):
        """Still open although the day it was wanted by has passed before the day `on`."""
        return self.is_open and self.wanted_by is not None and self.wanted_by < on


class DiscoveryQuestion(models.Model):
    """A prepared question (预备问题) that leads from the present situation to a feature of a product (S0.20)."""

    dimension = models.CharField(_("dimension"), max_length=12, choices=Dimension)
    part = models.CharField(_("part of the talk"), max_length=8, choices=QuestionPart)
    # Empty: for both kinds of customers.
    kind = models.CharField(_("kind of customer"), max_length=12, choices=Kind, blank=True, default="")
    text = models.CharField(_("question (Chinese)"), max_length=200)
    text_en = models.CharField(_("question (English)"), max_length=200, blank=True, default="")
    leads_to = models.CharField(_("leads to (Chinese)"), max_length=120, blank=True, default="")
    leads_to_en = models.CharField(_("leads to (English)"), max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("prepared question")
        verbose_name_plural = _("prepared questions")
        ordering = ["dimension", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "text"],
                name="discovery_question_once",
                violation_error_message=_("This question is there already."),
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The question in the reader's language; Chinese where no English one was given."""
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text

    @property
    def feature(self):
        """The product feature it leads to, in the reader's language."""
        return self.leads_to_en if self.leads_to_en and (get_language() or "").startswith("en") else self.leads_to
