"""Files whose bytes go to PostgreSQL as they stand arrive as they would cell by cell, and tables come back whole."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from customers.models import Customer, Holding, Product
from customers.rules.tables import find_files, open_table
from customers.services.bare import unindexed
from customers.services.extract import load_extract, streaming
from customers.services.extract.staging import drop, header_of, settle, stage
from customers.services.merge import merge_customers

DAY = date(2026, 12, 31)
NOW = datetime(2026, 12, 31, 18, tzinfo=UTC)
HOLDINGS = "holding_no,customer_no,product_code,currency,balance,credit_limit,rate,opened_on,matures_on,status"
ROWS = [
    "H1,C1,P1,CNY,94949.63,,0.05,2025-07-14,,open",
    "H2,C1,P1,,-0.10,100,,2024-02-29,2026-12-31,closed",
    "H3,C1,P1,RMB,007.50,,,2023-02-29,,open",
    "H4,C1,P1,CNY,1e5,,,,,open",
    "H5,C1,P1,CNY,NaN,,,,,open",
    "H6,C1,P1,CNY,1.234,,,,,open",
    "H7,C1,P1,usd,12,-5,,2026/1/2,20261231,开户",
    " H8 ,C1,P1,CNY,5.,,.5,today,,OPEN",
    "H9,C1,P1,CNY,3,,1000.1,1849-12-31,,open",
    "62E+10,C1,P1,CNY,3,,,,,open",
    "H11,,P1,CNY,3,,,,,open",
    "H12,C1,P1,CNY,3,,,,,open,more",
    "H13,C1",
    "",
    "\\N,C1,P1,CNY,1,,,,,open",
    "H14,C1,P1,CNY,99999999999999999.00,,,,,open",
    "H15,C1,P1,CNY,2,,9.1234,2200-01-01,2199-12-31,open",
]
QUOTED = [*ROWS[:2], 'Q1,C1,P1,CNY,"1,000.00",,,,,open', *ROWS[2:], '"Q\n2",C1,P1,CNY,1,,,,,open', ROWS[0]]
CASHFLOWS = "entry_no,customer_no,holding_no,booked_on,direction,amount,counterparty_bank,memo"
FLOWS = [
    "E1,C1,H1,2026-11-02,in,5.00,招商银行,工资 十一月",
    "E2,C1,,2026-11-02,out,5.00,,\u3000转账",
    "E3,C1,,2026-11-02,out,5.00,," + "长" * 201,
    "E4,C1,,2026-11-02,in,-1,a\\b,x  y",
]
VALUES = "customer_no;period;interest_income;turnover"
MONTHS = ["C1;2026-11;5;6.5", "C1;202610;5;", "C2;2026-12;1,000;1", "C2;2026-13;1;1", "C3;2026-01;-0;1"]


def staged(path, monkeypatch, kinds, piece):
    """What is in the staging tables, and the counts."""
    monkeypatch.setattr(streaming, "STREAMED", kinds)
    monkeypatch.setattr(streaming, "PIECE_BYTES", piece)
    monkeypatch.setattr(streaming, "COPY_BYTES", 3 * piece)
    table = open_table(next(iter(find_files(path)[0].values())))
    header, unknown = header_of(table)
    found = stage(table, header, unknown, on=DAY, progress=lambda rows: None)
    kind = table.file.kind
    settle(found)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM stage_{kind} ORDER BY line")
        rows = cursor.fetchall()
        cursor.execute(f"SELECT * FROM stage_{kind}_issues ORDER BY line, column_name, reason")
        issues = cursor.fetchall()
    drop(kind)
    return rows, issues, (found.rows, found.rejected, found.warnings)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("piece", [30, 1 << 18])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    ("name", "header", "rows"),
    [
        ("holdings", HOLDINGS, ROWS),
        ("holdings", HOLDINGS, ROWS[:2] * 3),
        ("holdings", HOLDINGS, QUOTED),
        ("cashflows", CASHFLOWS, FLOWS),
        ("values", VALUES, MONTHS),
    ],
)  # fmt: skip
def test_streamed_file_is_staged_as_if_read_cell_by_cell(
    db, tmp_path, monkeypatch, name, header, rows, encoding, piece, end
):
    path = tmp_path / f"{name}.csv"
    path.write_bytes(end.join([header, *rows]).encode(encoding))
    slow = staged(path, monkeypatch, (), piece)
    assert staged(path, monkeypatch, (name,), piece) == slow
    assert slow[0]


def test_plain_rows_are_not_read_one_by_one(db, tmp_path, monkeypatch):
    path = tmp_path / "holdings.csv"
    path.write_text("\n".join([HOLDINGS, *ROWS[:2]]) + "\n")
    monkeypatch.setattr(streaming, "csv_rows", None)
    assert [row[0] for row in staged(path, monkeypatch, ("holdings",), 1 << 18)[0]] == [2, 3]


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("doubled", [False, True])
def test_what_is_told_names_the_lines_of_streamed_rows(make_customer, manager, tmp_path, monkeypatch, merged, doubled):
    make_customer(manager, customer_no="C1")
    other = make_customer(manager, customer_no="C2")
    if merged:
        kept = Customer.objects.get(customer_no="C1")
        merge_customers(survivor=kept, loser=other, take=(), by=manager, on=DAY, now=NOW)
    rows = [f"H{n},C{1 + n % 2},CA01,{n}.50," for n in range(40)]
    rows[7] = "H7,C9,CA01,7,"
    rows[11] = "H11,C1,CA01,eleven,"
    rows[12] = 'H12,C1,CA01,"1,200.00",2026-01-01' if doubled else "H12,C1,CA01,1 200,2026-01-01"
    rows[20:20] = ["", "H20x,C1,XX01,1,2026-02-28"]
    rows[33] = "H33,C1,CA01,1,1066-10-14"
    rows[39] = "H5,C1,CA01,99," if doubled else "H39,C8,CA01,99,"
    folder = tmp_path / "night"
    folder.mkdir()
    text = "\n".join(["holding_no,customer_no,product_code,balance,opened_on", *rows])
    (folder / "holdings.csv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(streaming, "PIECE_BYTES", 60)
    monkeypatch.setattr(streaming, "COPY_BYTES", 120)
    found = []
    for kinds in (("holdings",), ()):
        monkeypatch.setattr(streaming, "STREAMED", kinds)
        run = load_extract(path=folder, as_of=DAY, now=NOW)
        issues = sorted(run.issues.values_list("line", "level", "column", "value", "reason"))
        held = Holding.objects.order_by("pk").values_list("holding_no", "customer__customer_no", "balance", "opened_on")
        found.append((issues, list(held), run.files["holdings"]))
        Holding.objects.all().delete()
    assert found[0] == found[1]
    assert {line for line, *_issue in found[0][0]} >= {9, 13, 23}
    assert found[0][2]["rejected"] >= 3


def shape():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid FROM pg_index"
            " WHERE indrelid = ANY(%s::regclass[]) UNION ALL"
            " SELECT conname, pg_get_constraintdef(oid), convalidated FROM pg_constraint"
            " WHERE conrelid = ANY(%s::regclass[]) ORDER BY 1, 2",
            [["customers_holding", "customers_customer"]] * 2,
        )
        return cursor.fetchall()


def test_empty_tables_are_bare_for_the_load_and_whole_after_it(db):
    before = shape()
    with unindexed((Holding,), beside=(Customer, Product)) as bare:
        assert bare
        assert len(shape()) < len(before)
    assert shape() == before


def test_tables_with_rows_keep_their_indexes(db, make_customer, cast):
    make_customer(cast["manager"])
    before = shape()
    with unindexed((Customer,)) as bare:
        assert not bare
        assert shape() == before
