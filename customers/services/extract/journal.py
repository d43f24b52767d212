"""What an import writes, noted row by row in the statement that writes it, so that it can be taken back.

A note says what stood in the written columns before (nothing: the row is new) and carries a hash by which a later
writing by anybody else shows: of a changed row the written columns, of a new one all of them.
"""

from customers.services.statements import execute, literal

# Columns that change without anybody having changed this row: technical ones, and what follows from other rows.
TECHNICAL = {"id", "public_id", "version", "created_at", "updated_at"}
TECHNICAL |= {"restricted", "restricted_reason", "state", "parent_id", "path"}
CHANGES = 'customers_importchange (run_id, "table", row_id, before, mark)'


class Journal:
    """The notes of one run; `tables` is what the run keeps.

    {table: {"new": columns that the hash of a new row is made of, "changed": that of a changed one}}.
    """

    def __init__(self, run):
        self.run = run
        self.tables = dict(run.journal)

    def update(self, sql, table, id_column, columns, *, also_before=()):
        """Run an ``UPDATE table AS target …`` and note what stood in `columns`; returns how many rows it touched."""
        marked = self._marked(table, "changed", columns)
        old = ", ".join(f"old.{name}" for name in [*columns, *also_before])
        return execute(
            f"WITH written AS ({sql} RETURNING target.{id_column} AS id, {mark_of('target', marked)} AS mark)"  # noqa: S608
            f" INSERT INTO {CHANGES} SELECT %s, {literal(table)}, written.id,"
            f" (SELECT to_jsonb(kept) FROM (SELECT {old}) AS kept), written.mark"
            # The statement sees the table as it was before it began.
            f" FROM written JOIN {table} old ON old.{id_column} = written.id",
            [self.run.pk],
        )

    def insert(self, sql, model, params=()):
        """Run an ``INSERT INTO …`` of rows of a model and note the new rows; returns how many there are."""
        table, id_column = model._meta.db_table, model._meta.pk.column
        columns = [column.column for column in model._meta.concrete_fields]
        marked = self._marked(table, "new", columns)
        return execute(
            f"WITH written AS ({sql} RETURNING {id_column} AS id, {mark_of(table, marked)} AS mark)"  # noqa: S608
            f" INSERT INTO {CHANGES} SELECT %s, {literal(table)}, written.id, NULL, written.mark FROM written",
            [*params, self.run.pk],
        )

    def _marked(self, table, what, columns):
        kept = [column for column in columns if column not in TECHNICAL]
        return self.tables.setdefault(table, {}).setdefault(what, kept)


def mark_of(row, columns):
    """The hash of some columns of a row, as SQL."""
    return f"md5(row({', '.join(f'{row}.{name}' for name in columns)})::text)::uuid"
