"""The file's rules: weights, staleness, what to ask next."""

from datetime import date

import pytest

from customers.choices import FileSection, Kind
from customers.rules.file import (
    FILES,
    MATTERS,
    Fact,
    ask_next,
    completeness,
    facts_of,
    is_known,
    is_stale,
    life_stage,
    months_later,
    section_of,
)

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_fact_stands_once_and_says_what_it_matters_for(kind):
    names = [fact.name for facts in FILES[kind].values() for fact in facts]
    assert len(names) == len(set(names))
    assert all(fact.matters in MATTERS for fact in facts_of(kind).values())
    assert FILES[kind][FileSection.MORE] == ()


def test_what_the_score_asks_weighs_as_much_as_it_can_bring():
    weights = {name: fact.weight for name, fact in facts_of(Kind.INDIVIDUAL).items()}
    asked = ("occupation", "annual_income", "birth_date", "marital_status", "education", "known_since")
    assert [weights[name] for name in (*asked, "ease_of_contact", "influence")] == [15, 15, 10, 8, 8, 4, 10, 10]


@pytest.mark.parametrize(
    ("weights", "known", "share"),
    [
        ({}, set(), 100),
        ({"a": 0}, set(), 100),
        ({"a": 2, "b": 1}, {"a"}, 66),
        ({"a": 2, "b": 1}, {"a", "b", "c"}, 100),
        ({"a": 2, "b": 1}, set(), 0),
    ],
)
def test_completeness_is_the_known_part_of_the_weight(weights, known, share):
    assert completeness(weights, known) == share


@pytest.mark.parametrize(("value", "known"), [(None, False), ("", False), ([], False), (0, True), (False, True)])
def test_unknown_is_not_zero(value, known):
    assert is_known(value) is known


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 12, 15), 12, date(2026, 12, 15)),
    ],
)
def test_months_later_ends_with_the_month(day, months, later):
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("said_on", "months", "stale"),
    [
        (date(2025, 11, 22), 12, False),
        (date(2025, 11, 21), 12, True),
        (date(1990, 1, 1), None, False),
        (None, 12, False),
    ],
)
def test_an_answer_goes_stale_after_its_months(said_on, months, stale):
    assert is_stale(said_on, months, on=TODAY) is stale


def test_asked_first_is_what_the_tier_wants_then_needs_then_contact():
    facts = [
        Fact("email", "customer", 1, "contact"),
        Fact("hobby", "person", 5, "needs"),
        Fact("job", "person", 3, "tier"),
        Fact("income", "person", 15, "tier"),
        Fact("old", "person", 20, "tier"),
        Fact("note", "person", 0, "tier"),
        Fact("fresh", "person", 9, "tier"),
    ]
    asked = ask_next(facts, known={"old", "fresh"}, stale={"old"})
    assert [(ask.name, ask.stale) for ask in asked] == [
        ("income", False),
        ("job", False),
        ("old", True),
        ("hobby", False),
        ("email", False),
    ]


@pytest.mark.parametrize(
    ("age", "stage"),
    [(None, None), (-1, None), (0, "child"), (29, "start"), (30, "family"), (44, "school"), (90, "care")],
)
def test_life_stage_follows_the_age(age, stage):
    assert life_stage(age) == stage


def test_a_fact_is_found_in_the_section_of_its_kind():
    assert section_of(Kind.INDIVIDUAL, "occupation") == FileSection.WORK
    assert section_of(Kind.ORGANIZATION, "x_car") == FileSection.MORE
