"""Verbs of staff: the audit trail, language, colours, password, who stands in for whom."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from staff.choices import Role
from staff.models import AuditEvent, Cover, User


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


def record_many(*, actor, verb, subjects, summary="", **particulars):
    """A row in the audit trail for each of `subjects` (model instances), in one statement; see `record`."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor=actor if getattr(actor, "pk", None) else None,
            verb=verb,
            subject_kind=subject._meta.label_lower,
            subject_id=str(getattr(subject, "public_id", None) or subject.pk),
            summary=summary[:300],
            particulars=particulars,
        )
        for subject in subjects
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


@transaction.atomic
def set_cover(*, absent, substitute, starts_on, ends_on, by, on):
    """`substitute` stands in for `absent` (代班) from the one day to the other, both included; it ends by itself.

    Raises ValidationError: nobody stands in for themselves; only relationship managers at work; not in the past; not
    when `absent` is covered on one of the days already, nor by somebody who is away then, nor by an absent colleague's
    substitute in a circle. The same again is refused as overlapping.
    """
    if absent.pk == substitute.pk:
        raise ValidationError({"substitute": _("Nobody can stand in for themselves.")})
    # Locked in the order of their keys: two covers made at once see each other.
    both = {
        row.pk: row for row in User.objects.select_for_update().filter(pk__in=[absent.pk, substitute.pk]).order_by("pk")
    }
    for name, person in (("absent", both[absent.pk]), ("substitute", both[substitute.pk])):
        if person.left_on is not None or not person.is_active:
            raise ValidationError({name: _("%(name)s does not work here any more.") % {"name": person}})
        if person.role != Role.MANAGER:
            raise ValidationError({name: _("%(name)s is no relationship manager.") % {"name": person}})
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The last day is before the first.")})
    if starts_on < on:
        raise ValidationError({"starts_on": _("The day lies in the past.")})
    meanwhile = Cover.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).select_related("substitute")
    if other := meanwhile.filter(absent=absent).first():
        raise ValidationError(
            _("%(name)s stands in from %(first)s to %(last)s already: end that first.")
            % {"name": other.substitute, "first": other.starts_on, "last": other.ends_on}
        )
    if meanwhile.filter(absent=substitute).exists():
        raise ValidationError({"substitute": _("%(name)s is away on one of these days too.") % {"name": substitute}})
    cover = Cover.objects.create(absent=absent, substitute=substitute, starts_on=starts_on, ends_on=ends_on)
    record(
        actor=by,
        verb="cover.set",
        subject=absent,
        summary=substitute.staff_no,
        first=starts_on.isoformat(),
        last=ends_on.isoformat(),
    )
    return cover


@transaction.atomic
def end_cover(*, cover, by, on):
    """End a cover: the day before `on` was the last; one that has not begun is taken away. Twice is as once."""
    locked = Cover.objects.select_for_update(of=("self",)).filter(pk=cover.pk).first()
    if locked is None or locked.ends_on < on:
        return
    if locked.starts_on >= on:
        locked.delete()
    else:
        Cover.objects.filter(pk=locked.pk).update(ends_on=on - timedelta(days=1))
    record(actor=by, verb="cover.ended", subject=cover.absent, summary=cover.substitute.staff_no)
