"""What was planned and said with a customer, and what they objected to."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, Need
from visits.choices import (
    HandlingStep,
    ObjectionKind,
    ObjectionOutcome,
    PreparationGroup,
    VisitChannel,
    VisitStatus,
)
from visits.querysets import URGENCY, ObjectionQuerySet, VisitQuerySet


class ChecklistLine(models.Model):
    """A line of a checklist, written in both languages."""

    group = models.CharField(_("group"), max_length=12, choices=PreparationGroup)
    text = models.CharField(_("text (Chinese)"), max_length=120)
    text_en = models.CharField(_("text (English)"), max_length=120, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True

    @property
    def label(self):
        """The line in the reader's language; Chinese where there is no English."""
        return self.text_en if self.text_en and (get_language() or "").startswith("en") else self.text


class PreparationItem(ChecklistLine):
    """A line of the preparation checklist (准备清单), edited by administrators (S0.17, S1.7)."""

    face_to_face = models.BooleanField(
        _("only when we meet in person"), default=False, help_text=_("Left out for talks by phone, WeChat or video.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("preparation item")
        verbose_name_plural = _("preparation checklist")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.text


class Visit(models.Model):
    """A visit (拜访): planned for a day, then held or not held, with what was said."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the form that plans the visit: sent twice, it still makes one row.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="visits")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="visits"
    )
    status = models.CharField(
        _("status"), max_length=8, choices=VisitStatus, default=VisitStatus.PLANNED, editable=False
    )
    planned_on = models.DateField(_("day"))
    planned_at = models.TimeField(_("time"), null=True, blank=True)
    channel = models.CharField(_("where"), max_length=12, choices=VisitChannel, default=VisitChannel.OUR_BRANCH)
    purpose = models.CharField(_("purpose"), max_length=200)
    # Then it may take place in a way the customer does not want to be approached.
    asked_for = models.BooleanField(_("the customer asked for it"), default=False, db_default=False)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    notes = models.TextField(_("what was said"), blank=True, default="", max_length=10000)
    gift = models.BooleanField(_("with a gift"), default=False, db_default=False)
    needs = models.ManyToManyField(Need, verbose_name=_("needs found"), blank=True, related_name="visits")
    next_step = models.CharField(_("next step"), max_length=200, blank=True, default="")
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    not_held_reason = models.CharField(_("why it was not held"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = VisitQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-planned_on"], name="visit_of_customer"),
            models.Index(Coalesce("held_on", "planned_on"), name="visit_by_day"),
            models.Index(*URGENCY, name="visit_by_urgency"),
            models.Index(fields=["by", "planned_on"], name="visit_diary", condition=Q(status=VisitStatus.PLANNED)),
            models.Index(fields=["next_step_on"], name="visit_next_step", condition=Q(next_step_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=VisitStatus.HELD, held_on__isnull=False)
                | (~Q(status=VisitStatus.HELD) & Q(held_on=None)),
                name="visit_held_has_a_day",
                violation_error_message=_("A visit that was held needs its day; one that was not has none."),
            ),
            models.CheckConstraint(
                condition=~Q(status=VisitStatus.HELD) | ~Q(notes=""),
                name="visit_held_has_notes",
                violation_error_message=_("Write down what was said."),
            ),
            models.CheckConstraint(
                condition=~Q(status=VisitStatus.NOT_HELD) | ~Q(not_held_reason=""),
                name="visit_not_held_has_a_reason",
                violation_error_message=_("Say why the visit was not held."),
            ),
            models.CheckConstraint(
                condition=Q(next_step_on__isnull=True) | ~Q(next_step=""),
                name="visit_next_day_has_a_step",
                violation_error_message=_("Say what the next step is."),
            ),
        ]

    def __str__(self):
        return f"{self.customer} {self.planned_on}"

    def get_absolute_url(self):
        """The page of the visit."""
        return reverse("visits:detail", args=[self.public_id])


class Preparation(ChecklistLine):
    """A line of the checklist for one visit, ticked or not. Its words are kept as they were when it was planned."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="preparations")
    item = models.ForeignKey(PreparationItem, on_delete=models.PROTECT, related_name="+")
    done = models.BooleanField(_("done"), default=False)

    class Meta:
        verbose_name = _("preparation")
        verbose_name_plural = _("preparations")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "item"], name="preparation_once")]

    def __str__(self):
        return self.text


class Objection(models.Model):
    """What a customer objected to (异议), how it was handled in five steps, and what became of it (S0.22)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="objections"
    )
    visit = models.ForeignKey(Visit, null=True, blank=True, on_delete=models.CASCADE, related_name="objections")
    raised_on = models.DateField(_("raised on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="objections"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ObjectionKind)
    words = models.CharField(_("in the customer's words"), max_length=300)
    at_stake = models.DecimalField(
        _("business at stake (yuan)"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    steps = ArrayField(
        models.CharField(max_length=10, choices=HandlingStep), verbose_name=_("steps taken"), default=list, blank=True
    )
    answer = models.TextField(_("our answer"), blank=True, default="", max_length=4000)
    outcome = models.CharField(_("outcome"), max_length=8, choices=ObjectionOutcome, default=ObjectionOutcome.OPEN)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["-raised_on", "-pk"]
        indexes = [models.Index(fields=["customer", "-raised_on"], name="objection_of_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "raised_on", "words"],
                name="objection_once_a_day",
                violation_error_message=_("This objection is on file for the day already."),
            ),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="objection_has_words",
                violation_error_message=_("Write down what the customer said."),
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ObjectionOutcome.RESOLVED) | ~Q(answer=""),
                name="objection_resolved_has_an_answer",
                violation_error_message=_("Write down the answer that worked: colleagues will need it."),
            ),
            models.CheckConstraint(
                condition=Q(at_stake__isnull=True) | Q(at_stake__gte=0),
                name="objection_stake_not_negative",
                violation_error_message=_("An amount cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(outcome=ObjectionOutcome.OPEN, closed_on=None)
                | (~Q(outcome=ObjectionOutcome.OPEN) & Q(closed_on__isnull=False)),
                name="objection_closed_has_a_day",
                violation_error_message=_("A closed objection needs its day; an open one has none."),
            ),
        ]

    def __str__(self):
        return self.words

    def get_absolute_url(self):
        """The page of the objection."""
        return reverse("visits:objection", args=[self.public_id])
