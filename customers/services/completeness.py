"""How complete files are: one statement for the bank, written on the standing; the page works it out in Python.

Both follow `customers.rules.file`; a property test holds them together.
"""

from django.db import connection

from customers.choices import AppliesTo, Kind
from customers.models import ContactPreference, Customer, Organisation, Person
from customers.rules.file import CUSTOMER, ORGANISATION, PERSON, PERSONAL, PREFERENCE, facts_of, section_of
from customers.services.custom_fields import active_fields
from customers.services.standing import rewrite

ROWS = {
    CUSTOMER: ("c", Customer),
    PERSON: ("p", Person),
    ORGANISATION: ("o", Organisation),
    PREFERENCE: ("k", ContactPreference),
}
EMPTY = {"CharField": "''", "ArrayField": "'{}'"}


def refresh_completeness(customers=None):
    """Write how complete files are, of everybody or of `customers` (primary keys); only rows that differ.

    One statement; twice changes nothing. Returns how many rows were written.
    """
    select = _select(some=customers is not None)
    params = [list(customers)] if customers is not None and "%s" in select else []
    return rewrite(columns=["completeness"], select=select, params=params, customers=customers)


def _select(*, some):
    custom = {kind: sum(field.weight for field in active_fields(kind)) for kind in Kind.values}
    parts = {kind: _known_weight(kind) for kind in Kind.values}
    wholes = {kind: sum(fact.weight for fact in facts_of(kind).values()) + custom[kind] for kind in Kind.values}
    answered, join = "0", ""
    if any(custom.values()):
        answered = "coalesce(own.weight, 0)"
        these = " WHERE v.customer_id = ANY(%s)" if some else ""
        join = (
            " LEFT JOIN (SELECT v.customer_id, sum(f.weight) AS weight FROM customers_customvalue v"  # noqa: S608 our own words
            " JOIN customers_customfield f ON f.id = v.field_id AND f.active"
            " JOIN customers_customer asked ON asked.id = v.customer_id"
            f" AND f.applies_to IN ('{AppliesTo.BOTH.value}', asked.kind){these}"
            " GROUP BY v.customer_id) own ON own.customer_id = c.id"
        )
    cases = " ".join(
        f"WHEN '{kind}' THEN 100 * ({parts[kind]} + {answered}) / {max(wholes[kind], 1)}" for kind in Kind.values
    )
    return (
        f"SELECT c.id AS customer_id, (CASE c.kind {cases} END)::smallint AS completeness FROM customers_customer c"  # noqa: S608 our own words
        " LEFT JOIN customers_person p ON p.customer_id = c.id"
        " LEFT JOIN customers_organisation o ON o.customer_id = c.id"
        f" LEFT JOIN customers_contactpreference k ON k.customer_id = c.id{join}"
    )


def _known_weight(kind):
    """The sum of the weights of what is known, as SQL."""
    parts = []
    for fact in facts_of(kind).values():
        if fact.weight:
            parts.append(f"CASE WHEN {_known(fact)} THEN {fact.weight} ELSE 0 END")
    return f"({' + '.join(parts)})"


def _known(fact):
    alias, model = ROWS[fact.row]
    if fact.name in PERSONAL:
        return f"{alias}.{fact.name}_sealed <> ''"
    if fact.name == "known_since":
        return f"coalesce({alias}.known_since, {alias}.opened_on) IS NOT NULL"
    column = model._meta.get_field(fact.name)
    empty = EMPTY.get(type(column).__name__)
    return f"{alias}.{column.column} {f'<> {empty}' if empty else 'IS NOT NULL'}"


def shares_known(customers, kind):
    """Of these customers (a queryset) of one kind how many have an answer to each fact that counts, in one statement:
    [(fact, section, per cent)], the least known first, those that weigh most first among equals. [] for nobody."""
    facts = [fact for fact in facts_of(kind).values() if fact.weight]
    text, params = customers.filter(kind=kind).order_by().values("pk").query.sql_with_params()
    counts = ", ".join(f"count(*) FILTER (WHERE {_known(fact)})" for fact in facts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {counts} FROM customers_customer c"  # noqa: S608 our own words
            " LEFT JOIN customers_person p ON p.customer_id = c.id"
            " LEFT JOIN customers_organisation o ON o.customer_id = c.id"
            f" LEFT JOIN customers_contactpreference k ON k.customer_id = c.id WHERE c.id IN ({text})",
            params,
        )
        total, *known = cursor.fetchone()
    if not total:
        return []
    rows = [(fact, section_of(kind, fact.name), 100 * n // total) for fact, n in zip(facts, known, strict=True)]
    return sorted(rows, key=lambda row: (row[2], -row[0].weight))
