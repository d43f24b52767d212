"""The pages beside the dashboard without the town: nobody placed, nothing measured, counts of months by hand."""

from datetime import timedelta

import pytest

from tests.conftest import TODAY
from tests.tiering.test_positions import DEGREES, POTENTIAL, WORTH, page_of, said
from tiering.models import Scheme, TierCount

pytestmark = pytest.mark.usefixtures("today")


def test_nobody_placed_yet(sign_in, manager):
    answer = sign_in(manager).get(POTENTIAL)
    assert answer.context["page"].placed == 0
    assert said("Nobody is placed yet") in answer.content.decode()


def test_nothing_measured_yet(sign_in, manager):
    assert said("Nothing measured yet") in sign_in(manager).get(WORTH).content.decode()


def test_months_are_shown_with_their_change(sign_in, manager, auditor):
    scheme = Scheme.objects.get(code="stickiness")
    for day, best in ((TODAY - timedelta(days=30), 1), (TODAY, 3)):
        for code, number in (("S4", best), ("S1", 4 - best)):
            TierCount.objects.create(
                scheme=scheme,
                on=day,
                branch=manager.branch,
                manager=manager,
                code=code,
                customers=number,
                assets=0,
                value=number * (9 if code == "S4" else 1),
            )
    page = page_of(sign_in(auditor), DEGREES)
    degree = next(degree for degree in page.degrees if degree["key"] == "stickiness")
    assert [point["share_words"] for point in degree["points"]] == ["25.0%", "75.0%"]
    assert [point["average_words"] for point in degree["points"]] == ["3.0", "7.0"]
    assert degree["change"] == 50
    assert page.by_manager[0]["degrees"][2]["change"] == 50
