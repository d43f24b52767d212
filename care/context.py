"""What the shell of every page shows: the work-list badge and which rooms this person may enter."""

from django.utils.functional import SimpleLazyObject

from care.models import FollowUp
from staff.choices import Role
from tiering.models import Override

MOST_SHOWN = 999


def shell(request):
    """`shell` for templates: counts for the badge (one query, only when shown) and what the role may open."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"shell": {"can": {}}}
    counts = SimpleLazyObject(lambda: to_do(user, request.today))
    return {
        "shell": {
            "can": may(user),
            "worklist_count": SimpleLazyObject(lambda: in_words(counts["due"], counts["more"])),
            "overdue_count": SimpleLazyObject(
                lambda: in_words(counts["overdue"], counts["more"] and counts["overdue"] == counts["due"])
            ),
            "waiting_count": SimpleLazyObject(lambda: waiting(user)),
        }
    }


def to_do(user, today):
    """The badge of the work list: one query, where a page asks; whoever only reads has nothing to do."""
    if not user.can_write:
        return {"due": 0, "overdue": 0, "more": False}
    return FollowUp.objects.visible_to(user).badge(on=today)


def in_words(number, more):
    """A count as a badge shows it: nothing for nobody, 999+ when there are a thousand or more."""
    if number > MOST_SHOWN:
        return f"{MOST_SHOWN}+"
    return f"{number}{'+' if more else ''}" if number else ""


def waiting(user):
    """How many placings by hand a head may decide about: one query, where a page asks; nobody else decides."""
    if user.role != Role.HEAD:
        return 0
    return Override.objects.visible_to(user).waiting().exclude(proposed_by=user).count()


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
