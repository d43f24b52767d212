"""A re-tiering killed anywhere: the next one finishes it, no move is lost and none is written twice."""

import os
import random
import subprocess
import sys
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, transaction

from customers.models import Standing
from staff.choices import Role
from staff.models import User
from tests.processes import CLONE, until
from tiering.models import Movement, Placement, Scheme, TierCount, TieringRun
from tiering.services.retier import LOCK, retier

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.slow]

DAY = date(2026, 11, 21)
CUSTOMERS, KILLS = 600, 20
CROWD = """
    INSERT INTO customers_customer (public_id, customer_no, kind, name, name_grams, branch_id, manager_id, id_type,
        id_no_sealed, id_no_index, mobile_sealed, mobile_index, mobile_tail, email_sealed, email_index, address_sealed,
        address_index, ease_of_contact, influence, restricted, restricted_reason, version, created_at, updated_at)
    SELECT gen_random_uuid(), 'K' || n, 'individual', '李', '{}', %s, %s, '', '', '', '', '', '', '', '', '', '', '',
        '', FALSE, '', 1, now(), now()
    FROM generate_series(1, %s) n
"""
PERSONS = """
    INSERT INTO customers_person (customer_id, gender, lunar_leap, occupation, annual_income, marital_status, education)
    SELECT id, '', FALSE, (ARRAY['business_owner', 'clerk', ''])[1 + id %% 3], 20000 * (id %% 12), 'married', ''
    FROM customers_customer
"""
# Overnight the facts of half of the people change one way or the other.
NEWS = [
    "UPDATE customers_person SET annual_income = 20000 * ((customer_id + %s) %% 12) WHERE customer_id %% 2 = 0",
    "UPDATE customers_standing SET asset_total = 70000 * ((customer_id + %s) %% 13) WHERE customer_id %% 3 <> 0",
]


def execute(text, params=()):
    with connection.cursor() as cursor:
        cursor.execute(text, params)


@contextmanager
def dying():
    """`die(day, n)` re-tiers on the database of this test and kills that process at statement n."""
    database = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(database._replace(path="/" + connection.settings_dict["NAME"]))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.dying_run"],
        cwd=CLONE,
        env=os.environ | {"DATABASE_URL": url, "VAR_DIR": str(settings.VAR_DIR)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def die(day, statement):
        process.stdin.write(f"{day} {statement}\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    try:
        yield die
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(30)


def lock_is_free():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return cursor.fetchone()[0]


def state():
    """Every placement, the tiers beside the customers, and the counts of the latest day."""
    fields = ("customer_id", "scheme__code", "code", "rank", "value", "measured", "watch_from", "watch_until", "since")
    standing = ("customer_id", "tier", "tier_rank", "asset_tier", "loyalty_tier", "score", "coverage", "tier_until")
    latest = TierCount.objects.latest("on").on
    counts = TierCount.objects.filter(on=latest).values_list("scheme__code", "code", "customers", "assets")
    return tuple(
        sorted(rows, key=str)
        for rows in (Placement.objects.values_list(*fields), Standing.objects.values_list(*standing), counts)
    )


def moves(day):
    return sorted(
        Movement.objects.filter(on=day).values_list("customer_id", "scheme__code", "from_code", "to_code", "reason")
    )


@pytest.fixture
def crowd(tree):
    """Six hundred people, placed; by assets they fall at once, by points under watch."""
    Scheme.objects.filter(code="assets").update(watch_months=0)
    manager = User.objects.create_user("M001", "x", name="王芳", role=Role.MANAGER, branch=tree["D001"])
    execute(CROWD, [manager.branch_id, manager.pk, CUSTOMERS])
    execute(PERSONS)
    Standing.objects.bulk_create(
        Standing(customer_id=pk, asset_total=Decimal(pk % 9) * 70000)
        for pk in manager.customers.values_list("pk", flat=True)
    )
    retier(as_of=DAY)


def test_runs_killed_at_twenty_points_lose_no_move_and_write_none_twice(crowd):
    """Each night the facts change, the run is killed at a statement of chance, and the next run says in the end what
    an unharmed one would have said."""
    chance = random.Random(20261121)  # noqa: S311 moments, not secrets
    with dying() as die:
        for night in range(1, KILLS + 1):
            day = DAY + timedelta(days=40 * night)
            for text in NEWS:
                execute(text, [5 * night])
            asked = []
            with transaction.atomic():
                with connection.execute_wrapper(lambda go, *given, asked=asked: asked.append(given[0]) or go(*given)):
                    retier(as_of=day)
                expected = state(), moves(day)
                transaction.set_rollback(True)
            assert expected[1], "a night in which nobody moves proves nothing"
            # Inside this transaction the run's own transactions are savepoints; in the child they are not.
            asked = [text for text in asked if "SAVEPOINT" not in text]
            statement = chance.randint(2, len(asked) - 1)
            assert die(day, statement) == "killed", f"night {night}, statement {statement} of {len(asked)}"
            assert until(lock_is_free)
            retier(as_of=day)
            assert (state(), moves(day)) == expected, f"killed at statement {statement}"
            assert not TieringRun.objects.filter(finished_at=None).exists()
