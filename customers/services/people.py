"""Verbs of people who belong to a customer: add, mend, take off, say which customer they are, show a phone number."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from customers.models import Customer, RelatedPerson
from customers.models.sealed import index_personal
from customers.rules.phone import parse_phone
from customers.services.conflict import refuse_stale
from customers.services.customer import REASON_LENGTH
from customers.services.relations import add_relation
from staff.services import record

FIELDS = (
    *("name", "kind", "gender", "birth_date", "lunar_birthday", "lunar_leap", "school_stage", "note"),
    *("role", "say", "attitude", "access"),
)
# What a stamp of a person is made of: the phone by its blind index.
STAMPED = (*FIELDS, "mobile_index")
MOST_MATCHES = 10


@transaction.atomic
def add_person(*, customer, by, on, facts):
    """A person of the family or the company who need not be a customer (S4.9, S0.13); audited without their name.

    `facts` maps FIELDS and ``mobile`` (clear text, sealed here) to values. Called twice it adds two.
    """
    person = RelatedPerson(customer=customer, added_by=by, added_on=on)
    changed = _assign(person, facts)
    person.save()
    record(actor=by, verb="person.added", subject=customer, person=str(person.public_id), fields=changed)
    return person


@transaction.atomic
def edit_person(*, person, by, facts, stamp=""):
    """Change what differs of `facts`; audited by the names of the fields. Saving the same again changes nothing.

    Raises Changed when the person no longer stands as the `stamp` (of STAMPED) says.
    """
    locked = RelatedPerson.objects.select_for_update(of=("self",)).select_related("customer").get(pk=person.pk)
    refuse_stale(locked, STAMPED, stamp)
    if changed := _assign(locked, facts):
        locked.save()
        record(actor=by, verb="person.edited", subject=locked.customer, person=str(locked.public_id), fields=changed)
    return locked


@transaction.atomic
def remove_person(*, person, by):
    """Take the person off the customer's page; audited. Twice is the same as once; `restore_person` puts it back."""
    _set_removed(person, True, by, "person.removed")


@transaction.atomic
def restore_person(*, person, by):
    """Put a person back who was taken off; audited. Twice is the same as once."""
    _set_removed(person, False, by, "person.restored")


@transaction.atomic
def link_person(*, person, known_as, by):
    """Say that the person is the customer `known_as`, and write the relation between the two customers; audited.

    Raises ValidationError when the relation cannot be (see `add_relation`) or the customer stands there already.
    """
    locked = RelatedPerson.objects.select_for_update(of=("self",)).select_related("customer").get(pk=person.pk)
    if locked.known_as_id == known_as.pk:
        return locked
    others = RelatedPerson.objects.on_file().filter(customer=locked.customer, known_as=known_as, kind=locked.kind)
    if others.exclude(pk=locked.pk).exists():
        raise ValidationError(_("This person is on file for this customer already."))
    add_relation(customer=locked.customer, related=known_as, kind=locked.kind, by=by)
    locked.known_as = known_as
    locked.save(update_fields=["known_as"])
    record(
        actor=by,
        verb="person.linked",
        subject=locked.customer,
        person=str(locked.public_id),
        known_as=str(known_as.public_id),
    )
    return locked


def matches_of(*, person, among):
    """Customers of `among` who may be this person: the same phone number, else the same name; at most ten."""
    same = Q(name=person.name)
    if person.mobile_index:
        same |= Q(mobile_index=person.mobile_index)
    found = among.filter(same).exclude(pk=person.customer_id).select_related("standing", "branch")
    return list(found.order_by("customer_no")[:MOST_MATCHES])


def customers_with_phone(text, among):
    """Customers of `among` with this phone number, through the blind index."""
    index = index_personal("mobile", text) if text else ""
    return among.filter(mobile_index=index) if index else Customer.objects.none()


def reveal_phone(*, owner, subject, by, reason):
    """The clear phone number of a person or a referral (`owner`) of the customer `subject`, for a reason that stays in
    the audit trail; every call leaves a row. Raises ValidationError without a reason."""
    reason = " ".join(reason.replace("\x00", "").split())
    if len(reason) < REASON_LENGTH:
        raise ValidationError(_("Say in a few words why you need it."))
    what = owner._meta.model_name
    record(
        actor=by,
        verb="person.revealed",
        subject=subject,
        summary=reason,
        field="mobile",
        of=what,
        row=str(owner.public_id),
    )
    return owner.mobile


def _assign(person, facts):
    changed = [name for name in FIELDS if name in facts and getattr(person, name) != facts[name]]
    for name in changed:
        setattr(person, name, facts[name])
    if "mobile" in facts:
        text = parse_phone(facts["mobile"]).number if facts["mobile"] else ""
        if person.mobile != text:
            person.mobile = text
            changed.append("mobile")
    return changed


def _set_removed(person, removed, by, verb):
    locked = RelatedPerson.objects.select_for_update(of=("self",)).select_related("customer").get(pk=person.pk)
    if locked.removed == removed:
        return
    locked.removed = removed
    locked.save(update_fields=["removed"])
    record(actor=by, verb=verb, subject=locked.customer, person=str(locked.public_id))
