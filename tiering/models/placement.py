"""Where each customer stands in each scheme, every move, and every run that moved them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from staff.querysets import ScopedQuerySet
from tiering.choices import MoveReason
from tiering.models.scheme import Scheme
from tiering.models.sheet import ScoringSheet
from tiering.querysets import MovementQuerySet


class TieringRun(models.Model):
    """One re-tiering of everybody (重新分层): when, by which rules, how many were scored and moved."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    as_of = models.DateField(_("as of"))
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    scored = models.PositiveIntegerField(_("scored"), default=0)
    incomplete = models.PositiveIntegerField(_("incomplete"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    # {"tiers": {"VIP": n}, "moves": [{"scheme", "from", "to", "count"}]}
    result = models.JSONField(_("result"), default=dict)

    class Meta:
        verbose_name = _("tiering run")
        verbose_name_plural = _("tiering runs")
        ordering = ["-started_at", "-pk"]

    def __str__(self):
        return f"{self.as_of}"


class Placement(models.Model):
    """A customer's place in a scheme (现层级): the band, the measured value, and the rules it came from."""

    # The constraint and the index below begin with customer and with scheme: a bulk run pays for every index.
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="placements", db_index=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="placements", db_index=False)
    code = models.CharField(_("tier"), max_length=12)
    # 1 is the best band.
    rank = models.PositiveSmallIntegerField(_("rank"))
    # Points, yuan or rung, as the scheme measures.
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    # Of the sheet's criteria, how many have an answer; null for other measures.
    answered = models.PositiveSmallIntegerField(_("answered"), null=True)
    sheet = models.ForeignKey(
        ScoringSheet, null=True, on_delete=models.PROTECT, related_name="placements", db_index=False
    )
    since = models.DateField(_("since"))

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [models.UniqueConstraint(fields=["customer", "scheme"], name="placement_once")]
        indexes = [models.Index(fields=["scheme", "code"], name="placement_by_band")]

    def __str__(self):
        return f"{self.customer_id} {self.code}"


class Movement(models.Model):
    """A move between tiers (层级变动): from, to, day, reason; written once, never changed.

    An empty `from` is a first placement; an empty `to` says that nothing measures the customer any longer.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="movements", db_index=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="movements", db_index=False)
    from_code = models.CharField(_("from tier"), max_length=12, blank=True, default="")
    from_rank = models.PositiveSmallIntegerField(null=True)
    from_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    to_code = models.CharField(_("to tier"), max_length=12, blank=True, default="")
    to_rank = models.PositiveSmallIntegerField(null=True)
    to_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    on = models.DateField(_("day"))
    reason = models.CharField(_("reason"), max_length=12, choices=MoveReason)
    sheet = models.ForeignKey(
        ScoringSheet, null=True, on_delete=models.PROTECT, related_name="movements", db_index=False
    )
    run = models.ForeignKey(TieringRun, null=True, on_delete=models.PROTECT, related_name="movements")

    objects = MovementQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("move")
        verbose_name_plural = _("moves")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_code=F("to_code")),
                name="movement_goes_somewhere",
                violation_error_message=_("A move leads from one tier to another."),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "scheme", "-on"], name="movement_of_customer"),
            models.Index(fields=["scheme", "on"], name="movement_by_day"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.from_code}→{self.to_code} {self.on}"
