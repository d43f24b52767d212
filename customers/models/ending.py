"""How a relationship ended, and what it taught us (S1.11)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import EndingReason, EndingStep
from customers.models.customer import Customer
from customers.querysets import EndingQuerySet


class Ending(models.Model):
    """A relationship that is about to end, has ended, or was saved or won back (关系终止)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="endings")
    reason = models.CharField(_("reason"), max_length=12, choices=EndingReason)
    words = models.CharField(_("in the customer's words"), max_length=300, blank=True, default="")
    started_on = models.DateField(_("begun on"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # What the customer held with us when it began: what we lose.
    assets = models.DecimalField(_("assets at stake (yuan)"), max_digits=18, decimal_places=2, default=0)
    lessons = models.TextField(_("what we learn"), blank=True, default="", max_length=2000)
    win_back_on = models.DateField(_("try to win back on"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    # Before the end: the customer stayed. After it: won back.
    back_on = models.DateField(_("stayed or came back on"), null=True, editable=False)
    back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = EndingQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("ending")
        verbose_name_plural = _("endings")
        ordering = ["-started_on", "-pk"]
        indexes = [
            models.Index(fields=["started_on"], name="ending_by_day"),
            models.Index(
                fields=["win_back_on"],
                name="ending_win_back",
                condition=Q(win_back_on__isnull=False, ended_on__isnull=False, back_on__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(back_on__isnull=True),
                name="ending_one_at_a_time",
                violation_error_message=_("The ending of this relationship is under way already."),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.reason} {self.started_on}"

    def get_absolute_url(self):
        """The page with the seven steps."""
        return reverse("customers:ending", args=[self.public_id])

    @property
    def state(self):
        """under_way, ended, stayed or won_back."""
        if self.back_on:
            return "won_back" if self.ended_on else "stayed"
        return "ended" if self.ended_on else "under_way"


class EndingDeed(models.Model):
    """One of the seven steps of an ending that was taken: when, by whom, what came of it."""

    ending = models.ForeignKey(Ending, on_delete=models.CASCADE, related_name="deeds")
    step = models.CharField(_("step"), max_length=12, choices=EndingStep)
    on = models.DateField(_("done on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("step of an ending")
        verbose_name_plural = _("steps of an ending")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ending", "step"],
                name="ending_step_once",
                violation_error_message=_("This step was taken already."),
            ),
        ]

    def __str__(self):
        return f"{self.ending_id} {self.step}"
