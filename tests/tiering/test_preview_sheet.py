"""``manage.py preview_sheet``: the figures of the page, and one sentence for what it cannot do."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.tiering.town import DAY, rewrite
from tiering.models import ScoringSheet
from tiering.services.drafts import start_draft
from tiering.services.preview import effect

WEIGHTS = {("occupation", "business_owner"): 2, ("occupation", "clerk"): 18}


def said(*arguments):
    output = io.StringIO()
    call_command("preview_sheet", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def draft(town, sheet, administrator):
    return rewrite(start_draft(sheet=sheet, by=administrator), administrator, points=WEIGHTS)


def test_json_says_what_the_page_says(draft):
    result = json.loads(said("2", "--json", "--as-of", DAY.isoformat()))
    found = effect(sheet=ScoringSheet.objects.whole().get(pk=draft.pk), on=DAY)
    assert (result["sheet"], result["version"], result["as_of"]) == ("standard", 2, "2026-11-21")
    assert (result["customers"], result["moved"], result["up"], result["down"]) == (
        found.customers,
        found.moved,
        found.up,
        found.down,
    )
    assert sum(cell["customers"] for cell in result["matrix"]) == found.customers
    assert {cell["from"] for cell in result["matrix"]} >= {"VIP", "A", "B", "C"}
    assert {row["branch"] for row in result["branches"]} == {"D001", "D002"}
    assert {row["manager"] for row in result["managers"]} == {"M001", "M003"}
    assert sum(result["histogram"]["after"].values()) == found.customers
    assert {cause["key"] for cause in result["causes"]} == {"occupation"}


def test_text_says_it_for_people(draft):
    text = said("2", "--as-of", DAY.isoformat())
    found = effect(sheet=ScoringSheet.objects.whole().get(pk=draft.pk), on=DAY)
    assert str(found.moved) in text
    assert "D001" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["7"], "1"),
        (["x"], "x"),
        (["１"], "１"),
        (["1", "--sheet", "nothing"], "nothing"),
        (["1", "--as-of", "yesterday"], "yesterday"),
    ],
)
def test_what_cannot_be_shown_is_said_in_a_sentence(db, arguments, words):
    with pytest.raises(CommandError) as refused:
        said(*arguments)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
