"""What was done with many customers at once, one row a customer, so that it can be told and undone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import BulkKind, BulkOutcome, BulkState
from customers.models.customer import Customer
from customers.querysets import BulkActionQuerySet
from jobs.models import Job


class BulkAction(models.Model):
    """A verb on a choice of customers (批量操作): chosen, done by a job, told, undone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=BulkKind)
    state = models.CharField(_("state"), max_length=8, choices=BulkState, default=BulkState.CHOSEN)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="bulk_actions"
    )
    on = models.DateField(_("day"))
    # What it does with each of them: {"tag": public id}, {"text", "due_on"} …
    params = models.JSONField(_("parameters"), default=dict)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk action")
        verbose_name_plural = _("bulk actions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BulkKind.values), name="bulk_kind_known"),
            models.CheckConstraint(condition=Q(state__in=BulkState.values), name="bulk_state_known"),
        ]
        indexes = [models.Index(fields=["by", "-created_at"], name="bulk_of_person")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.on}"

    def get_absolute_url(self):
        """What it is about to do, does, or did."""
        return reverse("customers:bulk", args=[self.public_id])

    @property
    def words(self):
        """What it did with them, in the words of the person."""
        return self.params.get("words", "")


class BulkItem(models.Model):
    """One customer of a bulk action: what became of it, and what undo puts back."""

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="items")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=12, choices=BulkOutcome, default=BulkOutcome.WAITING)
    before = models.JSONField(default=dict)

    # A merge of two customers leaves these rows with the file that goes.
    goes_with_its_file = True

    class Meta:
        verbose_name = _("customer of a bulk action")
        verbose_name_plural = _("customers of bulk actions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "customer"], name="bulk_item_once"),
            models.CheckConstraint(condition=Q(outcome__in=BulkOutcome.values), name="bulk_outcome_known"),
        ]
        indexes = [models.Index(fields=["action", "outcome", "id"], name="bulk_item_waiting")]

    def __str__(self):
        return f"{self.action_id} {self.customer_id} {self.outcome}"


class Export(models.Model):
    """A file of customers made for somebody (导出): how many, why in clear, until when it can be fetched."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")
    on = models.DateField(_("day"))
    # {"selection", "columns", "sort", "format", "language"}
    params = models.JSONField(_("parameters"), default=dict)
    reason = models.CharField(_("why in clear"), max_length=200, blank=True, default="")
    rows = models.PositiveIntegerField(_("rows"), default=0)
    file_name = models.CharField(_("file"), max_length=120, blank=True, default="")
    expires_at = models.DateTimeField(_("can be fetched until"), null=True, blank=True)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.public_id}"
