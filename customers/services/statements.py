"""Pieces of set-based SQL that several services use."""

from contextlib import contextmanager

from django.db import connection

# Sorting and hashing in memory; and no walk through one table for every row of another, which is what the planner picks
# for a table that was empty when it last looked, and which takes the square of the time.
BULK = {"work_mem": "128MB", "maintenance_work_mem": "512MB", "enable_nestloop": "off"}


def execute(sql, params=()):
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def fresh_columns(model, given):
    """What a new row gets in columns the file says nothing about: the model's own defaults, as SQL."""
    columns = {}
    for column in model._meta.concrete_fields:
        if column.column in given or (column.primary_key and not column.is_relation):
            continue
        if getattr(column, "auto_now", False) or getattr(column, "auto_now_add", False):
            columns[column.column] = "now()"
        elif column.get_internal_type() == "UUIDField":
            columns[column.column] = "gen_random_uuid()"
        elif column.has_default():
            default = column.get_default()
            columns[column.column] = "'{}'" if default in ([], {}) else literal(default)
        elif not column.null and not column.is_relation:
            columns[column.column] = "''"
    return columns


def literal(value):
    """Our own word, number or truth value as SQL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def sample(table, columns):
    """Tell the planner about a table of one load, from a tenth of the usual sample."""
    execute(f"ALTER TABLE {table} {', '.join(f'ALTER {name} SET STATISTICS 10' for name in columns)}")
    execute(f"ANALYZE {table} ({', '.join(columns)})")


@contextmanager
def in_bulk():
    """Inside the block, which must be in a transaction, statements are planned for whole tables; then as before."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'current_setting({literal(name)})' for name in BULK)}")
        before = dict(zip(BULK, cursor.fetchone(), strict=True))
        _set_locally(cursor, BULK)
    yield
    with connection.cursor() as cursor:
        _set_locally(cursor, before)


def _set_locally(cursor, settings):
    for name, value in settings.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
