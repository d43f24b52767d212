"""The scale of an axis: even steps, the threshold between two of them."""

import pytest

from tiering.choices import Axis
from tiering.rules.axes import REACH, Scale


@pytest.mark.parametrize(
    ("axis", "threshold", "value", "step"),
    [
        (Axis.SCORE, 45, 45, 0),
        (Axis.SCORE, 45, 44, -1),
        (Axis.SCORE, 45, 49, 0),
        (Axis.SCORE, 45, 50, 1),
        (Axis.CONTACTS, 6, 0, -6),
        (Axis.CONTACTS, 6, 10_000, REACH - 1),
        (Axis.ASSETS, 200_000, 200_000, 0),
        (Axis.ASSETS, 200_000, 199_999.99, -1),
        (Axis.ASSETS, 200_000, 2_000_000, 4),
        (Axis.ASSETS, 200_000, 0, -10),
        (Axis.ASSETS, 200_000, -50, -10),
        (Axis.CONTRIBUTION, 0, -0.01, -1),
        (Axis.CONTRIBUTION, 0, 0, 0),
        (Axis.CONTRIBUTION, 0, 999.99, 0),
        (Axis.CONTRIBUTION, 0, 1000, 1),
        (Axis.CONTRIBUTION, 0, 10_000, 5),
    ],
)
def test_step_of_a_value(axis, threshold, value, step):
    assert Scale(axis, threshold).step(value) == step


@pytest.mark.parametrize(("axis", "threshold"), [(Axis.SCORE, 45), (Axis.ASSETS, 200_000), (Axis.CONTRIBUTION, 0)])
def test_a_step_begins_at_its_value(axis, threshold):
    scale = Scale(axis, threshold)
    for step in range(-6, 7):
        least = scale.value_at(step)
        if least is not None:
            assert scale.step(least * 1.0001 + 0.0001) == step


@pytest.mark.parametrize(("axis", "threshold"), [(Axis.ASSETS, 200_000), (Axis.CONTRIBUTION, 0)])
def test_the_lowest_step_has_no_least_value(axis, threshold):
    assert Scale(axis, threshold).value_at(-20) is None
