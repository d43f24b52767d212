"""Notes on a customer: written, mended, pinned and taken away by whoever wrote them; colleagues are named by @."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Mention, Note
from customers.rules.mentions import beginnings, mentioned_words
from customers.services.contact import who_may_know
from staff.choices import Role
from staff.models import User
from staff.services import record


@transaction.atomic
def add_note(*, customer, by, text, token, on, pinned=False):
    """A note on the customer; the colleagues named in it as @name are told. Returns it; the same `token` is one note.

    Raises ValidationError for an empty note, and when somebody named is not a colleague or may not see the customer.
    """
    text = _words(text)
    people = _colleagues(customer, text, by=by, on=on)
    note, made = Note.objects.get_or_create(
        token=token, defaults={"customer": customer, "by": by, "text": text, "pinned": pinned}
    )
    if note.by_id != by.pk or note.customer_id != customer.pk:
        raise ValidationError(_("This form was used already. Open it again."))
    if made:
        Mention.objects.bulk_create(Mention(note=note, user=person) for person in people)
        record(actor=by, verb="note.added", subject=customer, mentions=[person.staff_no for person in people])
    return note


@transaction.atomic
def edit_note(*, note, by, text, on, now):
    """Mend one's own note; colleagues named anew are told, those no longer named are not. The same again: nothing."""
    locked = _own(note, by)
    text = _words(text)
    if text == locked.text:
        return locked
    people = _colleagues(locked.customer, text, by=by, on=on)
    locked.text, locked.edited_at = text, now
    locked.save(update_fields=["text", "edited_at"])
    known = set(locked.mentions.values_list("user", flat=True))
    locked.mentions.exclude(user__in=people).delete()
    Mention.objects.bulk_create(Mention(note=locked, user=person) for person in people if person.pk not in known)
    record(actor=by, verb="note.edited", subject=locked.customer)
    return locked


@transaction.atomic
def delete_note(*, note, by, now):
    """Take one's own note away; `restore_note` brings it back. Twice is the same as once."""
    locked = _own(note, by)
    if locked.deleted_at is None:
        locked.deleted_at = now
        locked.save(update_fields=["deleted_at"])
        record(actor=by, verb="note.deleted", subject=locked.customer)
    return locked


@transaction.atomic
def restore_note(*, note, by):
    """Undo `delete_note`; a note that is there: nothing happens."""
    locked = _own(note, by)
    if locked.deleted_at is not None:
        locked.deleted_at = None
        locked.save(update_fields=["deleted_at"])
        record(actor=by, verb="note.restored", subject=locked.customer)
    return locked


@transaction.atomic
def pin_note(*, note, by, pinned):
    """Keep a note at the top of the timeline, or no longer; anybody who may write on the customer may."""
    changed = Note.objects.kept().filter(pk=note.pk).exclude(pinned=pinned).update(pinned=pinned)
    if changed:
        record(actor=by, verb="note.pinned" if pinned else "note.unpinned", subject=note.customer)
    return bool(changed)


@transaction.atomic
def see_mentions(*, user, now, mentions=None):
    """The person has seen what names them: these mentions, else all. Returns how many were new to them."""
    unseen = Mention.objects.filter(user=user, seen_at=None)
    if mentions is not None:
        unseen = unseen.filter(pk__in=[mention.pk for mention in mentions])
    return unseen.update(seen_at=now)


def _own(note, by):
    locked = Note.objects.select_for_update(of=("self",)).select_related("customer").get(pk=note.pk)
    if locked.by_id != by.pk:
        raise PermissionDenied
    return locked


def _words(text):
    text = "\n".join(line.rstrip() for line in text.replace("\x00", "").strip().splitlines())
    if not text:
        raise ValidationError({"text": _("Write something.")})
    return text


def _colleagues(customer, text, *, by, on):
    """Who is named in the text, as users; ValidationError for a name that is nobody's, several people's or barred."""
    people = []
    for word in mentioned_words(text):
        found = _named(word, by)
        if not found:
            raise ValidationError({"text": _("Nobody among your colleagues is called “%(name)s”.") % {"name": word}})
        if len(found) > 1:
            clash = _("Several colleagues are called “%(name)s”: write @ and the staff number (%(numbers)s).")
            numbers = _(", ").join(person.staff_no for person in found)
            raise ValidationError({"text": clash % {"name": found[0].name, "numbers": numbers}})
        if not who_may_know(customer, among=User.objects.filter(pk=found[0].pk), on=on):
            barred = _("%(name)s may not see this customer and cannot be named here.")
            raise ValidationError({"text": barred % {"name": found[0].name}})
        if found[0].pk != by.pk and found[0] not in people:
            people.append(found[0])
    return people


def _named(word, by):
    """The colleagues whom the longest beginning of a word names, by staff number or by name."""
    parts = beginnings(word)
    near = User.objects.visible_to(by).working().filter(role__in=[Role.MANAGER, Role.HEAD])
    known = list(near.filter(Q(name__in=parts) | Q(staff_no__in=[p.upper() for p in parts])))
    for part in parts:
        if found := [person for person in known if part.upper() == person.staff_no or part == person.name]:
            return found
    return []
