"""Tables without indexes and foreign keys while millions of rows are written: half the time of filling them with."""

from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), confrelid::regclass::text
    FROM pg_constraint
    WHERE contype = ANY(%s) AND (conrelid = ANY(%s::regclass[]) OR contype = 'f' AND confrelid = ANY(%s::regclass[]))
    ORDER BY contype, conrelid::regclass::text, conname
"""
INDEXES = """
    SELECT index.indexrelid::regclass::text, pg_get_indexdef(index.indexrelid) FROM pg_index index
    WHERE index.indrelid = ANY(%s::regclass[]) AND NOT index.indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = index.indexrelid AND contype IN ('p', 'u'))
    ORDER BY index.indrelid::regclass::text, 1
"""
# Nobody waits longer than this for tables that others are reading; the load takes its time instead.
PATIENCE = "2s"
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
        for table, name, *_definition in [*links, *keys]:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        _renew(cursor, tables)
    yield
    say(f"Building {len(indexes) + len(keys)} indexes")
    with connection.cursor() as cursor:
        for table, name, definition, _other in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute(f"ANALYZE {', '.join(tables)}")
    say(f"Checking {len(links)} foreign keys")
    with connection.cursor() as cursor:
        for table, name, definition, _other in links:
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


@contextmanager
def unindexed(models, *, beside=()):
    """Inside the block the tables of `models`, if all of them are empty, have no index but their primary key, and no
    foreign key into one another or into the tables of `beside`; afterwards the same as before, checked.

    To be used in a transaction. The tables, those of `beside` too, are locked until its end; what others lean on stays.
    When somebody keeps them busy, or one is not empty, nothing is dropped. Yields whether anything was.
    """
    tables, near = [model._meta.db_table for model in models], [model._meta.db_table for model in beside]
    if not _lock_empty(tables, near):
        yield False
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(KEYS, [["f"], tables, []])
        links = [row for row in cursor.fetchall() if row[3] in (*tables, *near)]
        keys = _constraints(cursor, "u", tables)
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for table, name, *_definition in [*links, *keys]:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    yield True
    with connection.cursor() as cursor:
        # No index can be built while keys of its table wait to be checked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, name, definition, _other in keys:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition, _other in links:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _lock_empty(tables, near):
    with connection.cursor() as cursor:
        empty = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table})" for table in tables)  # noqa: S608 our own names
        cursor.execute(f"SELECT {empty}")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT current_setting('lock_timeout')")
        before = cursor.fetchone()[0]
        try:
            with transaction.atomic():
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
                cursor.execute(f"LOCK TABLE {', '.join([*near, *tables])} IN ACCESS EXCLUSIVE MODE")
                cursor.execute(f"SELECT {empty}")
                empty = cursor.fetchone()[0]
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [before])
        except OperationalError:
            return False
    return empty
