"""How many customers stood in each tier: from the counts that every run writes, or from the placements themselves.

A small scope is counted from what is in force, to the customer; a large one from the counts, and says of which day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Q, Sum

from customers.models import Customer
from staff.choices import Role
from tiering.choices import Measure
from tiering.models import Movement, TierCount
from tiering.services.states import states

NOTHING = Decimal(0)
# Up to so many customers are counted one by one: that takes a few hundredths of a second.
LIVE = 20_000
MONTHS = 12
# Schemes that measure yuan; the others measure points, rungs or cells.
MONEY = frozenset(
    {
        Measure.ASSETS,
        Measure.ASSETS_MONTH_END,
        Measure.ASSETS_AVERAGE,
        Measure.CONTRIBUTION,
        Measure.NET_CONTRIBUTION,
    }
)


@dataclass(frozen=True)
class Cell:
    """Customers of a branch and manager (None: of several together) in a tier; an empty code: not placed."""

    code: str
    customers: int
    assets: Decimal
    watched: int = 0
    pinned: int = 0
    branch: int | None = None
    manager: int | None = None
    on: date | None = None


@dataclass(frozen=True)
class Population:
    """Cells with the day they are true of; `live` when they were counted just now. None for a day never counted."""

    cells: list
    as_of: date | None
    live: bool

    @property
    def customers(self):
        """All of them."""
        return sum(cell.customers for cell in self.cells)

    @property
    def assets(self):
        """Theirs, in yuan."""
        return sum((cell.assets for cell in self.cells), NOTHING)


def population(scope, *by):
    """The Population of the scope on `until`, by tier and by `by` (branch, manager)."""
    if not scope.current or scope.large:
        day = counted_days(scope.scheme, [scope.until])[0]
        if day and (cells := counted(scope, [day], *by)):
            return Population(cells, day, False)
    return Population(live(scope, *by), scope.until, True)


def is_large(scope):
    """Whether the latest count of the scope's scheme has more customers than are counted one by one."""
    if scope.user.role == Role.MANAGER:
        return False
    day = counted_days(scope.scheme, [scope.today])[0]
    return bool(day) and sum(cell.customers for cell in counted(scope, [day]) or []) > LIVE


def counted_days(scheme, days):
    """For each of `days` the latest day on or before it on which the scheme was counted, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT (SELECT max(c."on") FROM tiering_tiercount c WHERE c.scheme_id = %s AND c."on" <= asked.day)'
            " FROM unnest(%s::date[]) WITH ORDINALITY asked(day, place) ORDER BY asked.place",
            [scheme.pk, list(days)],
        )
        return [row[0] for row in cursor.fetchall()]


def counted(scope, days, *by, codes=True, managers=None):
    """Cells of the counts of `days`: not told apart by tier without `codes`; of `managers` and of nobody, when given.

    None when a kind is asked for that was not counted apart.
    """
    rows = (
        scope.rows(TierCount)
        .filter(scheme=scope.scheme, on__in=days)
        .filter(Q() if managers is None else Q(manager__in=managers) | Q(manager=None))
        .values("on", *(["code"] if codes else []), *by)
        .annotate(
            n=Sum("customers"),
            held=Sum("assets"),
            under=Sum("watched"),
            by_hand=Sum("pinned"),
            apart=Sum("organisations"),
            held_apart=Sum("organisation_assets"),
        )
    )
    found = []
    for row in rows:
        customers = scope.counts_as(row["n"], row["apart"])
        if customers is None:
            return None
        found.append(
            Cell(
                code=row.get("code", ""),
                customers=customers,
                assets=scope.counts_as(row["held"], row["held_apart"] or NOTHING),
                watched=0 if scope.kind else row["under"],
                pinned=0 if scope.kind else row["by_hand"],
                branch=row.get("branch"),
                manager=row.get("manager"),
                on=row["on"],
            )
        )
    return found


def live(scope, *by):
    """Cells counted one by one on `until`: by the placements in force, less the moves after that day."""
    rows, rows_params = scope.rows(Customer).values_list("pk", *by).query.sql_with_params()
    code, join, join_params = "COALESCE(p.code, '')", "", []
    if not scope.current:
        moved = states(scope.rows(Movement).filter(scheme=scope.scheme), since=scope.until, until=scope.until)
        text, params = moved.query.sql_with_params()
        code, join_params = "COALESCE(moved.\"left\", p.code, '')", list(params)
        join = f"LEFT JOIN ({text}) moved ON moved.customer_id = c.id"
    names = [f"c.{name}" for name in by]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {code}, count(*), COALESCE(sum(s.asset_total), 0), count(p.watch_until), count(p.override_id)
                {"".join(f", {name}" for name in names)}
            FROM ({rows}) c ({", ".join(["id", *by])})
            JOIN customers_standing s ON s.customer_id = c.id
            LEFT JOIN tiering_placement p ON p.customer_id = c.id AND p.scheme_id = %s
            {join}
            GROUP BY {", ".join(["1", *names])}
            """,
            [*rows_params, scope.scheme.pk, *join_params],
        )
        return [
            Cell(*row[:3], *(row[3:5] if scope.current else (0, 0)), **dict(zip(by, row[5:], strict=True)))
            for row in cursor.fetchall()
        ]


