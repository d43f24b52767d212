"""A mapping: what it says, what it refuses, and what it makes of a row."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules.cells import Bad
from customers.rules.converters import DATE_FORMAT, date_in
from customers.rules.extract import LAYOUTS
from customers.rules.mapping import BadMapping, Spec, as_json, complaints, parse, parse_text, row_reader, value_reader
from customers.rules.matching import FORMS, match_headings, suggest

ON = date(2026, 12, 31)


def made(**columns):
    return parse({"target": "customers", "columns": columns})


def read(value, name="birth_date", **said):
    return value_reader(
        name, parse({"target": "customers", "columns": {name: {"from": "x"} | said}}).columns[name], on=ON
    )(value)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("31.12.2026", "DD.MM.YYYY", date(2026, 12, 31)),
        ("1/2/2026", "D/M/YYYY", date(2026, 2, 1)),
        ("1/2/2026", "M/D/YYYY", date(2026, 1, 2)),
        ("261231", "YYMMDD", date(2026, 12, 31)),
        ("270101", "YYMMDD", date(1927, 1, 1)),
        ("5-Mar-87", "D-MON-YY", date(1987, 3, 5)),
        ("2026-07", "YYYY-MM", date(2026, 7, 1)),
        ("46387", "excel", date(2026, 12, 31)),
        ("31.12.2026 00:00:00", "DD.MM.YYYY", date(2026, 12, 31)),
        ("31.02.2026", "DD.MM.YYYY", None),
        ("5-Foo-87", "D-MON-YY", None),
        ("nonsense", "YYMMDD", None),
        ("999999999", "excel", None),
    ],
)
def test_days_are_read_as_they_are_written(text, form, day):
    assert DATE_FORMAT.fullmatch(form)
    assert date_in(text, form, pivot=26) == day


@pytest.mark.parametrize("form", ["%Y", "YYYY", "DD.DD", "x" * 50, "", "YYYY(.*)*MM", "YYYYMMDDDD"])
def test_what_is_no_way_to_write_days_is_refused(form):
    with pytest.raises(BadMapping):
        made(birth_date={"from": "x", "dates": [form]})


@pytest.mark.parametrize("form", FORMS)
def test_ways_that_are_offered_are_allowed(form):
    assert DATE_FORMAT.fullmatch(form)


@pytest.mark.parametrize(
    ("cell", "said", "value"),
    [
        ("706213", {"convert": "czech_birth_number_date"}, "1970-12-13"),
        ("110821", {"convert": "czech_birth_number_date"}, "1911-08-21"),
        ("015213/1234", {"convert": "czech_birth_number_date"}, "2001-02-13"),
        ("58", {"convert": "age_at_as_of"}, "1968-07-01"),
        ("11010519491231002X", {"convert": "resident_id_date"}, "1949-12-31"),
        ("2026-12-31", {}, "2026-12-31"),
        ("", {"convert": "age_at_as_of"}, ""),
    ],
)
def test_conversions(cell, said, value):
    assert read(cell, **said) == value


@pytest.mark.parametrize(
    ("cell", "said", "reason"),
    [
        ("709913", {"convert": "czech_birth_number_date"}, "bad_birth_number"),
        ("abc", {"convert": "czech_birth_number_date"}, "bad_birth_number"),
        ("-3", {"convert": "age_at_as_of"}, "bad_age"),
        ("500", {"convert": "age_at_as_of"}, "bad_age"),
        ("13/13/2026", {"dates": ["DD/MM/YYYY"]}, "bad_date"),
    ],
)
def test_what_cannot_be_converted_says_why(cell, said, reason):
    assert read(cell, **said).reason == reason


def test_sex_stands_in_a_birth_number():
    assert read("706213", "gender", convert="czech_birth_number_sex") == "female"
    assert read("450204", "gender", convert="czech_birth_number_sex") == "male"


@pytest.mark.parametrize(
    ("cell", "number", "value"),
    [
        ("1.234,50", {"decimal": ","}, "1234.50"),
        ("12,5", {"factor": "10000"}, "125000.0"),
        ("¥ 1,234.50元", {}, "1234.50"),
        ("3.5万", {}, "35000.0"),
        ("(1,234.50)", {}, "-1234.50"),
        ("99.999", {"round": True}, "100.00"),
        ("12345", {"factor": "0.01", "round": True}, "123.45"),
        (1.5, {}, "1.5"),
        ("n/a", {}, "n/a"),
        ("1e999999", {}, "1e999999"),
        ("NaN", {}, "NaN"),
    ],
)
def test_numbers_are_read_as_they_are_written(cell, number, value):
    if number.get("decimal") is None and cell == "12,5":
        number = number | {"decimal": ","}
    assert read(cell, "annual_income", number=number) == value


def test_codes_are_translated_and_what_nobody_knows_is_left_or_rejected():
    codes = {"Management": "executive", "unknown": ""}
    assert read("management ", "occupation", codes=codes) == "executive"
    assert read("unknown", "occupation", codes=codes) == ""
    assert read("公务员", "occupation", codes=codes) == "公务员"


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ([], "no_json"),
        ({"columns": {}}, "target"),
        ({"target": "nothing", "columns": {}}, "target"),
        ({"target": "customers", "columns": {"nonsense": {"from": "a"}}}, "column"),
        ({"target": "customers", "columns": {"name": {}}}, "source"),
        ({"target": "customers", "columns": {"name": {"from": "a", "constant": "b"}}}, "source"),
        ({"target": "customers", "columns": {"name": {"from": 5}}}, "spec"),
        ({"target": "customers", "columns": {"name": {"from": "a", "codes": {"x": 1}}}}, "spec"),
        ({"target": "customers", "columns": {"name": {"from": "a", "convert": "eval"}}}, "convert"),
        ({"target": "customers", "columns": {"balance": 1}}, "column"),
        ({"target": "holdings", "columns": {"balance": {"from": "a", "number": {"factor": "x"}}}}, "spec"),
        ({"target": "holdings", "columns": {"balance": {"from": "a", "number": {"factor": "Infinity"}}}}, "spec"),
        ({"target": "customers", "file": {"encoding": "rot13"}, "columns": {}}, "options"),
        ({"target": "customers", "file": {"delimiter": '"'}, "columns": {}}, "options"),
        ({"target": "customers", "file": {"header_row": 10**9}, "columns": {}}, "options"),
        ({"target": "customers", "file": {"x": 1}, "columns": {}}, "options"),
    ],
)
def test_definition_that_makes_no_sense_gets_one_sentence(definition, code):
    with pytest.raises(BadMapping) as refused:
        parse(definition)
    assert refused.value.code == code
    assert str(refused.value)


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, "x" * (1024 * 1024 + 1)])
def test_text_that_is_no_mapping_is_refused(text):
    with pytest.raises(BadMapping):
        parse_text(text)


def test_definition_comes_back_as_it_was():
    definition = {
        "target": "customers",
        "file": {"encoding": "", "delimiter": ";", "sheet": "", "header_row": 2},
        "columns": {
            "customer_no": {"template": "K{id:06}"},
            "kind": {"constant": "individual"},
            "occupation": {"from": "job", "codes": {"management": "executive"}, "unknown": "reject"},
            "birth_date": {"from": "born", "dates": ["DD.MM.YY"], "pivot": 30},
            "annual_income": {"from": "income", "number": {"decimal": ",", "factor": "10000", "round": True}},
        },
    }
    assert as_json(parse(definition)) == definition


def test_row_is_put_together():
    mapping = made(
        customer_no={"template": "UCI{row:06}"},
        name={"template": "{first} {last}"},
        kind={"constant": "individual"},
        branch_code={"from": "branch"},
    )
    reader = row_reader(mapping, ("first", "last", "branch"), on=ON)
    assert reader(["Ann", "Lee", "B1"], 7, 9) == ["UCI000007", "Ann Lee", "individual", "B1"]
    assert reader(["Ann", "", "B1"], 8, 10)[1] == ""
    assert reader(["Ann", "Lee", "B1", "", ""], 8, 10)[3] == "B1"
    assert reader(["Ann"], 8, 10) == [Bad("1 ≠ 3", "row_width", True)]
    assert reader(["Ann", "Lee", "B1", "x"], 8, 10) == [Bad("4 ≠ 3", "row_width", True)]


def test_columns_that_are_missing_are_named():
    found = complaints(made(name={"from": "nobody"}, customer_no={"template": "{nothing}"}), ("a",))
    assert [each.code for each in found] == ["heading", "heading", "missing"]
    assert "branch_code" in str(found[-1])
    with pytest.raises(BadMapping):
        row_reader(made(name={"from": "nobody"}), ("a",), on=ON)


def test_headings_are_matched_in_both_languages_and_never_twice():
    matched = match_headings("customers", ("客户编号", "姓名", "手机", "出生年月日", "所属机构", "客户经理", "单位"))
    assert matched == {
        "customer_no": "客户编号",
        "name": "姓名",
        "mobile": "手机",
        "birth_date": "出生年月日",
        "branch_code": "所属机构",
        "manager_no": "客户经理",
    }
    assert match_headings("holdings", ("account_id", "client_id", "ballance"))["balance"] == "ballance"


def test_suggestion_reads_the_values():
    sample = [["58", "management", "married", "05/12/2020"], ["44", "unknown", "single", "17/01/2019"]]
    columns = suggest("customers", ("age", "job", "marital", "open_date"), sample, on=ON)
    assert columns["birth_date"] == {"from": "age", "convert": "age_at_as_of"}
    assert columns["birth_approximate"] == {"constant": "1"}
    assert columns["occupation"]["codes"] == {"management": "executive", "unknown": ""}
    assert columns["marital_status"] == {"from": "marital"}
    assert columns["opened_on"]["dates"] == ["DD/MM/YYYY"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=12,
    ),
    st.sampled_from(sorted(LAYOUTS)),
)
@settings(max_examples=60)
def test_whatever_stands_in_a_definition_it_is_parsed_or_refused(said, target):
    for definition in (said, {"target": target, "columns": said}, {"target": target, "columns": {"name": said}}):
        try:
            mapping = parse(definition)
        except BadMapping:
            continue
        assert parse(json.loads(json.dumps(as_json(mapping)))) == mapping


@given(st.text(max_size=20), st.sampled_from(["annual_income", "birth_date", "occupation", "name"]))
@settings(max_examples=80)
def test_any_value_is_read_or_called_bad(text, name):
    for spec in (
        Spec("x"),
        Spec("x", codes={"a": "b"}),
        Spec("x", dates=("YYMMDD",)),
        Spec("x", convert="age_at_as_of"),
    ):
        assert isinstance(value_reader(name, spec, on=ON)(text), str | Bad)
