"""Verbs of staff: the audit trail, language, colours, password."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from staff.models import AuditEvent, User


def record(*, actor, verb, subject=None, summary="", **particulars):
    """Add a row to the audit trail and return it.

    `verb` is a stable word such as ``visit.recorded``; `subject` any model instance. No personal data in `summary` or
    `particulars`: name what changed, not its clear value. Called twice it records twice: it tells what happened.
    """
    return AuditEvent.objects.create(
        actor=actor if getattr(actor, "pk", None) else None,
        verb=verb,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=str(getattr(subject, "public_id", None) or subject.pk) if subject is not None else "",
        summary=summary[:300],
        particulars=particulars,
    )


@transaction.atomic
def choose_language(*, user, language):
    """Keep the interface language of `user` (``zh-hans`` or ``en``). Twice is the same as once."""
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language


@transaction.atomic
def choose_theme(*, user, theme):
    """Keep the colours of `user` (``auto``, ``light``, ``dark``). Twice is the same as once."""
    User.objects.filter(pk=user.pk).update(theme=theme)
    user.theme = theme


def place_branches():
    """Write every branch's path from its parents in one statement; only rows that differ. Twice changes nothing.

    Returns how many paths changed. A branch whose chain of parents runs in a circle keeps its old path.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE tree AS (
                SELECT id, '/' || code || '/' AS path FROM staff_branch WHERE parent_id IS NULL
                UNION ALL
                SELECT child.id, tree.path || child.code || '/'
                FROM staff_branch child JOIN tree ON child.parent_id = tree.id
            )
            UPDATE staff_branch SET path = tree.path FROM tree
            WHERE tree.id = staff_branch.id AND staff_branch.path IS DISTINCT FROM tree.path
            """
        )
        return cursor.rowcount


@transaction.atomic
def place_branch(*, branch):
    """Put one branch, and with it all below, at its place in the tree. Raises ValidationError for a circle."""
    seen, above = {branch.pk}, branch.parent
    while above is not None:
        if above.pk in seen:
            raise ValidationError(_("This parent stands below the branch itself: choose another."))
        seen.add(above.pk)
        above = above.parent
    place_branches()
    branch.refresh_from_db(fields=["path"])
