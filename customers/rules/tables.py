"""Reading tables that strangers made: CSV in any of three encodings, workbooks, archives, folders.

Rows are streamed with their line numbers; a CSV is never held whole. Archives are judged by their directory before
anything is unpacked; workbooks are read by a limited process (`customers.rules.sheets`).
"""

import codecs
import csv
import io
import json
import subprocess
import sys
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from customers.rules import sheets
from customers.rules.extract import LAYOUTS, heading, kind_of

CHUNK_BYTES = 1 << 20
HEADER_LIMIT = 64 * 1024
MEMBERS_LIMIT = 2000
UNZIPPED_LIMIT = 8 * 1024**3
WORKBOOK_UNZIPPED_LIMIT = 1536 * 1024**2
# Text of a bank shrinks five- to forty-fold; a bomb a thousand-fold. Small members are let pass whatever they claim.
RATIO_LIMIT, RATIO_FROM = 150, 32 * 1024**2
DELIMITERS = ",;\t"

SENTENCES = {
    "interrupted": _("The load was interrupted; run it again, nothing is taken twice."),
    "cancelled": _("The load was cancelled; files that were finished before stay loaded."),
    "broken": _("Something went wrong that should not have; the system log says what. Nothing is half loaded."),
    "under_way": _("Another load was under way; upload the files again."),
    "no_path": _("%(name)s does not exist."),
    "not_readable": _("%(name)s cannot be read."),
    "nothing_recognised": _("%(name)s contains no file of the extract (branches, staff, products, customers …)."),
    "doubled_file": _("%(name)s and %(other)s are both %(kind)s; leave one of them out."),
    "encoding": _("%(name)s is text neither in UTF-8 nor in GB18030."),
    "empty": _("%(name)s is empty; not even a header row is there."),
    "missing_columns": _("%(name)s lacks the required columns %(columns)s."),
    "doubled_columns": _("%(name)s has the columns %(columns)s twice."),
    "quotes": _("%(name)s, line %(line)s: a quotation mark is opened and never closed."),
    "zip_broken": _("%(name)s is a damaged archive."),
    "zip_encrypted": _("%(name)s is protected by a password."),
    "zip_too_large": _("%(name)s would unpack to far more than an extract holds; it was not opened."),
    "zip_several": _("%(name)s holds several files; give the one that is meant, unpacked or in an archive of its own."),
    "too_many_columns": _("%(name)s has %(n)s columns; a table for an import has at most %(most)s."),
    "encoding_wrong": _("%(name)s is not written in %(encoding)s."),
    "no_table": _("%(name)s is no table: neither text nor a workbook."),
    "old_workbook": _("%(name)s is a workbook of the old kind (.xls); save it as .xlsx or CSV."),
    "no_such_sheet": _("%(name)s has no sheet of this name."),
    "no_rows": _("%(name)s has a header but not one row below it."),
    "workbook_broken": _("%(name)s is not a workbook that can be read."),
    "workbook_too_large": _("%(name)s holds more rows or columns than an extract has, or asks for too much memory."),
}


class Unreadable(Exception):
    """A file as a whole cannot be taken; `code` is a key of `SENTENCES`, the text is in the reader's language."""

    def __init__(self, code, **particulars):
        super().__init__(code)
        self.code = code
        self.particulars = particulars

    def __str__(self):
        return sentence(self.code, self.particulars)


def sentence(code, particulars):
    """The sentence of an Unreadable from its stored parts."""
    text = SENTENCES.get(code)
    return str(text) % particulars if text is not None else str(code)


@dataclass(frozen=True)
class TableFile:
    """One file of an extract: on its own or a member of an archive."""

    name: str
    kind: str
    path: Path
    member: str | None = None

    @contextmanager
    def open(self):
        """The bytes, from the beginning."""
        try:
            if self.member is None:
                with open(self.path, "rb") as file:
                    yield file
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as file:
                    yield file
        except OSError as error:
            raise Unreadable("not_readable", name=self.name) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            if isinstance(error, UnicodeError | Unreadable) or self.member is None:
                raise
            raise Unreadable("zip_broken", name=self.path.name) from error


def find_files(path):
    """The files of the extract in a folder, an archive or a single file, by kind, and the names nobody knows.

    Raises Unreadable when the path is not there, nothing is recognised, or two files claim the same kind.
    """
    path = Path(path)
    try:
        if path.is_dir():
            inside = [child for child in sorted(path.iterdir()) if child.is_file() and not child.name.startswith(".")]
        elif path.exists():
            inside = [path]
        else:
            raise Unreadable("no_path", name=str(path))
        members = list(chain.from_iterable(_members(child) for child in inside))
    except OSError as error:
        raise Unreadable("not_readable", name=str(path)) from error
    found, unknown = {}, []
    for table in members:
        if table.kind is None:
            unknown.append(table.name)
        elif table.kind in found:
            raise Unreadable("doubled_file", name=found[table.kind].name, other=table.name, kind=table.kind)
        else:
            found[table.kind] = table
    if not found:
        raise Unreadable("nothing_recognised", name=path.name or str(path))
    return found, unknown


