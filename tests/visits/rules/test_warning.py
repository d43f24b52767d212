"""What is said before a visit is planned; nothing of it forbids."""

import pytest

from visits.choices import VisitWarning
from visits.rules.warning import visit_warnings


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"restricted": True}, [VisitWarning.RESTRICTED]),
        ({"ended": True, "outside_hours": True}, [VisitWarning.ENDED, VisitWarning.OUTSIDE_HOURS]),
        ({"days_since_contact": 0}, [VisitWarning.JUST_SEEN]),
        ({"days_since_contact": 1}, [VisitWarning.JUST_SEEN]),
        ({"days_since_contact": 2}, []),
        ({"days_since_contact": None}, []),
        ({"planned": 1, "clash": True}, [VisitWarning.ALREADY_PLANNED, VisitWarning.DIARY_CLASH]),
    ],
)
def test_warnings_say_what_applies(facts, expected):
    assert visit_warnings(**facts) == expected
