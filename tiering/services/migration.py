"""Where customers went between two days: the matrix of a scheme, and who stands behind each of its cells.

A day means its end. The tier on a day is the one that the first move after it left, else the one in force; empty: not
placed. Customers count where they belong today.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from customers.models import Customer
from tiering.models import Movement, Placement
from tiering.services.kept import as_it_stands
from tiering.services.population import NOTHING, population
from tiering.services.states import states

# Of so many moves the sums are kept until the next run.
MANY = 1000
# What is read of a move to know who went where, and why.
MOVE = ("customer_id", "pk", "on", "from_code", "to_code", "from_rank", "to_rank", "reason")


@dataclass(frozen=True)
class Matrix:
    """{(left, reached): (customers, assets in yuan)}; `as_of` is the day whose count the standing still rest on.

    `reasons` has the moves between the two days by reason: dicts of reason, number, up, down; the most frequent first.
    """

    cells: dict
    as_of: date | None
    reasons: list

    def total(self, *, left=None, reached=None):
        """Customers and assets of a row, of a column, or of everything."""
        chosen = [
            pair
            for (one, other), pair in self.cells.items()
            if (left is None or one == left) and (reached is None or other == reached)
        ]
        return sum(number for number, _assets in chosen), sum((assets for _number, assets in chosen), NOTHING)


def matrix(scope):
    """The Matrix of the scope between `since` and `until`; rows and columns add up to the populations of the two days.

    One pass over the moves since then says who moved; whoever did not stands in the diagonal, which is the population
    less those who moved.
    """
    held = population(replace(scope, since=scope.today, until=scope.today))
    stand = defaultdict(lambda: [0, NOTHING])
    for cell in held.cells:
        stand[cell.code][0] += cell.customers
        stand[cell.code][1] += cell.assets
    found = {}
    moved, reasons = _kept_moves(scope, None if held.live else held.as_of)
    for left, reached, stood, customers, assets in moved:
        number, sum_of = found.get((left, reached), (0, NOTHING))
        found[left, reached] = (number + customers, sum_of + assets)
        stand[stood][0] -= customers
        stand[stood][1] -= assets
    for code, (customers, assets) in stand.items():
        number, sum_of = found.get((code, code), (0, NOTHING))
        if customers > 0:
            found[code, code] = (number + customers, sum_of + max(assets, NOTHING))
    return Matrix(found, held.as_of, reasons)


def _kept_moves(scope, base):
    """`_moved`, of the whole bank's many once until somebody is placed again."""
    if not scope.everything:
        return _moved(scope, base)
    key = (scope.scheme.pk, scope.since, scope.until, base)
    return as_it_stands(
        "moves", lambda: _moved(scope, base), lambda found: sum(row[3] for row in found[0]) > MANY, *key
    )


def _moved(scope, base):
    """([(left, reached, stood, customers, assets)] of those who moved after `since`, reasons as in `Matrix`).

    What `states` says of each customer, told of all in one statement that meets each move once; the first and the last
    move of many are found sooner by sorting them all than by gathering those of each.
    """
    moves = scope.rows(Movement).filter(scheme=scope.scheme, on__gt=scope.since)
    text, params = moves.values_list(*MOVE).query.sql_with_params()
    days = {"later": scope.until} | ({"latest": base} if base is not None else {})
    firsts = ", ".join(
        f"{name} AS (SELECT DISTINCT ON (customer_id) customer_id, from_code FROM moves {after}"
        " ORDER BY customer_id, day, id)"
        for name, after in [("befores", ""), *((name, "WHERE day > %s") for name in days)]
    )
    joins = " ".join(f"LEFT JOIN {name} USING (customer_id)" for name in days)
    stood = "COALESCE(latest.from_code, ends.to_code)" if base is not None else "ends.to_code"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH moves (customer_id, id, day, {", ".join(MOVE[3:])}) AS MATERIALIZED ({text}), {firsts},
            ends AS (
                SELECT DISTINCT ON (customer_id) customer_id, to_code FROM moves ORDER BY customer_id, day DESC, id DESC
            )
            SELECT befores.from_code, COALESCE(later.from_code, ends.to_code), {stood}, count(*),
                sum(standing.asset_total), NULL, NULL
            FROM befores JOIN ends USING (customer_id) {joins} JOIN customers_standing standing USING (customer_id)
            GROUP BY 1, 2, 3
            UNION ALL
            SELECT NULL, NULL, reason, count(*), NULL, count(*) FILTER (WHERE to_rank < from_rank),
                count(*) FILTER (WHERE to_rank > from_rank)
            FROM moves WHERE day <= %s GROUP BY reason
            """,
            [*params, *days.values(), scope.until],
        )
        rows = cursor.fetchall()
    why = [{"reason": row[2], "number": row[3], "up": row[5], "down": row[6]} for row in rows if row[0] is None]
    why.sort(key=lambda row: (-row["number"], row["reason"]))
    return [row[:5] for row in rows if row[0] is not None], why


def stood_in(scope, codes, *, on):
    """Keys of customers whose tier of the scope's scheme on the day `on` is one of `codes`, as a subquery."""
    placed = Placement.objects.filter(scheme=scope.scheme, code__in=codes).order_by().values("customer_id")
    if on >= scope.today:
        return placed
    moves = Movement.objects.filter(scheme=scope.scheme)
    moved = states(moves, since=on, until=on).filter(left__in=codes).values("customer_id")
    still = placed.exclude(customer_id__in=moves.filter(on__gt=on).order_by().values("customer_id"))
    return moved.union(still, all=True)


