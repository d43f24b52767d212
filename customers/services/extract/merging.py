"""From a staging table to the tables that count, in set-based statements inside one transaction.

A first statement joins each staged row with what it leans on and with the row it would replace, and says what becomes
of it: rejected (with the reason), new, changed or the same. The statements after it write the new and the changed.
"""

from dataclasses import dataclass, field

from django.db import connection

from customers.rules.extract import LAYOUTS
from customers.services.statements import execute, fresh_columns, literal, sample

# Files of which nearly all rows may be the same as on file, and of which nobody asks for those.
FIGURES = ("holdings", "values", "cashflows")


@dataclass(frozen=True)
class Value:
    """A column of the target: the column of the file that gives it, and the SQL that makes it of `s` and the joins."""

    source: str
    sql: str
    # What tells whether it changed; empty: another column does (a text sealed anew differs every time).
    compared: bool = True
    # Only for such rows: what a person has, an organisation has not.
    when: str = "true"


@dataclass(frozen=True)
class Check:
    """A row is rejected, or loses a value with a warning, when `sql` holds; `column` of the file is to blame.

    ``{opened_on}`` in `sql` is what will stand there: the file's value, or the table's if the file has no such column.
    """

    sql: str
    reason: str
    column: str


@dataclass(frozen=True)
class Target:
    """How a file meets its table."""

    model: type
    key: dict
    values: dict
    match: str
    joins: str = ""
    rejects: tuple = ()
    warns: tuple = ()
    same_row: tuple = ()
    extra: tuple = ()
    # More ways to differ: column of the file → condition.
    differs: dict = field(default_factory=dict)
    fresh: dict = field(default_factory=dict)


@dataclass
class Counts:
    """What became of the rows of a file."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: int = 0


def judge(staged, target):
    """Say in the table ``ready_<kind>`` what becomes of each staged row. Returns Counts; writes nothing that counts.

    Of figures, rows that change nothing are left out unless the file has one of them twice.
    """
    kind, values = staged.kind, target.values
    changed = [
        f"({value.when} AND {name} IS DISTINCT FROM {value.sql})"
        for name, value in values.items()
        if value.compared and value.source in staged.present
    ]
    changed += [condition for source, condition in target.differs.items() if source in staged.present]
    after = {
        column.name: f"{'s' if column.name in staged.present else 't'}.{column.name}"
        for column in LAYOUTS[kind].columns
    }
    rejects = [(check.sql.format_map(after), check) for check in target.rejects]
    columns = [
        *(f"s.{name}" for name in staged.judged),
        "t.id AS target_id",
        *(f"{sql} AS key_{name}" for name, sql in target.key.items()),
        *(f"{value.sql} AS {_alias(name)}" for name, value in values.items()),
        *target.extra,
        f"({' OR '.join(changed) or 'false'}) AS differs",
        *(f"({check.sql}) AS warn_{place}" for place, check in enumerate(target.warns)),
        f"{_case((sql, literal(check.reason)) for sql, check in rejects)} AS refused",
        f"{_case((sql, literal(check.column)) for sql, check in rejects)} AS blamed",
    ]
    same_row = ", ".join(target.same_row)
    reason = (
        f"CASE WHEN refused IS NULL AND row_number() OVER (PARTITION BY {same_row}, refused IS NULL ORDER BY place) > 1"
        " THEN 'duplicate' ELSE refused END"
    )
    wanted, passed_over = "true", 0
    if kind in FIGURES:
        passed_over, doubled = _told_apart(staged, same_row)
        if not doubled:
            wanted = " OR ".join(["target_id IS NULL", "differs", "refused IS NOT NULL", *_doubts(target)])
            reason = "refused"
    execute(f"DROP TABLE IF EXISTS ready_{kind}")
    execute(
        f"CREATE TEMP TABLE ready_{kind} AS SELECT judged.*, {reason} AS reason"  # noqa: S608
        f" FROM (SELECT {', '.join(columns)} FROM {staged.read} s {target.joins}"
        f" LEFT JOIN {target.model._meta.db_table} t ON {target.match}) AS judged WHERE {wanted}"
    )
    # The planner needs the size and the keys; statistics of every column would cost more than the merge.
    told = ("kind", "renamed") if kind == "customers" else ()
    sample(f"ready_{kind}", ["line", "target_id", "reason", "differs", LAYOUTS[kind].key[0], *told])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE reason IS NULL AND target_id IS NULL),"  # noqa: S608
            " count(*) FILTER (WHERE reason IS NULL AND target_id IS NOT NULL AND differs),"
            " count(*) FILTER (WHERE reason IS NULL AND target_id IS NOT NULL AND NOT differs),"
            f" count(*) FILTER (WHERE reason IS NOT NULL), count(*) FROM ready_{kind}"
        )
        *found, kept = cursor.fetchone()
    counts = Counts(*found)
    counts.unchanged += max(passed_over - kept, 0)
    return counts


def _doubts(target):
    return [f"warn_{place}" for place in range(len(target.warns))]


def _told_apart(staged, same_row):
    """(how many rows are staged, whether two of them are of the same thing)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(rows), 0)::bigint, coalesce(max(rows), 0) > 1"  # noqa: S608
            f" FROM (SELECT count(*) AS rows FROM {staged.read} s GROUP BY {same_row}) AS same"
        )
        return cursor.fetchone()


