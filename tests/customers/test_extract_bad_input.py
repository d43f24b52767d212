"""Bad input: each row ends with its reason, each file with one sentence, never half loaded, never a traceback."""

import json
import random
from io import StringIO

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.db import connection

from customers.models import Customer, Holding, ImportIssue, ImportRun
from customers.rules.reasons import REASONS
from customers.rules.tables import Unreadable
from customers.services.extract import UnderWay, loading
from customers.services.imports import error_text
from tests.customers.extracts import BANK, load, write

pytestmark = pytest.mark.django_db

RUBBISH = random.Random(7).randbytes(10 * 1024 * 1024)  # noqa: S311 (rubbish on purpose)
HEADER = "customer_no,kind,name,branch_code"


@pytest.fixture
def bank(tmp_path):
    load(write(tmp_path / "bank", BANK))


def issues(run, level="rejected"):
    return list(run.issues.filter(level=level).order_by("file", "line", "pk").values_list("line", "column", "reason"))


def load_customers(tmp_path, header, *rows):
    return load(write(tmp_path / "more", {"customers": [header, *rows]}))


@pytest.mark.parametrize(
    ("header", "row", "column", "reason"),
    [
        (HEADER, "C9,individual,x,NOWHERE", "branch_code", "unknown_branch"),
        (HEADER, "C9,individual,,B01", "name", "missing"),
        (HEADER, "C9,robot,x,B01", "kind", "bad_code"),
        (HEADER, "C9,individual,x", "", "row_width"),
        (HEADER, "C9,individual,x,B01,surplus", "", "row_width"),
        (HEADER, "C9,individual,a\x00b,B01", "name", "control_character"),
        (HEADER, "C1,organization,曾国藩,B01", "kind", "kind_changed"),
        (HEADER + ",children", "C9,individual,x,B01,-1", "children", "negative"),
        (HEADER + ",birth_date", "C9,individual,x,B01,2026-02-30", "birth_date", "bad_date"),
        (HEADER + ",birth_date", "C9,individual,x,B01,2027-01-01", "birth_date", "date_in_future"),
        (HEADER + ",id_no", "C9,individual,x,B01,1.10105E+17", "id_no", "number_ruined"),
        (HEADER + ",annual_income", "C9,individual,x,B01,1e99", "annual_income", "bad_money"),
        (HEADER + ",lunar_birthday", "C9,individual,x,B01,13-40", "lunar_birthday", "bad_lunar_date"),
    ],
)
def test_bad_row_is_refused_and_its_neighbours_are_taken(bank, tmp_path, header, row, column, reason):
    surplus = "," * (header.count(",") - HEADER.count(","))
    run = load_customers(tmp_path, header, f"G1,individual,好,B01{surplus}", row, f"G2,individual,好,B01{surplus}")
    assert issues(run) == [(3, column, reason)]
    assert Customer.objects.filter(customer_no__startswith="G").count() == 2
    assert not Customer.objects.filter(customer_no="C9").exists()
    found = run.files["customers"]
    assert (found["rows"], found["inserted"], found["rejected"]) == (3, 2, 1)


@pytest.mark.parametrize(
    ("header", "row", "column", "reason"),
    [
        (HEADER + ",occupation", "C9,individual,x,B01,astronaut", "occupation", "bad_code"),
        (HEADER + ",manager_no", "C9,individual,x,B01,NOBODY", "manager_no", "unknown_manager"),
        (HEADER + ",id_no", "C9,individual,x,B01,110105194912310021", "id_no", "bad_id_checksum"),
        (HEADER + ",mobile", "C9,individual,x,B01,95588", "mobile", "doubtful_phone"),
        (HEADER + ",colour", "C9,individual,x,B01,red", "colour", "unknown_column"),
    ],
)
def test_doubtful_row_is_taken_with_a_warning(bank, tmp_path, header, row, column, reason):
    run = load_customers(tmp_path, header, row)
    assert [(issue[1], issue[2]) for issue in issues(run, "warning")] == [(column, reason)]
    assert Customer.objects.filter(customer_no="C9").exists()
    assert run.files["customers"]["warnings"] == 1


def test_of_duplicated_customers_the_first_counts(bank, tmp_path):
    run = load_customers(tmp_path, HEADER, "D1,individual,甲,B01", "D1,individual,乙,B01", "D1,individual,丙,B01")
    assert issues(run) == [(3, "customer_no", "duplicate"), (4, "customer_no", "duplicate")]
    assert Customer.objects.get(customer_no="D1").name == "甲"


def test_refused_row_does_not_make_a_later_one_a_duplicate(bank, tmp_path):
    run = load_customers(tmp_path, HEADER, "D1,individual,甲,NOWHERE", "D1,individual,乙,B01")
    assert issues(run) == [(2, "branch_code", "unknown_branch")]
    assert Customer.objects.get(customer_no="D1").name == "乙"


