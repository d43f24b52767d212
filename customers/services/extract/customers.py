"""Customers of an extract: one row of the file is a customer, a person or organisation, and the keys of a name."""

from functools import partial

from customers.choices import Kind
from customers.models import Organisation, OwnerChange, Person, Restriction
from customers.services.extract import own
from customers.services.extract.merging import insert, update
from customers.services.extract.sources import drop_overwritten
from customers.services.extract.targets import ORGANISATION, PERSON
from customers.services.restriction import follow_flags
from customers.services.statements import execute, fresh_columns

PARTS = ((Person, "p", PERSON, Kind.INDIVIDUAL), (Organisation, "o", ORGANISATION, Kind.ORGANIZATION))


def take(staged, target, *, on, journal=None):
    """Write the customers of a judged file with what belongs to them, and who passed to another manager or branch.

    Nobody is the author of such a change: the core system says so.
    """
    manager = "v_t_manager_id" if "manager_no" in staged.present else "from_manager_id"
    passed = (
        "INSERT INTO customers_ownerchange"  # noqa: S608
        ' (customer_id, "on", from_manager_id, to_manager_id, from_branch_id, to_branch_id, reason, by_id)'
        f" SELECT target_id, %s, from_manager_id, {manager}, from_branch_id, v_t_branch_id, '', NULL"
        " FROM ready_customers WHERE reason IS NULL AND target_id IS NOT NULL AND"
        f" (from_branch_id <> v_t_branch_id OR from_manager_id IS DISTINCT FROM {manager})"
    )
    _write(journal, passed, OwnerChange, [on])
    # Before the rows change: what a person said no longer holds where the file says otherwise.
    drop_overwritten(staged, target, journal=journal)
    update(staged, target, also=["version = target.version + 1", "updated_at = now()"], journal=journal)
    insert(staged, target, journal=journal)
    if "restricted" in staged.present:
        follow_flags(on=on, insert=partial(_write, journal), update=lifting(journal))
    for model, prefix, values, kind in PARTS:
        update(staged, target, model=model, prefix=prefix, id_column="customer_id", journal=journal)
        columns = {"customer_id": "c.id"} | {name[2:]: f"ready.v_{prefix}_{name[2:]}" for name in values}
        columns |= fresh_columns(model, columns)
        beside = (
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # noqa: S608
            " FROM ready_customers ready JOIN customers_customer c ON c.customer_no = ready.customer_no"
            f" LEFT JOIN {model._meta.db_table} known ON known.customer_id = c.id"
            " WHERE ready.reason IS NULL AND ready.kind = %s AND known.customer_id IS NULL"
        )
        _write(journal, beside, model, [kind.value])
    own.take(staged, journal=journal)
    _take_name_keys()


def _write(journal, sql, model, params):
    if journal is None:
        execute(sql, params)
    else:
        journal.insert(sql, model, params)


def lifting(journal):
    """How entries of the restricted list are lifted: (sql, params); with a journal it is noted."""
    columns = ["lifted_on", "lift_reason"]
    return execute if journal is None else lambda sql, params: journal.again(sql, Restriction, columns, params)


def _take_name_keys():
    renamed = (
        "FROM ready_customers ready JOIN customers_customer c ON c.customer_no = ready.customer_no"
        " WHERE ready.reason IS NULL AND ready.renamed"
    )
    execute(f"DELETE FROM customers_namekey WHERE customer_id IN (SELECT c.id {renamed})")  # noqa: S608
    execute(
        "INSERT INTO customers_namekey (customer_id, key) SELECT named.id, keys.key"  # noqa: S608
        f" FROM (SELECT c.id, ready.line {renamed}) AS named JOIN stage_customers_keys keys USING (line)"
    )