def _case(branches):
    parts = " ".join(f"WHEN {condition} THEN {result}" for condition, result in branches)
    return f"CASE {parts} END" if parts else "NULL::text"


def _alias(name):
    return "v_" + name.replace(".", "_")


def written_columns(staged, target, prefix="t"):
    """The columns of a table that the file gives: {column: its value in ``ready``}."""
    return {
        name.split(".")[1]: f"ready.{_alias(name)}"
        for name, value in target.values.items()
        if name.startswith(f"{prefix}.") and value.source in staged.present
    }


def update(staged, target, *, model=None, prefix="t", id_column="id", also=(), journal=None, also_before=()):
    """Write the changed rows of one table, only columns that the file has. `also`: more assignments to ``target``.

    With a `journal` what stood there is noted, that of the columns `also_before` too.
    """
    table = (model or target.model)._meta.db_table
    columns = written_columns(staged, target, prefix)
    sets = [*(f"{name} = {value}" for name, value in columns.items()), *also]
    if not sets:
        return 0
    sql = (
        f"UPDATE {table} AS target SET {', '.join(sets)} FROM ready_{staged.kind} ready"  # noqa: S608
        f" WHERE target.{id_column} = ready.target_id AND ready.differs AND ready.reason IS NULL"
    )
    if journal is None or not columns:
        return execute(sql)
    return journal.update(sql, table, id_column, list(columns), also_before=also_before)


def insert(staged, target, *, journal=None):
    """Add the new rows to the target table, in the order of the file; with a `journal` they are noted."""
    columns = {name: f"key_{name}" for name in target.key}
    columns |= {name[2:]: _alias(name) for name in target.values if name.startswith("t.")}
    columns |= target.fresh
    columns |= fresh_columns(target.model, columns)
    table = target.model._meta.db_table
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())}"  # noqa: S608
        f" FROM ready_{staged.kind} WHERE target_id IS NULL AND reason IS NULL ORDER BY place"
    )
    if journal is None:
        return execute(sql)
    return journal.insert(sql, target.model)


def _find_lines(staged, target):
    """Say which lines of a streamed file those rows stand on of which something is told."""
    if not staged.begins:
        return
    told = f"ready.line IS NULL AND ({' OR '.join(['ready.reason IS NOT NULL', *_doubts(target)])})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM ready_{staged.kind} ready WHERE {told})")  # noqa: S608
        if not cursor.fetchone()[0]:
            return
    execute(
        f"UPDATE ready_{staged.kind} ready SET line = found.line FROM {staged.numbered} AS found"  # noqa: S608
        f" WHERE found.place = ready.place AND {told}"
    )


def tell(staged, target, run):
    """Write what was refused and doubted as rows of the run; returns how many warnings. A refused row has no doubts."""
    kind = staged.kind
    _find_lines(staged, target)
    dropped = execute(
        f"DELETE FROM stage_{kind}_issues doubt USING ready_{kind} ready"  # noqa: S608
        " WHERE ready.reason IS NOT NULL AND ready.line = doubt.line AND doubt.level = 'warning'"
    )
    put = 'INSERT INTO customers_importissue (run_id, level, file, line, "column", value, reason) SELECT %s, '
    execute(f"{put} level, %s, line, column_name, value, reason FROM stage_{kind}_issues", [run.pk, kind])
    key = "coalesce(" + ", ".join(f"ready.{name}::text" for name in target.same_row) + ")"
    blamed = _case((f"blamed = {literal(check.column)}", f"ready.{check.column}::text") for check in target.rejects)
    execute(
        f"{put} 'rejected', %s, line, coalesce(blamed, %s), left(coalesce({blamed}, {key}, ''), 120), reason"
        f" FROM ready_{kind} ready WHERE reason IS NOT NULL",
        [run.pk, kind, target.same_row[0]],
    )
    warnings = staged.warnings - dropped
    for place, check in enumerate(target.warns):
        warnings += execute(
            f"{put} 'warning', %s, line, %s, left(coalesce({check.column}::text, ''), 120), %s"
            f" FROM ready_{kind} WHERE reason IS NULL AND warn_{place}",
            [run.pk, kind, check.column, check.reason],
        )
    return warnings
