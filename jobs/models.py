"""The queue of record: a job is a row, committed together with what caused it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jobs.choices import OPEN_STATES, JobState, job_kinds
from jobs.querysets import JobQuerySet


class Job(models.Model):
    """A piece of background work (后台任务): what, how far, and what became of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=32, choices=job_kinds)
    # Two open jobs never share a key: asking twice for the same thing gives one job.
    key = models.CharField(_("unique key"), max_length=120)
    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.WAITING, editable=False)
    params = models.JSONField(_("parameters"), default=dict)
    cursor = models.JSONField(_("position"), default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    message = models.CharField(_("message"), max_length=300, blank=True, default="")
    error = models.TextField(_("error"), blank=True, default="")
    result = models.JSONField(_("result"), default=dict)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cancel_asked = models.BooleanField(_("cancel asked"), default=False)
    due_at = models.DateTimeField(_("due"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="jobs",
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=OPEN_STATES),
                name="job_one_open_per_key",
                violation_error_message=_("The same work is already waiting or under way."),
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")) | Q(total=0), name="job_done_within_total"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(heartbeat_at__isnull=False), name="job_running_has_heartbeat"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(state__in=OPEN_STATES), name="job_due")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.key}"

    @property
    def is_open(self):
        """Waiting or running."""
        return self.state in OPEN_STATES
