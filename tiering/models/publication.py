"""When a version of a sheet was put in force, by whom and why, and whether it was taken back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tiering.models.sheet import ScoringSheet


class Publication(models.Model):
    """A version put in force (发布), with the version before it; a rollback puts that one back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.ForeignKey(ScoringSheet, on_delete=models.PROTECT, related_name="publications")
    before = models.ForeignKey(ScoringSheet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(_("published on"))
    reason = models.CharField(_("reason"), max_length=200)
    # Who put the draft forward, and the second person who published it; the same one when one is enough.
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_on = models.DateField(_("taken back on"), null=True)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_reason = models.CharField(_("why taken back"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_on__isnull=True) | ~Q(taken_back_reason=""),
                name="publication_taken_back_has_a_reason",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self):
        return f"{self.sheet} {self.on}"
