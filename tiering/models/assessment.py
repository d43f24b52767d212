"""A sheet filled in a talk: the answers to asked criteria, with who asked and when."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from staff.querysets import ScopedQuerySet
from tiering.models.sheet import ScoringSheet


class Assessment(models.Model):
    """One filling in of a sheet's questions (评估): who asked whom on which day."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the form: sent twice, it still makes one row.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="assessments")
    sheet = models.ForeignKey(ScoringSheet, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    asked_on = models.DateField(_("asked on"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-asked_on", "-pk"]

    def __str__(self):
        return f"{self.customer_id} {self.asked_on}"


class Answer(models.Model):
    """The answer to one question; the latest one of a customer is `current`, the others are its history."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="answers", db_index=False)
    # The key of the asked criterion, and the code of the option chosen.
    question = models.CharField(_("question"), max_length=24)
    value = models.CharField(_("answer"), max_length=32)
    asked_on = models.DateField(_("asked on"))
    current = models.BooleanField(default=True)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-asked_on", "-pk"]
        indexes = [models.Index(fields=["customer", "question", "-asked_on"], name="answer_of_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "customer"], condition=Q(current=True), name="answer_one_current"
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.question}"
