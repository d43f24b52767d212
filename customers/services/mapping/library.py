"""Saved mappings: by name, in editions, shared within the bank."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Mapping, MappingEdition
from customers.rules.mapping import SIZE_LIMIT, BadMapping, as_json, parse, parse_text
from staff.services import record

NAME_LENGTH = 80


@transaction.atomic
def save_mapping(*, name, definition, by):
    """Save a definition under a name; returns the MappingEdition.

    A new name makes a mapping, a known one gets another edition, or none when nothing changed: twice is once. A retired
    mapping of the name is in use again. Raises BadMapping, and ValidationError for a name that is empty, too long, or
    that of a mapping for another file.
    """
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise ValidationError(_("Give the mapping a name of at most %(n)s letters.") % {"n": NAME_LENGTH})
    mapping = parse(definition)
    saved, _new = Mapping.objects.get_or_create(name=name, defaults={"target": mapping.target})
    saved = Mapping.objects.select_for_update(of=("self",)).get(pk=saved.pk)
    if saved.target != mapping.target:
        raise ValidationError(_("A mapping of this name is for another kind of file; choose another name."))
    if saved.retired:
        saved.retired = False
        saved.save(update_fields=["retired"])
    definition, last = as_json(mapping), saved.editions.first()
    if last is not None and last.definition == definition:
        return last
    number = last.number + 1 if last else 1
    edition = MappingEdition.objects.create(mapping=saved, number=number, definition=definition, saved_by=by)
    record(actor=by, verb="mapping.saved", subject=saved, summary=name, edition=number)
    return edition


@transaction.atomic
def retire_mapping(*, mapping, by):
    """Offer a mapping no longer; its editions and the imports that used them stay. Twice is once."""
    if Mapping.objects.filter(pk=mapping.pk, retired=False).update(retired=True):
        record(actor=by, verb="mapping.retired", subject=mapping, summary=mapping.name)


def find_mapping(name_or_path):
    """(Mapping rule, MappingEdition or None) of a saved mapping's name or of a JSON file. Raises BadMapping."""
    edition = MappingEdition.objects.filter(mapping__name=name_or_path).order_by("-number").first()
    if edition is not None:
        return parse(edition.definition), edition
    path = Path(name_or_path)
    try:
        if not path.is_file():
            raise BadMapping("no_mapping", name=str(name_or_path)[:100])
        with open(path, "rb") as file:
            text = file.read(SIZE_LIMIT + 1).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, BadMapping):
            raise
        raise BadMapping("no_json") from error
    return parse_text(text), None
