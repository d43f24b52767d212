"""Looking at a file that follows nobody's layout: how it is written, its headings, its rows.

Encoding, delimiter, sheet and header row are found out unless they are given. Rows are streamed.
"""

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from customers.rules.tables import (
    CHUNK_BYTES,
    UNZIPPED_LIMIT,
    TableFile,
    Unreadable,
    directory,
    is_zip,
    sheet_names,
    sheet_rows,
)

ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5", "cp1250", "cp1252", "latin-1")
DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
COLUMNS_LIMIT = 300
HEADER_ROW_LIMIT = 1000
# A delimiter is told from the first lines.
SNIFFED_BYTES, SNIFFED_LINES = 64 * 1024, 40
OLD_WORKBOOK, GZIP = b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
WORKBOOK_MARK = "[Content_Types].xml"
UNPACKED = "unpacked-"


@dataclass(frozen=True)
class Options:
    """How a file is written; what is empty is found out. `header_row` 0: there is none."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True)
class Foreign:
    """A file that was looked at once. `encoding` and `delimiter` are empty for a workbook, `sheets` for a text."""

    file: TableFile
    options: Options
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple = ()
    headings: tuple = ()
    lines: int = 0
    header_line: int = field(default=0, compare=False)

    def rows(self):
        """Yield (line, cells) below the header; empty rows are passed over. Raises Unreadable."""
        for line, cells in self.all_rows():
            if line > self.header_line:
                yield line, cells

    def all_rows(self):
        """Yield (line, cells) from the beginning."""
        if self.encoding:
            return _text_rows(self.file, self.encoding, self.delimiter)
        return sheet_rows(self.file.path, self.file.name, str(self.file.path), self.options.sheet)


def unpack(path, folder):
    """The one file inside a .gz or .zip, unpacked into `folder`; any other file as it is. Raises Unreadable."""
    path, name = Path(path), Path(path).name
    try:
        with open(path, "rb") as file:
            start = file.read(2)
        if start == GZIP:
            with gzip.open(path) as packed:
                return _keep(packed, Path(folder) / f"{UNPACKED}{path.stem[-60:]}", name)
        if not is_zip(path):
            return path
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in directory(path, name, UNZIPPED_LIMIT) if not info.is_dir()]
            if any(info.filename == WORKBOOK_MARK for info in infos):
                return path
            infos = [info for info in infos if not _is_litter(info.filename)]
            if len(infos) != 1:
                raise Unreadable("zip_several" if infos else "empty", name=name)
            inside = PurePosixPath(infos[0].filename.replace("\\", "/")).name
            with archive.open(infos[0]) as packed:
                return _keep(packed, Path(folder) / f"{UNPACKED}{inside[-60:]}", name)
    except FileNotFoundError:
        raise Unreadable("no_path", name=str(path)) from None
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unreadable("zip_broken", name=name) from error
    except OSError as error:
        raise Unreadable("not_readable", name=name) from error


def _is_litter(name):
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _keep(packed, path, name):
    written = 0
    with open(path, "wb") as kept:
        while chunk := packed.read(CHUNK_BYTES):
            written += len(chunk)
            if written > UNZIPPED_LIMIT:
                raise Unreadable("zip_too_large", name=name)
            kept.write(chunk)
    return path


def look_at(path, options=None, *, name=""):
    """Find out how the file at `path` is written and read its headings. Returns Foreign; raises Unreadable."""
    options = options or Options()
    file = TableFile(name or Path(path).name, None, Path(path))
    with file.open() as stream:
        start = stream.read(SNIFFED_BYTES)
    if not start:
        raise Unreadable("empty", name=file.name)
    if start.startswith(OLD_WORKBOOK):
        raise Unreadable("old_workbook", name=file.name)
    if start.startswith(b"PK\x03\x04"):
        foreign = Foreign(file, options, sheets=tuple(str(each) for each in sheet_names(path, file.name)))
    else:
        encoding, lines = _encoding_of(file, start, options.encoding)
        text = start.decode(encoding, errors="ignore")
        mark = DELIMITERS.get(options.delimiter) or options.delimiter or delimiter_in(text)
        foreign = Foreign(file, options, encoding, mark, lines=lines)
    return _with_headings(foreign)


def _with_headings(foreign):
    name, wanted = foreign.file.name, foreign.options.header_row
    rows = foreign.all_rows()
    header, below = None, False
    try:
        for line, cells in rows:
            if header is not None:
                below = True
                break
            if line >= wanted:
                header = line, cells
                if wanted == 0:
                    below = True
                    break
    finally:
        rows.close()
    if header is None:
        raise Unreadable("empty", name=name)
    line, cells = header
    cells = list(cells)
    while wanted and cells and not str(cells[-1] or "").strip():
        cells.pop()
    if len(cells) > COLUMNS_LIMIT:
        raise Unreadable("too_many_columns", name=name, n=len(cells), most=COLUMNS_LIMIT)
    if not below:
        raise Unreadable("no_rows", name=name)
    headings = headings_of(cells) if wanted else tuple(f"#{place}" for place in range(1, len(cells) + 1))
    return Foreign(
        foreign.file,
        foreign.options,
        foreign.encoding,
        foreign.delimiter,
        foreign.sheets,
        headings,
        foreign.lines,
        line if wanted else 0,
    )


def headings_of(cells):
    """Headings by which columns can be named: an empty one is #n for its place, the second of a name “name (2)”."""
    found = []
    for place, cell in enumerate(cells, 1):
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(cell)).split())
        text = text.replace("{", "(").replace("}", ")")[:80] or f"#{place}"
        number, unique = 2, text
        while unique in found:
            unique, number = f"{text} ({number})", number + 1
        found.append(unique)
    return tuple(found)


