"""manage.py demo: fill an empty database with a made-up bank, or tell how to sign in to it."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from care.services.demo import NotEmpty, make_demo_bank, sign_ins


class Command(BaseCommand):
    help = "Fill the empty database with a made-up bank as of today; --sign-ins tells how to sign in to it."

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=5000, help="how many customers (default 5000)")
        parser.add_argument("--sign-ins", action="store_true", help="only print the demo people who can sign in")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args, **options):
        if options["sign_ins"]:
            self._tell_sign_ins()
        else:
            self._make(options["customers"], options["json"])

    def _tell_sign_ins(self):
        for role, staff_no, password in sign_ins():
            self.stdout.write(f"SIGN-IN {role} {staff_no} {password}")

    def _make(self, customers, as_json):
        if not 40 <= customers <= 5_000_000:
            raise CommandError("A demo bank has from 40 to 5,000,000 customers.")

        def say(text):
            print(f"    {text} …", file=sys.stderr if as_json else sys.stdout, flush=True)

        now = timezone.now()
        try:
            result = make_demo_bank(customers=customers, today=timezone.localdate(), now=now, say=say)
        except NotEmpty:
            raise CommandError(
                "There are customers already; the demo bank is only put into an empty database."
            ) from None
        if as_json:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        files = result["files"]
        self.stdout.write(
            f"Demo bank as of {result['as_of']}: {files['customers']:,} customers, {files['holdings']:,} holdings,"
            f" {result['open_followups']:,} open follow-ups."
        )
