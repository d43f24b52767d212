"""An import that was undone leaves no trace in any table, also of what the load dropped, lifted or counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection

from customers.models import (
    Customer,
    CustomField,
    CustomValue,
    FactSource,
    ImportChange,
    ImportIssue,
    ImportRejection,
    ImportRun,
    KnownRow,
    Person,
    Restriction,
)
from customers.services.customer import edit_customer
from customers.services.extract import load_extract
from customers.services.mapping.undo import undo_import
from customers.services.restriction import lift, restrict
from jobs.models import Job
from staff.models import AuditEvent
from tests.customers.extracts import AS_OF, BANK, write
from tiering.models import Touched
from tiering.services.retier import retier

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 31, 18, tzinfo=UTC)
# What tells of the import itself; everything else must be as it was.
TELLING = {ImportRun, ImportChange, ImportIssue, ImportRejection, KnownRow, AuditEvent, Job, Touched}
# What moves on with each save; keys of rows that are made anew by themselves.
MOVING = {"default": ["version", "updated_at"], "customers.NameKey": ["id"]}


def tables():
    """Every row of every table, as the database writes it; what moves on with each save is left out."""
    rows = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model in TELLING or not model._meta.managed:
                continue
            moving = MOVING.get(model._meta.label, MOVING["default"])
            cursor.execute(f"SELECT to_jsonb(t) - %s::text[] FROM {model._meta.db_table} t", [moving])
            rows[model._meta.label] = sorted(str(row) for (row,) in cursor.fetchall())
    return rows


def differences(before, after):
    """Tables that are not the same, with what was lost and what came in addition."""
    return {
        name: (set(before[name]) - set(after[name]), set(after[name]) - set(before[name]))
        for name in before
        if before[name] != after[name]
    }


@pytest.fixture
def load(tmp_path):
    """`load(files)`: load files of an extract so that they can be undone; returns the run."""

    def run(files, as_of=AS_OF):
        folder = tmp_path / str(ImportRun.objects.count())
        return load_extract(path=write(folder, files), as_of=as_of, now=NOW, undoable=True)

    return run


@pytest.fixture
def bank(load, tree):
    """The bank of the extract, where a person has said some facts, and the core system has flagged a customer."""
    field = CustomField.objects.create(code="hobby", name="爱好", kind="text")
    flag = BANK["customers"][0], BANK["customers"][1].replace(",本科,,,0,", ",本科,,,1,"), BANK["customers"][2]
    load(BANK | {"customers": list(flag)})
    customer = Customer.objects.get(customer_no="C1")
    edit_customer(
        customer=customer,
        by=customer.manager,
        facts={"occupation": "sales", "mobile": "13800138000", f"x_{field.code}": "茶"},
        version=customer.version,
        on=AS_OF,
        now=NOW,
    )
    restrict(
        customer=customer,
        by=customer.manager,
        kind="internal",
        reason="逾期",
        on=AS_OF - timedelta(days=90),
        ends_on=AS_OF + timedelta(days=1),
    )
    retier(as_of=AS_OF)
    return customer


CHANGED = {
    "customers": [
        "customer_no,kind,name,branch_code,manager_no,mobile,occupation,annual_income,restricted,x_hobby",
        "C1,individual,曾国荃,B01,M2,13900139000,行政管理,9,0,酒",
        "C9,individual,李四,B01,M1,13700137000,,,1,书",
    ],
    "restrictions": [
        "customer_no,restriction_kind,restriction_reason,starts_on,ends_on,list_name",
        "C2,法院,已还,2026-06-01,2026-12-01,2026年第2批",
        "C1,法院,新的,2026-06-01,2026-12-01,2026年第3批",
        "C9,法院,新的,2026-06-01,,2026年第3批",
    ],
    "holdings": [
        "holding_no,customer_no,product_code,balance,status",
        "H2,C1,TD01,9,open",
        "H9,C2,CA01,77,open",
        "H8,C9,CA01,78,open",
    ],
}


def test_undo_leaves_every_table_as_it_was(load, bank):
    before = tables()
    run = load(CHANGED)
    assert {counts["rejected"] for counts in run.files.values()} == {0}
    assert not FactSource.objects.filter(field__in=["occupation", "mobile", "x_hobby"]).exists()
    assert not Restriction.objects.open().filter(customer=bank, origin="flag").exists()
    assert undo_import(run=run, by=None, on=AS_OF, now=NOW)["left"] == 0
    assert differences(before, tables()) == {}


def test_word_of_a_person_stays_lost_where_somebody_has_written_the_fact_since(load, bank):
    run = load(CHANGED)
    customer = Customer.objects.get(customer_no="C1")
    facts = {"annual_income": 12, "mobile": "13600136000"}
    edit_customer(customer=customer, by=bank.manager, facts=facts, version=customer.version, on=AS_OF, now=NOW)
    assert undo_import(run=run, by=None, on=AS_OF, now=NOW)["left"] == 1
    assert Person.objects.get(customer=customer).occupation == "executive"
    assert sorted(FactSource.objects.values_list("field", flat=True)) == [
        "annual_income",
        "mobile",
        "x_hobby",
    ]
    assert CustomValue.objects.get(customer=customer).text == "茶"
    left = ImportIssue.objects.filter(run=run, level="left").values_list("file", "value", "reason")
    assert list(left) == [("customers", "C1", "changed_since")]


def test_lifting_by_a_person_after_the_load_stays(load, bank):
    run = load({"restrictions": [CHANGED["restrictions"][0], "C2,法院,改了,2026-06-01,,2026年第2批"]})
    entry = Restriction.objects.get(origin="list")
    lift(restriction=entry, by=bank.manager, reason="查清了", on=date(2026, 12, 31))
    assert undo_import(run=run, by=None, on=AS_OF, now=NOW)["left"] == 1
    entry.refresh_from_db()
    assert (entry.lift_reason, entry.reason) == ("查清了", "改了")
