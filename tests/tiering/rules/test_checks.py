"""What is wrong with a sheet, and where."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tiering.models import ScoringSheet
from tiering.rules.bands import ranked
from tiering.rules.checks import problems
from tiering.rules.sheet import Criterion, Option, Sheet

CUTOFFS = (("A", 5), ("B", 0))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def sheet(*criteria, cutoffs=CUTOFFS):
    return Sheet(tuple(criteria), ranked((code, minimum, "", "") for code, minimum in cutoffs))


def bands(*options, fact="annual_income"):
    """A criterion from (points, lower, upper)."""
    rows = tuple(
        Option(points, "", *(None if bound is None else Decimal(bound) for bound in bounds), f"option {at}")
        for at, (points, *bounds) in enumerate(options)
    )
    return Criterion(fact, "number", rows, "Band")


def asked(*options, question="mood", kind="choice"):
    """An asked criterion from (points, code)."""
    rows = tuple(Option(points, code, label=f"option {code}") for points, code in options)
    return Criterion("", kind, rows, "Mood", question, 12)


SOUND = bands((9, 100, None), (3, None, 100))
MOOD = asked((5, "good"), (0, "bad"))


def found(one, kind=""):
    return [(problem.at, problem.text) for problem in problems(one, kind)]


def test_sound_sheet_has_no_problem():
    assert found(sheet(SOUND, MOOD)) == []


@pytest.mark.django_db
def test_shipped_sheets_are_sound():
    shipped = ScoringSheet.objects.in_force().whole()
    assert {one.code for one in shipped} == {"standard", "large_customer", "satisfaction", "knowledge", "education"}
    assert {one.code: problems(one.definition(), one.kind) for one in shipped if problems(one.definition())} == {}
    assert {one.code for one in shipped if one.kind == "organization"} == {"large_customer"}


@pytest.mark.parametrize(
    ("criteria", "at", "words"),
    [
        ([], ("criteria",), "at least one criterion"),
        ([bands()], ("criteria", 0), "no options"),
        ([SOUND, SOUND], ("criteria", 1), "fact already"),
        ([MOOD, MOOD], ("criteria", 1), "question already"),
        ([replace(SOUND, fact="zodiac")], ("criteria", 0), "source is gone"),
        ([replace(SOUND, fact="zodiac")], ("criteria", 0), "zodiac"),
        ([replace(SOUND, fact="")], ("criteria", 0), "Choose where"),
        ([replace(SOUND, kind="choice")], ("criteria", 0), "kind does not fit"),
        ([asked((5, "good"), (1, "good"))], ("criteria", 0, 1), "twice"),
        ([asked((5, "good"), (1, ""))], ("criteria", 0, 1), "no code"),
        ([replace(MOOD, kind="number")], ("criteria", 0), "choice"),
        ([bands((1001, None, None))], ("criteria", 0, 0), "1000"),
        ([bands((-1, None, None), fact="holdings")], ("criteria", 0, 0), "0 to"),
        ([bands((9, 200, None), (3, None, 100))], ("criteria", 0, 0), "gap from 100 to 200"),
        ([bands((9, 90, None), (3, None, 100))], ("criteria", 0, 0), "overlap"),
        ([bands((9, 5, 5), (3, None, 5))], ("criteria", 0, 0), "above the lower"),
        ([bands((9, 100, None), (3, 5, 100))], ("criteria", 0, 1), "below 5"),
        ([bands((9, 100, 200), (3, None, 100))], ("criteria", 0, 0), "from 200 up"),
        ([bands((9, 100, None), (3, 0, 100), fact="assets")], ("criteria", 0, 1), "below 0"),
    ],
)
def test_problem_is_found_at_its_place(criteria, at, words):
    assert any(place == at and words in text for place, text in found(sheet(*criteria)))


def test_not_negative_facts_may_begin_at_zero():
    assert found(sheet(bands((9, 100, None), (3, 0, 100)))) == []


@pytest.mark.parametrize(
    ("cutoffs", "at", "words"),
    [
        ((), ("cutoffs",), "at least one tier"),
        ((("A", 5), ("A", 0)), ("cutoffs", 1), "twice"),
        ((("A", 5), ("B", 5), ("C", 0)), ("cutoffs", 1), "begin at 5"),
        ((("A", 15), ("B", 0)), ("cutoffs", 0), "highest total is 14"),
        ((("A", 30001), ("B", 0)), ("cutoffs", 0), "30000"),
        ((("A", 5), ("B", 1)), ("cutoffs", 1), "at 0 points"),
        # Totals are 0, 3, 5, 8, 9 and 14.
        ((("A", 9), ("B", 6), ("C", 0)), None, ""),
        ((("A", 8), ("B", 6), ("C", 0)), ("cutoffs", 1), "between 6 and 7"),
        ((("A", 14), ("B", 10), ("C", 0)), ("cutoffs", 1), "between 10 and 13"),
    ],
)
def test_tier_nobody_can_have_is_found(cutoffs, at, words):
    said = found(sheet(SOUND, MOOD, cutoffs=cutoffs))
    assert said == [] if at is None else any(place == at and words in text for place, text in said)


def test_facts_of_individuals_are_no_source_for_organisations():
    assert found(sheet(SOUND), "organization") == [(("criteria", 0), "This fact is known of individuals only.")]
    assert found(sheet(bands((9, 1, None), (3, None, 1), fact="assets")), "organization") == []


options = st.builds(
    Option,
    points=st.integers(-5, 1010),
    value=st.sampled_from(["", "good", "bad", "business_owner"]),
    lower=st.none() | st.integers(-3, 3).map(Decimal),
    upper=st.none() | st.integers(-3, 3).map(Decimal),
    label=st.sampled_from(["", "x"]),
)
criteria = st.builds(
    Criterion,
    fact=st.sampled_from(["", "occupation", "annual_income", "age", "zodiac", "contribution"]),
    kind=st.sampled_from(["choice", "number", "years"]),
    options=st.lists(options, max_size=4).map(tuple),
    question=st.sampled_from(["", "mood"]),
)
cutoffs = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(-2, 40000)), max_size=4)


@given(st.lists(criteria, max_size=4), cutoffs)
def test_any_sheet_is_checked_without_a_crash(rows, tiers):
    one = sheet(*rows, cutoffs=tiers)
    for problem in problems(one, "organization"):
        assert problem.text
        spot = {"criteria": one.criteria, "cutoffs": one.tiers}[problem.at[0]]
        assert all(number < len(spot) for number in problem.at[1:2])
