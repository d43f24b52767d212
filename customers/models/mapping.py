"""How a foreign file is read as a file of the extract: saved by name, kept in all its editions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.querysets import MappingQuerySet


class Mapping(models.Model):
    """A way to read a foreign file (导入映射), shared within the bank; what it says stands in its editions."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80, unique=True)
    # A file of the extract: customers, holdings …
    target = models.CharField(_("target"), max_length=20)
    retired = models.BooleanField(_("retired"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = MappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="mapping_has_a_name", violation_error_message=_("Enter a name.")
            ),
        ]

    def __str__(self):
        return self.name


class MappingEdition(models.Model):
    """What a mapping says since it was last saved; an edition never changes, imports name the one they used."""

    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    # The shape is described in customers/rules/mapping.py.
    definition = models.JSONField(_("definition"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        verbose_name = _("edition of a mapping")
        verbose_name_plural = _("editions of mappings")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["mapping", "number"], name="mapping_edition_once")]

    def __str__(self):
        return f"{self.mapping} {self.number}"
