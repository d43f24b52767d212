"""Conditions: read, written, said in words; whatever comes is kept or refused with a sentence."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.rules import conditions
from customers.rules.conditions import Condition, Field, Group, Unreadable, compact, parse_compact, parse_json, period

TODAY = date(2026, 11, 21)
FIELDS = {
    field.code: field
    for field in (
        Field("kind", "Kind", conditions.CHOICE, {"individual": "Individual", "organization": "Organisation"}),
        Field("score", "Score", conditions.NUMBER),
        Field("assets", "Assets", conditions.MONEY, optional=False),
        Field("born", "Born", conditions.DAY),
        Field("name", "Name", conditions.WORDS),
        Field("restricted", "Restricted", conditions.YES_NO),
    )
}


def one(code, operator, *values):
    return parse_json({"all": [{"field": code, "op": operator, "value": list(values)}]}, FIELDS).parts[0]


@pytest.mark.parametrize(
    ("code", "operator", "values", "kept"),
    [
        ("assets", "least", ["5万"], ("50000",)),
        ("assets", "between", ["2", "1,000.50"], ("2", "1000.5")),
        ("assets", "between", ["9", "1"], ("1", "9")),
        ("born", "next", ["30"], ("30",)),
        ("born", "is", ["2026-11-21"], ("2026-11-21",)),
        ("kind", "in", ["individual", "", "organization"], ("individual", "organization")),
        ("restricted", "yes", [], ()),
        ("name", "contains", ["  王\x00 芳 "], ("王 芳",)),
        ("score", "unknown", ["left over"], ()),
    ],
)
def test_values_are_brought_into_one_form(code, operator, values, kept):
    assert one(code, operator, *values) == Condition(code, operator, kept)


@pytest.mark.parametrize(
    ("code", "operator", "values"),
    [
        ("gone", "is", ["1"]),
        ("kind", "above", ["1"]),
        ("kind", "is", ["martian"]),
        ("kind", "in", []),
        ("score", "above", ["much"]),
        ("score", "above", ["NaN"]),
        ("score", "above", ["1e400"]),
        ("score", "between", ["1"]),
        ("born", "is", ["2026-02-30"]),
        ("born", "next", ["-1"]),
        ("born", "next", ["99999999999"]),
        ("assets", "unknown", []),
        ("", "", []),
    ],
)
def test_what_cannot_be_asked_is_kept_with_a_sentence(code, operator, values):
    found = one(code, operator, *values)
    assert found.problem
    assert (found.field, found.operator, found.values) == (code, operator, tuple(values))


@pytest.mark.parametrize(
    "data",
    [
        [],
        "all",
        {"all": 1},
        {"both": []},
        {"all": [], "any": []},
        {"all": [{"field": "kind", "op": "is", "value": [{}]}]},
        {"all": [{}]},
        {"all": [{"any": [{"any": [{"any": [{"any": []}]}]}]}]},
        {"all": [{"field": "kind", "op": "is"}] * 41},
    ],
)
def test_what_is_no_filter_is_refused(data):
    if data == []:
        assert parse_json(data, FIELDS) == conditions.EMPTY
        return
    with pytest.raises(Unreadable):
        parse_json(data, FIELDS)


@pytest.mark.parametrize("text", ["x", "all(", "all)", "all()any()", ")", "all(kind.is.individual", "(((", "a" * 5000])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Unreadable):
        parse_compact(text, FIELDS)


leaves = st.one_of(
    st.builds(lambda value: {"field": "name", "op": "contains", "value": [value]}, st.text(min_size=1, max_size=12)),
    st.builds(lambda value: {"field": "score", "op": "above", "value": [str(value)]}, st.integers(-999, 999)),
    st.just({"field": "restricted", "op": "no", "value": []}),
)
trees = st.recursive(
    st.builds(lambda parts: {"all": parts}, st.lists(leaves, max_size=3)),
    lambda inner: st.builds(
        lambda word, parts: {word: parts}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=60)
@given(trees)
def test_address_and_json_say_the_same(data):
    try:
        tree = parse_json(data, FIELDS)
    except Unreadable:
        return
    assert parse_compact(compact(tree), FIELDS) == tree
    assert parse_json(tree.as_json(), FIELDS) == tree


@pytest.mark.parametrize(
    ("operator", "values", "days"),
    [
        ("next", [30], (TODAY, date(2026, 12, 21))),
        ("last", [1], (date(2026, 11, 20), TODAY)),
        ("older", [90], (None, date(2026, 8, 22))),
        ("later", [0], (date(2026, 11, 22), None)),
        ("week", [], (date(2026, 11, 16), date(2026, 11, 22))),
        ("month", [], (date(2026, 11, 1), date(2026, 11, 30))),
        ("next_month", [], (date(2026, 12, 1), date(2026, 12, 31))),
        ("year", [], (date(2026, 1, 1), date(2026, 12, 31))),
    ],
)
def test_relative_days_are_days(operator, values, days):
    assert period(operator, values, TODAY) == days


def test_amounts_are_read_as_people_write_them():
    money = FIELDS["assets"]
    assert conditions.read_value("1.5亿", money, conditions.OPERATORS["least"]) == Decimal("150000000")


def test_conditions_are_told_in_words():
    tree = Group(True, (Condition("kind", "in", ("individual", "organization")), Condition("born", "next", ("30",))))
    told = [conditions.sentence(part, FIELDS) for part in tree.parts]
    assert told[0].startswith("Kind")
    assert "Individual" in told[0]
    assert "30" in told[1]
    assert "…" not in told[1]
