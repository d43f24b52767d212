"""From a file to a staging table: cells are read, bad rows are set aside with their reasons, the rest is copied in.

Nothing of a person's data reaches the staging table in clear: it is sealed and indexed on the way.
"""

from dataclasses import dataclass, field
from io import StringIO

from django.db import connection

from customers.models.sealed import index_personal, seal_personal
from customers.rules.custom import OwnColumn
from customers.rules.extract import LAYOUTS, REJECTED, read_header, read_row
from customers.rules.lunar import parse_lunar
from customers.rules.phone import tail
from customers.rules.pinyin import name_grams, search_keys
from customers.rules.tables import Unreadable
from customers.services.custom_fields import layout_of
from customers.services.extract.known import KnownRows, can_know
from customers.services.extract.streaming import stream

CHUNK_ROWS = 5000
# A file of rubbish may have millions of bad rows: this many are listed, all are counted.
ISSUES_LIMIT = 100_000
PERSONAL = ("id_no", "mobile", "email", "address")
# Columns of the staging table that are made from a column of the file.
DERIVED = {"id_type": "id_no", "mobile_tail": "mobile", "lunar_leap": "lunar_birthday", "name_grams": "name"}
TYPES = {
    "birth_date": "date",
    "opened_on": "date",
    "known_since": "date",
    "matures_on": "date",
    "starts_on": "date",
    "ends_on": "date",
    "booked_on": "date",
    "period": "date",
    "annual_income": "numeric(18,2)",
    "balance": "numeric(18,2)",
    "credit_limit": "numeric(18,2)",
    "amount": "numeric(18,2)",
    "interest_income": "numeric(18,2)",
    "fee_income": "numeric(18,2)",
    "interest_cost": "numeric(18,2)",
    "operating_cost": "numeric(18,2)",
    "turnover": "numeric(18,2)",
    "rate": "numeric(8,4)",
    "children": "smallint",
    "risk_level": "smallint",
    "restricted": "boolean",
    "birth_approximate": "boolean",
    "lunar_birthday": "smallint",
    "lunar_leap": "boolean",
    "name_grams": "varchar(2)[]",
}
# What the columns of CustomValue hold.
OWN_TYPES = {"text": "text", "number": "numeric(20,4)", "day": "date"}


@dataclass
class Staged:
    """A file in its staging table."""

    kind: str
    present: frozenset
    # The columns of the bank's own fields that the file has.
    own: tuple = ()
    rows: int = 0
    # Rows that were recognised: what they say is on file, so they are not in the table.
    same: int = 0
    recognised: bool = False
    rejected: int = 0
    warnings: int = 0
    listed: int = 0
    issues: list = field(default_factory=list)

    @property
    def table(self):
        """The name of the staging table; it lives as long as the connection."""
        return f"stage_{self.kind}"


def header_of(table):
    """The header of a file: (Header, headings nobody knows). Raises Unreadable when required columns are missing."""
    layout, name = layout_of(table.file.kind), table.file.name
    rows = table.rows()
    try:
        first = next(rows, None)
    finally:
        rows.close()
    if first is None:
        raise Unreadable("empty", name=name)
    header, unknown, missing, doubled = read_header(layout, first[1])
    if missing:
        raise Unreadable("missing_columns", name=name, columns=", ".join(missing))
    if doubled:
        raise Unreadable("doubled_columns", name=name, columns=", ".join(doubled))
    return header, unknown


def stage(table, header, unknown, *, on, progress, recognise=False):
    """Copy the rows of a file that can be read into a fresh staging table. Returns Staged; raises Unreadable.

    `progress` is called with the number of rows behind us after each chunk; what it raises ends the load. With
    `recognise` customers that stand as their rows say are only counted (`customers.services.extract.known`).
    """
    kind = table.file.kind
    own = tuple(column for column in header.columns if isinstance(column, OwnColumn))
    staged = Staged(kind, frozenset(header.names), own)
    columns = _create(kind, staged.present, own)
    known = KnownRows(header, on=on) if recognise and can_know(table, own) else None
    staged.recognised = known is not None
    pending = []
    for heading in unknown:
        _note(staged, "warning", 1, heading, "", "unknown_column")

    def read(rows):
        for line, cells, digest in known.tell(rows) if known else ((*row, "") for row in rows):
            staged.rows += 1
            if digest is None:
                staged.same += 1
            elif take(line, cells) and known:
                known.keep(line, digest)
            if staged.rows % CHUNK_ROWS == 0:
                _flush(staged, columns, pending, known)
                progress(staged.rows)

    def take(line, cells):
        row, problems = read_row(header, cells, on=on)
        taken = all(problem.level != REJECTED for problem in problems)
        for problem in problems:
            if taken or problem.level == REJECTED:
                _note(staged, problem.level, line, problem.column, problem.value, problem.reason)
        if taken:
            pending.append(_copy_line(line, _complete(kind, row), columns))
        else:
            staged.rejected += 1
        return not problems

    if not stream(table, header, staged, read=read, progress=progress):
        rows = table.rows()
        try:
            next(rows)
            read(rows)
        finally:
            rows.close()
    _flush(staged, columns, pending, known)
    if known and known.doubled():
        return stage(table, header, unknown, on=on, progress=progress)
    progress(staged.rows)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {staged.table} (line, {LAYOUTS[kind].key[0]})")
    if kind == "customers":
        _stage_name_keys(staged, progress)
    return staged


