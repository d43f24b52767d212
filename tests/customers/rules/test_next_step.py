"""The next step: the nearest duty first, then what is missing."""

from datetime import date, timedelta

import pytest

from customers.rules.next_step import Known, next_step

TODAY = date(2026, 11, 21)
FULL = {"last_contact": TODAY, "has_open_need": True, "tier": "A"}


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"restricted": True, "next_maturity": TODAY}, "restricted"),
        ({"do_not_contact": True, "next_maturity": TODAY}, "do_not_contact"),
        ({"next_maturity": TODAY}, "maturity"),
        ({"next_maturity": TODAY + timedelta(days=30), "birthday": TODAY}, "maturity"),
        ({"next_maturity": TODAY + timedelta(days=31)}, "keep_up"),
        ({"next_maturity": TODAY - timedelta(days=1)}, "keep_up"),
        ({"birthday": TODAY + timedelta(days=7)}, "birthday"),
        ({"birthday": TODAY + timedelta(days=8)}, "keep_up"),
        ({"last_contact": None}, "never_contacted"),
        ({"last_contact": TODAY - timedelta(days=45)}, "keep_up"),
        ({"last_contact": TODAY - timedelta(days=46)}, "quiet"),
        ({"last_contact": TODAY - timedelta(days=46), "tier": "C"}, "keep_up"),
        ({"last_contact": TODAY - timedelta(days=31), "tier": "VIP"}, "quiet"),
        ({"last_contact": TODAY - timedelta(days=181), "tier": ""}, "quiet"),
        ({"missing": ("income",)}, "ask"),
        ({"has_open_need": False}, "needs"),
        ({"uncovered": ("Savings",)}, "uncovered"),
        ({}, "keep_up"),
    ],
)
def test_next_step_is(known, code):
    assert next_step(Known(**FULL | known), on=TODAY).code == code
