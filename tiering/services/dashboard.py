"""Sums of the tier dashboard: tiers, branches and managers, moves by reason, what matures."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, DateField, F, Func, IntegerField, Q, Sum, Value

from customers.choices import ASSET_CATEGORIES, LOAN_CATEGORIES
from customers.models import Holding
from tiering.models import Movement
from tiering.services.kept import kept
from tiering.services.population import NOTHING

WEEKS = 13
UP = Q(from_rank__isnull=False, to_rank__lt=F("from_rank"))
DOWN = Q(from_rank__isnull=False, to_rank__gt=F("from_rank"))


@dataclass(frozen=True)
class Step:
    """One tier of a scheme with what stands in it; an empty code: not tiered."""

    code: str
    label: str
    rank: int | None
    customers: int = 0
    assets: Decimal = NOTHING
    watched: int = 0
    pinned: int = 0
    colour: str = ""


@dataclass
class Tally:
    """Customers and assets of a group, by tier, and its moves between the two days."""

    customers: int = 0
    assets: Decimal = NOTHING
    tiers: dict = field(default_factory=lambda: defaultdict(int))
    up: int = 0
    down: int = 0

    def add(self, cell):
        """Count a cell of the population in."""
        self.customers += cell.customers
        self.assets += cell.assets
        self.tiers[cell.code] += cell.customers


def steps(plan, cells, *, also=()):
    """The tiers of a scheme, best first, with the `cells` that stand in them; those that no band knows come last.

    Codes in `also` are among them even when empty.
    """
    sums = defaultdict(lambda: [0, NOTHING, 0, 0])
    for cell in cells:
        for place, value in enumerate((cell.customers, cell.assets, cell.watched, cell.pinned)):
            sums[cell.code][place] += value
    for code in also:
        sums[code]
    rows = [Step(tier.code, tier.label, tier.rank, *sums.get(tier.code, ()), colour=tier.colour) for tier in plan.tiers]
    known = {tier.code for tier in plan.tiers}
    rows += [Step(code, code, None, *sums[code]) for code in sorted(sums) if code and code not in known]
    if "" in sums:
        rows.append(Step("", "", None, *sums[""]))
    return rows


def best_share(plan, cells):
    """Share (0 to 1) of the tiered customers who stand in the two best tiers; None when nobody is tiered."""
    top = {tier.code for tier in plan.tiers if tier.rank in (1, 2)}
    best = sum(cell.customers for cell in cells if cell.code in top)
    tiered = sum(cell.customers for cell in cells if cell.code)
    return best / tiered if tiered > 0 else None


def tallies(cells, moved, group):
    """{group: Tally} of population cells and of `moved` (see `moved_by`); `group` makes a key of (branch, manager)."""
    found = defaultdict(Tally)
    for cell in cells:
        found[group(cell.branch, cell.manager)].add(cell)
    for branch, manager, up, down in moved:
        key = group(branch, manager)
        if key in found:
            found[key].up += up
            found[key].down += down
    return dict(found)


def _moves(scope):
    return scope.rows(Movement).filter(scheme=scope.scheme).between(scope.first, scope.until)


def moved_by(scope):
    """(branch, manager, moves up, moves down) between the two days."""
    return list(
        _moves(scope)
        .values_list("customer__branch_id", "customer__manager_id")
        .annotate(up=Count("pk", filter=UP), down=Count("pk", filter=DOWN))
    )


def weeks(scope):
    """What ends in the thirteen weeks from today: dicts of first, last, customers, holdings, assets, loans (yuan)."""
    counted = kept(scope, "weeks", lambda: _weeks(scope))
    found = []
    for place in range(WEEKS):
        row = counted.get(place, {})
        first = scope.today + timedelta(days=7 * place)
        found.append(
            {
                "first": first,
                "last": first + timedelta(days=6),
                "customers": row.get("customers", 0),
                "holdings": row.get("holdings", 0),
                "assets": row.get("assets") or NOTHING,
                "loans": row.get("loans") or NOTHING,
            }
        )
    return found


def _weeks(scope):
    week = Func(
        F("matures_on"),
        Value(scope.today, DateField()),
        template="((%(expressions)s) / 7)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    yuan = Q(currency="CNY")
    return {
        row["week"]: row
        for row in scope.rows(Holding)
        .maturing(within=7 * WEEKS - 1, on=scope.today)
        .annotate(week=week)
        .values("week")
        .annotate(
            customers=Count("customer", distinct=True),
            holdings=Count("pk"),
            assets=Sum("balance", filter=yuan & Q(product__category__in=ASSET_CATEGORIES)),
            loans=Sum("balance", filter=yuan & Q(product__category__in=LOAN_CATEGORIES)),
        )
    }
