"""`manage.py raise_followups [--as-of DATE] [--json]`: raise the reminders whose day has come."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from care.services.raising import raise_followups


class Command(BaseCommand):
    """Parse, call the service, print."""

    help = "Raise the reminders of maturities and birthdays and the next steps of visits; twice changes nothing."

    def add_arguments(self, parser):
        """The day and the form of the answer."""
        parser.add_argument("--as-of", default="", metavar="DATE", help="the day, as 2026-12-01; today if left out")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, **options):
        """Raise and report."""
        try:
            as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else timezone.localdate()
        except ValueError:
            raise CommandError(f"--as-of must be a day such as 2026-12-01, not {options['as_of']!r}.") from None
        result = raise_followups(as_of=as_of)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        parts = ", ".join(f"{kind} {count}" for kind, count in result["by_rule"].items())
        self.stdout.write(f"{result['as_of']}: {result['raised']} raised ({parts}).")
