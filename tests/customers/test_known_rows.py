"""Customers of an extract that are recognised instead of read: nothing about the result may tell the difference."""

from datetime import date, timedelta

import pytest

from customers.models import Customer, ImportIssue, KnownRow, Person, Restriction
from customers.rules.tables import find_files, open_table
from customers.services.extract import load_extract
from customers.services.extract.staging import drop, header_of, stage
from staff.models import Branch
from tests.customers.extracts import AS_OF, BANK, NOW, write

pytestmark = pytest.mark.django_db
HEADER, FIRST, SECOND = BANK["customers"]
FREE = SECOND.replace("民营,1,", "民营,0,")


@pytest.fixture
def load(tmp_path):
    def load(rows=(FIRST, FREE), on=AS_OF):
        folder = write(
            tmp_path / "extract", BANK | {"customers": [HEADER, *rows], "restrictions": BANK["restrictions"][:1]}
        )
        run = load_extract(path=folder, as_of=on, now=NOW)
        return run, {name: n for name, n in run.files["customers"].items() if n}

    return load


def recognised(tmp_path, on=AS_OF):
    table = open_table(find_files(tmp_path / "extract")[0]["customers"])
    header, unknown = header_of(table)
    staged = stage(table, header, unknown, on=on, progress=lambda rows: None, recognise=True)
    drop("customers")
    return staged.same


def test_row_is_recognised_while_it_and_its_customer_stand(load, tmp_path):
    load()
    assert (KnownRow.objects.count(), recognised(tmp_path)) == (2, 2)
    assert load()[1] == {"rows": 2, "unchanged": 2}
    assert load([FIRST.replace("天心区1号", "天心区2号"), FREE])[1] == {"rows": 2, "updated": 1, "unchanged": 1}
    assert Customer.objects.get(customer_no="C1").address.endswith("天心区2号")
    assert recognised(tmp_path) == 2
    assert recognised(tmp_path, on=AS_OF - timedelta(days=1)) == 0


@pytest.mark.parametrize("model", [Customer, Person])
def test_what_somebody_has_written_since_is_read_against_the_row(load, model):
    load()
    changed = {"name": "曾子城"} if model is Customer else {"education": "junior_college"}
    field = "customer_no" if model is Customer else "customer__customer_no"
    model.objects.filter(**{field: "C1"}).update(**changed)
    assert load()[1] == {"rows": 2, "updated": 1, "unchanged": 1}
    customer = Customer.objects.get(customer_no="C1")
    assert (customer.name, customer.person.education) == ("曾国藩", "bachelor")


def test_customer_on_the_restricted_list_is_read(load, tmp_path):
    load([FIRST, SECOND])
    assert recognised(tmp_path) == 1
    Restriction.objects.create(
        customer=Customer.objects.get(customer_no="C1"), reason="欠款", starts_on=date(2026, 12, 1)
    )
    assert recognised(tmp_path) == 0


def test_branch_of_another_code_refuses_the_row_as_before(load, tmp_path):
    load()
    Branch.objects.filter(code="B01").update(code="B09")
    folder = write(tmp_path / "alone", {"customers": [HEADER, FIRST, FREE]})
    run = load_extract(path=folder, as_of=AS_OF, now=NOW)
    assert run.files["customers"]["rejected"] == 2


def test_doubtful_row_is_doubted_each_time(load, tmp_path):
    doubtful = FIRST.replace("138 1234 5678", "12345")
    for _night in range(2):
        run, counts = load([doubtful, FREE])
        assert counts["warnings"] == 1
        assert ImportIssue.objects.filter(run=run, file="customers").count() == 1
    assert recognised(tmp_path) == 1


@pytest.mark.parametrize("moved_first", [False, True])
def test_second_row_of_a_known_customer_is_refused(load, moved_first):
    load()
    rows = [FIRST.replace("天心区1号", "天心区2号"), FIRST]
    _run, counts = load(rows if moved_first else rows[::-1])
    assert counts["rejected"] == 1
    assert Customer.objects.get(customer_no="C1").address.endswith("2号" if moved_first else "1号")
    assert load([FIRST, FIRST])[1]["rejected"] == 1


def test_gone_customer_is_forgotten_and_comes_anew(load):
    load([FIRST, FREE, FREE.replace("C2", "C3").replace("91110000600037341L", "")])
    Customer.objects.get(customer_no="C3").delete()
    assert load()[1] == {"rows": 2, "unchanged": 2}
    assert KnownRow.objects.count() == 2
