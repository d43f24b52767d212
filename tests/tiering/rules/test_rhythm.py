"""When a tier is to be contacted again."""

from datetime import date

import pytest

from tiering.rules.rhythm import Rhythm, rhythm

DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("days", "last", "expected"),
    [
        (None, DAY, None),
        (30, None, Rhythm(DAY, 0, never=True)),
        (30, DAY, Rhythm(date(2026, 12, 21), 0)),
        (30, date(2026, 10, 22), Rhythm(DAY, 0)),
        (30, date(2026, 10, 21), Rhythm(date(2026, 11, 20), 1)),
        (30, date(2026, 12, 1), Rhythm(date(2026, 12, 31), 0)),
    ],
)
def test_due_so_many_days_after_the_last_talk(days, last, expected):
    assert rhythm(days, last, DAY) == expected
