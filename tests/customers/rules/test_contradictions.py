"""Facts of a file that do not agree: what is asked while somebody types."""

from decimal import Decimal

import pytest

from customers.rules.contradictions import QUESTIONS, RULES, doubts, sentence


@pytest.mark.parametrize(
    ("values", "age", "codes"),
    [
        ({}, None, []),
        ({}, 106, ["very_old"]),
        ({}, 15, ["very_young"]),
        ({"annual_income": Decimal(50_000_001)}, 40, ["income_high"]),
        ({"annual_income": Decimal(240_000), "monthly_income": Decimal(20_000)}, 40, []),
        ({"annual_income": Decimal(240_000), "monthly_income": Decimal(2_000)}, 40, ["months_over_year"]),
        ({"monthly_income": Decimal(20_000), "household_income": Decimal(10_000)}, 40, ["household_below_own"]),
        ({"children": 9, "retirement_age": 60, "occupation": "clerk"}, 61, ["many_children", "retired_already"]),
        ({"investment_experience": "none", "risk_share": 50}, 40, ["risk_without_experience"]),
        ({"annual_income": None, "children": None, "risk_share": None}, 40, []),
    ],
)
def test_odd_answers_are_asked_about(values, age, codes):
    assert [code for code, _facts in doubts(values, age=age)] == codes


def test_only_what_was_changed_is_asked_about():
    values = {"children": 9, "annual_income": Decimal(60_000_000)}
    assert doubts(values, changed=["children"]) == [("many_children", {"children": 9})]
    assert doubts(values, changed=["education"]) == []


def test_every_question_that_is_asked_can_be_said():
    odd = {
        "marital_status": "married",
        "occupation": "clerk",
        "education": "postgraduate",
        "children": 9,
        "school_stage": "primary",
        "monthly_income": Decimal(100),
        "annual_income": Decimal(60_000_000),
        "household_income": Decimal(1),
        "retirement_age": 5,
        "risk_share": 50,
        "investment_experience": "none",
    }
    found = {}
    for age, children in ((10, 9), (110, 0)):
        found |= dict(doubts(odd | {"children": children}, age=age))
    assert set(found) == {code for code, rule in RULES.items() if rule.asks}
    assert all(sentence(code, facts, str) != code for code, facts in found.items())
    assert set(QUESTIONS) == set(RULES)
