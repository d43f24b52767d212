"""Jobs as a queue."""

from django.db import models
from django.db.models import Q

from jobs.choices import OPEN_STATES, JobState
from staff.choices import Role


class JobQuerySet(models.QuerySet):
    """Jobs by state and by who may see them."""

    def open(self):
        """Waiting or running."""
        return self.filter(state__in=OPEN_STATES)

    def due(self, *, now, stale_before):
        """To be rung for: waiting and due at `now`, or running without a heartbeat since `stale_before`."""
        return self.filter(
            Q(state=JobState.WAITING, due_at__lte=now) | Q(state=JobState.RUNNING, heartbeat_at__lt=stale_before)
        )

    def visible_to(self, user):
        """Administrators and auditors see every job, others those they started."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role in {Role.ADMIN, Role.AUDITOR}:
            return self.all()
        return self.filter(started_by=user)
