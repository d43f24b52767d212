"""Tables without indexes and foreign keys while millions of rows are written: half the time of filling them with."""

from contextlib import contextmanager

from django.db import connection

KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = ANY(%s) AND (conrelid = ANY(%s::regclass[]) OR contype = 'f' AND confrelid = ANY(%s::regclass[]))
    ORDER BY contype, conrelid::regclass::text, conname
"""
INDEXES = """
    SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) FROM pg_index index
    WHERE index.indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = index.indexrelid AND contype IN ('p', 'u'))
    ORDER BY index.indrelid::regclass::text, 1
"""
# Sorting a million keys in memory: for this transaction only.
MEMORY = ("SET LOCAL maintenance_work_mem = '512MB'", "SET LOCAL work_mem = '256MB'")


@contextmanager
def bare(models, say):
    """Inside the block the tables of `models` have no index and no foreign key; afterwards the same as before, checked.

    To be used in a transaction, on tables that nobody else uses: they are locked until its end. Empty ones are renewed,
    so that a server without replicas need not log what is written into them. `say` is told when indexes are built.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        for setting in MEMORY:
            cursor.execute(setting)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        links, keys = _constraints(cursor, "f", tables), _constraints(cursor, "pu", tables)
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for table, name, _definition in [*links, *keys]:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        _renew(cursor, tables)
    yield
    say(f"Building {len(indexes) + len(keys)} indexes")
    with connection.cursor() as cursor:
        for table, name, definition in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute(f"ANALYZE {', '.join(tables)}")
    say(f"Checking {len(links)} foreign keys")
    with connection.cursor() as cursor:
        for table, name, definition in links:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _constraints(cursor, kinds, tables):
    cursor.execute(KEYS, [list(kinds), tables, tables])
    return [row for row in cursor.fetchall() if kinds != "pu" or row[0] in tables]


def _renew(cursor, tables):
    for table in tables:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {table})")  # noqa: S608 our own name
        if not cursor.fetchone()[0]:
            cursor.execute(f"TRUNCATE {table}")
