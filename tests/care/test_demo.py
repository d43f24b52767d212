"""The demo bank: the same each time, taken whole by the loader, and with work in every corner."""

import csv
import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from care.models import FollowUp
from care.services.demo import people, sign_ins
from care.services.demo.crowd import FILLED, Crowd
from care.services.demo.extract import write_extract, write_house
from care.services.demo.large import make_large_bank
from customers.choices import Kind
from customers.models import BalanceMonth, Customer, Holding, ImportIssue, Person, Relation, Standing
from customers.rules.extract import LAYOUTS
from customers.rules.identity import credit_code, resident_id
from customers.rules.lunar import parse_lunar
from customers.services.bare import bare
from customers.services.extract import load_extract
from proposals.choices import ProposalStatus
from proposals.models import Proposal
from staff.models import Branch, User
from tests.conftest import TODAY
from tiering.models import Movement
from visits.choices import ObjectionOutcome, VisitStatus
from visits.models import Objection, Visit


def rows_of(folder, kind):
    with (folder / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extract")
    list(write_extract(folder, customers=300, today=TODAY))
    return folder


@pytest.fixture
def bank(db, today):
    """A demo bank of 300 customers; what the command said."""
    said = StringIO()
    call_command("demo", customers=300, json=True, stdout=said)
    return json.loads(said.getvalue())


class TestExtract:
    def test_same_number_and_day_give_the_same_files(self, extract, tmp_path):
        list(write_extract(tmp_path, customers=300, today=TODAY))
        for kind in LAYOUTS:
            assert (tmp_path / f"{kind}.csv").read_bytes() == (extract / f"{kind}.csv").read_bytes()

    def test_identity_numbers_hold_their_check_digits(self, extract):
        for row in rows_of(extract, "customers"):
            if row["kind"] == "individual":
                number = resident_id(row["id_no"], on=TODAY)
                assert number[6:14] == row["birth_date"].replace("-", "")
                assert (int(number[16]) % 2 == 1) == (row["gender"] == "male")
            else:
                credit_code(row["id_no"])
            if row["lunar_birthday"]:
                parse_lunar(row["lunar_birthday"])

    def test_nobody_is_related_to_strangers(self, extract):
        known = {row["customer_no"] for row in rows_of(extract, "customers")}
        relations = rows_of(extract, "relations")
        assert {row["relation"] for row in relations} >= {"spouse", "introducer", "legal_representative"}
        for row in relations:
            assert {row["customer_no"], row["related_customer_no"]} <= known

    def test_nothing_has_matured_already(self, extract):
        ends = [row["matures_on"] for row in rows_of(extract, "holdings") if row["matures_on"]]
        assert ends
        assert min(ends) > TODAY.isoformat()

    def test_leap_day_has_a_year_before(self):
        assert people.years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


@pytest.mark.slow
class TestBank:
    def test_is_taken_whole_and_gives_work(self, bank):
        assert bank["rejected"] == 0
        assert not ImportIssue.objects.exists()
        assert Customer.objects.count() == 300
        assert Holding.objects.count() == bank["files"]["holdings"]
        assert Customer.objects.filter(kind=Kind.ORGANIZATION).exists()
        assert Branch.objects.count() == 11
        assert all(branch.path for branch in Branch.objects.all())
        assert set(Visit.objects.values_list("status", flat=True)) == set(VisitStatus.values)
        assert set(Objection.objects.values_list("outcome", flat=True)) == set(ObjectionOutcome.values)
        assert set(Proposal.objects.values_list("status", flat=True)) == set(ProposalStatus.values)
        assert FollowUp.objects.open().count() == bank["open_followups"] > 0
        assert FollowUp.objects.filter(state="done").exists()
        assert BalanceMonth.objects.order_by("month").first().month == date(2025, 12, 1)

    def test_people_moved_this_month_and_last(self, bank):
        real = Movement.objects.real()
        assert real.between(date(2026, 11, 1), TODAY).exists()
        assert real.between(date(2026, 10, 1), date(2026, 10, 31)).exists()
        assert not Movement.objects.filter(on__gt=TODAY).exists()
        counted = {"VIP": 0, "A": 0, "B": 0, "C": 0}
        people = Customer.objects.filter(kind="individual").exclude(standing__tier="")
        for tier in people.values_list("standing__tier", flat=True):
            counted[tier] += 1
        assert bank["tiers"] == counted

    def test_four_people_can_sign_in_until_they_choose_a_password(self, bank, client):
        assert [role for role, _staff_no, _password in sign_ins()] == ["manager", "head", "auditor", "admin"]
        for _role, staff_no, password in sign_ins():
            assert client.login(username=staff_no, password=password)
        said = StringIO()
        call_command("demo", sign_ins=True, stdout=said)
        assert said.getvalue().splitlines()[0] == "SIGN-IN manager M010101 zhike-manager"
        user = User.objects.get(staff_no="M010101")
        user.set_password("something else entirely")
        user.save()
        assert "manager" not in [role for role, _staff_no, _password in sign_ins()]

    def test_is_refused_beside_customers(self, manager, make_customer):
        make_customer(manager)
        with pytest.raises(CommandError, match="only put into an empty database"):
            call_command("demo", customers=300)
        assert Customer.objects.count() == 1

    def test_number_of_customers_has_limits(self, db):
        with pytest.raises(CommandError, match="40 to"):
            call_command("demo", customers=3)

    def test_nobody_to_sign_in_with_in_an_empty_database(self, db):
        assert sign_ins() == []


def structure():
    """Every index and constraint of the database as it is written down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        indexes = cursor.fetchall()
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        return indexes, cursor.fetchall()


@pytest.mark.slow
class TestLargeBank:
    SIZE = 1200

    def test_looks_like_a_bank_and_leaves_the_tables_as_they_were(self, db, today, make_customer):
        before, said = structure(), []
        result = make_large_bank(customers=self.SIZE, today=today, now=timezone.now(), say=said.append)
        assert structure() == before
        assert list(result["steps"]) == said
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert Customer.objects.count() == Standing.objects.count() == self.SIZE
        assert not Standing.objects.filter(completeness=0).exists()
        assert 4.5 < result["files"]["holdings"] / self.SIZE < 5.5
        assert {role for role, _staff_no, _password in sign_ins()} == {"manager", "head", "auditor", "admin"}
        assert Customer.objects.filter(manager__staff_no="M010101").exists()
        assert not Holding.objects.filter(status="open", matures_on__lte=TODAY).exists()
        assert set(Relation.objects.values_list("kind", flat=True)) == {
            *("spouse", "introducer", "legal_representative", "owner")
        }
        for unknown in ({"occupation": ""}, {"annual_income": None}, {"birth_date": None}, {"education": ""}):
            assert 0 < Person.objects.filter(**unknown).count() < self.SIZE / 4
        assert BalanceMonth.objects.values("month").distinct().count() >= 13
        assert result["open_followups"] == FollowUp.objects.open().count() > 0
        assert sum(result["tiers"].values()) == Person.objects.count()
        assert set(result["tiers"]) == {"VIP", "A", "B", "C"}
        assert 0 not in result["tiers"].values()
        assert Movement.objects.real().between(today, today).exists()
        assert not Movement.objects.filter(on__gt=today).exists()
        # Numbers go on behind those that were given.
        assert make_customer(User.objects.get(staff_no="M010101")).pk > self.SIZE

    def test_same_number_and_day_give_the_same_bank(self, db, today, tmp_path):
        write_house(tmp_path, customers=self.SIZE, today=today)
        load_extract(path=tmp_path, as_of=today, now=timezone.now())
        found = []
        for _turn in range(2):
            with transaction.atomic():
                with bare(FILLED, lambda text: None):
                    Crowd(customers=self.SIZE, today=today).write(lambda text: None)
                found.append(
                    [
                        list(
                            Customer.objects.order_by("pk").values_list("customer_no", "name", "manager", "opened_on")
                        ),
                        list(Holding.objects.order_by("pk").values_list("holding_no", "balance", "matures_on", "rate")),
                        list(BalanceMonth.objects.order_by("customer", "month").values_list("month", "assets")),
                    ]
                )
                transaction.set_rollback(True)
        assert found[0] == found[1]
        assert Customer.objects.count() == 0
