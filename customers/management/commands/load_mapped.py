"""Load a foreign CSV or workbook by a mapping, saved by name or in a JSON file."""

import csv
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.management.commands.load_extract import as_json, day
from customers.rules.exports import safe_cell
from customers.rules.mapping import BadMapping
from customers.rules.tables import Unreadable
from customers.services.extract import UnderWay
from customers.services.mapping.loading import load_mapped
from customers.services.mapping.table import rejected_rows


class Command(BaseCommand):
    """`manage.py load_mapped FILE --mapping NAME --as-of DATE [--json] [--branch CODE] [--rejected FILE]`."""

    help = "Load a CSV or XLSX file (also .gz or .zip) that follows no layout of ours, by a saved mapping."

    def add_arguments(self, parser):
        """The file, the mapping, the day, and the shape of the answer."""
        parser.add_argument("path", help="a CSV or XLSX file, as it is or in a .gz or .zip")
        parser.add_argument("--mapping", required=True, help="the name of a saved mapping, or a JSON file")
        parser.add_argument("--as-of", required=True, help="the day the file describes, as in 2026-12-31")
        parser.add_argument("--branch", help="the branch of every row, whatever the mapping says")
        parser.add_argument("--rejected", help="write the rows that were not taken, with the reasons, to this CSV file")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, path, mapping, as_of, branch, rejected, json: bool, **options):
        """Load, and say what became of the rows."""
        on = day(as_of)
        try:
            with tempfile.TemporaryDirectory() as folder:
                run = load_mapped(
                    path=path, mapping=mapping, as_of=on, now=timezone.now(), folder=folder, branch=branch
                )
        except (Unreadable, BadMapping) as error:
            raise CommandError(str(error)) from error
        except UnderWay as error:
            raise CommandError(_("Another load is under way; wait until it has ended.")) from error
        if rejected:
            _write_rejected(run, Path(rejected))
        if json:
            self.stdout.write(as_json(on, run.files))
            return
        for kind, counts in run.files.items():
            numbers = "  ".join(f"{name} {number}" for name, number in counts.items())
            self.stdout.write(f"{kind:<10} {numbers}")


def _write_rejected(run, path):
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for row in rejected_rows(run):
            writer.writerow([safe_cell(cell) for cell in row])
