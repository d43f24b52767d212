"""What an import writes, noted row by row in the statement that writes it, so that it can be taken back.

A note says what stood in the written columns before (nothing: the row is new) and carries a hash of the row as it was
left, by which a later writing by anybody else shows.
"""

from customers.services.statements import execute, literal

# Columns that tell of somebody else's writing beside those that the file has.
MARKED = {"customers_customer": ("version",)}
CHANGES = 'customers_importchange (run_id, "table", row_id, before, mark)'


class Journal:
    """The notes of one run; `tables` is what the run keeps: {table: the columns its hashes are made of}."""

    def __init__(self, run):
        self.run = run
        self.tables = dict(run.journal)

    def update(self, sql, table, id_column, columns, *, also_before=()):
        """Run an ``UPDATE table AS target …`` and note what stood in `columns`; returns how many rows it touched."""
        marked = self._marked(table, columns)
        old = ", ".join(f"old.{name}" for name in [*columns, *also_before])
        return execute(
            f"WITH written AS ({sql} RETURNING target.{id_column} AS id, {mark_of('target', marked)} AS mark)"  # noqa: S608
            f" INSERT INTO {CHANGES} SELECT %s, {literal(table)}, written.id,"
            f" (SELECT to_jsonb(kept) FROM (SELECT {old}) AS kept), written.mark"
            # The statement sees the table as it was before it began.
            f" FROM written JOIN {table} old ON old.{id_column} = written.id",
            [self.run.pk],
        )

    def insert(self, sql, table, id_column, columns, params=()):
        """Run an ``INSERT INTO table …`` and note the new rows; returns how many there are."""
        marked = self._marked(table, columns)
        return execute(
            f"WITH written AS ({sql} RETURNING *) INSERT INTO {CHANGES}"  # noqa: S608
            f" SELECT %s, {literal(table)}, written.{id_column}, NULL, {mark_of('written', marked)} FROM written",
            [*params, self.run.pk],
        )

    def _marked(self, table, columns):
        if table not in self.tables:
            self.tables[table] = [*columns, *MARKED.get(table, ())]
        return self.tables[table]


def mark_of(row, columns):
    """The hash of some columns of a row, as SQL."""
    return f"md5(row({', '.join(f'{row}.{name}' for name in columns)})::text)::uuid"
