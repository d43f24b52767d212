"""Where a holding belongs, how far it is from the model, and our share of the wallet."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.choices import AssetClass
from customers.rules.allocation import allocation, class_of, wallet_share


@pytest.mark.parametrize(
    ("category", "risk", "asset_class"),
    [
        ("demand_deposit", None, "cash"),
        ("time_deposit", 1, "fixed_income"),
        ("fund", None, "equity"),
        ("fund", 1, "cash"),
        ("fund", 2, "fixed_income"),
        ("fund", 3, "equity"),
        ("wealth", None, "fixed_income"),
        ("wealth", 2, "fixed_income"),
        ("wealth", 3, "equity"),
        ("insurance", None, "insurance"),
        ("metal", 5, "alternative"),
        ("loan", None, None),
        ("card", None, None),
    ],
)
def test_class_follows_category_and_risk(category, risk, asset_class):
    assert class_of(category, risk) == asset_class


def test_allocation_says_what_is_missing_and_what_is_too_much():
    model = {"cash": 20, "fixed_income": 50, "equity": 20, "insurance": 10, "alternative": 0}
    pieces = {p.asset_class: p for p in allocation({"cash": D(500), "fixed_income": D(500)}, model)}
    assert (pieces["cash"].share, pieces["cash"].gap, pieces["cash"].excess) == (D("50.0"), D(-300), D(300))
    assert (pieces["equity"].gap, pieces["equity"].excess) == (D(200), None)
    assert (pieces["fixed_income"].gap, pieces["fixed_income"].excess) == (D(0), None)


def test_allocation_without_money_or_model_has_no_gaps():
    assert {p.gap for p in allocation({}, dict.fromkeys(AssetClass, 20))} == {None}
    assert {(p.model_share, p.gap) for p in allocation({"cash": D(5)})} == {(None, None)}


@settings(max_examples=30)
@given(st.dictionaries(st.sampled_from(list(AssetClass)), st.decimals(0, 10**9, places=2), min_size=1))
def test_gaps_of_a_whole_model_cancel_out(amounts):
    pieces = allocation(amounts, dict.fromkeys(AssetClass, 20))
    gaps = [piece.gap for piece in pieces]
    if sum(amounts.values()):
        assert abs(sum(gaps)) < D("0.05")
    else:
        assert set(gaps) == {None}


@pytest.mark.parametrize(
    ("own", "outside", "share"),
    [
        (D(50), None, None),
        (D(0), D(0), None),
        (D(50), D(50), 50),
        (D(-5), D(10), 0),
        (D(1), D(0), 100),
        (D(1), D(2), 33),
    ],
)
def test_share_of_wallet_is_unknown_without_knowledge(own, outside, share):
    assert wallet_share(own, outside) == share
