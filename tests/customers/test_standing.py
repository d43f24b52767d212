"""The one door to the standing row."""

from datetime import date

import pytest

from customers.models import Standing, TierName
from customers.services import standing


@pytest.fixture
def pair(manager, make_customer):
    return make_customer(manager), make_customer(manager)


def counts(first, number):
    return {
        "columns": ["open_followups"],
        "select": "SELECT %s::bigint AS customer_id, %s::int AS open_followups",
        "params": [first.pk, number],
    }


def test_rewrite_writes_only_rows_that_differ(pair):
    first, _ = pair
    assert standing.rewrite(**counts(first, 3)) == 1
    assert standing.rewrite(**counts(first, 3)) == 0
    assert list(Standing.objects.order_by("pk").values_list("open_followups", flat=True)) == [3, 0]


def test_rewrite_gives_those_left_out_what_missing_says(pair):
    first, second = pair
    standing.rewrite(**counts(second, 7))
    assert standing.rewrite(**counts(first, 1), missing={"open_followups": 0}) == 2
    assert list(Standing.objects.order_by("pk").values_list("open_followups", flat=True)) == [1, 0]


def test_rewrite_leaves_other_customers_alone_when_some_are_named(pair):
    first, second = pair
    standing.rewrite(**counts(second, 7))
    assert standing.rewrite(**counts(first, 1), customers=[first.pk], missing={"open_followups": 0}) == 1
    assert list(Standing.objects.order_by("pk").values_list("open_followups", flat=True)) == [1, 7]


def test_rewrite_refuses_what_is_no_column_of_the_standing(pair):
    with pytest.raises(ValueError, match="Not columns"):
        standing.rewrite(columns=["password"], select="SELECT 1")


def test_note_contact_keeps_the_latest_day(pair):
    first, _ = pair
    standing.note_contact(customer=first, on=date(2026, 11, 20))
    standing.note_contact(customer=first, on=date(2026, 11, 1))
    assert Standing.objects.get(pk=first.pk).last_contact == date(2026, 11, 20)


def test_names_of_tiers_are_written_once_and_those_left_out_taken_away(db):
    rows = [
        {"code": "W5", "rank": 1, "name": "潜力 5万+", "name_en": "Rising", "tone": "gold"},
        {"code": "W0", "rank": 2, "name": "大众", "name_en": "Mass", "for_organisations": True},
    ]
    assert standing.name_tiers(column="asset_tier", tiers=rows) == 2
    assert standing.name_tiers(column="asset_tier", tiers=rows) == 0
    assert standing.name_tiers(column="asset_tier", tiers=[{**rows[0], "name": "潜力"}]) == 2
    known = TierName.objects.values_list("column", "code", "name", "tone", "for_organisations")
    assert list(known) == [("asset_tier", "W5", "潜力", "gold", False)]


def test_names_are_refused_for_what_is_no_column(db):
    with pytest.raises(ValueError, match="Not a column"):
        standing.name_tiers(column="password", tiers=[])
