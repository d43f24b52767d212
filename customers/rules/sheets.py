"""Reads one workbook in a process of its own, with little memory and little time, and prints its rows as JSON.

Run as a program by `customers.rules.tables`: ``python -I sheets.py PATH [SHEET]``; with an empty SHEET the first
visible sheet, and with ``--names`` before PATH only the names of the visible ones. A workbook that asks for more than
it is given takes only this process down. Nothing of Django is imported here.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta

MEMORY_BYTES = 2 * 1024**3
CPU_SECONDS = 90
ROWS_LIMIT = 1_048_576
COLUMNS_LIMIT = 200


def cell_value(value):
    """A cell as JSON can carry it: days as ISO text, everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return value


def main(path, wanted="", *, names_only=False):
    """Print one JSON list for each row of a sheet, the first visible one unless `wanted`; an object with the reason
    when it cannot be read. With `names_only` one list with the names of the visible sheets.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import SheetVisibleEnum, load_workbook  # noqa: PLC0415 (after the limits)

    write = sys.stdout.write
    try:
        workbook = load_workbook(path)
        visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        if names_only:
            write(json.dumps(visible or workbook.sheet_names, ensure_ascii=False) + '\n{"end": true}\n')
            return 0
        if wanted and wanted not in workbook.sheet_names:
            write('{"error": "no_such_sheet"}\n')
            return 1
        sheet = workbook.get_sheet_by_name(wanted or (visible[0] if visible else workbook.sheet_names[0]))
    except MemoryError:
        write('{"error": "workbook_too_large"}\n')
        return 1
    except BaseException:
        # Calamine reports some broken files as a panic, which is no Exception.
        write('{"error": "workbook_broken"}\n')
        return 1
    if sheet.end is not None and (sheet.end[0] >= ROWS_LIMIT or sheet.width > COLUMNS_LIMIT):
        write('{"error": "workbook_too_large"}\n')
        return 1
    for row in sheet.iter_rows():
        write(json.dumps([cell_value(value) for value in row], ensure_ascii=False) + "\n")
    write('{"end": true}\n')
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "--names":
        sys.exit(main(sys.argv[2], names_only=True))
    sys.exit(main(sys.argv[1], *sys.argv[2:3]))
