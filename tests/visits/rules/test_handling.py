"""The five steps."""

from visits.rules.handling import ordered_steps, track


def test_ordered_steps_are_each_once_and_in_the_order_of_handling():
    assert ordered_steps(["advise", "accept", "advise", "nonsense"]) == ["accept", "advise"]


def test_track_says_what_comes_next():
    steps = track(["accept", "explain"])
    assert [step["taken"] for step in steps] == [True, False, True, False, False]
    assert [step["value"] for step in steps if step["next"]] == ["respect"]


def test_track_has_no_next_step_when_all_are_taken():
    assert not [step for step in track(["accept", "respect", "explain", "reassure", "advise"]) if step["next"]]
