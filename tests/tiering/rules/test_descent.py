"""Up at once, down slowly: the tier month by month."""

from datetime import date

import pytest

from tiering.choices import MoveReason
from tiering.rules.bands import ranked
from tiering.rules.descent import Held, best_met, follow
from tiering.rules.facts import months_after

TIERS = ranked([("V", 60, "", ""), ("A", 45, "", ""), ("B", 30, "", ""), ("C", 0, "", "")])
RANKS = {tier.code: tier.rank for tier in TIERS}
BEGIN = date(2026, 1, 15)


def live(measured, watch_months=3, look_back=6):
    """The tiers of a customer looked at once a month: `measured` are the codes of the months, “-” nothing measured."""
    held, readings, found = None, [], []
    for month, code in enumerate(measured):
        on = months_after(BEGIN, month)
        known = None if code == "-" else code
        result = follow(
            tiers=TIERS,
            measured=known,
            on=on,
            held=held,
            readings=readings,
            watch_months=watch_months,
            look_back=look_back,
        )
        if result.watched:
            readings.append((on, known))
        held = Held(result.code, result.watch_from, result.watch_until) if result.code else None
        found.append((result.code or "-") + ("*" if result.watched else ""))
    return " ".join(found)


@pytest.mark.parametrize(
    ("measured", "tiers"),
    [
        ("CCBAV", "C C B A V"),
        ("AAAA", "A A A A"),
        ("ABBBB", "A A* A* A* B"),
        ("ABAAA", "A A* A A A"),
        ("ABVAAAAA", "A A* V V* V* V* A A"),
        ("ABBABBBB", "A A* A* A A* A* A* B"),
        ("VBBBB", "V V* V* V* B"),
        ("VABBB", "V V* V* V* A*"),
        ("VABBBBBB", "V V* V* V* A* A* A* B"),
        ("VCBCCCCC", "V V* V* V* B* B* B* C"),
        ("VCCAC", "V V* V* V* A*"),
        ("A-AA", "A - A A"),
        ("-B", "- B"),
        ("AB-B", "A A* - B"),
    ],
)
def test_watch_of_three_months(measured, tiers):
    assert live(measured) == tiers


@pytest.mark.parametrize(
    ("measured", "watch_months", "look_back", "tiers"),
    [
        ("ABBB", 0, 6, "A B B B"),
        ("ABBB", 1, 6, "A A* B B"),
        # The watch lasts longer than the look back: what was met at its beginning counts no longer.
        ("VACCCC", 4, 2, "V V* V* V* V* C"),
        ("VACCCC", 4, 6, "V V* V* V* V* A*"),
        ("VCCCAC", 4, 2, "V V* V* V* V* A*"),
    ],
)
def test_watch_and_look_back_are_the_schemes(measured, watch_months, look_back, tiers):
    assert live(measured, watch_months, look_back) == tiers


def test_a_change_of_rules_places_at_once_but_not_who_is_under_watch():
    day = date(2026, 6, 1)
    fallen = follow(tiers=TIERS, measured="C", on=day, held=Held("A"), rules_changed=True)
    assert (fallen.code, fallen.reason, fallen.watched) == ("C", MoveReason.RULES, False)
    watched = Held("A", date(2026, 5, 1), date(2026, 8, 1))
    kept = follow(tiers=TIERS, measured="C", on=day, held=watched, rules_changed=True)
    assert (kept.code, kept.reason, kept.watch_until) == ("A", None, date(2026, 8, 1))
    risen = follow(tiers=TIERS, measured="V", on=day, held=watched, rules_changed=True)
    assert (risen.code, risen.reason, risen.watched) == ("V", MoveReason.RULES, False)


def test_a_tier_that_is_no_more_gives_way_at_once():
    gone = follow(tiers=TIERS, measured="C", on=BEGIN, held=Held("OLD"))
    assert (gone.code, gone.reason) == ("C", MoveReason.RULES)


def test_a_placing_by_hand_stands_above_all_and_its_end_places_at_once():
    held = Held("B", date(2026, 1, 1), date(2026, 2, 1))
    placed = follow(tiers=TIERS, measured="C", on=BEGIN, held=held, override="V")
    assert (placed.code, placed.reason, placed.watched) == ("V", MoveReason.OVERRIDE, False)
    assert follow(tiers=TIERS, measured=None, on=BEGIN, held=None, override="V").code == "V"
    stays = follow(tiers=TIERS, measured="C", on=BEGIN, held=Held("V", by_hand=True), override="V")
    assert (stays.code, stays.reason) == ("V", None)
    released = follow(tiers=TIERS, measured="C", on=BEGIN, held=Held("V", by_hand=True))
    assert (released.code, released.reason, released.watched) == ("C", MoveReason.OVERRIDE_ENDED, False)


def test_the_best_met_is_what_was_in_effect_within_the_look_back():
    readings = [(date(2026, 1, 1), "B"), (date(2026, 2, 1), "A"), (date(2026, 3, 1), "C")]
    assert best_met(RANKS, readings, date(2026, 1, 1), date(2026, 6, 1), 6) == RANKS["A"]
    # A was measured until 1 March: still in effect when the look back begins in February.
    assert best_met(RANKS, readings, date(2026, 1, 1), date(2026, 8, 15), 6) == RANKS["A"]
    assert best_met(RANKS, readings, date(2026, 1, 1), date(2026, 9, 1), 6) == RANKS["C"]
    assert best_met(RANKS, readings, date(2026, 2, 15), date(2026, 6, 1), 6) == RANKS["C"]
    assert best_met(RANKS, [], date(2026, 1, 1), date(2026, 6, 1), 6) == len(TIERS) + 1
