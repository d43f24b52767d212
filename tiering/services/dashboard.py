"""The figures of the tier dashboard: aggregates in a constant number of queries, whatever the size of the bank.

Everything counts inside a scope: what the person may see, narrowed to a branch with all below, to a manager, or both.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, DateField, F, Func, IntegerField, Q, Sum, Value, When

from customers.choices import ASSET_CATEGORIES, LOAN_CATEGORIES
from customers.models import BalanceMonth, Customer, Holding, Standing
from staff.models import Branch, User
from tiering.models import Movement
from tiering.services.compile import Plan
from tiering.services.retier import STANDING

WEEKS = 13
# Assets of the last twelve months are shown; the month before them gives the first one its change.
MONTHS = 13
NOTHING = Decimal(0)
BEFORE, WITHIN, AFTER = 0, 1, 2


@dataclass(frozen=True)
class Scope:
    """What the page looks at: a scheme, a branch with all below, a manager, a month; `today` is the bank day."""

    user: User
    plan: Plan
    first: date
    today: date
    branch: Branch | None = None
    manager: User | None = None

    @property
    def following(self):
        """The first day of the month after."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def last(self):
        """The last day of the month, or today in the month in hand."""
        return min(self.following - timedelta(days=1), self.today)

    @property
    def previous(self):
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def current(self):
        """Whether the month is the one in hand."""
        return self.first <= self.today < self.following

    @property
    def column(self):
        """The column of the standing that holds the scheme's tier; None for a scheme that lists cannot filter by."""
        return STANDING.get(self.plan.scheme.code, (None, None))[0]

    def rows(self, model):
        """Rows of a scoped model within the scope."""
        queryset, paths = model.objects.visible_to(self.user), model.scope_paths
        if self.branch is not None:
            queryset = queryset.filter(**{f"{paths['branch']}__path__startswith": self.branch.path})
        if self.manager is not None:
            queryset = queryset.filter(**{paths["manager"]: self.manager.pk})
        return queryset.order_by()


@dataclass
class Tally:
    """Customers and assets of a group, by tier, and its moves of the month."""

    customers: int = 0
    assets: Decimal = NOTHING
    tiers: dict = field(default_factory=lambda: defaultdict(int))
    up: int = 0
    down: int = 0

    def add(self, cell):
        """Count a cell of the book in."""
        self.customers += cell["customers"]
        self.assets += cell["assets"]
        self.tiers[cell["code"]] += cell["customers"]


@dataclass(frozen=True)
class Step:
    """One tier of a scheme with what stands in it; an empty code: not tiered."""

    code: str
    label: str
    rank: int | None
    customers: int
    assets: Decimal


def book(scope):
    """The customers of the scope by branch, manager and tier: dicts of branch, manager, code, customers, assets."""
    return [
        {
            "branch": row["customer__branch_id"],
            "manager": row["customer__manager_id"],
            "code": row[scope.column],
            "customers": row["customers"],
            "assets": row["assets"] or NOTHING,
        }
        for row in scope.rows(Standing)
        .values("customer__branch_id", "customer__manager_id", scope.column)
        .annotate(customers=Count("pk"), assets=Sum("asset_total"))
    ]


def by_scheme(scope, plans):
    """{scheme code: steps} of several schemes, best tier first, all in one query: their combinations are few."""
    columns = [STANDING[plan.scheme.code][0] for plan in plans]
    if not columns:
        return {}
    counted = {column: {} for column in columns}
    for row in scope.rows(Standing).values(*columns).annotate(customers=Count("pk"), assets=Sum("asset_total")):
        for column in columns:
            number, assets = counted[column].get(row[column], (0, NOTHING))
            counted[column][row[column]] = (number + row["customers"], assets + (row["assets"] or NOTHING))
    return {plan.scheme.code: steps(plan, counted[column]) for plan, column in zip(plans, columns, strict=True)}


def steps(plan, counted):
    """The tiers of a scheme, best first, with {code: (customers, assets)}; those that no band knows come last."""
    rows = [Step(tier.code, tier.label, tier.rank, *counted.get(tier.code, (0, NOTHING))) for tier in plan.tiers]
    known = {tier.code for tier in plan.tiers}
    rows += [Step(code, code, None, *pair) for code, pair in sorted(counted.items()) if code and code not in known]
    if "" in counted:
        rows.append(Step("", "", None, *counted[""]))
    return rows


def moves(scope):
    """Moves of the scheme since the month before the chosen one, by period, from, to, branch and manager.

    `period` is BEFORE, WITHIN or AFTER the chosen month; `number` moves with `assets` of today.
    """
    period = Case(
        When(on__lt=scope.first, then=Value(BEFORE)),
        When(on__lt=scope.following, then=Value(WITHIN)),
        default=Value(AFTER),
        output_field=IntegerField(),
    )
    return list(
        scope.rows(Movement)
        .filter(scheme=scope.plan.scheme)
        .between(scope.previous, scope.today)
        .annotate(period=period)
        .values(
            *("period", "from_code", "from_rank", "to_code", "to_rank"),
            branch=F("customer__branch_id"),
            manager=F("customer__manager_id"),
        )
        .annotate(number=Count("pk"), assets=Sum("customer__standing__asset_total"))
    )


def direction(move):
    """1 for a move to a better tier, -1 to a worse one, 0 for a first placement or the end of one."""
    left, reached = move["from_rank"], move["to_rank"]
    if not left or not reached or not move["from_code"] or not move["to_code"]:
        return 0
    return (left > reached) - (left < reached)


def month_ends(scope):
    """{first day of the month: assets} of the last months up to the chosen one; months without balances are missing."""
    month = scope.first
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
    rows = scope.rows(BalanceMonth).filter(month__range=(month, scope.first))
    return dict(rows.values_list("month").annotate(assets=Sum("assets")).order_by("month"))


def opened(scope):
    """How many customers came after the chosen month, and within or after it; without an opening day: in neither."""
    return scope.rows(Customer).aggregate(
        after=Count("pk", filter=Q(opened_on__gte=scope.following)),
        within_or_after=Count("pk", filter=Q(opened_on__gte=scope.first)),
    )


def weeks(scope):
    """What ends in the thirteen weeks from today: dicts of first, last, customers, holdings, assets, loans (yuan)."""
    week = Func(
        F("matures_on"),
        Value(scope.today, DateField()),
        template="((%(expressions)s) / 7)",
        arg_joiner=" - ",
        output_field=IntegerField(),
    )
    yuan = Q(currency="CNY")
    counted = {
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


def tallies(cells, flow, group):
    """{group: Tally} of the book and of the moves within the month; `group` turns a cell or a move into its key."""
    found = defaultdict(Tally)
    for cell in cells:
        found[group(cell)].add(cell)
    for move in flow:
        if move["period"] == WITHIN and group(move) in found:
            tally, way = found[group(move)], direction(move)
            tally.up += move["number"] * (way > 0)
            tally.down += move["number"] * (way < 0)
    return dict(found)


def best_share(rows, flow, *, since):
    """Share (0 to 1) of the tiered customers who stand in the two best tiers, before the moves from period `since` on.

    Moves add up: taking back what came since gives the distribution of then. None when nobody was tiered.
    """
    top = {row.code for row in rows if row.rank in (1, 2)}
    best = sum(row.customers for row in rows if row.code in top)
    tiered = sum(row.customers for row in rows if row.code)
    for move in flow:
        if move["period"] >= since:
            best -= move["number"] * ((move["to_code"] in top) - (move["from_code"] in top))
            tiered -= move["number"] * (bool(move["to_code"]) - bool(move["from_code"]))
    return best / tiered if tiered > 0 else None
