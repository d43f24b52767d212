"""Pages against the bare page of the same server, and against the same page of a bank of a thousand."""

import os
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from config.wsgi import settle
from customers.models import Customer
from scripts import local_servers
from staff.models import User
from tests.bench.bare import PATH as BARE

MANAGER, HEAD, AUDITOR = "M010101", "H0101", "A001"
# A page that takes long is asked less often: about so many seconds for each.
SECONDS = 20
LEAST = 20


def addresses():
    """{name: (staff number, path, goal by p50 or p95, as a multiple of the bare page)}."""
    rich = Customer.objects.filter(manager__staff_no=MANAGER).order_by("-standing__holding_count", "pk")[0]
    return {
        "customer list, manager": (MANAGER, "/customers/", "p50", 6),
        "customer list, auditor": (AUDITOR, "/customers/", "p50", 6),
        "customer list, auditor, one tier": (AUDITOR, "/customers/?tier=A", "p50", 6),
        "customer list, auditor, how a name begins": (AUDITOR, "/customers/?q=王建", "p50", 6),
        "customer list, auditor, two letters": (AUDITOR, "/customers/?q=建国", "p50", 6),
        "customer page": (MANAGER, rich.get_absolute_url(), "p50", 5),
        "dashboard, one branch": (HEAD, "/tiering/", "p95", 4),
        "dashboard, all branches": (AUDITOR, "/tiering/", "p95", 15),
        "matrix, one branch": (HEAD, "/tiering/matrix/", "p95", 4),
        "matrix, all branches": (AUDITOR, "/tiering/matrix/", "p95", 4),
    }


@override_settings(ROOT_URLCONF="tests.bench.bare")
def measure(names, requests, *, until=None):
    """{name: {p50, p95, cold, queries, errors, count}} in milliseconds, pages being asked in turn; among them for each
    person who asks the page with nothing but the frame (`bare_of`), whose counts are that person's.

    `requests` of each, fewer of slow ones; with `until` (a call) as many as there is time for before it says True.
    """
    asked = {name: page for name, page in addresses().items() if name in names}
    people = dict.fromkeys([MANAGER, *(staff_no for staff_no, *_page in asked.values())])
    pages = {bare_of(staff_no): (staff_no, BARE, "", 0) for staff_no in people} | asked
    clients, found = {}, {}
    for name, (staff_no, path, *goal) in pages.items():
        if staff_no not in clients:
            clients[staff_no] = Client(SERVER_NAME="localhost", raise_request_exception=False)
            clients[staff_no].force_login(User.objects.get(staff_no=staff_no))
        # A name typed into the address leads on to an address without it: that page is measured.
        if led := clients[staff_no].get(path, follow=True).redirect_chain:
            path = led[-1][0]
            pages[name] = (staff_no, path, *goal)
        cold, _status = _ask(clients[staff_no], path)
        warm, status = _ask(clients[staff_no], path)
        with CaptureQueriesContext(connection) as captured:
            _ask(clients[staff_no], path)
        wanted = min(requests, max(LEAST, int(SECONDS * 1000 / warm)))
        found[name] = {"cold": cold, "queries": len(captured), "status": status, "wanted": wanted, "times": []}
    settle()
    errors = 0
    for turn in range(requests):
        for name, (staff_no, path, *_goal) in pages.items():
            if turn < found[name]["wanted"] and not (until and until()):
                taken, status = _ask(clients[staff_no], path)
                found[name]["times"].append(taken)
                errors += status != 200
    return {name: _summed_up(page) for name, page in found.items()} | {"errors": errors}


def bare_of(staff_no):
    """The name of the bare page as this person sees it."""
    return f"bare {staff_no}"


def _ask(client, path):
    began = time.perf_counter()
    status = client.get(path).status_code
    return (time.perf_counter() - began) * 1000, status


def _summed_up(page):
    times = sorted(page["times"]) or [0.0]
    return {
        "p50": times[len(times) // 2],
        "p95": times[min(len(times) - 1, int(len(times) * 0.95))],
        "cold": page["cold"],
        "queries": page["queries"],
        "status": page["status"],
        "count": len(page["times"]),
    }


def measure_busy(names, requests, today):
    """The same pages quiet and while another process re-tiers everybody under other cut-offs; and the run's seconds."""
    quiet = measure(names, requests)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tiering_cutoff SET minimum = minimum - 2 WHERE minimum > 0")
    here = settings.DATABASES["default"] | {"NAME": connection.settings_dict["NAME"]}
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**here)
    began = time.perf_counter()
    retiering = subprocess.Popen(
        [sys.executable, "manage.py", "retier", "--as-of", today.isoformat(), "--json"],
        cwd=local_servers.CLONE,
        env=os.environ | {"DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )
    try:
        busy = measure(names, 100_000, until=lambda: retiering.poll() is not None)
        failed = retiering.wait()
    finally:
        retiering.kill()
    return quiet, busy, time.perf_counter() - began, failed
