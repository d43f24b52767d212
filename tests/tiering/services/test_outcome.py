"""What follows for a customer, in SQL as in the rules: lives with falls, rises, new rules and placings by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, Standing
from tiering.choices import OverrideState
from tiering.models import Movement, Override, Placement, Scheme
from tiering.rules.bands import tier_for
from tiering.rules.descent import Held, follow
from tiering.rules.facts import months_after
from tiering.services.retier import retier

pytestmark = pytest.mark.slow
BEGIN = date(2026, 1, 15)
ASSETS = [Decimal(0), Decimal(60_000), Decimal(250_000), Decimal(700_000), Decimal(2_000_000), Decimal(9_000_000)]
STEP = st.fixed_dictionaries(
    {
        "assets": st.sampled_from(ASSETS),
        # Half a month to three months pass between two runs.
        "days": st.integers(15, 95),
        # The least value of the third band from the top moves.
        "bound": st.none() | st.none() | st.sampled_from([Decimal(300_000), Decimal(500_000), Decimal(800_000)]),
        "by_hand": st.none() | st.none() | st.sampled_from(["W600", "W20", "W0", "GONE"]),
    }
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    steps=st.lists(STEP, min_size=2, max_size=9),
    watch_months=st.sampled_from([0, 1, 3, 4]),
    look_back=st.sampled_from([1, 2, 6]),
)
def test_sql_leads_every_life_as_the_rules_do(manager, make_customer, steps, watch_months, look_back):
    Customer.objects.all().delete()
    Scheme.objects.exclude(code="assets").update(active=False)
    scheme = Scheme.objects.get(code="assets")
    Scheme.objects.filter(pk=scheme.pk).update(watch_months=watch_months, look_back_months=look_back)
    scheme.bands.filter(code="W50").update(minimum=Decimal(500_000))
    customer = make_customer(manager)
    on, held, readings, last = BEGIN, None, [], None
    for step in steps:
        Standing.objects.update(asset_total=step["assets"])
        if step["bound"] is not None:
            scheme.bands.filter(code="W50").update(minimum=step["bound"])
        if step["by_hand"] is not None:
            Override.objects.filter(state=OverrideState.APPROVED).update(state=OverrideState.ENDED)
            Override.objects.create(
                customer=customer,
                scheme=scheme,
                code=step["by_hand"],
                reason="熟悉的老客户",
                starts_on=on,
                ends_on=months_after(on, 2),
                state=OverrideState.APPROVED,
                proposed_by=manager,
                proposed_on=on,
                decided_by=manager,
                decided_on=on,
            )
        hand = Override.objects.filter(
            state=OverrideState.APPROVED, starts_on__lte=on, ends_on__gte=on, customer=customer
        ).first()
        tiers = Scheme.objects.get(code="assets").tiers()
        measured = tier_for(tiers, step["assets"]).code
        expected = follow(
            tiers=tiers,
            measured=measured,
            on=on,
            held=held,
            override=hand.code if hand else None,
            readings=readings,
            rules_changed=last is not None and tier_for(tiers, last[0]).code != last[1],
            watch_months=watch_months,
            look_back=look_back,
        )
        run = retier(as_of=on)
        place = Placement.objects.get(customer=customer)
        assert (place.code, place.measured, place.watch_from, place.watch_until) == (
            expected.code,
            measured,
            expected.watch_from,
            expected.watch_until,
        )
        assert list(Movement.objects.filter(run=run).values_list("reason", flat=True)) == (
            [expected.reason] if expected.reason else []
        )
        if expected.watched:
            readings.append((on, measured))
        by_hand = hand is not None and hand.code in {tier.code for tier in tiers}
        held = Held(expected.code, expected.watch_from, expected.watch_until, by_hand)
        last = step["assets"], measured
        on = date.fromordinal(on.toordinal() + step["days"])
