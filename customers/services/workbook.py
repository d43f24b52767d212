"""Tables as an XLSX workbook: exact numbers, real days, and no text that a spreadsheet would run as a formula."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import xlsxwriter

# What a file of rows may hold; a longer list is cut, and says so.
MOST_ROWS = 50_000
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_TITLE = 31
WIDEST = 48


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook: title, headings, rows of text, numbers and days; `note` stands above it."""

    title: str
    headings: list
    rows: Iterable
    note: str = ""


def workbook(sheets, *, preamble=()):
    """The bytes of a workbook with one sheet a table; `preamble` lines (what was looked at) stand on top of each."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    formats = {
        "bold": book.add_format({"bold": True}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "head": book.add_format({"bold": True, "bottom": 1}),
    }
    taken = set()
    for sheet in sheets:
        _write(book.add_worksheet(_name(sheet.title, taken)), sheet, preamble, formats)
    book.close()
    return buffer.getvalue()


def _write(page, sheet, preamble, formats):
    page.write_string(0, 0, sheet.title, formats["bold"])
    lines = [line for line in (*preamble, sheet.note) if line]
    for place, line in enumerate(lines, 1):
        page.write_string(place, 0, line)
    top = len(lines) + 2
    widths = [_width(heading) for heading in sheet.headings]
    for column, heading in enumerate(sheet.headings):
        page.write_string(top, column, str(heading), formats["head"])
    for line, row in enumerate(sheet.rows, top + 1):
        for column, value in enumerate(row):
            _cell(page, line, column, value, formats)
            if column < len(widths) and line < top + 200:
                widths[column] = max(widths[column], _width(value))
    for column, width in enumerate(widths):
        page.set_column(column, column, min(width + 2, WIDEST))
    page.freeze_panes(top + 1, 1)


def _cell(page, line, column, value, formats):
    if value is None or value == "":
        page.write_blank(line, column, None)
    elif isinstance(value, bool):
        page.write_boolean(line, column, value)
    elif isinstance(value, int):
        page.write_number(line, column, value, formats["count"])
    elif isinstance(value, Decimal):
        page.write_number(line, column, float(value), formats["money"])
    elif isinstance(value, float):
        page.write_number(line, column, value, formats["share"])
    elif isinstance(value, date):
        page.write_datetime(line, column, value, formats["day"])
    else:
        page.write_string(line, column, str(value))


def _width(value):
    if isinstance(value, int | float | Decimal):
        return len(f"{value:,.2f}")
    # Chinese letters are twice as wide.
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(value))


def _name(title, taken):
    """A name that a workbook allows: 31 letters, none of its own signs, each once."""
    plain = str(title).translate(FORBIDDEN).strip() or "1"
    name, number = plain[:LONGEST_TITLE], 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[: LONGEST_TITLE - 4]} {number}"
    taken.add(name.casefold())
    return name