def _encoding_of(file, start, chosen):
    """(encoding, lines): the one that was chosen, or the first in which every byte makes sense. Raises Unreadable."""
    if chosen:
        lines = _lines_in(file, chosen)
        if lines is None:
            raise Unreadable("encoding_wrong", name=file.name, encoding=chosen)
        return ("utf-8-sig" if chosen == "utf-8" else chosen), lines
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        lines = _lines_in(file, "utf-16")
        if lines is not None:
            return "utf-16", lines
    if start.count(b"\0") > len(start) // 100:
        raise Unreadable("no_table", name=file.name)
    for encoding in ("utf-8", "gb18030"):
        lines = _lines_in(file, encoding)
        if lines is not None:
            return ("utf-8-sig" if encoding == "utf-8" else encoding), lines
    raise Unreadable("encoding", name=file.name)


def _lines_in(file, encoding):
    """How many lines the file has, or None when it is not written in this encoding."""
    decoder, lines = codecs.getincrementaldecoder(encoding)("strict"), 0
    with file.open() as stream:
        try:
            while chunk := stream.read(CHUNK_BYTES):
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeError:
            return None
    return lines


def delimiter_in(text):
    """The delimiter that gives the first lines the same number of cells, the more the better; else a comma."""
    lines = text.splitlines()[:SNIFFED_LINES]
    if len(lines) > 1 and len(text) >= SNIFFED_BYTES // 4:
        lines = lines[:-1]
    best, chosen = (0, 0), ","
    for mark in DELIMITERS.values():
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            continue
        if not widths:
            continue
        usual = max(set(widths), key=lambda width: (widths.count(width), width))
        fit = (widths.count(usual) / len(widths) if usual > 1 else 0, usual)
        if fit > best:
            best, chosen = fit, mark
    return chosen


def _text_rows(file, encoding, mark):
    with file.open() as stream, io.TextIOWrapper(stream, encoding=encoding, newline="") as text:
        reader, line = csv.reader(text, delimiter=mark), 1
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise Unreadable("quotes", name=file.name, line=line) from error
            except UnicodeError as error:
                raise Unreadable("encoding_wrong", name=file.name, encoding=encoding) from error
            if cells is None:
                return
            if any(cells) and not (len(cells) == 1 and not cells[0].strip()):
                yield line, cells
            line = reader.line_num + 1
