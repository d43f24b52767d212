"""What a person said gives way to what the core system says: the source of an overwritten fact is dropped."""

from customers.choices import Kind
from customers.models import FactSource
from customers.rules.file import CUSTOMER, ORGANISATION, PERSON, facts_of
from customers.services.extract import own
from customers.services.extract.merging import written_columns
from customers.services.statements import execute, literal

PREFIXES = {CUSTOMER: "t", PERSON: "p", ORGANISATION: "o"}


def drop_overwritten(staged, target, *, journal=None):
    """Take away the sources of facts that the judged file is about to change; one statement, before the rows change.

    A file that says the same as a person did leaves the person's word. With a `journal` what is dropped is noted.
    Returns how many sources were dropped.
    """
    conditions = {}
    for kind in Kind.values:
        for fact in facts_of(kind).values():
            prefix = PREFIXES.get(fact.row)
            column = f"{fact.name}_index" if fact.personal else fact.name
            value = written_columns(staged, target, prefix).get(column) if prefix else None
            if value:
                conditions[fact.name] = (
                    f"target.field = {literal(fact.name)} AND {prefix}.{column} IS DISTINCT FROM {value}"
                )
    conditions |= own.overwritten(staged)
    if not conditions:
        return 0
    sql = (
        "DELETE FROM customers_factsource AS target USING ready_customers ready"  # noqa: S608
        " JOIN customers_customer t ON t.id = ready.target_id"
        " LEFT JOIN customers_person p ON p.customer_id = t.id"
        " LEFT JOIN customers_organisation o ON o.customer_id = t.id"
        " WHERE target.customer_id = ready.target_id AND ready.differs AND ready.reason IS NULL"
        f" AND ({' OR '.join(f'({condition})' for condition in conditions.values())})"
    )
    return execute(sql) if journal is None else journal.delete(sql, FactSource)
