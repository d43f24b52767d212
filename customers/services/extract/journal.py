"""What an import writes, noted row by row in the statement that writes it, so that it can be taken back.

A note says what stood in the written columns before (nothing: the row is new) and carries a hash by which a later
writing by anybody else shows: of a changed row the written columns, of a new one all of them.
"""

from contextlib import contextmanager

from customers.models import BalanceMonth
from customers.services.statements import execute, literal

# Columns that change without anybody having changed this row: technical ones, and what follows from other rows.
TECHNICAL = {"id", "public_id", "version", "created_at", "updated_at"}
TECHNICAL |= {"restricted", "restricted_reason", "state", "parent_id", "path"}
# Where one run may write a row twice, every column that it may write tells whether somebody has written it since.
MARKED = {"customers_restriction": ["ends_on", "reason", "kind", "lifted_on", "lift_reason"]}
CHANGES = 'customers_importchange (run_id, "table", row_id, before, mark)'


class Journal:
    """The notes of one run; `tables` is what the run keeps.

    {table: {"new": columns that the hash of a new row is made of, "changed": that of a changed one, "gone": those of
    rows that were deleted}}.
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

    def again(self, sql, model, columns, params=()):
        """Like `update`, of rows that this run may have written already: its note of such a row goes along."""
        table, key = model._meta.db_table, model._meta.pk.column
        changed = self._marked(table, "changed", columns)
        new = self.tables[table].get("new", changed)
        old = ", ".join(f"old.{name}" for name in columns)
        return execute(
            f"WITH written AS ({sql} RETURNING target.{key} AS id, {mark_of('target', changed)} AS changed,"  # noqa: S608
            f" {mark_of('target', new)} AS new), noted AS (SELECT written.*, (SELECT to_jsonb(kept)"
            f" FROM (SELECT {old}) AS kept) AS before FROM written JOIN {table} old ON old.{key} = written.id),"
            " known AS (UPDATE customers_importchange note SET before = noted.before || note.before,"
            " mark = CASE WHEN note.before IS NULL THEN noted.new ELSE noted.changed END FROM noted"
            f' WHERE note.run_id = %s AND note."table" = {literal(table)} AND note.row_id = noted.id'
            f" RETURNING note.row_id) INSERT INTO {CHANGES} SELECT %s, {literal(table)}, noted.id, noted.before,"
            " noted.changed FROM noted WHERE noted.id NOT IN (SELECT row_id FROM known)",
            [*params, self.run.pk, self.run.pk],
        )

    def delete(self, sql, model):
        """Run a ``DELETE FROM table AS target …`` and note the rows that went; returns how many there were."""
        table, key = model._meta.db_table, model._meta.pk.column
        self.tables.setdefault(table, {})["gone"] = [column.column for column in model._meta.concrete_fields]
        return execute(
            f"WITH gone AS ({sql} RETURNING target.{key} AS id, to_jsonb(target) AS kept)"  # noqa: S608
            f" INSERT INTO {CHANGES} SELECT %s, {literal(table)}, gone.id, gone.kept, NULL FROM gone",
            [self.run.pk],
        )

    def _marked(self, table, what, columns):
        kept = [column for column in columns if column not in TECHNICAL]
        if what == "changed":
            kept = MARKED.get(table, kept)
        return self.tables.setdefault(table, {}).setdefault(what, kept)


def mark_of(row, columns):
    """The hash of some columns of a row, as SQL."""
    return f"md5(row({', '.join(f'{row}.{name}' for name in columns)})::text)::uuid"


@contextmanager
def months_noted(run, journal, *, on):
    """Note what becomes of the balances of the month of `on`, of the customers whose holdings the run wrote."""
    table = BalanceMonth._meta.db_table
    columns = [column.column for column in BalanceMonth._meta.concrete_fields if not column.primary_key]
    journal.tables[table] = {"new": columns, "changed": columns}
    execute("DROP TABLE IF EXISTS months_before, months_of")
    execute(
        "CREATE TEMP TABLE months_of ON COMMIT DROP AS SELECT holding.customer_id FROM customers_importchange note"
        " JOIN customers_holding holding ON holding.id = note.row_id"
        " WHERE note.run_id = %(run)s AND note.\"table\" = 'customers_holding' UNION"
        " SELECT (note.before ->> 'customer_id')::bigint FROM customers_importchange note"
        " WHERE note.run_id = %(run)s AND note.\"table\" = 'customers_holding' AND note.before ? 'customer_id'",
        {"run": run.pk},
    )
    differ = f"{mark_of('before', columns)} <> {mark_of('month', columns)}"
    these = f"FROM {table} month JOIN months_of USING (customer_id) WHERE month.month = %s"
    execute(f"CREATE TEMP TABLE months_before ON COMMIT DROP AS SELECT month.* {these}", [on.replace(day=1)])
    yield
    execute(
        f"INSERT INTO {CHANGES} SELECT %s, {literal(table)}, month.id, CASE WHEN before.id IS NOT NULL"  # noqa: S608
        f" THEN to_jsonb(before) - 'id' END, {mark_of('month', columns)} FROM {table} month"
        " JOIN months_of USING (customer_id) LEFT JOIN months_before before ON before.id = month.id"
        f" WHERE month.month = %s AND (before.id IS NULL OR {differ})",
        [run.pk, on.replace(day=1)],
    )