def members(scope, *, left=(), reached=()):
    """The customers who stood in one of the tiers `left` on `since`, and in one of `reached` on `until`; empty: any."""
    customers = scope.rows(Customer)
    if left and reached:
        return customers.filter(_both(scope, tuple(left), tuple(reached)))
    if left:
        return customers.filter(_stood(scope, left, scope.since))
    return customers.filter(_stood(scope, reached, scope.until)) if reached else customers


def _stood(scope, codes, on):
    """Not being placed is no row that could be found: it is what is left when those who were placed are taken away."""
    named = [code for code in codes if code]
    found = Q(pk__in=stood_in(scope, named, on=on)) if named else Q()
    if "" not in codes:
        return found
    moves = Movement.objects.filter(scheme=scope.scheme)
    nowhere = ~Q(pk__in=Placement.objects.filter(scheme=scope.scheme).order_by().values("customer_id"))
    if on < scope.today:
        after = moves.filter(on__gt=on).order_by().values("customer_id")
        came = states(moves, since=on, until=on).filter(left="").values("customer_id")
        nowhere = (nowhere & ~Q(pk__in=after)) | Q(pk__in=came)
    return found | nowhere if named else nowhere


def _both(scope, left, reached):
    moves = Movement.objects.filter(scheme=scope.scheme)
    went = states(moves, since=scope.since, until=scope.until)
    if scope.current and left == reached and len(left) == 1:
        # Who stands there now, but for those who came since: both sides are sets, whatever the order asked for.
        return _stood(scope, left, scope.today) & ~Q(pk__in=went.exclude(left=left[0]).values("customer_id"))
    moved = Q(pk__in=went.filter(left__in=left, reached__in=reached).values("customer_id"))
    same = [code for code in left if code in reached]
    if not same:
        return moved
    after = moves.filter(on__gt=scope.since).order_by().values("customer_id")
    return moved | (_stood(scope, same, scope.today) & ~Q(pk__in=after))


def with_tiers(customers, scope):
    """The customers with left, left_rank, reached, reached_rank, value, reason and moved_on of the scope's two days."""
    moves = Movement.objects.filter(scheme=scope.scheme, customer=OuterRef("pk"))
    placed = Placement.objects.filter(scheme=scope.scheme, customer=OuterRef("pk"))

    def on(day, name, empty):
        after = moves.filter(on__gt=day).order_by("on", "pk")
        there = Coalesce(Subquery(after.values(f"from_{name}")[:1]), Subquery(placed.values(name)[:1]))
        return Coalesce(there, Value(empty)) if empty is not None else there

    within = moves.filter(on__range=(scope.first, scope.until)).order_by("-on", "-pk")
    return customers.annotate(
        left=on(scope.since, "code", ""),
        left_rank=on(scope.since, "rank", None),
        reached=on(scope.until, "code", ""),
        reached_rank=on(scope.until, "rank", None),
        placed_value=Subquery(placed.values("value")[:1]),
        reason=Subquery(within.values("reason")[:1]),
        moved_on=Subquery(within.values("on")[:1]),
    )
