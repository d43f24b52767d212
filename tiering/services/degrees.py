"""Four degrees (S4.3): satisfaction, loyalty, stickiness, contribution: each a scheme in force, followed by month."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from tiering.choices import Degree, Measure
from tiering.models import TierCount
from tiering.services.kept import kept
from tiering.services.population import NOTHING, month_ends

# The sheet that asks for satisfaction.
SATISFACTION = "satisfaction"
BEST = (1, 2)


def degree_of(plan):
    """The Degree that a plan measures, or None."""
    scheme = plan.scheme
    if scheme.measure == Measure.SHEET:
        return Degree.SATISFACTION if scheme.sheet_code == SATISFACTION else None
    return {
        Measure.LOYALTY: Degree.LOYALTY,
        Measure.STICKINESS: Degree.STICKINESS,
        Measure.CONTRIBUTION: Degree.CONTRIBUTION,
        Measure.NET_CONTRIBUTION: Degree.CONTRIBUTION,
    }.get(scheme.measure)


def measured(plans):
    """{degree: plan} of those in force, in the order of the degrees; of two schemes of one degree the first counts."""
    found = {}
    for plan in plans:
        degree = degree_of(plan)
        if degree and degree not in found:
            found[degree] = plan
    return {degree: found[degree] for degree in Degree if degree in found}


@dataclass
class Level:
    """How a degree stands in a group of customers on a day: who is placed, who stands in the two best tiers, the sum of
    values; None when the values of these customers alone were not counted."""

    customers: int = 0
    best: int = 0
    value: Decimal | None = NOTHING
    everybody: int = 0
    codes: dict = field(default_factory=lambda: defaultdict(int))

    @property
    def average(self):
        """Value a customer placed; None when it is not known."""
        return self.value / self.customers if self.customers and self.value is not None else None

    @property
    def share(self):
        """Share (0 to 1) of those placed who stand in the two best tiers; None when nobody is placed."""
        return Decimal(self.best) / self.customers if self.customers else None

    def add(self, code, customers, value, best):
        """Count the customers of a tier in."""
        self.everybody += customers
        self.codes[code] += customers
        if not code:
            return
        self.customers += customers
        if code in best:
            self.best += customers
        if value is None:
            self.value = None
        elif self.value is not None:
            self.value += value

    def merge(self, other):
        """Count another group in."""
        self.customers += other.customers
        self.best += other.best
        self.everybody += other.everybody
        self.value = None if self.value is None or other.value is None else self.value + other.value
        for code, number in other.codes.items():
            self.codes[code] += number


@dataclass(frozen=True)
class Followed:
    """A degree over time: [(day counted, Level)], the oldest first, and {(branch, manager): Level} of the two last days
    (of the last, of the one before)."""

    points: list
    groups: tuple

    @property
    def day(self):
        """The day of the last count; None when nothing has been counted."""
        return self.points[-1][0] if self.points else None


def followed(scope, found):
    """{degree: Followed} from the counts that every run writes, in two statements, for plans by degree."""
    schemes = {plan.scheme.pk: degree for degree, plan in found.items()}
    best = {plan.scheme.pk: {tier.code for tier in plan.tiers if tier.rank in BEST} for plan in found.values()}
    asked = month_ends(scope.until)
    days = _days(list(schemes), asked)

    def work():
        return list(_counts(scope, days)), list(_counts(scope, {pk: on[-2:] for pk, on in days.items()}, *GROUP))

    over_time, by_group = kept(scope, "degrees", work, *sorted(schemes))
    levels, groups = defaultdict(Level), defaultdict(lambda: defaultdict(Level))
    for pk, on, code, customers, value in over_time:
        levels[pk, on].add(code, customers, value, best[pk])
    for pk, on, code, customers, value, branch, manager in by_group:
        groups[pk, on][branch, manager].add(code, customers, value, best[pk])
    return {
        degree: Followed(
            [(on, levels[pk, on]) for on in days[pk] if (pk, on) in levels],
            tuple(dict(groups[pk, on]) for on in reversed(days[pk][-2:])),
        )
        for pk, degree in schemes.items()
    }


def by_tier(scope, found):
    """{code of the scope's scheme: {degree: Level}} as placed now: how the best customers stand in each degree.

    An empty code: placed nowhere by that scheme. One statement; of a large scope kept until the next run.
    """
    schemes = {plan.scheme.pk: degree for degree, plan in found.items()}
    best = {plan.scheme.pk: {tier.code for tier in plan.tiers if tier.rank in BEST} for plan in found.values()}

    def work():
        holds, params = scope.holds("p.customer_id")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT COALESCE(t.code, ''), p.scheme_id, p.code, count(*), sum(p.value) FROM tiering_placement p"
                " LEFT JOIN tiering_placement t ON t.customer_id = p.customer_id AND t.scheme_id = %s"
                f" WHERE p.scheme_id = ANY(%s) AND {holds} GROUP BY 1, 2, 3",
                [scope.scheme.pk, list(schemes), *params],
            )
            return cursor.fetchall()

    tiers = defaultdict(lambda: {degree: Level() for degree in found})
    for tier, pk, code, customers, value in kept(scope, "degrees by tier", work, *sorted(schemes)):
        tiers[tier][schemes[pk]].add(code, customers, value, best[pk])
    return dict(tiers)


GROUP = ("branch", "manager")


def _days(schemes, asked) -> dict[int, list[date]]:
    """The last day counted in each of the months of `asked`, by scheme, the oldest first; in one statement."""
    found = {pk: [] for pk in schemes}
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT s.pk, asked.day, (SELECT max(c."on") FROM tiering_tiercount c WHERE c.scheme_id = s.pk'
            ' AND c."on" <= asked.day) FROM unnest(%s::bigint[]) s(pk), unnest(%s::date[]) asked(day)'
            " ORDER BY asked.day",
            [schemes, asked],
        )
        for pk, want, day in cursor.fetchall():
            # A count of the month before says nothing of this one.
            if day and (day.year, day.month) == (want.year, want.month):
                found[pk].append(day)
    return found


def _counts(scope, days, *by):
    """(scheme, day, code, customers, sum of values, …`by`) of the scope; values are unknown of one kind of customer."""
    rows = (
        scope.rows(TierCount)
        .filter(scheme__in=days, on__in={day for on in days.values() for day in on})
        .values("scheme_id", "on", "code", *by)
        .annotate(n=Sum("customers"), total=Sum("value"), apart=Sum("organisations"))
    )
    for row in rows:
        customers = scope.counts_as(row["n"], row["apart"])
        if row["on"] in days[row["scheme_id"]] and customers:
            value = None if scope.kind else row["total"]
            yield (row["scheme_id"], row["on"], row["code"], customers, value, *(row[name] for name in by))
