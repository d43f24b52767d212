"""Importing by mapping: the same checks as an extract, nobody's history, undone as a whole or not at all."""

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from customers.models import (
    Customer,
    Holding,
    ImportChange,
    ImportIssue,
    ImportRejection,
    ImportRun,
    Mapping,
    NameKey,
    Need,
    OwnerChange,
    Person,
    Standing,
)
from customers.rules.mapping import BadMapping
from customers.rules.tables import Unreadable
from customers.services.customer import edit_customer
from customers.services.extract import load_extract
from customers.services.mapping import drafts, undo
from customers.services.mapping.library import retire_mapping, save_mapping
from customers.services.mapping.loading import load_mapped
from customers.services.mapping.sweep import sweep_imports
from customers.services.mapping.table import rejected_rows
from customers.services.mapping.undo import UndoRefused, undo_import
from jobs.models import Job
from jobs.services import KeyTaken
from jobs.tasks import run_now
from staff.models import Branch
from tests.customers.extracts import AS_OF, BANK, write

pytestmark = pytest.mark.django_db

ON = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 18, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "shared" / "data"
CUSTOMERS = {
    "target": "customers",
    "columns": {
        "customer_no": {"template": "K{id}"},
        "kind": {"constant": "individual"},
        "name": {"from": "name"},
        "branch_code": {"from": "branch"},
        "manager_no": {"from": "rm"},
        "occupation": {"from": "job", "codes": {"management": "executive", "?": ""}},
        "annual_income": {"from": "income", "number": {"decimal": ","}},
        "birth_date": {"from": "born", "dates": ["DD.MM.YYYY"]},
    },
}
HEADER = "id;name;branch;rm;job;income;born"
ROWS = ("1;王芳;D001;M001;management;120.000,50;31.12.1980", "2;曾国藩;D001;;?;;", "3;李强;D009;M001;;;")
HOLDINGS = {
    "target": "holdings",
    "columns": {
        "holding_no": {"from": "account"},
        "customer_no": {"template": "K{id}"},
        "product_code": {"constant": "CA01"},
        "balance": {"from": "sum"},
    },
}


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, monkeypatch):
    """Uploads go to a folder of the test; nobody rings, the test does the job itself."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    monkeypatch.setattr("jobs.tasks.run.delay", lambda job_id: None)


@pytest.fixture
def load(tmp_path, manager, products):
    """`load(*rows)`: load a file of these rows by a mapping; returns the run."""

    def run(*rows, header=HEADER, definition=CUSTOMERS, as_of=ON):
        path = tmp_path / "foreign.csv"
        path.write_text("\n".join([header, *rows]) + "\n")
        (tmp_path / "mapping.json").write_text(json.dumps(definition))
        return load_mapped(
            path=path, mapping=str(tmp_path / "mapping.json"), as_of=as_of, now=NOW, folder=tmp_path / "unpacked"
        )

    (tmp_path / "unpacked").mkdir()
    return run


def take_back(run, by=None):
    return undo_import(run=run, by=by, on=ON, now=NOW)


def state_of_the_bank():
    """Everything that an import may write, as it stands there."""
    tables = ("customer", "person", "organisation", "holding", "namekey", "ownerchange")
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            gone = "ARRAY['id','version','updated_at']" if table in ("customer", "namekey") else "ARRAY['x']"
            cursor.execute(f"SELECT to_jsonb(t) - {gone} FROM customers_{table} t ORDER BY 1")
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def test_foreign_file_is_judged_like_an_extract(load):
    run = load(*ROWS)
    counts = run.files["customers"]
    assert (counts["rows"], counts["inserted"], counts["rejected"], counts["warnings"]) == (3, 2, 1, 0)
    person = Person.objects.select_related("customer").get(customer__customer_no="K1")
    assert (person.occupation, str(person.annual_income), person.birth_date) == (
        "executive",
        "120000.50",
        date(1980, 12, 31),
    )
    assert ImportIssue.objects.get(run=run).reason == "unknown_branch"
    assert NameKey.objects.filter(customer__customer_no="K2", key="zeng guo fan").exists()
    assert Standing.objects.filter(customer__customer_no="K1").exists()


def test_loading_again_changes_nothing(load):
    load(*ROWS)
    before = state_of_the_bank()
    counts = load(*ROWS).files["customers"]
    assert (counts["inserted"], counts["updated"], counts["unchanged"]) == (0, 0, 2)
    assert state_of_the_bank() == before


def test_nobody_is_the_author_of_what_an_import_changes(load, colleague, administrator):
    load(*ROWS)
    load("1;王芳;D001;M002;management;120.000,50;31.12.1980")
    assert list(OwnerChange.objects.values_list("customer__customer_no", "to_manager__staff_no", "by")) == [
        ("K1", "M002", None)
    ]


def test_rejected_rows_come_back_as_they_stood(load):
    run = load(*ROWS)
    rows = list(rejected_rows(run))
    assert rows[0][:2] == ["id", "name"]
    assert rows[1][:3] == ["3", "李强", "D009"]
    assert rows[1][-2] == 4
    assert "branch_code" in rows[1][-1]
    assert "李强" not in ImportRejection.objects.get(line=4).sealed


def test_approximate_birth_date_never_replaces_an_exact_one(load):
    age = {"from": "born", "convert": "age_at_as_of"}
    aged = CUSTOMERS | {"columns": CUSTOMERS["columns"] | {"birth_date": age, "birth_approximate": {"constant": "1"}}}
    load("1;王芳;D001;;;;31.12.1980", "2;李强;D001;;;;")
    load("1;王芳;D001;;;;46", "2;李强;D001;;;;46", definition=aged)
    load("1;王芳;D001;;;;46", "2;李强;D001;;;;46", definition=aged, as_of=date(2027, 1, 31))
    born = Person.objects.order_by("customer__customer_no").values_list("birth_date", "birth_approximate")
    assert list(born) == [(date(1980, 12, 31), False), (date(1980, 7, 1), True)]
    assert not Customer.objects.birthday(within=1, on=date(2026, 7, 1)).exists()


# ---- undo ------------------------------------------------------------------------------------------------------------


def test_undo_leaves_no_trace(load, manager):
    before = state_of_the_bank()
    run = load(*ROWS)
    assert take_back(run, manager) == {"removed": 2, "restored": 0, "left": 0}
    assert state_of_the_bank() == before
    run.refresh_from_db()
    assert (run.state, run.undone_by) == ("undone", manager)
    assert Job.objects.filter(kind="retier").exists()


def test_undo_puts_back_what_stood_there(load, colleague):
    load(*ROWS)
    before = state_of_the_bank()
    run = load("1;王小芳;D001;M002;clerk;99,00;01.01.1990", "2;曾国藩;D001;;;;02.02.1992", "4;赵六;D001;;;;")
    assert run.files["customers"]["updated"] == 2
    assert take_back(run) == {"removed": 1, "restored": 2, "left": 0}
    assert state_of_the_bank() == before


def test_undo_twice_is_once_and_the_file_can_be_loaded_again(load):
    run = load(*ROWS)
    assert take_back(run) == take_back(run)
    assert load(*ROWS).files["customers"]["inserted"] == 2


def test_undo_leaves_and_names_what_somebody_worked_on(load, manager):
    load(ROWS[0])
    run = load("1;王芳;D001;M001;clerk;5,00;31.12.1980", ROWS[1], "5;钱七;D001;M001;;;")
    first, second = (Customer.objects.get(customer_no=number) for number in ("K1", "K2"))
    edit_customer(customer=first, by=manager, facts={"name": "王芳芳"}, version=first.version, on=ON, now=NOW)
    Need.objects.create(customer=second, dimension="savings", driver="养老", found_on=ON)
    assert take_back(run) == {"removed": 1, "restored": 0, "left": 2}
    assert Customer.objects.get(customer_no="K1").name == "王芳芳"
    assert Need.objects.filter(customer__customer_no="K2").exists()
    left = ImportIssue.objects.filter(run=run, level="left").values_list("value", "reason")
    assert sorted(left) == [("K1", "changed_since"), ("K2", "in_use")]


def test_later_import_of_the_same_rows_must_be_undone_first(load):
    first = load(*ROWS)
    second = load("1;王芳;D001;M001;clerk;;31.12.1980")
    with pytest.raises(UndoRefused) as refused:
        take_back(first)
    assert refused.value.code == "later"
    take_back(second)
    assert take_back(first)["removed"] == 2


def test_later_import_that_leans_on_new_rows_must_be_undone_first(load):
    first = load(*ROWS)
    second = load("A1;1;500.00", header="account;id;sum", definition=HOLDINGS)
    assert Standing.objects.get(customer__customer_no="K1").asset_total == 500
    with pytest.raises(UndoRefused):
        take_back(first)
    take_back(second)
    assert not Holding.objects.exists()
    assert Standing.objects.get(customer__customer_no="K1").asset_total == 0
    assert take_back(first)["removed"] == 2


@pytest.mark.parametrize(("change", "code"), [({"state": "draft"}, "not_done"), ({"journal": {}}, "no_journal")])
def test_undo_is_refused_with_a_sentence(load, change, code):
    run = load(*ROWS)
    ImportRun.objects.filter(pk=run.pk).update(**change)
    with pytest.raises(UndoRefused) as refused:
        take_back(run)
    assert refused.value.code == code
    assert str(refused.value)


def test_failure_in_the_middle_of_an_undo_changes_nothing(load, monkeypatch):
    run = load(*ROWS)
    before = state_of_the_bank()

    def broken(**said):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(undo, "refresh_balances", broken)
    with pytest.raises(RuntimeError):
        take_back(run)
    assert state_of_the_bank() == before
    monkeypatch.undo()
    assert take_back(run)["removed"] == 2


# ---- preparing -------------------------------------------------------------------------------------------------------


def draft(administrator, *rows, header=HEADER, definition=None):
    file = SimpleUploadedFile("foreign.csv", ("\n".join([header, *rows]) + "\n").encode())
    run = drafts.start_draft(file=file, target="customers", as_of=ON, by=administrator)
    return drafts.define(run=run, definition=definition) if definition else run


def test_check_says_what_would_change_and_writes_nothing(load, administrator):
    load(*ROWS)
    before = state_of_the_bank()
    run = draft(
        administrator, "1;王芳芳;D001;M001;clerk;120000,50;31.12.1980", ROWS[1], "9;新人;D001;;;;", definition=CUSTOMERS
    )
    drafts.start_check(run=run, by=administrator, now=timezone.now())
    assert run_now(Job.objects.get(kind="check_import").pk).state == "done"
    run.refresh_from_db()
    counts = run.preview["counts"]
    assert (counts["inserted"], counts["updated"], counts["unchanged"], counts["rejected"]) == (1, 1, 1, 0)
    assert run.preview["columns"] == [["name", 1], ["occupation", 1]]
    assert ["K1", "occupation", "executive", "clerk"] in run.preview["changes"]
    assert "王芳芳" not in json.dumps(run.preview, ensure_ascii=False)
    assert state_of_the_bank() == before
    assert run.state == "draft"


def test_draft_is_imported_by_its_job(administrator, manager):
    run = draft(administrator, *ROWS, definition=CUSTOMERS)
    job = drafts.start_import(run=run, by=administrator, now=timezone.now())
    assert run_now(job.pk).state == "done"
    run.refresh_from_db()
    assert (run.state, run.files["customers"]["inserted"]) == ("done", 2)
    assert not list(Path(drafts.settings.UPLOAD_DIR).iterdir())
    with pytest.raises(drafts.NotReady):
        drafts.start_import(run=run, by=administrator, now=timezone.now())
    with pytest.raises(drafts.NotReady):
        drafts.discard(run=run, by=administrator)


def test_two_imports_at_once_are_refused(administrator, manager):
    first, second = (draft(administrator, *ROWS, definition=CUSTOMERS) for _ in range(2))
    drafts.start_import(run=first, by=administrator, now=timezone.now())
    with pytest.raises(KeyTaken):
        drafts.start_import(run=second, by=administrator, now=timezone.now())


def test_draft_that_lacks_columns_is_not_started(administrator):
    run = draft(administrator, "1;x", header="id;name")
    with pytest.raises(BadMapping):
        drafts.start_import(run=run, by=administrator, now=timezone.now())


def test_file_that_cannot_be_read_leaves_nothing(administrator):
    with pytest.raises(Unreadable):
        drafts.start_draft(
            file=SimpleUploadedFile("x.csv", b"\0\1\2" * 500), target="customers", as_of=ON, by=administrator
        )
    assert not ImportRun.objects.exists()
    assert not list(Path(drafts.settings.UPLOAD_DIR).iterdir())


def test_sweep_deletes_what_nobody_came_back_for(administrator, load):
    old = draft(administrator, *ROWS)
    today = timezone.now()
    later = today + timedelta(days=2)
    ImportRun.objects.filter(pk=old.pk).update(created_at=today - timedelta(days=2))
    (Path(drafts.settings.UPLOAD_DIR) / "stray").mkdir()
    run = load(*ROWS)
    assert sweep_imports(now=today) == {"files": 0, "drafts": 1, "notes": 0}
    assert sweep_imports(now=later)["files"] == 2
    ImportRun.objects.filter(pk=run.pk).update(finished_at=later - timedelta(days=91))
    assert sweep_imports(now=later)["notes"] == 4
    assert not ImportChange.objects.exists()
    assert sweep_imports(now=later) == {"files": 0, "drafts": 0, "notes": 0}


# ---- saved mappings and the command ----------------------------------------------------------------------------------


def test_mapping_is_saved_in_editions(administrator):
    first = save_mapping(name=" 老系统 ", definition=CUSTOMERS, by=administrator)
    assert save_mapping(name="老系统", definition=CUSTOMERS, by=administrator) == first
    other = CUSTOMERS | {"columns": CUSTOMERS["columns"] | {"kind": {"constant": "organization"}}}
    assert save_mapping(name="老系统", definition=other, by=administrator).number == 2
    retire_mapping(mapping=first.mapping, by=administrator)
    assert not Mapping.objects.in_use().exists()
    save_mapping(name="老系统", definition=CUSTOMERS, by=administrator)
    assert Mapping.objects.in_use().get().editions.count() == 3


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_mapping_needs_a_name(administrator, name):
    with pytest.raises(Exception, match=r"\w"):
        save_mapping(name=name, definition=CUSTOMERS, by=administrator)


def command(*arguments, **options):
    out = io.StringIO()
    call_command("load_mapped", *arguments, stdout=out, **options)
    return out.getvalue()


def test_command_takes_a_saved_mapping_and_a_packed_file(administrator, manager, tmp_path):
    save_mapping(name="老系统", definition=CUSTOMERS, by=administrator)
    path = tmp_path / "foreign.csv.gz"
    path.write_bytes(gzip.compress(("\n".join([HEADER, *ROWS]) + "\n").encode("gb18030")))
    said = command(path, mapping="老系统", as_of="2026-12-31", json=True, rejected=str(tmp_path / "out.csv"))
    assert json.loads(said)["files"]["customers"]["inserted"] == 2
    assert "李强" in (tmp_path / "out.csv").read_text("utf-8-sig")
    assert ImportRun.objects.get().edition.mapping.name == "老系统"
    said = command(path, mapping="老系统", as_of="2026-12-31", branch="D001")
    assert "inserted 1" in said


@pytest.mark.parametrize("mapping", ["nobody", "/nowhere.json", "/"])
def test_command_says_what_is_wrong(tmp_path, mapping):
    with pytest.raises(CommandError, match=r"\w"):
        command(tmp_path / "x.csv", mapping=mapping, as_of="2026-12-31")


def test_whole_extract_is_undone_when_it_was_loaded_so(tmp_path):
    before = state_of_the_bank()
    run = load_extract(path=write(tmp_path / "bank", BANK), as_of=AS_OF, now=NOW, undoable=True)
    written = sum(counts["inserted"] for counts in run.files.values())
    counts = take_back(run)
    left = ImportIssue.objects.filter(run=run, level="left").values_list("file", "value", "reason")
    assert " ".join(map(str, left)) == ""
    assert (counts["removed"] >= written, counts["left"]) == (True, 0)
    assert state_of_the_bank() == before
    assert not Branch.objects.exists()


@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the clone")
def test_berka_original_is_loaded_as_it_is_and_undone(tmp_path):
    maps = Path(__file__).parents[2] / "docs" / "mappings"
    for name, target, rows in (("district", "branches", 77), ("client", "customers", 5369)):
        said = command(
            DATA / "berka" / f"{name}.asc", mapping=maps / f"berka-{name}.json", as_of="2026-12-31", json=True
        )
        counts = json.loads(said)["files"][target]
        assert (counts["inserted"], counts["rejected"], counts["warnings"]) == (rows, 0, 0)
    assert Person.objects.filter(gender="female").count() == 2645
    run = ImportRun.objects.order_by("-pk").first()
    assert take_back(run) == {"removed": 5369, "restored": 0, "left": 0}
