"""The demo bank from nothing to a morning's work."""

import tempfile

from django.db import connection, transaction

from care.services.demo.contacts import make_up_contacts
from care.services.demo.extract import write_extract
from care.services.demo.files import fill_files
from care.services.demo.handovers import make_up_handovers
from care.services.demo.history import make_up_months, make_up_moves, make_up_reminders, note_contacts
from care.services.demo.large import make_large_bank
from care.services.demo.lists import make_up_lists
from care.services.demo.mappings import save_mappings
from care.services.demo.records import write_records
from care.services.demo.signins import give_passwords
from care.services.demo.tiers import begin_draft, make_up_talks, make_up_uses
from care.services.demo.ties import make_up_ties
from care.services.demo.wallets import make_up_wallets
from care.services.service import refresh_service
from customers.models import Customer
from customers.services.extract import load_extract
from staff.models import User

# Up to so many customers are written one by one, with everything that belongs to them.
DETAILED = 20_000


class NotEmpty(Exception):
    """There are customers already; the demo bank is only put into an empty database."""


def make_demo_bank(*, customers, today, now, say=lambda text: None):
    """Fill the empty database with a made-up bank of so many customers, as of the day; returns what it holds.

    An extract is written to a temporary folder and loaded as any other; visits, proposals, a year of balances, moves
    between tiers and reminders are added. All or nothing. `say` is told what is being done. Raises NotEmpty when there
    are customers already. Beyond 20,000 customers it is the large bank, which has less of each customer.
    """
    if customers > DETAILED:
        if Customer.objects.exists():
            raise NotEmpty
        return make_large_bank(customers=customers, today=today, now=now, say=say)
    with transaction.atomic():
        if Customer.objects.exists():
            raise NotEmpty
        with tempfile.TemporaryDirectory(prefix="demo-bank-") as folder:
            say(f"Writing the extract of a bank with {customers:,} customers")
            for _written in write_extract(folder, customers=customers, today=today):
                pass
            say("Loading it")
            run = load_extract(path=folder, as_of=today, now=now)
        say("Writing visits, needs, objections and proposals")
        for _done in write_records(today=today):
            pass
        fill_files(today=today)
        make_up_wallets(today=today)
        make_up_ties(today=today)
        note_contacts()
        refresh_service(on=today)
        make_up_talks(today=today)
        say("Tiering as of earlier months and as of today")
        tiered = make_up_moves(today=today)
        make_up_months(today=today)
        make_up_uses(today=today)
        make_up_contacts(today=today)
        say("Raising reminders")
        raised = make_up_reminders(today=today)
        note_contacts()
        refresh_service(on=today)
        give_passwords()
        begin_draft()
        make_up_lists(today=today)
        make_up_handovers(today=today, now=now)
        save_mappings()
    _tidy()
    return {
        "as_of": today.isoformat(),
        "files": {kind: counts["rows"] for kind, counts in run.files.items()},
        "rejected": sum(counts["rejected"] for counts in run.files.values()),
        "tiers": tiered.result["tiers"],
        "open_followups": raised["open"],
        "staff": User.objects.count(),
    }


def _tidy():
    """Bulk work is done: let the planner and the visibility map know (counts get several times faster)."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