ODD_NAMES = ["𠮷䶮㛃€", "😀" * 20, "<script>alert(1)</script>", "=1+1", 'O\'Brien \\ "x"', "长" * 120, "{},NULL"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_stored_as_they_are(bank, tmp_path, name):
    cell = '"' + name.replace('"', '""') + '"'
    rows = {"customers": [HEADER, f"C9,individual,{cell},B01"]}
    load(write(tmp_path / "more", rows, encoding="gb18030"))
    assert Customer.objects.get(customer_no="C9").name == name


def test_id_number_stored_as_a_figure_is_refused(bank, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "customers.xlsx")
    sheet = book.add_worksheet()
    for line, cells in enumerate([[*HEADER.split(","), "id_no"], ["C9", "individual", "x", "B01", 110105194912310020]]):
        for column, cell in enumerate(cells):
            sheet.write(line, column, cell)
    book.close()
    run = load(tmp_path / "customers.xlsx")
    assert issues(run) == [(2, "id_no", "number_ruined")]


def test_holding_that_would_end_before_the_day_on_file_is_refused(bank, tmp_path):
    rows = ["holding_no,customer_no,product_code,balance,matures_on", "H2,C1,TD01,1,2020-01-01"]
    run = load(write(tmp_path / "more", {"holdings": rows}))
    assert issues(run) == [(2, "matures_on", "dates_reversed")]


def test_value_of_an_unknown_product_is_not_counted_as_the_whole_month(bank, tmp_path):
    rows = ["customer_no,period,product_code,fee_income", "C1,2026-11,NONE,5"]
    run = load(write(tmp_path / "more", {"values": rows}))
    assert issues(run) == [(2, "product_code", "unknown_product")]


def test_cash_flow_of_an_unknown_account_keeps_its_customer(bank, tmp_path):
    rows = ["entry_no,customer_no,holding_no,booked_on,direction,amount", "E9,C1,NONE,2026-12-01,in,5"]
    run = load(write(tmp_path / "more", {"cashflows": rows}))
    assert issues(run, "warning") == [(2, "holding_no", "unknown_holding")]
    assert run.files["cashflows"]["inserted"] == 1


def test_masked_is_all_that_is_kept_of_a_refused_personal_value(bank, tmp_path):
    load_customers(tmp_path, HEADER + ",id_no,email", "C9,individual,x,B01,110105194912310021,zhangwei@@example")
    kept = " ".join(ImportIssue.objects.values_list("value", flat=True))
    assert "19491231" not in kept
    assert "zhangwei" not in kept


def test_every_reason_that_can_come_up_has_a_sentence():
    assert all(str(text) for text in REASONS.values())


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("customers.csv", b"", "empty"),
        ("customers.csv", b"\n\n", "empty"),
        ("customers.csv", b"customer_no,name\nC9,x\n", "missing_columns"),
        ("customers.csv", b"customer_no,customer_no,kind,name,branch_code\n", "doubled_columns"),
        ("customers.csv", RUBBISH, "encoding"),
        ("customers.csv", b"customer_no,kind,name,branch_code\nC9,individual,\"" + b"x,y\n" * 60_000, "quotes"),
        ("customers.xlsx", b"PK\x03\x04 rubbish", "zip_broken"),
        ("customers.xlsx", b"not a workbook", "missing_columns"),
        ("readme.pdf", b"x", "nothing_recognised"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_unreadable_file_is_one_sentence_and_loads_nothing(bank, tmp_path, name, content, code):
    before = Customer.objects.count()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        load(tmp_path / name)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    run = ImportRun.objects.first()
    assert (run.state, error_text(run)) == ("failed", str(refused.value))
    assert Customer.objects.count() == before


def test_bad_header_anywhere_is_found_before_anything_is_loaded(tmp_path):
    folder = write(tmp_path / "x", BANK | {"cashflows": ["entry_no,colour", "E1,red"]})
    with pytest.raises(Unreadable):
        load(folder)
    assert not Customer.objects.exists()


def test_failure_in_the_middle_of_a_file_leaves_none_of_it(bank, tmp_path, monkeypatch):
    def broken(staged, target, **said):
        insert(staged, target, **said)
        raise RuntimeError("the disk is full")

    insert = loading.insert
    monkeypatch.setattr(loading, "insert", broken)
    rows = ["holding_no,customer_no,product_code,balance", *(f"X{n},C1,CA01,{n}" for n in range(50))]
    with pytest.raises(RuntimeError):
        load(write(tmp_path / "more", {"holdings": rows}))
    assert not Holding.objects.filter(holding_no__startswith="X").exists()
    assert ImportRun.objects.first().state == "failed"
    monkeypatch.undo()
    assert load(tmp_path / "more").files["holdings"]["inserted"] == 50


def test_two_loads_at_once_are_refused(bank, tmp_path):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [loading.LOCK])
        with pytest.raises(UnderWay):
            load(tmp_path)
    finally:
        other.close()


def test_command_prints_one_json_object(tmp_path):
    out = StringIO()
    call_command("load_extract", str(write(tmp_path / "x", BANK)), "--as-of", "2026-12-31", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["as_of"] == "2026-12-31"
    assert answer["files"]["customers"] == {
        "rows": 2,
        "inserted": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "warnings": 0,
    }


@pytest.mark.parametrize(("path", "day"), [("nowhere", "2026-12-31"), (".", "2026-12-31"), (".", "31.12.2026")])
def test_command_says_in_one_sentence_why_not(tmp_path, path, day):
    with pytest.raises(CommandError) as refused:
        call_command("load_extract", str(tmp_path / path), "--as-of", day)
    assert "\n" not in str(refused.value)


def test_refused_row_leaves_no_warnings_besides(bank, tmp_path):
    rows = ["C9,individual,x,NOWHERE,astronaut,", "C8,individual,x,B01,astronaut,-1", "C7,individual,x,B01,astronaut,1"]
    run = load_customers(tmp_path, HEADER + ",occupation,children", *rows)
    assert issues(run) == [(2, "branch_code", "unknown_branch"), (3, "children", "negative")]
    assert issues(run, "warning") == [(4, "occupation", "bad_code")]
    assert run.files["customers"]["warnings"] == 1
