"""Load an extract of the core systems from a folder, an archive or one file."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.rules.tables import Unreadable
from customers.services.extract import UnderWay, load_extract


def day(text):
    """A day as people write it: 2026-12-31."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("“%(text)s” is not a day; write 2026-12-31.") % {"text": text}) from None


class Command(BaseCommand):
    """`manage.py load_extract PATH --as-of DATE [--undoable] [--json]`."""

    help = "Load the files of a core-banking extract (folder, zip or one file). Loading them again changes nothing."

    def add_arguments(self, parser):
        """The path, the day, and the shape of the answer."""
        parser.add_argument("path", help="folder, zip archive or single file")
        parser.add_argument("--as-of", required=True, help="the day the extract describes, as in 2026-12-31")
        parser.add_argument("--undoable", action="store_true", help="note every written row, so that it can be undone")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, path, as_of, json: bool, undoable=False, **options):
        """Load, and say what became of the rows."""
        on = day(as_of)
        try:
            run = load_extract(path=path, as_of=on, now=timezone.now(), undoable=undoable)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except UnderWay as error:
            raise CommandError(_("Another load is under way; wait until it has ended.")) from error
        if json:
            self.stdout.write(as_json(on, run.files))
            return
        for kind, counts in run.files.items():
            numbers = "  ".join(f"{name} {number}" for name, number in counts.items())
            self.stdout.write(f"{kind:<10} {numbers}")


def as_json(on, files):
    """The answer as one JSON object."""
    return json.dumps({"as_of": on.isoformat(), "files": files}, ensure_ascii=False)