def drop(kind):
    """Remove the staging tables of a file; harmless when they are not there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS stage_{kind}, stage_{kind}_issues, stage_{kind}_keys, ready_{kind}")
        if kind == "customers":
            cursor.execute("DROP TABLE IF EXISTS stage_customers_known, stage_customers_same")


def _create(kind, present, own):
    """Make the staging tables; returns the columns that the file fills, the others stay empty."""
    sources = {column.name: column.name for column in LAYOUTS[kind].columns}
    if kind == "customers":
        sources = {name: name for name in sources if name not in PERSONAL}
        sources |= {f"{name}_{part}": name for name in PERSONAL for part in ("sealed", "index")} | DERIVED
    if kind == "restrictions":
        sources = {name: name for name in sources if name != "id_no"} | {"id_no_index": "id_no"}
    sources |= {column.name: column.name for column in own}
    types = TYPES | {column.name: OWN_TYPES[column.column] for column in own}
    names = list(sources)
    typed = ", ".join(f"{name} {types.get(name, 'text')}" for name in names)
    drop(kind)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_{kind} (line integer, {typed})")
        cursor.execute(
            f"CREATE TEMP TABLE stage_{kind}_issues"
            " (level text, line integer, column_name text, value text, reason text)"
        )
    return [name for name, source in sources.items() if source in present]


def _complete(kind, row):
    """The row with the columns that are derived from it; personal data leaves sealed and indexed only."""
    if kind == "restrictions" and "id_no" in row:
        row["id_no_index"] = index_personal("id_no", row.pop("id_no") or "")
    if kind != "customers":
        return row
    number = row["customer_no"]
    mobile = row.get("mobile")
    for name in PERSONAL:
        if name not in row:
            continue
        text = row.pop(name) or ""
        row[f"{name}_sealed"] = seal_personal(name, number, text)
        row[f"{name}_index"] = index_personal(name, text)
    row["mobile_tail"] = tail(mobile) if mobile else ""
    lunar = row.get("lunar_birthday")
    if lunar is not None:
        day = parse_lunar(lunar)
        row["lunar_birthday"] = str(day.month * 100 + day.day)
        row["lunar_leap"] = "t" if day.leap else "f"
    quoted = (gram.replace("\\", "\\\\").replace('"', '\\"') for gram in name_grams(row["name"]))
    row["name_grams"] = "{" + ",".join(f'"{gram}"' for gram in quoted) + "}"
    return row


def _copy_text(value):
    if value is None:
        return "\\N"
    return value.replace("\\", "\\\\") if "\\" in value else value


def _copy_line(line, row, columns):
    return "\t".join([str(line), *(_copy_text(row.get(name)) for name in columns)]) + "\n"


def _note(staged, level, line, column, value, reason):
    if level != REJECTED:
        staged.warnings += 1
    staged.listed += 1
    if staged.listed <= ISSUES_LIMIT:
        parts = (level, str(line), column[:40], value[:120], reason)
        staged.issues.append("\t".join(_copy_text(part) for part in parts) + "\n")


def _flush(staged, columns, pending, known):
    if known:
        known.flush()
    _copy(f"{staged.table} (line, {', '.join(columns)})", pending)
    _copy(f"{staged.table}_issues", staged.issues)


def _copy(target, lines):
    if lines:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {target} FROM STDIN", StringIO("".join(lines)))
        lines.clear()


def _stage_name_keys(staged, progress):
    """The search keys of names that are new or have changed; the others keep theirs."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_customers_keys (customer_no text, key text)")
        cursor.execute(
            "SELECT DISTINCT s.customer_no, s.name FROM stage_customers s"
            " LEFT JOIN customers_customer c ON c.customer_no = s.customer_no WHERE c.name IS DISTINCT FROM s.name"
        )
        names = cursor.fetchall()
    for start in range(0, len(names), CHUNK_ROWS):
        chunk = names[start : start + CHUNK_ROWS]
        lines = [f"{_copy_text(number)}\t{_copy_text(key)}\n" for number, name in chunk for key in search_keys(name)]
        _copy("stage_customers_keys", lines)
        progress(staged.rows)
