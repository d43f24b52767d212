"""Where each customer stands in each scheme, every move, and every run that moved them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from staff.querysets import ScopedQuerySet
from tiering.choices import Cause, MoveReason
from tiering.models.override import Override
from tiering.models.publication import Publication
from tiering.models.scheme import Scheme
from tiering.models.sheet import ScoringSheet
from tiering.querysets import MovementQuerySet


class TieringRun(models.Model):
    """One re-tiering of everybody (重新分层): when, by which rules, how many were scored and moved."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    as_of = models.DateField(_("as of"))
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("finished"), null=True)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause, default=Cause.COMMAND)
    # The publication whose effect this run is, or that it takes back.
    publication = models.ForeignKey(Publication, null=True, on_delete=models.PROTECT, related_name="runs")
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

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

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
    # The band that the value has today: another one than `code` during a watch or an override; empty: none.
    measured = models.CharField(_("measured tier"), max_length=12, blank=True, default="")
    measured_rank = models.PositiveSmallIntegerField(null=True)
    # Below the tier since, and the first day on which the customer steps down; both empty without a watch.
    watch_from = models.DateField(_("below since"), null=True)
    watch_until = models.DateField(_("steps down on"), null=True)
    # In force: the customer was placed by hand.
    override = models.ForeignKey(
        Override, null=True, on_delete=models.SET_NULL, related_name="placements", db_index=False
    )

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(fields=["customer", "scheme"], name="placement_once"),
            models.CheckConstraint(
                condition=Q(watch_from=None, watch_until=None) | Q(watch_from__isnull=False, watch_until__isnull=False),
                name="placement_watch_has_both_days",
            ),
        ]
        indexes = [
            models.Index(fields=["scheme", "code"], name="placement_by_band"),
            models.Index(
                fields=["scheme", "watch_until"], name="placement_watch", condition=Q(watch_until__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.code}"


class Movement(models.Model):
    """A move between tiers (层级变动): from, to, day, reason; written once, never changed.

    An empty `from` is a first placement; an empty `to` says that nothing measures the customer any longer.
    """

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

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
    run = models.ForeignKey(TieringRun, null=True, on_delete=models.PROTECT, related_name="movements", db_index=False)
    # What a person gave as the reason of an override.
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    objects = MovementQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

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
            # A run that was killed and done again writes no move twice.
            models.UniqueConstraint(
                fields=["run", "customer", "scheme", "reason"],
                condition=Q(run__isnull=False),
                name="movement_once_a_run",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "scheme", "-on"], name="movement_of_customer"),
            models.Index(fields=["scheme", "on"], name="movement_by_day"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.from_code}→{self.to_code} {self.on}"


class Reading(models.Model):
    """The band measured from a day on, while a customer is under watch: the step down goes to the best of them."""

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(_("day"))
    code = models.CharField(_("measured tier"), max_length=12)

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["customer", "scheme", "on"], name="reading_once_a_day")]

    def __str__(self):
        return f"{self.customer_id} {self.on} {self.code}"


class PriorPlacement(models.Model):
    """A placement as it stood before a publication moved it or changed its watch: what a rollback restores."""

    # Follows from other rows: goes with the customer when an import is undone.
    derived = True

    run = models.ForeignKey(TieringRun, on_delete=models.CASCADE, related_name="prior_placements", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Empty: the customer had no placement.
    code = models.CharField(max_length=12, blank=True, default="")
    rank = models.PositiveSmallIntegerField(null=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    answered = models.PositiveSmallIntegerField(null=True)
    sheet = models.ForeignKey(ScoringSheet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField(null=True)
    measured = models.CharField(max_length=12, blank=True, default="")
    measured_rank = models.PositiveSmallIntegerField(null=True)
    watch_from = models.DateField(null=True)
    watch_until = models.DateField(null=True)
    override = models.ForeignKey(Override, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("prior placement")
        verbose_name_plural = _("prior placements")
        constraints = [
            models.UniqueConstraint(fields=["run", "customer", "scheme"], name="prior_placement_once"),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.code}"
