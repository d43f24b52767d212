"""``manage.py retier``: place every customer in every scheme."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from tiering.services.retier import UnderWay, retier, tidy


def day(text):
    """The day of ``--as-of``, None when not given; CommandError for what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(_("--as-of takes a day such as 2026-12-31, not “%(text)s”.") % {"text": text}) from None


class Command(BaseCommand):
    """Re-tier everybody and report what moved."""

    help = "Place every customer in every scheme by the facts of a day; running it again changes nothing."

    def add_arguments(self, parser):
        """The day, and how to print."""
        parser.add_argument("--as-of", metavar="DATE", help="the day (2026-12-31); today")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, as_of, json: bool, **options):
        """Run and print."""
        try:
            run = retier(as_of=day(as_of) or timezone.localdate(), wait=False)
        except UnderWay as error:
            raise CommandError(str(error)) from None
        tidy()
        if json:
            self.stdout.write(dump(run.result))
            return
        self.stdout.write(
            _("As of %(day)s: %(scored)s scored, %(incomplete)s of them incomplete, %(changed)s changed.")
            % {"day": run.as_of, "scored": run.scored, "incomplete": run.incomplete, "changed": run.changed}
        )
        for tier, count in run.result["tiers"].items():
            self.stdout.write(f"  {tier:>6} {count:>9,}")
        for move in run.result["moves"]:
            self.stdout.write(
                f"  {move['scheme']:<14}{move['from'] or '—':>6} → {move['to'] or '—':<6}{move['count']:>9,}"
            )


def dump(result):
    """One JSON object on one line, Chinese as it is."""
    return json.dumps(result, ensure_ascii=False)
