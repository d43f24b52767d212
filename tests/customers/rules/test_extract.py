from datetime import date

import pytest

from customers.rules.codes import CODES
from customers.rules.extract import LAYOUTS, kind_of, read_header, read_row

ON = date(2026, 12, 1)


def row(layout, /, on=ON, **cells):
    header, unknown, missing, doubled = read_header(LAYOUTS[layout], list(cells))
    assert not unknown
    assert not missing
    assert not doubled
    return read_row(header, list(cells.values()), on=on)


def customer(**cells):
    return row("customers", **{"customer_no": "C1", "kind": "individual", "name": "王伟", "branch_code": "B1"} | cells)


def found(problems):
    return [(problem.column, problem.reason, problem.level) for problem in problems]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("customers.csv", "customers"),
        ("CUSTOMERS.XLSX", "customers"),
        ("customers_20261231.csv", "customers"),
        ("客户.csv", "customers"),
        ("资金流水.txt", "cashflows"),
        ("客户关系.csv", "relations"),
        ("readme.txt", None),
        ("customers.pdf", None),
        ("customers", None),
        (".csv", None),
    ],
)
def test_file_is_known_by_its_name(name, kind):
    assert kind_of(name) == kind


def test_files_lean_only_on_files_before_them():
    order = "branches staff products customers relations restrictions holdings values cashflows"
    assert list(LAYOUTS) == order.split()


@pytest.mark.parametrize("kind", LAYOUTS)
def test_every_file_is_read_under_its_chinese_headings(kind):
    layout = LAYOUTS[kind]
    header, unknown, missing, doubled = read_header(
        layout, [f" {column.alias.split('|')[0]}* " for column in layout.columns]
    )
    assert (unknown, missing, doubled) == ([], [], [])
    assert header.names == [column.name for column in layout.columns]


def test_header_tells_what_is_unknown_missing_and_doubled():
    _, unknown, missing, doubled = read_header(LAYOUTS["branches"], ["branch_code", "机构号", "colour", ""])
    assert unknown == ["colour"]
    assert missing == ["name"]
    assert doubled == ["branch_code"]


def test_no_label_means_two_codes():
    for name, codes in CODES.items():
        labels = [label.casefold() for code, alternatives in codes.items() for label in {code, *alternatives}]
        assert len(labels) == len(set(labels)), name


def test_unknown_code_in_an_optional_column_is_a_warning():
    values, problems = customer(occupation="retired", education="本科")
    assert (values["occupation"], values["education"]) == (None, "bachelor")
    assert found(problems) == [("occupation", "bad_code", "warning")]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"kind": "robot"}, ("kind", "bad_code")),
        ({"birth_date": "2026-02-30"}, ("birth_date", "bad_date")),
        ({"birth_date": "2026-12-02"}, ("birth_date", "date_in_future")),
        ({"children": "-1"}, ("children", "negative")),
        ({"annual_income": "abc"}, ("annual_income", "bad_money")),
        ({"id_no": 1.1010519491231e17}, ("id_no", "number_ruined")),
        ({"name": "王\x00伟"}, ("name", "control_character")),
        ({"name": "长" * 121}, ("name", "too_long")),
        ({"lunar_birthday": "13-01"}, ("lunar_birthday", "bad_lunar_date")),
    ],
)
def test_bad_cell_refuses_the_row(cells, problem):
    _, problems = customer(**cells)
    assert found(problems) == [(*problem, "rejected")]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"id_no": "110105194912310021"}, "bad_id_checksum"),
        ({"id_no": "11010519491231002X", "id_type": "身份证", "birth_date": "1950-01-01"}, "id_disagrees"),
        ({"kind": "organization", "id_no": "911100006000373410"}, "bad_credit_checksum"),
        ({"mobile": "95588"}, "doubtful_phone"),
        ({"email": "nobody"}, "bad_email"),
    ],
)
def test_doubt_takes_the_row_with_a_warning(cells, reason):
    _, problems = customer(**cells)
    assert [(problem.reason, problem.level) for problem in problems] == [(reason, "warning")]


def test_other_documents_are_not_checked_as_resident_ids():
    values, problems = customer(id_type="passport", id_no="E12345678")
    assert values["id_no"] == "E12345678"
    assert problems == []


def test_personal_values_are_masked_in_a_problem():
    _, problems = customer(id_no="110105194912310021", mobile="138 1234 567x", email="zhangwei@")
    shown = " ".join(problem.value for problem in problems)
    assert "19491231" not in shown
    assert "1234" not in shown
    assert "zhangwei" not in shown


def test_row_of_another_width_is_rejected():
    header, *_ = read_header(LAYOUTS["branches"], ["branch_code", "name"])
    assert found(read_row(header, ["B1"], on=ON)[1]) == [("", "row_width", "rejected")]
    assert found(read_row(header, ["B1", "x", "y"], on=ON)[1]) == [("", "row_width", "rejected")]
    assert read_row(header, ["B1", "x", ""], on=ON) == ({"branch_code": "B1", "name": "x"}, [])


def test_customer_is_not_related_to_itself():
    _, problems = row("relations", customer_no="C1", related_customer_no="C1", relation="spouse")
    assert found(problems) == [("related_customer_no", "related_to_itself", "rejected")]


def test_holding_does_not_end_before_it_begins():
    cells = {"holding_no": "H1", "customer_no": "C1", "product_code": "P1", "balance": "1"}
    assert row("holdings", **cells, opened_on="2026-01-01", matures_on="2026-01-01")[1] == []
    _, problems = row("holdings", **cells, opened_on="2026-01-02", matures_on="2026-01-01")
    assert found(problems) == [("matures_on", "dates_reversed", "rejected")]
