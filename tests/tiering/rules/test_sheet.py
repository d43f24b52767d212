"""The standard sheet (S2.3) at every option and every band boundary, and what follows from the total (S2.4)."""

from datetime import date
from decimal import Decimal

import pytest

from tiering.rules.facts import Record
from tiering.rules.sheet import assess

DAY = date(2026, 11, 21)

BEST = {
    "occupation": "business_owner",
    "annual_income": Decimal(200000),
    "birth_date": date(1991, 11, 21),
    "marital_status": "married",
    "children": 1,
    "education": "postgraduate",
    "known_since": date(2023, 11, 21),
    "ease_of_contact": "very_easy",
    "influence": "great",
}
WORST = {
    "occupation": "other",
    "annual_income": Decimal(0),
    "birth_date": date(2010, 1, 1),
    "marital_status": "single",
    "education": "below_college",
    "known_since": DAY,
    "ease_of_contact": "very_hard",
    "influence": "none",
}

POINTS = [
    *[
        ("occupation", {"occupation": code}, points)
        for code, points in [
            ("business_owner", 15),
            ("executive", 11),
            ("civil_servant", 9),
            ("technician", 7),
            ("sales", 5),
            ("clerk", 4),
            ("homemaker", 3),
            ("factory_worker", 2),
            ("other", 1),
        ]
    ],
    *[
        ("annual_income", {"annual_income": Decimal(income)}, points)
        for income, points in [
            ("0", 3),
            ("49999.99", 3),
            ("50000", 6),
            ("99999.99", 6),
            ("100000", 9),
            ("149999.99", 9),
            ("150000", 12),
            ("199999.99", 12),
            ("200000", 15),
            ("9999999999999999.99", 15),
        ]
    ],
    *[
        ("age", {"birth_date": birth}, points)
        for birth, points in [
            (DAY, 2),
            (date(2001, 11, 22), 2),  # 24
            (date(2001, 11, 21), 6),  # 25
            (date(1991, 11, 22), 6),  # 34
            (date(1991, 11, 21), 10),  # 35
            (date(1981, 11, 22), 10),  # 44
            (date(1981, 11, 21), 4),  # 45
            (date(1900, 1, 1), 4),
        ]
    ],
    ("family", {"marital_status": "married", "children": 1}, 8),
    ("family", {"marital_status": "married", "children": 0}, 4),
    ("family", {"marital_status": "married"}, 4),
    ("family", {"marital_status": "single", "children": 1}, 2),
    ("family", {"marital_status": "divorced"}, 2),
    ("family", {"marital_status": "widowed"}, 2),
    *[
        ("education", {"education": code}, points)
        for code, points in [("postgraduate", 8), ("bachelor", 5), ("junior_college", 2), ("below_college", 1)]
    ],
    *[
        ("known_for", {"known_since": since}, points)
        for since, points in [
            (DAY, 1),
            (date(2025, 11, 22), 1),
            (date(2025, 11, 21), 2),
            (date(2023, 11, 22), 2),
            (date(2023, 11, 21), 4),
        ]
    ],
    *[
        ("ease_of_contact", {"ease_of_contact": code}, points)
        for code, points in [("very_easy", 10), ("easy", 6), ("hard", 3), ("very_hard", 1)]
    ],
    *[
        ("influence", {"influence": code}, points)
        for code, points in [("great", 10), ("considerable", 6), ("some", 3), ("none", 1)]
    ],
]


@pytest.mark.parametrize(("fact", "on_file", "points"), POINTS)
def test_points_of_every_option_and_boundary(definition, fact, on_file, points):
    assessment = assess(definition, Record(**on_file), DAY)
    assert {line.criterion.fact: line.points for line in assessment.lines if not line.missing} == {fact: points}


def test_totals_run_from_12_to_80(definition):
    assert (definition.lowest, definition.highest) == (12, 80)
    assert assess(definition, Record(**BEST), DAY).score == 80
    assert assess(definition, Record(**WORST), DAY).score == 12


def test_missing_answers_score_0_and_leave_a_range_open(definition):
    some = {name: BEST[name] for name in ("occupation", "annual_income", "birth_date")}
    assessment = assess(definition, Record(**some), DAY)
    assert (assessment.score, assessment.minimum, assessment.maximum) == (40, 40 + 2 + 1 + 1 + 1 + 1, 80)
    assert assessment.coverage == 0.375
    assert [line.criterion.fact for line in assessment.missing] == [
        "family",
        "education",
        "known_for",
        "ease_of_contact",
        "influence",
    ]
    assert (assessment.tier.code, assessment.lowest_tier.code, assessment.highest_tier.code) == ("B", "A", "VIP")


def test_nothing_known_scores_0_and_is_the_lowest_tier(definition):
    assessment = assess(definition, Record(), DAY)
    assert (assessment.score, assessment.minimum, assessment.maximum, assessment.coverage) == (0, 12, 80, 0.0)
    assert assessment.tier.code == "C"


def test_complete_file_leaves_no_range(definition):
    assessment = assess(definition, Record(**WORST), DAY)
    assert assessment.complete
    assert assessment.minimum == assessment.score == assessment.maximum


@pytest.mark.parametrize(
    ("change", "score", "tier"),
    [
        ({}, 80, "VIP"),
        # 80 − 8 (married without children: 4) … down to each cut-off and one below it.
        ({"occupation": "other", "education": "junior_college"}, 60, "VIP"),
        ({"occupation": "other", "education": "below_college"}, 59, "A"),
        (
            {"occupation": "other", "annual_income": Decimal(0), "birth_date": date(1981, 1, 1), "influence": "some"},
            41,
            "B",
        ),
    ],
)
def test_tier_follows_the_cut_offs(definition, change, score, tier):
    assessment = assess(definition, Record(**(BEST | change)), DAY)
    assert (assessment.score, assessment.tier.code) == (score, tier)


@pytest.mark.parametrize(
    ("score", "tier"),
    [(0, "C"), (29, "C"), (30, "B"), (44, "B"), (45, "A"), (59, "A"), (60, "VIP"), (80, "VIP")],
)
def test_cut_offs_include_their_lower_bound(definition, score, tier):
    from tiering.rules.bands import tier_for

    assert tier_for(definition.tiers, score).code == tier


def test_ways_up_name_the_question_the_change_and_the_day(definition):
    on_file = BEST | {"occupation": "other", "education": "", "birth_date": date(1992, 3, 1), "influence": "some"}
    assessment = assess(definition, Record(**on_file), DAY)
    assert (assessment.score, assessment.next_tier.code, assessment.distance) == (47, "VIP", 13)
    assert [(way.kind, way.criterion.fact, way.gain, way.reaches, way.on) for way in assessment.ways] == [
        ("ask", "education", 8, False, None),
        ("change", "occupation", 14, True, None),
        ("wait", "age", 4, False, date(2027, 3, 1)),
    ]


def test_nothing_separates_the_top_from_a_better_tier(definition):
    assessment = assess(definition, Record(**BEST), DAY)
    assert (assessment.next_tier, assessment.distance, assessment.ways) == (None, None, ())
