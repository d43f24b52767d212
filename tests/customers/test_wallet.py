"""Money at other banks: what is written down, what follows from it, what the pages say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from care.services.raising import raise_followups
from customers.models import BalanceMonth, ModelAllocation, OutsideHolding, Standing
from customers.services.balances import refresh_balances
from customers.services.conflict import Changed
from customers.services.wallet import add_outside, close_outside, confirm_outside, edit_outside, refresh_wallet
from staff.models import AuditEvent
from tests.conftest import TODAY


def url(name, *args):
    return reverse(f"customers:{name}", args=args)


@pytest.fixture
def customer(manager, make_customer, make_holding, today):
    customer = make_customer(manager, name="李国强")
    make_holding(customer, "CA01", balance=300_000)
    refresh_balances(on=TODAY)
    return customer


@pytest.fixture
def outside(customer, manager):
    """`outside(**facts)`: a deposit of 10万 at another bank that ends in 20 days."""

    def add(on=TODAY, **facts):
        usual = {"bank": "招商银行", "category": "time_deposit", "amount": Decimal(100_000), "said_by": "customer"}
        usual["matures_on"] = TODAY + timedelta(days=20)
        return add_outside(customer=customer, by=manager, on=on, facts=usual | facts)

    return add


def standing(customer):
    row = Standing.objects.get(customer=customer)
    return row.outside_total, row.wallet_share, row.next_outside_maturity


def test_nothing_known_is_not_nothing(customer):
    assert standing(customer) == (None, None, None)


def test_standing_follows_what_is_known(customer, outside, manager):
    deposit = outside()
    assert deposit.dimension == "savings"
    assert standing(customer) == (100_000, 75, deposit.matures_on)
    # A loan elsewhere is no asset, an unknown amount adds nothing, an end that has passed is no next end.
    outside(category="mortgage", amount=Decimal(900_000), matures_on=None)
    outside(bank="建设银行", amount=None, matures_on=TODAY - timedelta(days=1))
    assert standing(customer) == (100_000, 75, deposit.matures_on)
    close_outside(holding=deposit, by=manager, on=TODAY, end="won")
    assert standing(customer) == (None, None, None)


def test_share_moves_with_our_own_assets(customer, outside, make_holding):
    outside()
    make_holding(customer, "TD01", balance=600_000)
    refresh_balances(on=TODAY)
    assert standing(customer)[1] == 90
    assert refresh_wallet(on=TODAY) == 0


def test_next_end_elsewhere_moves_on_with_the_days(customer, outside):
    outside()
    later = outside(matures_on=TODAY + timedelta(days=50))
    refresh_balances(on=TODAY + timedelta(days=30))
    assert standing(customer)[2] == later.matures_on


@pytest.mark.parametrize(
    "facts", [{"amount": Decimal(-1)}, {"rate": Decimal(101)}, {"risk_level": 6}, {"bank": ""}, {"said_by": "x"}]
)
def test_impossible_facts_are_refused(outside, facts):
    with pytest.raises(ValidationError):
        outside(**facts)
    assert not OutsideHolding.objects.exists()


def test_editing_at_once_tells_the_second(outside, manager):
    deposit = outside()
    edit_outside(holding=deposit, by=manager, on=TODAY, version=1, facts={"amount": Decimal(200_000)})
    with pytest.raises(Changed) as conflict:
        edit_outside(holding=deposit, by=manager, on=TODAY, version=1, facts={"bank": "平安银行"})
    assert (conflict.value.current.amount, conflict.value.current.bank) == (200_000, "招商银行")


def test_old_knowledge_is_asked_again(outside, manager):
    deposit = outside(on=TODAY - timedelta(days=366))
    assert deposit.is_stale(TODAY)
    assert list(OutsideHolding.objects.stale(TODAY)) == [deposit]
    assert not confirm_outside(holding=deposit, by=manager, on=TODAY).is_stale(TODAY)


def test_second_editor_sees_both_versions(customer, outside, manager, sign_in):
    deposit = outside()
    client = sign_in(manager)
    data = {"bank": "平安银行", "category": "time_deposit", "amount": "100000", "said_by": "customer", "version": 1}
    edit_outside(holding=deposit, by=manager, on=TODAY, version=1, facts={"amount": Decimal(200_000)})
    answer = client.post(url("outside_edit", deposit.public_id), data)
    assert answer.status_code == 422
    assert "200000.00" in answer.content.decode()
    assert answer.context["form"].data["version"] == 2
    client.post(url("outside_edit", deposit.public_id), data | {"version": 2})
    deposit.refresh_from_db()
    assert (deposit.bank, deposit.amount) == ("平安银行", 100_000)


def test_added_closed_and_opened_again_on_the_page(customer, manager, sign_in):
    client = sign_in(manager)
    data = {"bank": "招商银行", "category": "fund", "amount": "50000", "said_by": "family", "evidence": "<i>x</i>"}
    assert client.post(url("outside_add", customer.public_id), data | {"matures_on": "2026-01-01"}).status_code == 422
    client.post(url("outside_add", customer.public_id), data)
    holding = OutsideHolding.objects.get()
    assert (holding.found_by, holding.dimension, holding.approximate) == (manager, "investment", False)
    page = client.get(url("holdings", customer.public_id)).content.decode()
    assert "招商银行" in page
    assert "<i>x" not in page
    answer = client.post(url("outside_close", holding.public_id), {"end": "won"}, follow=True)
    undo = url("outside_reopen", holding.public_id)
    assert [message.extra_tags for message in answer.context["messages"]][-1] == f"undo:{undo}"
    client.post(undo)
    holding.refresh_from_db()
    assert (holding.closed_on, holding.end) == (None, "")
    verbs = AuditEvent.objects.filter(verb__startswith="outside.").values_list("verb", flat=True)
    assert sorted(verbs) == ["outside.added", "outside.closed", "outside.reopened"]


def test_wallet_page_compares_with_the_model_asked_for(customer, outside, manager, sign_in):
    outside()
    for back in range(1, 30):
        month = (TODAY.replace(day=1) - timedelta(days=30 * back)).replace(day=1)
        BalanceMonth.objects.get_or_create(customer=customer, month=month, defaults={"assets": 1000 * back})
    client = sign_in(manager)
    blank = client.get(url("wallet", customer.public_id)).context
    assert (blank["plan"]["level"], blank["plan"]["worst"]) == ("", None)
    assert len(blank["history"]["rows"]) == 12
    seen = client.get(url("wallet", customer.public_id), {"level": "C1", "months": "36"}).context
    # 30万 cash here, 10万 fixed income elsewhere, against 30 and 60 per cent.
    assert {p.asset_class.value: p.gap for p in seen["plan"]["slices"]}["fixed_income"] == 140_000
    assert len(seen["history"]["rows"]) > 24
    alone = client.get(url("wallet", customer.public_id), {"level": "C1", "with": "own"}).context
    assert alone["plan"]["whole"] == 300_000
    assert [row["outside"] for row in seen["ends"]] == [True]
    assert client.get(url("wallet", customer.public_id), {"level": "X", "months": "9999"}).status_code == 200


def test_assessed_level_is_compared_by_itself(customer, manager, sign_in):
    customer.person.risk_appetite = "C3"
    customer.person.save()
    plan = sign_in(manager).get(url("wallet", customer.public_id)).context["plan"]
    assert (plan["level"], plan["assessed"], plan["model"].level) == ("C3", "C3", "C3")


def test_model_allocations_make_a_hundred(db):
    assert {sum(model.shares.values()) for model in ModelAllocation.objects.all()} == {100}
    assert ModelAllocation.objects.count() == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelAllocation.objects.filter(level="C1").update(cash=31)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_money_elsewhere_takes_as_many_queries_for_one_as_for_three(
    rows, outside, manager, sign_in, django_assert_num_queries
):
    for _ in range(rows):
        outside()
    client = sign_in(manager)
    with django_assert_num_queries(6):
        answer = client.get(url("outside_list"))
    assert len(answer.context["table"].page.object_list) == rows


def test_list_of_money_elsewhere_shows_the_own_scope_and_what_was_asked_for(outside, cast, sign_in):
    outside()
    outside(bank="建设银行", on=TODAY - timedelta(days=400), matures_on=None)

    def banks(user, **asked):
        table = sign_in(user).get(url("outside_list"), asked).context["table"]
        return {row.record.bank for row in table.rows}

    assert banks(cast["manager"]) == banks(cast["head"]) == {"招商银行", "建设银行"}
    assert banks(cast["colleague"]) == banks(cast["other_head"]) == set()
    assert banks(cast["manager"], maturing=30) == {"招商银行"}
    assert banks(cast["manager"], stale=1) == {"建设银行"}
    assert banks(cast["manager"], bank="招商") == {"招商银行"}


def test_money_that_ends_elsewhere_raises_one_reminder_and_takes_it_back(customer, outside, manager):
    deposit = outside()
    assert raise_followups(as_of=TODAY)["by_rule"]["outside"] == 1
    assert raise_followups(as_of=TODAY)["by_rule"]["outside"] == 0
    followup = customer.followups.get(kind="outside")
    assert (followup.facts["bank"], followup.outside_amount, followup.happens_on) == (
        "招商银行",
        100_000,
        deposit.matures_on,
    )
    close_outside(holding=deposit, by=manager, on=TODAY, end="won")
    raise_followups(as_of=TODAY)
    followup.refresh_from_db()
    assert followup.state == "withdrawn"
