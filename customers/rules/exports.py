"""Text that a spreadsheet will open: nothing in it may run as a formula."""

import csv
import io
from itertools import chain

# What a spreadsheet takes for the beginning of a formula, half-width and full-width.
DANGEROUS = "=+-@\t\r\x00＝＋－＠"
UTF8_MARK = "\ufeff"


def safe_cell(value):
    """The text of a cell, with an apostrophe before what a spreadsheet would take for a formula."""
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" ")[:1] and text.lstrip(" ")[0] in DANGEROUS else text


def csv_lines(header, rows):
    """Yield the lines of a CSV that spreadsheets open as UTF-8, header first, every cell safe."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(UTF8_MARK)
    for row in chain([header], rows):
        writer.writerow([safe_cell(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
