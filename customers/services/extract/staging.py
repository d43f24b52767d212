"""From a file to a staging table: cells are read, bad rows are set aside with their reasons, the rest is copied in.

Nothing of a person's data reaches the staging table in clear: it is sealed and indexed on the way.
"""

from dataclasses import dataclass, field
from io import StringIO
from itertools import islice

from django.db import connection

from customers.rules.chunks import copy_text
from customers.rules.custom import OwnColumn
from customers.rules.extract import LAYOUTS, REJECTED, read_header
from customers.rules.personal import PERSONAL
from customers.rules.tables import Unreadable
from customers.services.custom_fields import layout_of
from customers.services.extract.known import KnownRows, can_know
from customers.services.extract.readers import WORTH_ROWS, Readers
from customers.services.extract.streaming import stream
from customers.services.statements import execute, sample

CHUNK_ROWS = 5000
# A file of rubbish may have millions of bad rows: this many are listed, all are counted.
ISSUES_LIMIT = 100_000
# What only goes on to the customer: long texts that judging need not carry along twice.
LONG = {f"{name}_{part}" for name in PERSONAL for part in ("sealed", "index")} | {"name_grams"}
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
    # The columns of the staging table that say what is judged and told.
    judged: tuple = ("*",)
    # {column of the staging table: its SQL type}.
    types: dict = field(default_factory=dict)
    # Where the pieces of a streamed file begin: [(which row of the staging table, its line of the file)]. Its columns
    # are texts as they stand in the file, and only rows that were taken apart know their line.
    begins: list = field(default_factory=list)
    # Rows in the staging table.
    put: int = 0
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

    @property
    def read(self):
        """The staged rows to read from: columns of their types, and `place`, which orders rows as the file does."""
        if not self.begins:
            return f"(SELECT *, line AS place FROM {self.table})"  # noqa: S608
        # Each text is cast once, however often the statement asks for it.
        return f"(SELECT line, ctid AS place, {self._cast()} FROM {self.table} OFFSET 0)"  # noqa: S608

    @property
    def numbered(self):
        """The rows of a streamed file with the lines they stand on, to read from: `line`, `place` and the columns.

        PostgreSQL reads a temporary table from its first row to its last, in the order in which they were put.
        """
        rows, lines = ([str(begin[part]) for begin in self.begins] for part in (0, 1))
        piece = f"width_bucket(row, ARRAY[{', '.join(rows)}]::bigint[])"
        line = f"(ARRAY[{', '.join(lines)}])[piece] + (row - (ARRAY[{', '.join(rows)}])[piece])::integer"
        return (
            f"(SELECT coalesce(line, {line}) AS line, place, {self._cast()}"  # noqa: S608
            f" FROM (SELECT *, ctid AS place, row_number() OVER () AS row FROM {self.table}) AS rows"
            f" CROSS JOIN LATERAL {piece} AS piece)"
        )

    def _cast(self):
        """The columns of a streamed file, of their types; a month is written with or without a day."""
        texts = {"period": "left(period, 7) || '-01'"}
        return ", ".join(
            name if sql == "text" else f"({texts.get(name, name)})::{sql} AS {name}" for name, sql in self.types.items()
        )


def settle(staged):
    """Give the staged rows of a streamed file their types and lines, so that they can be changed where they stand."""
    if staged.begins:
        columns = ", ".join(["line", *staged.types])
        execute(f"CREATE TEMP TABLE settled AS SELECT {columns} FROM {staged.numbered} AS rows")  # noqa: S608
        execute(f"DROP TABLE {staged.table}; ALTER TABLE settled RENAME TO {staged.table}")
        staged.begins = []


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
    columns = _create(staged)
    known = KnownRows(header, on=on) if recognise and can_know(table, own) else None
    staged.recognised = known is not None
    for heading in unknown:
        _note(staged, "warning", 1, heading, "", "unknown_column")
    with Readers(header, columns, own=own, on=on) as readers:
        taking = _Taking(staged, readers, columns, known, progress, table.lines)
        if not stream(table, header, staged, read=taking.read, progress=progress):
            rows = table.rows()
            try:
                next(rows)
                taking.read(rows)
            finally:
                rows.close()
        taking.flush()
        if not (known and known.doubled()):
            _finish(staged, readers, progress)
            return staged
    return stage(table, header, unknown, on=on, progress=progress)


