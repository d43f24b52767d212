"""Verbs of relations: add, remove."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import Relation
from staff.services import record


@transaction.atomic
def add_relation(*, customer, related, kind, by):
    """`related` is the `kind` of `customer` from now on; audited. Twice is the same as once.

    Raises ValidationError for a customer related to itself.
    """
    if customer.pk == related.pk:
        raise ValidationError(_("A customer cannot be related to itself."))
    relation, added = Relation.objects.get_or_create(customer=customer, related=related, kind=kind)
    if added:
        record(actor=by, verb="relation.added", subject=customer, kind=kind, related=str(related.public_id))
    return relation


@transaction.atomic
def remove_relation(*, relation, by):
    """Take the relation off the file; audited. A relation that is gone already stays gone."""
    gone, _rows = Relation.objects.filter(pk=relation.pk).delete()
    if gone:
        record(
            actor=by,
            verb="relation.removed",
            subject=relation.customer,
            kind=relation.kind,
            related=str(relation.related.public_id),
        )
