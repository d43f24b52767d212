"""Large files of figures go to PostgreSQL as their bytes stand: they are looked over, not taken apart cell by cell.

A piece of a file is passed on when one regular expression finds every row of it written in the way in which the readers
of its columns give back what they read (`verbatim` in `customers.rules.cells`). Any other piece is read cell by cell as
every other file is, so what arrives is the same, and only the time differs.
"""

import io
import re
from dataclasses import dataclass

from django.db import connection

from customers.rules.tables import HEADER_LIMIT, csv_rows, delimiter_of
from customers.services.statements import execute

# What a row must fulfil as a whole is judged in SQL for these, and nothing in them is sealed.
STREAMED = ("holdings", "values", "cashflows")
PIECE_BYTES = 1 << 16
# So much goes in one COPY; between two of them the progress is told.
COPY_BYTES = 1 << 25
UTF8 = ("utf-8", "utf-8-sig")


@dataclass
class Piece:
    """Some whole lines of the file, and the line they begin on."""

    data: bytes
    line: int


def row_pattern(header, delimiter, end):
    """The rows of a file that need not be taken apart, as a regular expression of bytes; None when there are none."""
    if None in header.columns or header.width != len(header.columns):
        return None
    cells = []
    for column in header.columns:
        verbatim = getattr(column.read, "verbatim", None)
        if verbatim is None:
            return None
        cells.append(verbatim if column.required else b"(?:%b)?+" % verbatim)
    return re.compile(b"(?:%b%b)*+" % (re.escape(delimiter.encode()).join(cells), end))


def stream(table, header, staged, *, read, progress):
    """Copy a file into its staging table as texts; `read` (rows) is called with the rows that must be taken apart.

    Counts rows in `staged.rows` and notes in `staged.begins` where pieces begin: which line a row stands on is worked
    out for the few of which something is told. Returns whether that could be done; if not, nothing has been done.
    """
    if staged.kind not in STREAMED or not getattr(table, "encoding", ""):
        return False  # a workbook, or a foreign file with a mapping
    with table.file.open() as file:
        line, first = 1, file.readline(HEADER_LIMIT)
        while first and not first.strip():
            line, first = line + 1, file.readline(HEADER_LIMIT)
        end = b"\r\n" if first.endswith(b"\r\n") else b"\n"
        if b'"' in first or b"\r" in first.removesuffix(end) or not first.endswith(end):
            return False
        delimiter = delimiter_of(first.decode(table.encoding), header.layout.by_name)
        pattern = row_pattern(header, delimiter, end)
        if pattern is None:
            return False
        source = _Source(file, pattern, end, line + 1, ascii_only=table.encoding not in UTF8)
        texts = [f"ALTER {name} TYPE text" for name, sql in staged.types.items() if sql != "text"]
        execute(f"ALTER TABLE {staged.table} {', '.join(texts)}")
        into = (
            f"COPY {staged.table} ({', '.join(header.names)}) FROM STDIN"
            f" (FORMAT csv, DELIMITER '{delimiter}', ENCODING 'UTF8')"
        )
        while not source.ended:
            staged.begins.append((staged.put + 1, source.line))
            source.taken = 0
            source.room = COPY_BYTES
            with connection.cursor() as cursor:
                cursor.copy_expert(into, source, PIECE_BYTES)
            staged.put += source.taken
            staged.rows += source.taken
            if source.refused is not None:
                _take_apart(source, table, delimiter, read)
            progress(staged.rows)
    return True


def _take_apart(source, table, delimiter, read):
    """Read the piece that was not let through; from the first quotation mark on, the whole rest of the file."""
    piece, source.refused = source.refused, None
    if b'"' not in piece.data:
        text = io.StringIO(piece.data.decode(table.encoding), newline="")
        read(csv_rows(text, delimiter, piece.line, table.file.name))
        return
    source.file.seek(source.place - len(piece.data))
    with io.TextIOWrapper(source.file, encoding=table.encoding.removesuffix("-sig"), newline="") as text:
        read(csv_rows(text, delimiter, piece.line, table.file.name))
    source.ended = True


class _Source:
    """What COPY reads: the file by pieces, up to one that is not let through (`refused`) or until `room` is used up."""

    def __init__(self, file, pattern, end, line, *, ascii_only):
        self.file, self.pattern, self.end, self.line = file, pattern, end, line
        self.ascii_only = ascii_only
        self.place, self.room, self.taken = file.tell(), 0, 0
        self.refused, self.ended = None, False

    def read(self, _size):
        """The next piece, or nothing."""
        if self.room <= 0 or self.refused is not None or self.ended:
            return b""
        data = self.file.read(PIECE_BYTES)
        if data and not data.endswith(b"\n"):
            data += self.file.readline()
        if not data:
            self.ended = True
            return b""
        self.place += len(data)
        piece = Piece(data, self.line)
        if not data.endswith(b"\n"):
            data += self.end
        fits = not self.ascii_only or data.isascii()
        lines = data.count(b"\n")
        self.line += lines
        if fits and self.pattern.fullmatch(data):
            self.taken += lines
            self.room -= len(data)
            return data
        self.refused = piece
        return b""
