"""Rows as the database writes them down."""

from django.db import connection


def written_down(model, keys):
    """Rows as the database itself writes them down, one JSON text each: nothing is lost on the way."""
    table, key = model._meta.db_table, connection.ops.quote_name(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(kept)::text FROM {table} kept WHERE {key} = ANY(%s) ORDER BY {key}",  # noqa: S608
            [list(keys)],
        )
        return [text for (text,) in cursor.fetchall()]
