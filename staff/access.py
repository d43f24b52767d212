"""Who may do what: decorators and mixins that answer 403, beside scope that answers 404."""

from functools import wraps

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied

from staff.choices import Role
from staff.models import User
from staff.services import record


def deny(request, verb):
    """Refuse with 403 and leave a row in the audit trail."""
    record(actor=request.user, verb="access.denied", summary=verb, path=request.path)
    raise PermissionDenied


def roles_required(*roles):
    """Only these roles may use the view; anybody else who is signed in gets 403 and an audit row."""

    def decorate(view):
        @wraps(view)
        def checked(request, *args, **kwargs):
            if request.user.role not in roles:
                deny(request, view.__name__)
            return view(request, *args, **kwargs)

        checked.allowed_roles = frozenset(roles)
        return checked

    return decorate


def wants_part(request):
    """Whether htmx asks for a part of a page; a boosted link wants the page whole."""
    return bool(request.htmx) and not request.htmx.boosted


class RolesRequiredMixin(AccessMixin):
    """`allowed_roles` of a class-based view; anybody else who is signed in gets 403 and an audit row."""

    allowed_roles = frozenset(Role)

    def dispatch(self, request, *args, **kwargs):
        """Check the role before anything is looked up."""
        if request.user.role not in self.allowed_roles:
            deny(request, type(self).__name__)
        return super().dispatch(request, *args, **kwargs)


class StaffBackend(ModelBackend):
    """Signs staff in; fetches the person with the branch, which every page names and every scope asks for."""

    def get_user(self, user_id):
        """The person behind a session, or None when they have left or may not sign in any more."""
        user = User.objects.with_scope().filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Those who may sign in and have not left."""
        return user.is_active and user.left_on is None


READERS = frozenset({Role.MANAGER, Role.HEAD, Role.AUDITOR})
WRITERS = frozenset({Role.MANAGER, Role.HEAD})
