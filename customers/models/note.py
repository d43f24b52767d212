"""What colleagues write down about a customer between talks."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models.customer import Customer
from customers.querysets import NoteQuerySet
from staff.querysets import ScopedQuerySet


class Note(models.Model):
    """A note on a customer (备注), by one person, perhaps for colleagues named in it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the form: sent twice, it still makes one note.
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=2000)
    pinned = models.BooleanField(_("pinned"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, editable=False)
    # Taken away, and kept for the way back.
    deleted_at = models.DateTimeField(null=True, editable=False)
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Mention", related_name="+")

    objects = NoteQuerySet.as_manager()
    scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-created_at"], name="note_of_customer"),
            models.Index(fields=["customer"], name="note_pinned", condition=Q(pinned=True, deleted_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="note_has_words", violation_error_message=_("Write something.")
            ),
        ]

    def __str__(self):
        return self.text[:40]


class Mention(models.Model):
    """A colleague named in a note (提到同事), and whether they have seen it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, editable=False)

    objects = ScopedQuerySet.as_manager()
    scope_paths = {"branch": "note__customer__branch", "manager": "note__customer__manager"}

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["note", "user"], name="mention_once")]
        indexes = [models.Index(fields=["user"], name="mention_unseen", condition=Q(seen_at__isnull=True))]

    def __str__(self):
        return f"{self.note_id} {self.user_id}"
