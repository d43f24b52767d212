"""Customers who pass from one manager to another: what was proposed, what became of it, and who had whom before."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import HandoverReason, HandoverState
from customers.models.customer import Customer
from customers.querysets import HandoverQuerySet
from staff.models import Branch
from staff.querysets import ScopedQuerySet


class Handover(models.Model):
    """A handover (客户移交): who gives which customers to whom, from which day, and what the receiver's head said."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Empty: customers whom nobody looks after.
    from_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handovers_given",
    )
    # The branch that stands above all the customers when it was proposed.
    from_branch = models.ForeignKey(Branch, verbose_name=_("from branch"), on_delete=models.PROTECT, related_name="+")
    # Empty while it is proposed to a branch whose head chooses the manager.
    to_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="handovers_received",
    )
    to_branch = models.ForeignKey(Branch, verbose_name=_("to branch"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=16, choices=HandoverReason)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")
    effective_on = models.DateField(_("from the day"))
    # How many customers it had when it was proposed.
    size = models.PositiveIntegerField(_("customers"))
    state = models.CharField(
        _("state"), max_length=12, choices=HandoverState, default=HandoverState.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_on = models.DateField(_("proposed on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    # Why it was declined.
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")
    moved_on = models.DateField(_("carried out on"), null=True, editable=False)
    # Why an accepted handover could not be carried out on its day; the next night tries again.
    obstacle = models.CharField(max_length=200, blank=True, default="", editable=False)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-proposed_on", "-pk"]
        indexes = [
            models.Index(
                fields=["effective_on"],
                name="handover_to_carry_out",
                condition=Q(state=HandoverState.ACCEPTED, moved_on__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_manager__isnull=True) | ~Q(from_manager=F("to_manager")),
                name="handover_to_somebody_else",
                violation_error_message=_("Giver and receiver are the same person."),
            ),
            models.CheckConstraint(
                condition=Q(state=HandoverState.PROPOSED, decided_on=None)
                | (~Q(state=HandoverState.PROPOSED) & Q(decided_on__isnull=False)),
                name="handover_decided_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.DECLINED) | ~Q(answer=""),
                name="handover_declined_has_a_reason",
                violation_error_message=_("Say why it is declined."),
            ),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.ACCEPTED) | Q(to_manager__isnull=False),
                name="handover_accepted_has_a_receiver",
                violation_error_message=_("Choose who receives the customers."),
            ),
            models.CheckConstraint(
                condition=Q(moved_on=None) | Q(state=HandoverState.ACCEPTED), name="handover_moved_was_accepted"
            ),
        ]

    def __str__(self):
        return f"{self.from_manager or '—'} → {self.receiver}"

    def get_absolute_url(self):
        """The page of the handover."""
        return reverse("customers:handover", args=[self.public_id])

    @property
    def receiver(self):
        """Name of the manager who receives the customers; of the branch while its head has still to choose one."""
        return self.to_manager.name if self.to_manager else str(self.to_branch)

    @property
    def is_open(self):
        """Not decided, or accepted for a day that has not come."""
        return self.state == HandoverState.PROPOSED or (self.state == HandoverState.ACCEPTED and self.moved_on is None)


class HandoverLine(models.Model):
    """One customer of a handover (移交明细)."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="lines")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="handover_lines")
    # As long as the handover is open: a customer cannot be promised to two people.
    open = models.BooleanField(default=True, editable=False)
    moved = models.BooleanField(_("moved"), default=False, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("line of a handover")
        verbose_name_plural = _("lines of handovers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["handover", "customer"], name="handover_line_once"),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(open=True),
                name="handover_customer_promised_once",
                violation_error_message=_("This customer is in another open handover."),
            ),
        ]

    def __str__(self):
        return f"{self.handover_id} {self.customer_id}"


class OwnerChange(models.Model):
    """A customer passed from one manager or branch to another (客户归属变更)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="owner_changes")
    on = models.DateField(_("day"))
    from_manager = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to_manager = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    from_branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    to_branch = models.ForeignKey(Branch, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(
        Handover, null=True, blank=True, on_delete=models.SET_NULL, related_name="owner_changes"
    )

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("change of manager")
        verbose_name_plural = _("changes of manager")
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.customer} {self.on}"
