"""Why a customer stands where: the same rules, evaluated for one customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from tiering.choices import Measure
from tiering.models import Placement, TieringRun
from tiering.rules import loyalty
from tiering.rules.bands import Tier, above
from tiering.rules.sheet import Assessment, assess
from tiering.services.compile import Plan, measures, plans
from tiering.services.record import record_of


@dataclass(frozen=True)
class Stand:
    """Where a customer stands in one scheme: measured now, and as placed by the last run."""

    plan: Plan
    value: Decimal | None
    tier: Tier | None
    next_tier: Tier | None
    placement: Placement | None
    assessment: Assessment | None = None
    rungs: tuple = ()

    @property
    def scheme(self):
        """The scheme itself."""
        return self.plan.scheme

    @property
    def distance(self):
        """What separates the value from the next tier, in the scheme's measure; None at the top or when unknown."""
        return self.next_tier.minimum - self.value if self.next_tier and self.value is not None else None

    @property
    def moves_on(self):
        """The facts have changed since the last run: the next one will move the customer."""
        return (self.placement.code if self.placement else None) != (self.tier.code if self.tier else None)


@dataclass(frozen=True)
class Explanation:
    """All schemes in force for one customer on one day; `main` is the scoring sheet's (None: no sheet in force)."""

    on: date
    main: Stand | None
    others: list[Stand]


def reckoning_day(today):
    """The day of the latest re-tiering, so that an explanation agrees with the tiers in force; else `today`."""
    return TieringRun.objects.values_list("as_of", flat=True).first() or today


def explain(*, customer, on):
    """Explain every scheme in force for `customer` on the day `on`; an organisation is not scored by the sheet."""
    plan_list = plans()
    placements = {placement.scheme_id: placement for placement in customer.placements.all()}
    text, params = measures(plan_list, on, customer=customer.pk)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        measured = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    stands = [_stand(number, plan, measured, customer, placements, on) for number, plan in enumerate(plan_list)]
    main = next((stand for stand in stands if stand.assessment is not None), None)
    return Explanation(on=on, main=main, others=[stand for stand in stands if stand.plan.definition is None])


def _stand(number, plan, measured, customer, placements, on):
    placement = placements.get(plan.scheme.pk)
    if plan.definition is not None:
        if not customer.is_individual:
            return Stand(plan, None, None, None, placement)
        assessment = assess(plan.definition, record_of(customer, on), on)
        return Stand(plan, assessment.score, assessment.tier, assessment.next_tier, placement, assessment)
    value, code = measured[f"value_{number}"], measured[f"code_{number}"]
    tier = next((tier for tier in plan.tiers if tier.code == code), None)
    rungs = ()
    if plan.scheme.measure == Measure.LOYALTY:
        evidence = loyalty.Evidence(measured["categories"], measured["with_us_since"], measured["introduced"])
        rungs = tuple((rung, loyalty.holds(rung, evidence, on)) for rung in loyalty.RUNGS)
    return Stand(plan, value, tier, above(plan.tiers, tier) if tier else None, placement, None, rungs)
