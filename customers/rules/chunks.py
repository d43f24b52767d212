"""Rows of a file turned into lines for COPY, a chunk at a time: read, judged, sealed.

Pure work on plain values, so that a process beside the load can do it (`serve`, started by
`customers.services.extract.readers`). Nothing of Django's settings is needed: the keys are given.
"""

from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from signal import SIG_IGN, SIGINT, signal
from typing import NamedTuple

from customers.rules.extract import LAYOUTS, REJECTED, Header, read_row
from customers.rules.lunar import parse_lunar
from customers.rules.personal import PERSONAL, index_text, seal_text
from customers.rules.phone import tail
from customers.rules.pinyin import name_grams, search_keys

# How COPY writes that nothing is known.
NULL = "\\N"


class Chunk(NamedTuple):
    """What became of some rows: their lines for COPY, what is to be said of them, and which were not taken as they are.

    A note is (level, line, column, value, reason).
    """

    text: str
    notes: list
    rejected: int
    doubted: set


@dataclass(frozen=True)
class Recipe:
    """How the rows of a file become lines of the `columns` of its staging table, in words that travel."""

    kind: str
    # The column in each place of the file, None where nobody knows the heading.
    names: tuple
    columns: tuple
    # The day of the extract.
    on: object
    field_key: str
    index_key: str

    @cached_property
    def header(self):
        """The header that the names stand for; own fields of the bank are not in it."""
        known = {column.name: column for column in LAYOUTS[self.kind].columns}
        return Header(LAYOUTS[self.kind], tuple(known.get(name) for name in self.names), len(self.names))

    def rows(self, rows, header=None):
        """The Chunk of some rows (line, cells). `header`: the file's own, if it is at hand."""
        header = header or self.header
        lines, notes, rejected, doubted = [], [], 0, set()
        columns = self.columns
        for line, cells in rows:
            row, problems = read_row(header, cells, on=self.on)
            if problems:
                doubted.add(line)
                taken = all(problem.level != REJECTED for problem in problems)
                notes += [
                    (problem.level, line, problem.column, problem.value, problem.reason)
                    for problem in problems
                    if taken or problem.level == REJECTED
                ]
                if not taken:
                    rejected += 1
                    continue
            self._complete(row)
            texts = [row.get(name) for name in columns]
            joined = "\t".join([NULL if text is None else text for text in texts])
            if joined.count("\\") != texts.count(None):
                joined = "\t".join(map(copy_text, texts))
            lines.append(f"{line}\t{joined}\n")
        return Chunk("".join(lines), notes, rejected, doubted)

    def _complete(self, row):
        """Add the columns that are derived from a row; personal data stays sealed and indexed only."""
        if self.kind == "restrictions" and "id_no" in row:
            row["id_no_index"] = index_text("id_no", row.pop("id_no") or "", secret=self.index_key)
        if self.kind != "customers":
            return
        number, mobile = row["customer_no"], row.get("mobile")
        for name in PERSONAL:
            if name in row:
                text = row.pop(name) or ""
                row[f"{name}_sealed"] = seal_text(name, number, text, secret=self.field_key)
                row[f"{name}_index"] = index_text(name, text, secret=self.index_key)
        row["mobile_tail"] = tail(mobile) if mobile else ""
        lunar = row.get("lunar_birthday")
        if lunar is not None:
            day = parse_lunar(lunar)
            row["lunar_birthday"] = str(day.month * 100 + day.day)
            row["lunar_leap"] = "t" if day.leap else "f"
        grams = name_grams(row["name"])
        if any("\\" in gram or '"' in gram for gram in grams):
            grams = [gram.replace("\\", "\\\\").replace('"', '\\"') for gram in grams]
        row["name_grams"] = '{"' + '","'.join(grams) + '"}' if grams else "{}"


def key_lines(names):
    """The search keys of names (line, name) as lines for COPY: the line, and one key."""
    return "".join(f"{line}\t{copy_text(key)}\n" for line, name in names for key in search_keys(name))


def copy_text(value):
    """A text or None as COPY takes it; the readers of cells have seen to tabs and ends of lines."""
    if value is None:
        return NULL
    return value.replace("\\", "\\\\") if "\\" in value else value


def serve(handle):
    """Answer chunks at the end of a connection until whoever holds the other end is gone."""
    signal(SIGINT, SIG_IGN)
    link = Connection(handle)
    try:
        recipe = link.recv()
        answers = {"rows": recipe.rows, "names": key_lines}
        while True:
            what, given = link.recv()
            link.send(answers[what](given))
    except (EOFError, ConnectionError):
        return
