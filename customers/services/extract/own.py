"""Fields of the bank's own in the file of customers: answers are judged, written and noted set by set.

What the core system or a foreign file says of them has no source, like every other fact of a file; an empty cell leaves
the answer that is there.
"""

from dataclasses import replace

from customers.choices import AppliesTo, CustomKind
from customers.models import CustomValue
from customers.rules.masking import STAR
from customers.services.extract.merging import Check
from customers.services.statements import execute, literal

TABLE = CustomValue._meta.db_table


def _asked(column, row):
    """Whether the field belongs to the file of the customer of a staged row, as SQL."""
    return "true" if column.applies_to == AppliesTo.BOTH else f"{row}.kind = {literal(column.applies_to)}"


def joins(staged, customer):
    """The answers that are there, one join for each field; `customer` is the key of the customer in SQL."""
    return [
        f"LEFT JOIN {TABLE} now_{column.name} ON now_{column.name}.customer_id = {customer}"
        f" AND now_{column.name}.field_id = {column.key}"
        for column in staged.own
    ]


def _differs(column, row):
    return (
        f"({_asked(column, row)} AND {row}.{column.name} IS NOT NULL"
        f" AND now_{column.name}.{column.column} IS DISTINCT FROM {row}.{column.name})"
    )


def joined(target, staged):
    """The target with the fields that the staged file has: they make a row differ, or are doubted for the kind."""
    if not staged.own:
        return target
    return replace(
        target,
        joins=" ".join([target.joins, *joins(staged, "known.id")]),
        differs=target.differs | {column.name: _differs(column, "s") for column in staged.own},
        warns=(
            *target.warns,
            *(
                Check(f"s.{column.name} IS NOT NULL AND NOT ({_asked(column, 's')})", "not_asked", column.name)
                for column in staged.own
                if column.applies_to != AppliesTo.BOTH
            ),
        ),
    )


def changes(staged):
    """What an import would change, each a SELECT of line, key, source, before and after for the preview.

    Free text may name people, so it is not shown.
    """
    parts = []
    for column in staged.own:
        now, then = f"now_{column.name}.{column.column}", f"s.{column.name}"
        if column.kind == CustomKind.TEXT:
            now, then = (f"CASE WHEN {text} <> '' THEN {literal(STAR * 4)} END" for text in (now, then))
        elif column.column == "number":
            now, then = f"trim_scale({now})", f"trim_scale({then})"
        parts.append(
            f"SELECT s.line, s.customer_no::text AS key, {literal(column.name)} AS source,"  # noqa: S608
            f" ({now})::text AS before, ({then})::text AS after FROM ready_customers s"
            f" JOIN customers_customer t ON t.id = s.target_id {' '.join(joins(staged, 't.id'))}"
            f" WHERE s.reason IS NULL AND s.differs AND {_differs(column, 's')}"
        )
    return parts


def overwritten(staged):
    """{fact: the condition under which the source of an answer falls}, for rows ``target`` of sources."""
    return {
        column.name: (
            f"target.field = {literal(column.name)} AND {_asked(column, 'ready')}"  # noqa: S608
            f" AND ready.{column.name} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {TABLE} answer WHERE answer.customer_id = ready.target_id"
            f" AND answer.field_id = {column.key} AND answer.{column.column} = ready.{column.name})"
        )
        for column in staged.own
    }


def take(staged, *, journal=None):
    """Write the answers of the judged customers: two statements, however many fields the file has."""
    if not staged.own:
        return
    said = f"CROSS JOIN LATERAL (VALUES {', '.join(map(_said, staged.own))}) AS said (field_id, text, number, day)"
    known = "ready.reason IS NULL AND (said.text <> '' OR said.number IS NOT NULL OR said.day IS NOT NULL)"
    changed = (
        f"UPDATE {TABLE} AS target SET text = said.text, number = said.number, day = said.day"  # noqa: S608
        f" FROM ready_customers ready {said} WHERE target.customer_id = ready.target_id"
        f" AND target.field_id = said.field_id AND ready.differs AND {known}"
        " AND (target.text, target.number, target.day) IS DISTINCT FROM (said.text, said.number, said.day)"
    )
    new = (
        f"INSERT INTO {TABLE} (customer_id, field_id, text, number, day)"  # noqa: S608
        " SELECT customer.id, said.field_id, said.text, said.number, said.day FROM ready_customers ready"
        f" JOIN customers_customer customer ON customer.customer_no = ready.customer_no {said}"
        f" WHERE {known} AND NOT EXISTS (SELECT 1 FROM {TABLE} there WHERE there.customer_id = customer.id"
        " AND there.field_id = said.field_id) ON CONFLICT (customer_id, field_id) DO NOTHING"
    )
    if journal is None:
        written = execute(changed) + execute(new)
    else:
        written = journal.update(changed, TABLE, "id", ["text", "number", "day"]) + journal.insert(new, CustomValue)
    if written:
        execute(f"ANALYZE {TABLE}")


def _said(column):
    value = f"CASE WHEN {_asked(column, 'ready')} THEN ready.{column.name} END"
    text, number, day = (value if column.column == name else None for name in ("text", "number", "day"))
    return (
        f"({column.key}::bigint, coalesce({text or 'NULL'}, ''), ({number or 'NULL'})::numeric,"
        f" ({day or 'NULL'})::date)"
    )