def month_ends(until):
    """The last days of the twelve months before the day `until`, the oldest first, and that day."""
    days = [until]
    for _place in range(MONTHS):
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return days[::-1]


def trend(scope):
    """[(day asked, day counted, {code: Cell})] at month-ends up to `until`; months never counted are left out."""
    asked = month_ends(scope.until)
    days = counted_days(scope.scheme, asked)
    known = {}
    for want, day in zip(asked, days, strict=True):
        # A count of the month before says nothing of this one.
        if day and (day.year, day.month) == (want.year, want.month):
            known[day] = want
    cells = counted(scope, list(known)) if known else []
    found = {day: {} for day in known}
    for cell in cells or []:
        found[cell.on][cell.code] = cell
    return [(known[day], day, found[day]) for day in sorted(found) if found[day]]


def of_schemes(scope, schemes):
    """{scheme key: [Cell]} of several schemes on `until`, in two queries; of a past day: as counted before it."""
    keys = [scheme.pk for scheme in schemes]
    return _placed(scope, keys) if scope.current and not scope.large else _latest(scope, keys)


def _placed(scope, keys):
    holds, holds_params = scope.holds("s.customer_id")
    found = {pk: [] for pk in keys}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), COALESCE(sum(s.asset_total), 0) FROM customers_standing s WHERE {holds}",
            holds_params,
        )
        everybody, everything = cursor.fetchone()
        cursor.execute(
            "SELECT p.scheme_id, p.code, count(*), sum(s.asset_total) FROM tiering_placement p"
            f" JOIN customers_standing s ON s.customer_id = p.customer_id WHERE p.scheme_id = ANY(%s) AND {holds}"
            " GROUP BY 1, 2",
            [keys, *holds_params],
        )
        for pk, code, customers, assets in cursor.fetchall():
            found[pk].append(Cell(code, customers, assets))
    for cells in found.values():
        rest = everybody - sum(cell.customers for cell in cells)
        if rest > 0:
            cells.append(Cell("", rest, everything - sum((cell.assets for cell in cells), NOTHING)))
    return found


def _latest(scope, keys):
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT asked.id, (SELECT max(c."on") FROM tiering_tiercount c WHERE c.scheme_id = asked.id'
            ' AND c."on" <= %s) FROM unnest(%s::bigint[]) asked(id)',
            [scope.until, keys],
        )
        days = {pk: day for pk, day in cursor.fetchall() if day}
    found = {pk: [] for pk in keys}
    rows = (
        scope.rows(TierCount)
        .filter(scheme__in=days, on__in=set(days.values()))
        .values("scheme_id", "on", "code")
        .annotate(
            n=Sum("customers"),
            held=Sum("assets"),
            apart=Sum("organisations"),
            held_apart=Sum("organisation_assets"),
        )
    )
    for row in rows:
        customers = scope.counts_as(row["n"], row["apart"])
        if days[row["scheme_id"]] == row["on"] and customers:
            assets = scope.counts_as(row["held"], row["held_apart"] or NOTHING)
            found[row["scheme_id"]].append(Cell(row["code"], customers, assets))
    return found
