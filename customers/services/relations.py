"""Verbs of relations: add, mend, remove; and what a relation must not contradict."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer, Relation
from customers.rules.relations import WITH_A_SHARE, chain_of, fits, inverse, inverse_label
from customers.services.conflict import refuse_stale
from staff.services import record

DETAILS = ("share", "since", "until", "note")
# A chain of parents, owners or introductions longer than this is not followed.
DEEPEST = 30

# Whoever stands above %(start)s in a chain: rows written from below (up) or from above (down) say the same.
ABOVE = """
    WITH RECURSIVE above (id, depth) AS (
        SELECT %(start)s::bigint, 0
        UNION
        SELECT step.id, above.depth + 1 FROM above
        CROSS JOIN LATERAL (
            SELECT related_id AS id FROM customers_relation WHERE customer_id = above.id AND kind = %(up)s
            UNION ALL
            SELECT customer_id FROM customers_relation WHERE related_id = above.id AND kind = %(down)s
        ) AS step
        WHERE above.depth < %(deepest)s
    )
    SELECT EXISTS (SELECT 1 FROM above WHERE id = %(goal)s)
"""


def same_relation(customer, related, kind):
    """Relations that say that `related` is the `kind` of `customer`, from whichever end they were written."""
    return Relation.objects.filter(
        Q(customer=customer, related=related, kind=kind) | Q(customer=related, related=customer, kind=inverse(kind))
    )


@transaction.atomic
def add_relation(*, customer, related, kind, by, share=None, since=None, until=None, note="", undo=False):
    """`related` is the `kind` of `customer` from now on; audited. Twice, or once from each end, is the same as once.

    `share` is per cent of the company, kept for kinds that have one. Raises ValidationError for a customer related to
    itself, for a company as somebody's child and the like, and for a circle (a child's child as the parent). With
    `undo` only the first is checked: what stood on file comes back as it was.
    """
    if customer.pk == related.pk:
        raise ValidationError(_("A customer cannot be related to itself."))
    # Both in one order: two people who add the same from two ends meet here instead of making two rows.
    pair = Customer.objects.select_for_update(of=("self",)).filter(pk__in=[customer.pk, related.pk]).order_by("pk")
    list(pair.values_list("pk", flat=True))
    if known := same_relation(customer, related, kind).first():
        return known
    if not undo:
        _refuse_nonsense(customer, related, kind)
    relation = Relation(customer=customer, related=related, kind=kind)
    _assign(relation, share=share, since=since, until=until, note=note)
    relation.save()
    record(actor=by, verb="relation.added", subject=customer, kind=str(kind), related=str(related.public_id))
    return relation


def _refuse_nonsense(customer, related, kind):
    if not fits(kind, customer_is_person=customer.is_individual, related_is_person=related.is_individual):
        raise ValidationError(
            _("This does not go together: %(related)s cannot be “%(kind)s” of %(customer)s.")
            % {"related": related.name, "kind": _label(kind), "customer": customer.name}
        )
    _refuse_circle(customer, related, kind)


@transaction.atomic
def edit_relation(*, relation, by, stamp="", **details):
    """Change share, days or note of a relation (DETAILS); audited by the names of the fields. Twice changes nothing.

    Raises Changed when the relation no longer stands as the `stamp` (of DETAILS) says.
    """
    locked = Relation.objects.select_for_update(of=("self",)).select_related("customer").get(pk=relation.pk)
    refuse_stale(locked, DETAILS, stamp)
    before = {name: getattr(locked, name) for name in DETAILS}
    _assign(locked, **(before | details))
    changed = [name for name in DETAILS if getattr(locked, name) != before[name]]
    if changed:
        locked.save(update_fields=changed)
        record(actor=by, verb="relation.edited", subject=locked.customer, fields=changed)
    return locked


@transaction.atomic
def remove_relation(*, relation, by):
    """Take the relation off the file, from whichever end it was written; audited. What is gone stays gone."""
    gone, _rows = same_relation(relation.customer, relation.related, relation.kind).delete()
    if gone:
        record(
            actor=by,
            verb="relation.removed",
            subject=relation.customer,
            kind=relation.kind,
            related=str(relation.related.public_id),
        )


def stands_above(*, start, goal, kind):
    """Whether `goal` is reached from `start` by going up the chain of `kind` (parents, owners, introducers)."""
    up, down = chain_of(kind)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"start": start, "goal": goal, "up": up, "down": down, "deepest": DEEPEST})
        return cursor.fetchone()[0]


def _refuse_circle(customer, related, kind):
    chain = chain_of(kind)
    if chain is None:
        return
    lower, upper = (customer, related) if str(kind) == chain[0] else (related, customer)
    if stands_above(start=upper.pk, goal=lower.pk, kind=kind):
        raise ValidationError(
            _("That would be a circle: %(lower)s already stands above %(upper)s as “%(word)s”, directly or not.")
            % {"lower": lower.name, "upper": upper.name, "word": _label(chain[0])}
        )


def _label(kind):
    return inverse_label(inverse(kind))


def _assign(relation, *, share, since, until, note):
    if share is not None and str(relation.kind) not in WITH_A_SHARE:
        share = None
    if since and until and until < since:
        raise ValidationError({"until": _("The end is before the beginning.")})
    if share is not None and not 0 < share <= 100:
        raise ValidationError({"share": _("A share lies above 0 and at most at 100 per cent.")})
    relation.share, relation.since, relation.until, relation.note = share, since, until, note