class _Taking:
    """The rows of a file on their way into the staging table, a chunk at a time."""

    def __init__(self, staged, readers, columns, known, progress, lines):
        self.staged, self.readers, self.known, self.progress = staged, readers, known, progress
        self.into, self.lines, self.new = f"{staged.table} (line, {', '.join(columns)})", lines, 0

    def read(self, rows):
        """Take rows (line, cells) of the file, to the last."""
        pending = []
        for seen, new in self.known.tell(rows) if self.known else _in_chunks(rows):
            self.staged.rows += seen
            self.staged.same += seen - len(new)
            pending += new
            self.new += len(new)
            # As many of the rows that are left as of those behind us will have to be read.
            if self.new * (self.lines / self.staged.rows - 1) + len(pending) >= WORTH_ROWS:
                self.readers.start()
            while len(pending) >= CHUNK_ROWS:
                self._hand_out(pending[:CHUNK_ROWS])
                del pending[:CHUNK_ROWS]
                self.progress(self.staged.rows - len(pending))
            self.progress(self.staged.rows - len(pending))
        if pending:
            self._hand_out(pending)
        for done in self.readers.rest():
            self._take(*done)

    def flush(self):
        """Hand what is still kept here to the staging tables."""
        if self.known:
            self.known.flush()
        _copy(f"{self.staged.table}_issues", self.staged.issues)

    def _hand_out(self, rows):
        digests = [(line, digest) for line, _cells, digest in rows] if self.known else ()
        for done in self.readers.rows([row[:2] for row in rows], digests):
            self._take(*done)

    def _take(self, digests, chunk):
        for note in chunk.notes:
            _note(self.staged, note[0], *note[1:])
        self.staged.rejected += chunk.rejected
        for line, digest in digests:
            if line not in chunk.doubted:
                self.known.keep(line, digest)
        _copy(self.into, [chunk.text] if chunk.text else [])
        self.staged.put += chunk.text.count("\n")
        self.flush()


def _in_chunks(rows):
    while chunk := list(islice(rows, CHUNK_ROWS)):
        yield len(chunk), chunk


def _finish(staged, readers, progress):
    progress(staged.rows)
    sample(staged.table, [*([] if staged.begins else ["line"]), LAYOUTS[staged.kind].key[0]])
    if staged.kind == "customers":
        _stage_name_keys(staged, readers, progress)


def drop(kind):
    """Remove the staging tables of a file; harmless when they are not there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS stage_{kind}, stage_{kind}_issues, stage_{kind}_keys, ready_{kind}")
        if kind == "customers":
            cursor.execute("DROP TABLE IF EXISTS stage_customers_known, stage_customers_same")


def _create(staged):
    """Make the staging tables; returns the columns that the file fills, the others stay empty."""
    kind, own = staged.kind, staged.own
    sources = {column.name: column.name for column in LAYOUTS[kind].columns}
    if kind == "customers":
        sources = {name: name for name in sources if name not in PERSONAL}
        sources |= {f"{name}_{part}": name for name in PERSONAL for part in ("sealed", "index")} | DERIVED
    if kind == "restrictions":
        sources = {name: name for name in sources if name != "id_no"} | {"id_no_index": "id_no"}
    sources |= {column.name: column.name for column in own}
    types = TYPES | {column.name: OWN_TYPES[column.column] for column in own}
    staged.types = {name: types.get(name, "text") for name in sources}
    typed = ", ".join(f"{name} {sql}" for name, sql in staged.types.items())
    drop(kind)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE stage_{kind} (line integer, {typed})")
        cursor.execute(
            f"CREATE TEMP TABLE stage_{kind}_issues"
            " (level text, line integer, column_name text, value text, reason text)"
        )
    if kind == "customers":
        staged.judged = ("line", "place", *(name for name in sources if name not in LONG))
    return [name for name, source in sources.items() if source in staged.present]


def _note(staged, level, line, column, value, reason):
    if level != REJECTED:
        staged.warnings += 1
    staged.listed += 1
    if staged.listed <= ISSUES_LIMIT:
        parts = (level, str(line), column[:40], value[:120], reason)
        staged.issues.append("\t".join(copy_text(part) for part in parts) + "\n")


def _copy(target, lines):
    if lines:
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {target} FROM STDIN", StringIO("".join(lines)))
        lines.clear()


def _stage_name_keys(staged, readers, progress):
    """The search keys of names that are new or have changed, by the line of the file; the others keep theirs."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE stage_customers_keys (line integer, key text)")
        cursor.execute(
            "SELECT s.line, s.name FROM stage_customers s"
            " LEFT JOIN customers_customer c ON c.customer_no = s.customer_no WHERE c.name IS DISTINCT FROM s.name"
        )
        names = cursor.fetchall()
    if len(names) >= WORTH_ROWS:
        readers.start()
    for start in range(0, len(names), CHUNK_ROWS):
        for _mark, lines in readers.names(names[start : start + CHUNK_ROWS]):
            _copy("stage_customers_keys", [lines])
        progress(staged.rows)
    for _mark, lines in readers.rest():
        _copy("stage_customers_keys", [lines])
