"""Fields of the bank's own in imports by mapping: translated, judged, previewed, written, taken back."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customers.models import Customer, CustomField, CustomValue, FactSource, ImportIssue
from customers.rules.mapping import BadMapping
from customers.services.custom_fields import values_of, write_values
from customers.services.customer import edit_customer
from customers.services.extract import load_extract
from customers.services.mapping import drafts
from customers.services.mapping.loading import load_mapped
from customers.services.mapping.undo import undo_import
from jobs.models import Job
from jobs.tasks import run_now

pytestmark = pytest.mark.django_db

ON = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 18, tzinfo=UTC)
HEADER = "id,name,hobby,party,visits,joined,note"
MAPPING = {
    "target": "customers",
    "columns": {
        "customer_no": {"from": "id"},
        "kind": {"constant": "individual"},
        "name": {"from": "name"},
        "branch_code": {"constant": "D001"},
        "x_hobby": {"from": "hobby", "codes": {"T": "茶"}},
        "x_party": {"from": "party"},
        "x_visits": {"from": "visits", "number": {"decimal": ".", "factor": "2"}},
        "x_joined": {"from": "joined", "dates": ["DD.MM.YYYY"]},
        "x_note": {"from": "note"},
    },
}
FIRST = "K1,王芳,T,是,1.5,31.01.2020,早"


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path, monkeypatch):
    """Uploads go to a folder of the test; nobody rings, the test does the job itself."""
    settings.UPLOAD_DIR = tmp_path / "uploads"
    monkeypatch.setattr("jobs.tasks.run.delay", lambda job_id: None)


@pytest.fixture
def fields(tree):
    """One field of each kind; the number is asked of organisations too, the party of individuals alone."""
    rows = (
        ("hobby", "爱好", "choice", ["茶", "酒"], "both"),
        ("party", "党员", "yesno", [], "individual"),
        ("visits", "次数", "number", [], "both"),
        ("joined", "入会", "date", [], "both"),
        ("note", "备注一", "text", [], "both"),
    )
    return {
        code: CustomField.objects.create(code=code, name=name, kind=kind, options=options, applies_to=whose)
        for code, name, kind, options, whose in rows
    }


@pytest.fixture
def load(tmp_path, fields):
    """`load(*rows)`: load a file of these rows by the mapping; returns the run."""
    (tmp_path / "unpacked").mkdir()

    def run(*rows, definition=MAPPING):
        (tmp_path / "foreign.csv").write_text("\n".join([HEADER, *rows]) + "\n")
        (tmp_path / "mapping.json").write_text(json.dumps(definition))
        return load_mapped(
            path=tmp_path / "foreign.csv",
            mapping=str(tmp_path / "mapping.json"),
            as_of=ON,
            now=NOW,
            folder=tmp_path / "unpacked",
        )

    return run


def answers(number="K1"):
    customer = Customer.objects.get(customer_no=number)
    return values_of([customer.pk], list(CustomField.objects.all()))[customer.pk]


def said(by, **values):
    """Somebody writes answers of K1 into the file."""
    customer = Customer.objects.get(customer_no="K1")
    facts = {f"x_{code}": value for code, value in values.items()}
    edit_customer(customer=customer, by=by, facts=facts, version=customer.version, on=ON, now=NOW)


def test_answers_of_every_kind_are_read_translated_and_have_no_source(load):
    counts = load(FIRST, "K2,李强,酒,否,,,").files["customers"]
    assert (counts["inserted"], counts["rejected"], counts["warnings"]) == (2, 0, 0)
    assert answers() == {"hobby": "茶", "party": True, "visits": 3, "joined": date(2020, 1, 31), "note": "早"}
    assert answers("K2") == {"hobby": "酒", "party": False}
    assert not FactSource.objects.exists()
    again = load(FIRST, "K2,李强,酒,否,,,").files["customers"]
    assert (again["unchanged"], again["updated"]) == (2, 0)


def test_what_cannot_be_read_is_refused_or_left_unknown_with_a_reason(load):
    run = load(
        "K1,王芳,咖啡,也许,1,31.01.2020,x", "K2,李强,,,many,,", "K3,赵六,,,,45.01.2020,", f"K4,钱七,,,,,{'长' * 301}"
    )
    issues = ImportIssue.objects.filter(run=run).order_by("line", "column")
    assert list(issues.values_list("line", "level", "column", "reason")) == [
        (2, "warning", "x_hobby", "bad_code"),
        (2, "warning", "x_party", "bad_code"),
        (3, "rejected", "x_visits", "bad_number"),
        (4, "rejected", "x_joined", "bad_date"),
        (5, "rejected", "x_note", "too_long"),
    ]
    assert answers() == {"visits": 2, "joined": date(2020, 1, 31), "note": "x"}
    assert run.rejections.count() == 4


def test_question_that_is_not_asked_of_such_a_customer_is_left_out_with_a_warning(load):
    company = MAPPING | {"columns": MAPPING["columns"] | {"kind": {"constant": "organization"}}}
    run = load("K1,样例公司,茶,是,1,,", definition=company)
    assert answers() == {"hobby": "茶", "visits": 2}
    assert ImportIssue.objects.get(run=run).reason == "not_asked"


def test_person_s_word_gives_way_to_what_the_file_says_otherwise(load, manager):
    load(FIRST)
    Customer.objects.update(manager=manager)
    said(manager, hobby="酒", visits=5)
    load("K1,王芳,茶,,2.5,,")
    assert answers()["hobby"] == "茶"
    # The empty cells leave what is there, and the same word leaves the person's.
    assert answers()["note"] == "早"
    assert list(FactSource.objects.values_list("field", flat=True)) == ["x_visits"]


def test_undo_brings_answers_and_their_sources_back(load, manager):
    load(FIRST)
    Customer.objects.update(manager=manager)
    said(manager, hobby="酒")
    before = answers()
    source = FactSource.objects.values().get()
    run = load("K1,王芳,茶,否,9,,", "K2,李强,酒,,,,")
    assert undo_import(run=run, by=None, on=ON, now=NOW) == {"removed": 1, "restored": 1, "left": 0}
    assert answers() == before
    assert FactSource.objects.values().get() == source
    assert CustomValue.objects.count() == 5


def test_undo_leaves_and_names_an_answer_that_somebody_gave_since(load, manager):
    load(FIRST)
    Customer.objects.update(manager=manager)
    said(manager, hobby="酒")
    run = load("K1,王芳,茶,,9,,", "K2,李强,酒,,,,", "K3,赵六,,,,,")
    said(manager, hobby="酒")
    second, third = (Customer.objects.get(customer_no=number) for number in ("K2", "K3"))
    write_values(customer=second, values={"hobby": "茶"})
    write_values(customer=third, values={"note": "新"})
    assert undo_import(run=run, by=None, on=ON, now=NOW)["left"] == 3
    assert answers()["visits"] == 3
    assert FactSource.objects.get().field == "x_hobby"
    assert (answers("K2"), answers("K3")) == ({"hobby": "茶"}, {"note": "新"})
    left = ImportIssue.objects.filter(run=run, level="left").values_list("value", "reason")
    assert sorted(left) == [("K1", "changed_since"), ("K2", "changed_since"), ("K3", "in_use")]


def test_check_shows_what_would_change_but_no_free_text(load, administrator):
    load(FIRST)
    text = "\n".join([HEADER, "K1,王芳,酒,是,1.6,31.01.2020,秘密"]) + "\n"
    file = SimpleUploadedFile("foreign.csv", text.encode())
    run = drafts.start_draft(file=file, target="customers", as_of=ON, by=administrator)
    run = drafts.define(run=run, definition=MAPPING)
    drafts.start_check(run=run, by=administrator, now=timezone.now())
    assert run_now(Job.objects.get(kind="check_import").pk).state == "done"
    run.refresh_from_db()
    assert ["K1", "x_hobby", "茶", "酒"] in run.preview["changes"]
    assert ["K1", "x_visits", "3", "3.2"] in run.preview["changes"]
    assert [column for column, _rows in run.preview["columns"]] == ["x_hobby", "x_note", "x_visits"]
    assert "秘密" not in json.dumps(run.preview, ensure_ascii=False)
    assert answers()["visits"] == Decimal(3)


def test_headings_are_matched_by_name_and_code(fields, administrator):
    fields["party"].delete()
    file = SimpleUploadedFile("foreign.csv", "客户号,爱好,visits,党员\nK1,茶,2,是\n".encode())
    columns = drafts.start_draft(file=file, target="customers", as_of=ON, by=administrator).definition["columns"]
    assert (columns["x_hobby"], columns["x_visits"]) == ({"from": "爱好"}, {"from": "visits"})
    assert "x_party" not in columns


def test_field_that_is_out_of_use_is_a_clear_complaint(load, fields):
    CustomField.objects.filter(code="hobby").update(active=False)
    with pytest.raises(BadMapping) as bad:
        load(FIRST)
    assert (bad.value.code, "x_hobby" in str(bad.value)) == ("no_field", True)


def test_standard_extract_takes_them_by_code_or_name(fields, tmp_path, manager):
    (tmp_path / "customers.csv").write_text(
        "customer_no,kind,name,branch_code,x_hobby,次数\nK1,individual,王芳,D001,茶,7\n"
    )
    load_extract(path=tmp_path / "customers.csv", as_of=ON, now=NOW)
    assert answers() == {"hobby": "茶", "visits": 7}
