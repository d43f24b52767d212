"""What the shell of every page shows: the work-list badge and which rooms this person may enter."""

from functools import cache

from django.db.models import Count, Q
from django.utils.functional import SimpleLazyObject

from care.models import FollowUp
from staff.choices import Role


def shell(request):
    """`shell` for templates: counts for the badge (one query, only when shown) and what the role may open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"can": {}}}
    counts = cache(lambda: due_counts(request))
    return {
        "shell": {
            "can": may(user),
            "worklist_count": SimpleLazyObject(lambda: counts()["due"]),
            "overdue_count": SimpleLazyObject(lambda: counts()["overdue"]),
        }
    }


def may(user):
    """Which rooms the role may enter."""
    return {
        "see_customers": user.can_see_customers,
        "write": user.can_write,
        "see_dashboard": user.can_see_customers,
        "load_extract": user.role in {Role.ADMIN, Role.AUDITOR},
        "see_audit": user.role in {Role.ADMIN, Role.AUDITOR},
        "administer": user.role == Role.ADMIN,
    }


def due_counts(request):
    """How many follow-ups are due today or before, and how many of them overdue, for the badge."""
    return (
        FollowUp.objects.visible_to(request.user)
        .due(on=request.today)
        .aggregate(due=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=request.today)))
    )
