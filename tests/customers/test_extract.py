"""Loading an extract: what becomes of rows, what a second load changes, what a later file changes."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from customers.models import (
    BalanceMonth,
    CashFlow,
    Customer,
    Holding,
    ImportIssue,
    NameKey,
    OwnerChange,
    Person,
    Product,
    Relation,
    Standing,
    ValueRecord,
)
from customers.rules.extract import LAYOUTS
from customers.services.extract import load_extract
from jobs.models import Job
from staff.models import Branch, User
from tests.customers.extracts import AS_OF, BANK, NOW, load, write

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "to_extract.py"
REAL = {
    "berka": {
        "branches": 86,
        "staff": 233,
        "products": 6,
        "customers": 5369,
        "relations": 869,
        "holdings": 6606,
        "cashflows": 49102,
    },
    "uci": {"branches": 21, "staff": 120, "products": 4, "customers": 45211, "holdings": 82874},
}


@pytest.fixture
def bank(tmp_path):
    """A small bank with one of everything, written out and loaded."""
    folder = write(tmp_path / "bank", BANK)
    load(folder)
    return folder


def counts(run, kind, *names):
    return tuple(run.files[kind][name] for name in names)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the public data sets lie in ../shared/data beside the clone")
@pytest.mark.parametrize(("name", "options"), [("berka", []), ("uci", ["--gb18030"])])
def test_real_data_set_loads_whole_and_only_once(tmp_path, name, options):
    subprocess.run([sys.executable, SHARED, name, tmp_path, *options], check=True, capture_output=True)
    first = load(tmp_path)
    assert {kind: found["inserted"] for kind, found in first.files.items()} == REAL[name]
    assert all(found["rejected"] == found["warnings"] == 0 for found in first.files.values())
    again = load(tmp_path)
    assert {kind: found["unchanged"] for kind, found in again.files.items()} == REAL[name]
    assert Customer.objects.count() == Standing.objects.count() == Person.objects.count() == REAL[name]["customers"]
    assert Holding.objects.count() == REAL[name]["holdings"]
    assert CashFlow.objects.count() == REAL[name].get("cashflows", 0)
    assert Relation.objects.count() == REAL[name].get("relations", 0)
    assert not Branch.objects.filter(path="").exists()
    assert not OwnerChange.objects.exists()


def test_everything_arrives(bank):
    run = load(bank)
    assert set(run.files) == set(LAYOUTS)
    office, city = Branch.objects.get(code="B00"), Branch.objects.get(code="B01")
    assert (city.parent, city.path, city.level) == (office, "/B00/B01/", "branch")
    manager = User.objects.get(staff_no="M1")
    assert (manager.name, manager.role, manager.branch, manager.has_usable_password()) == (
        "王芳",
        "manager",
        city,
        False,
    )
    person = Customer.objects.get(customer_no="C1")
    assert (person.name, person.kind, person.branch, person.manager) == ("曾国藩", "individual", city, manager)
    assert (person.id_no, person.id_type) == ("11010519491231002X", "resident_id")
    assert (person.mobile, person.mobile_tail) == ("+8613812345678", "5678")
    assert (person.email, person.address) == ("zeng@example.com", "湖南省长沙市天心区1号")
    details = person.person
    assert (details.gender, details.birth_date, details.lunar_birthday) == ("male", date(1949, 12, 31), 1112)
    assert (details.lunar_leap, details.annual_income, details.children) == (True, Decimal("250000.50"), 2)
    assert (details.occupation, details.marital_status, details.education) == ("executive", "married", "bachelor")
    company = Customer.objects.get(customer_no="C2")
    assert (company.organisation.industry, company.organisation.org_type) == ("批发", "民营")
    assert (company.id_no, company.restricted) == ("91110000600037341L", True)
    assert not Person.objects.filter(customer=company).exists()
    relation = Relation.objects.get()
    assert (relation.customer, relation.related, relation.kind) == (company, person, "legal_representative")
    deposit = Holding.objects.get(holding_no="H2")
    assert (deposit.customer, deposit.balance, deposit.matures_on) == (person, Decimal("500000.00"), date(2027, 1, 15))
    assert (deposit.rate, deposit.status, deposit.currency) == (Decimal("2.7500"), "open", "CNY")
    value = ValueRecord.objects.get(product=None)
    assert (value.customer, value.period, value.contribution) == (person, date(2026, 11, 1), Decimal("80.50"))
    flow = CashFlow.objects.get(entry_no="E1")
    assert (flow.holding, flow.direction, flow.amount) == (Holding.objects.get(holding_no="H1"), "in", Decimal("1000"))


def test_personal_data_is_never_stored_in_clear(bank):
    fields = [field.attname for field in Customer._meta.concrete_fields]
    stored = repr(list(Customer.objects.values_list(*fields)))
    for clear in ("11010519491231002X", "13812345678", "zeng@example.com", "天心区"):
        assert clear not in stored


def test_names_are_found_by_pinyin_and_by_part(bank):
    keys = set(NameKey.objects.filter(customer__customer_no="C1").values_list("key", flat=True))
    assert {"zeng guo fan", ":zgf:zeng guo fan", ":cgf:ceng guo fan"} <= keys
    assert "国藩" in Customer.objects.get(customer_no="C1").name_grams


def test_standing_and_month_follow_from_the_holdings(bank):
    standing = Standing.objects.get(customer__customer_no="C1")
    assert (standing.asset_total, standing.loan_total) == (Decimal("510000.00"), Decimal("20000.00"))
    assert (standing.holding_count, standing.next_maturity) == (4, date(2027, 1, 15))
    month = BalanceMonth.objects.get(customer__customer_no="C1")
    assert (month.month, month.assets, month.loans) == (date(2026, 12, 1), Decimal("510000"), Decimal("20000"))


def test_second_load_changes_nothing_at_all(bank):
    def everything():
        models = (Branch, User, Product, Customer, Person, NameKey, Relation, Holding, ValueRecord, CashFlow, Standing)
        return [list(model.objects.order_by("pk").values()) for model in (*models, BalanceMonth)]

    before = everything()
    run = load(bank)
    for kind, found in run.files.items():
        assert found["unchanged"] == found["rows"], kind
        assert (found["inserted"], found["updated"], found["rejected"]) == (0, 0, 0), kind
    assert everything() == before


def test_load_queues_one_retiering(bank):
    load(bank)
    job = Job.objects.get(kind="retier")
    assert job.params == {"as_of": "2026-12-31"}


def test_later_file_changes_what_differs_and_leaves_what_it_lacks(bank, tmp_path):
    run = load(
        write(
            tmp_path / "later",
            {
                "customers": [
                    "customer_no,kind,name,branch_code,manager_no,mobile",
                    "C1,individual,曾国荃,B01,M2,13812345678",
                    "C3,individual,新客户,B01,,",
                ],
                "holdings": ["holding_no,customer_no,product_code,balance", "H1,C1,CA01,10.00"],
            },
        )
    )
    assert counts(run, "customers", "inserted", "updated", "unchanged") == (1, 1, 0)
    assert counts(run, "holdings", "inserted", "updated", "unchanged") == (0, 1, 0)
    person = Customer.objects.get(customer_no="C1")
    assert (person.name, person.manager.staff_no, person.version) == ("曾国荃", "M2", 2)
    # Columns the later file does not have, and rows it does not list, stay as they are.
    assert person.id_no == "11010519491231002X"
    assert person.person.occupation == "executive"
    assert Customer.objects.filter(customer_no="C2").exists()
    assert Holding.objects.get(holding_no="H2").balance == Decimal("500000.00")
    assert set(NameKey.objects.filter(customer=person).values_list("key", flat=True)) >= {
        "zeng guo quan",
        ":zgq:zeng guo quan",
    }
    assert not NameKey.objects.filter(customer=person, key__startswith=":zgf:").exists()
    change = OwnerChange.objects.get()
    assert (change.customer, change.from_manager.staff_no, change.to_manager.staff_no) == (person, "M1", "M2")
    assert change.on == AS_OF
    assert Standing.objects.get(customer=person).asset_total == Decimal("500010.00")


def test_empty_cell_leaves_what_is_known_and_takes_only_the_manager(bank, tmp_path):
    before = Customer.objects.get(customer_no="C1")
    rows = ["customer_no,kind,name,branch_code,manager_no,mobile,occupation", "C1,individual,曾国藩,B01,,,"]
    load(write(tmp_path / "later", {"customers": rows}))
    person = Customer.objects.get(customer_no="C1")
    assert (person.mobile, person.mobile_tail, person.mobile_index) == (
        before.mobile,
        before.mobile_tail,
        before.mobile_index,
    )
    assert (person.person.occupation, person.person.children) == ("executive", 2)
    assert (before.manager.staff_no, person.manager) == ("M1", None)


def test_leaver_is_not_let_in_again(bank):
    User.objects.filter(staff_no="M1").update(is_active=False, left_on=date(2026, 11, 1), name="旧名")
    run = load(bank)
    leaver = User.objects.get(staff_no="M1")
    assert (leaver.is_active, leaver.left_on, leaver.name) == (False, date(2026, 11, 1), "王芳")
    assert counts(run, "staff", "updated", "warnings") == (1, 1)


def test_branches_may_come_in_any_order_and_never_in_a_circle(tmp_path):
    rows = [
        "branch_code,name,parent_code",
        "X3,网点,X2",
        "X2,支行,X1",
        "X1,总行,",
        "L1,一,L2",
        "L2,二,L1",
        "S1,自己,S1",
        "N1,无主,NONE",
    ]
    folder = write(tmp_path / "x", {"branches": rows})
    run = load(folder)
    assert counts(run, "branches", "inserted", "rejected", "warnings") == (7, 0, 4)
    paths = dict(Branch.objects.values_list("code", "path"))
    assert paths == {
        "X1": "/X1/",
        "X2": "/X1/X2/",
        "X3": "/X1/X2/X3/",
        "L1": "/L1/",
        "L2": "/L2/",
        "S1": "/S1/",
        "N1": "/N1/",
    }
    assert counts(load(folder), "branches", "unchanged") == (7,)
    moved = load(write(tmp_path / "y", {"branches": ["branch_code,name,parent_code", "X3,网点,X1"]}))
    assert counts(moved, "branches", "updated") == (1,)
    assert Branch.objects.get(code="X3").path == "/X1/X3/"


def test_holdings_in_other_currencies_are_kept_but_not_added_up(bank, tmp_path):
    rows = ["holding_no,customer_no,product_code,currency,balance", "H9,C1,CA01,USD,100.00"]
    load(write(tmp_path / "later", {"holdings": rows}))
    standing = Standing.objects.get(customer__customer_no="C1")
    assert (standing.asset_total, standing.holding_count) == (Decimal("510000.00"), 5)


def test_workbook_and_chinese_headings_load_the_same(bank, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "客户.xlsx")
    sheet = book.add_worksheet()
    headings = [
        "客户号",
        "客户类型",
        "姓名",
        "机构号",
        "客户经理工号",
        "手机号",
        "出生日期",
        "年收入",
        "子女数",
        "职业",
    ]
    cells = ["C1", "对私", "曾国藩", "B01", "M1", 13812345678, "1949/12/31", 250000.5, 2, "行政管理"]
    for line, row in enumerate((headings, cells)):
        for column, cell in enumerate(row):
            sheet.write(line, column, cell)
    book.close()
    run = load(tmp_path / "客户.xlsx")
    assert counts(run, "customers", "rows", "unchanged", "warnings") == (1, 1, 0)


def test_row_that_only_a_second_look_refuses_is_written_with_its_line(bank, tmp_path):
    rows = ["holding_no,customer_no,product_code,balance", "H8,C1,CA01,1", "H8,C1,CA01,2", "H7,NOBODY,CA01,3"]
    run = load(write(tmp_path / "later", {"holdings": rows}))
    assert counts(run, "holdings", "inserted", "rejected") == (1, 2)
    issues = ImportIssue.objects.filter(run=run).values_list("line", "column", "value", "reason")
    assert list(issues) == [
        (3, "holding_no", "H8", "duplicate"),
        (4, "customer_no", "NOBODY", "unknown_customer"),
    ]
    assert Holding.objects.get(holding_no="H8").balance == 1


def test_interrupted_run_goes_on_with_the_files_it_has_not_finished(bank):
    run = load(bank)
    run.files.pop("cashflows")
    run.state = "running"
    run.save()
    seen = []
    run = load_extract(
        path=bank, as_of=AS_OF, now=NOW, run=run, progress=lambda done, total, file: seen.append((done, total, file))
    )
    assert run.state == "done"
    assert set(run.files) == set(LAYOUTS)
    assert {file for _, _, file in seen} == {"cashflows"}
    assert all(done <= total for done, total, _ in seen)
