"""Who said a fact of a file, and when. A fact without a row came from the core system."""

from django.db import transaction

from customers.models import Customer, CustomField, FactSource
from customers.rules.file import CUSTOM_PREFIX, facts_of, is_known
from staff.services import record

# Facts that are said together with another one.
SAID_WITH = {"lunar_leap": "lunar_birthday", "id_type": "id_no"}


@transaction.atomic
def note_sources(*, customer, names, by, said_by, on):
    """Write down that `said_by` said the facts `names` of a customer on the day `on`, written by `by`.

    Facts that are unknown now lose their source; names that are no facts of the file are left out. Twice is the same as
    once. Returns the names that have a source now.
    """
    names = {SAID_WITH.get(name, name) for name in names}
    answers = answers_of(customer)
    known = {name for name in names if is_known(answers.get(name))}
    if gone := names - known:
        FactSource.objects.filter(customer=customer, field__in=gone).delete()
    rows = [FactSource(customer=customer, field=name, said_by=said_by, by=by, on=on) for name in sorted(known)]
    FactSource.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["customer", "field"], update_fields=["said_by", "by", "on"]
    )
    return sorted(known)


@transaction.atomic
def confirm_facts(*, customer, names, by, said_by, on):
    """Say that facts are still true on the day `on`: they are fresh again and keep their answers; audited by name.

    Unknown facts and names that are no facts of this customer are left out. Returns the names confirmed.
    """
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    answers = answers_of(customer)
    names = [name for name in names if is_known(answers.get(name))]
    if not names:
        return []
    note_sources(customer=customer, names=names, by=by, said_by=said_by, on=on)
    record(actor=by, verb="customer.confirmed", subject=customer, fields=sorted(names))
    return sorted(names)


def answers_of(customer):
    """The answers of the file as they stand in the database, by the names of the facts; personal values in clear."""
    answers = {}
    rows = {}
    for fact in facts_of(customer.kind).values():
        if fact.row not in rows:
            rows[fact.row] = customer if fact.row == "customer" else getattr(customer, fact.row, None)
        answers[fact.name] = getattr(rows[fact.row], fact.name, None)
    if "known_since" in answers:
        answers["known_since"] = customer.known_since or customer.opened_on
    fields = CustomField.objects.filter(active=True)
    for row in customer.custom_values.filter(field__in=fields).select_related("field"):
        answers[f"{CUSTOM_PREFIX}{row.field.code}"] = row.value
    return answers