def is_zip(path):
    """Whether the file begins as an archive does; an XLSX is one too."""
    with open(path, "rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _members(path):
    if not is_zip(path) or kind_of(path.name) is not None:
        yield TableFile(path.name, kind_of(path.name), path)
        return
    for info in directory(path, path.name, UNZIPPED_LIMIT):
        name = _member_name(info)
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if info.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith("."):
            continue
        yield TableFile(parts[-1], kind_of(parts[-1]), path, info.filename)


def _member_name(info):
    """Archives made on Chinese Windows write names in GBK without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return info.filename


def directory(source, name, unzipped_limit):
    """The directory of an archive, after judging it. Raises Unreadable."""
    try:
        with zipfile.ZipFile(source) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("zip_broken", name=name) from error
    if len(infos) > MEMBERS_LIMIT or sum(info.file_size for info in infos) > unzipped_limit:
        raise Unreadable("zip_too_large", name=name)
    for info in infos:
        if info.flag_bits & 0x1:
            raise Unreadable("zip_encrypted", name=name)
        if info.file_size > RATIO_FROM and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
            raise Unreadable("zip_too_large", name=name)
    return infos


@dataclass(frozen=True)
class Table:
    """A file that was looked through once: how it is written and how many lines it has (0: a workbook, not known)."""

    file: TableFile
    encoding: str
    lines: int

    def rows(self):
        """Yield (line, cells), header row first; empty rows are passed over. Raises Unreadable.

        Cells are text from CSV; from a workbook also numbers and truth values. Lines count from 1, as in an editor.
        """
        return _text_rows(self.file, self.encoding) if self.encoding else _workbook_rows(self.file)


def open_table(file):
    """Find out how a file is written: a workbook, or text in utf-8 or gb18030.

    The first encoding in which every byte makes sense wins. Raises Unreadable.
    """
    with file.open() as stream:
        start = stream.read(4)
    if start == b"PK\x03\x04":
        return Table(file, "", 0)
    for encoding in ("utf-8", "gb18030"):
        lines = _lines_in(file, encoding)
        if lines is not None:
            return Table(file, "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else encoding, lines)
    raise Unreadable("encoding", name=file.name)


def _lines_in(file, encoding):
    """How many lines the file has, or None when it is not in this encoding."""
    decoder, lines = codecs.getincrementaldecoder(encoding)("strict"), 0
    with file.open() as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    return lines


def delimiter_of(header, known):
    """The delimiter that makes most headings of the line known."""

    def fit(mark):
        return sum(heading(part.strip('"')) in known for part in header.split(mark)), header.count(mark)

    return max(DELIMITERS, key=fit)


def _text_rows(file, encoding):
    with file.open() as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        skipped, first = 0, text.readline(HEADER_LIMIT)
        while first and not first.strip():
            skipped, first = skipped + 1, text.readline(HEADER_LIMIT)
        mark = delimiter_of(first, LAYOUTS[file.kind].by_name)
        yield from csv_rows(chain([first], text), mark, skipped + 1, file.name)


def csv_rows(text, delimiter, line, name):
    """Yield (line, cells) of lines of CSV, the first of them line `line` of the file; empty rows are passed over."""
    reader, before = csv.reader(text, delimiter=delimiter), line - 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Unreadable("quotes", name=name, line=line) from error
        if cells is None:
            return
        if any(cells) and not (len(cells) == 1 and not cells[0].strip()):
            yield line, cells
        line = before + reader.line_num + 1


def _workbook_rows(table):
    if table.member is None:
        yield from sheet_rows(table.path, table.name)
        return
    with table.open() as member, tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        while chunk := member.read(CHUNK_BYTES):
            copy.write(chunk)
        copy.flush()
        yield from sheet_rows(copy.name, table.name)


def sheet_names(path, name):
    """The names of the visible sheets of a workbook. Raises Unreadable."""
    for _line, names in sheet_rows(path, name, "--names", str(path)):
        return names
    return []


def sheet_rows(path, name, *arguments):
    """Yield (line, cells) of a workbook, read by a process of its own (see `customers.rules.sheets`)."""
    directory(path, name, WORKBOOK_UNZIPPED_LIMIT)
    command = [sys.executable, "-I", sheets.__file__, *(arguments or [str(path)])]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")  # noqa: S603 (our own program)
    try:
        width = ended = None
        for line, printed in enumerate(child.stdout, 1):
            if not printed.endswith("\n"):
                break
            cells = json.loads(printed)
            if isinstance(cells, dict):
                if "error" in cells:
                    raise Unreadable(cells["error"], name=name)
                ended = True
                break
            if all(cell == "" or cell is None for cell in cells):
                continue
            if width is None:
                while cells and cells[-1] == "":
                    cells.pop()
                width = len(cells)
            elif not any(cell != "" for cell in cells[width:]):
                # A workbook leaves out trailing empty cells, and pads others to its widest row.
                cells = cells[:width] + [""] * (width - len(cells))
            yield line, cells
        if not ended:
            raise Unreadable("workbook_too_large", name=name)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()
