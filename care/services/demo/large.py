"""A large demo bank: hundreds of thousands of customers in minutes, for measuring and for a look at big numbers."""

import tempfile
import time
from datetime import timedelta

from django.db import connection, transaction

from care.models import FollowUp
from care.services.attention import count_service
from care.services.demo.contacts import enter_flags
from care.services.demo.crowd import FILLED, Crowd
from care.services.demo.extract import write_house
from care.services.demo.history import note_contacts
from care.services.demo.signins import give_passwords
from care.services.raising import raise_followups
from care.services.service import refresh_service
from customers.models import Customer, Holding
from customers.services.balances import refresh_balances
from customers.services.bare import bare
from customers.services.completeness import refresh_completeness
from customers.services.extract import load_extract
from staff.models import User
from tiering.services.retier import retier


def make_large_bank(*, customers, today, now, say=lambda text: None):
    """Fill the database, empty of customers, with a made-up bank of so many customers; returns what it holds.

    Branches, staff and products are loaded from an extract as in the detailed bank; customers, holdings and money are
    written set-based, all or nothing. Then the product's own services bring balances, tiers and follow-ups up to date,
    as of the end of last month and, after some facts have changed, as of today; `steps` in the result says how many
    seconds each took. What is left out: documents, phones, addresses, objections, proposals.
    """
    steps = Steps(say)
    last_month = today.replace(day=1) - timedelta(days=1)
    crowd = Crowd(customers=customers, today=today)
    with transaction.atomic():
        with tempfile.TemporaryDirectory(prefix="demo-bank-") as folder:
            steps.say("Loading branches, staff and products")
            write_house(folder, customers=customers, today=today)
            load_extract(path=folder, as_of=today, now=now)
        with bare(FILLED, steps.say):
            crowd.write(steps.say)
        enter_flags(today=today)
        give_passwords()
    steps.say("Vacuuming")
    _vacuum()
    for day in (last_month, today):
        if day == today:
            steps.say("Changing some facts")
            with transaction.atomic():
                crowd.change()
            steps.say("Noting contacts and counting service")
            note_contacts()
            refresh_service(on=day)
            steps.say("Counting how complete files are")
            refresh_completeness()
        steps.say(f"Refreshing balances as of {day}")
        refresh_balances(on=day)
        steps.say(f"Tiering as of {day}")
        tiered = retier(as_of=day)
    steps.say("Raising follow-ups")
    raise_followups(as_of=today)
    count_service(on=today)
    steps.say("Vacuuming again")
    _vacuum()
    steps.end()
    return {
        "as_of": today.isoformat(),
        "files": {"customers": Customer.objects.count(), "holdings": Holding.objects.count()},
        "rejected": 0,
        "tiers": tiered.result["tiers"],
        "open_followups": FollowUp.objects.open().count(),
        "staff": User.objects.count(),
        "steps": steps.seconds,
    }


class Steps:
    """Tells what is being done, and keeps how long each step took."""

    def __init__(self, say):
        self.tell, self.seconds, self.name, self.began = say, {}, None, 0.0

    def say(self, name):
        """The next step begins."""
        self.end()
        self.name, self.began = name, time.perf_counter()
        self.tell(name)

    def end(self):
        """The step in hand has ended."""
        if self.name is not None:
            self.seconds[self.name] = round(time.perf_counter() - self.began, 1)
        self.name = None


def _vacuum():
    """The planner and the visibility map learn what bulk work has written (counts get several times faster)."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
