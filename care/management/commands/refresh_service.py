"""`manage.py refresh_service [--as-of DATE] [--json]`: count talks, time, cost and the rung of each relationship."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from care.services.attention import count_service
from care.services.service import refresh_service


class Command(BaseCommand):
    """Parse, call the service, print."""

    help = "Count what was done for each customer in twelve months, its time and cost; twice changes nothing."

    def add_arguments(self, parser):
        """The day and the form of the answer."""
        parser.add_argument("--as-of", default="", metavar="DATE", help="the day, as 2026-12-01; today if left out")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, **options):
        """Count and report."""
        try:
            as_of = date.fromisoformat(options["as_of"]) if options["as_of"] else timezone.localdate()
        except ValueError:
            raise CommandError(f"--as-of must be a day such as 2026-12-01, not {options['as_of']!r}.") from None
        result = {"as_of": as_of.isoformat(), "written": refresh_service(on=as_of)}
        count_service(on=as_of)
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        self.stdout.write(f"{result['as_of']}: {result['written']} written.")
