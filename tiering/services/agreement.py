"""How far two schemes agree: rich but cold, loyal but small."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from tiering.models import Movement
from tiering.services.kept import kept
from tiering.services.population import NOTHING
from tiering.services.states import states

# Standing higher or lower by no more than a third of the ladder is agreement.
NEAR = Decimal(1) / 3


@dataclass(frozen=True)
class Agreement:
    """{(code in the one scheme, code in the other): (customers, assets in yuan)} on a day; empty: not placed."""

    cells: dict
    plans: tuple

    def corner(self, which):
        """[(code, code)] of those who stand high in the scheme number `which` and low in the other one."""
        return [pair for pair in self.cells if self._height(pair, which) == 1 and self._height(pair, 1 - which) == -1]

    def _height(self, pair, which):
        at = self._at(pair, which)
        if at is None:
            return 0
        return 1 if at <= NEAR else -1 if at >= 1 - NEAR else 0

    def _at(self, pair, which):
        """How far down the ladder a tier stands: 0 is the best one, 1 the last; None: not placed."""
        tiers = self.plans[which].tiers
        rank = next((tier.rank for tier in tiers if tier.code == pair[which]), None)
        if rank is None or len(tiers) < 2:
            return None
        return Decimal(rank - 1) / (len(tiers) - 1)

    @property
    def share(self):
        """Share (0 to 1) of the customers placed by both who stand about as high in both; None when there are none."""
        near = both = 0
        for pair, (number, _assets) in self.cells.items():
            one, other = self._at(pair, 0), self._at(pair, 1)
            if one is not None and other is not None:
                both += number
                near += number * (abs(one - other) <= NEAR)
        return near / both if both else None


def agreement(scope, other):
    """The Agreement of the scope's scheme and of the plan `other` on the last day of the scope."""

    def work():
        holds, holds_params = scope.holds("s.customer_id")
        one, one_params = _standing(scope, scope.scheme)
        two, two_params = _standing(scope, other.scheme)
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT COALESCE(one.code, ''), COALESCE(two.code, ''), count(*), sum(s.asset_total)
                FROM customers_standing s
                LEFT JOIN ({one}) one ON one.customer_id = s.customer_id
                LEFT JOIN ({two}) two ON two.customer_id = s.customer_id
                WHERE {holds} GROUP BY 1, 2
                """,
                [*one_params, *two_params, *holds_params],
            )
            return {(left, right): (number, assets or NOTHING) for left, right, number, assets in cursor.fetchall()}

    return Agreement(kept(scope, "agreement", work, other.scheme.pk), (scope.plan, other))


def _standing(scope, scheme):
    """SQL and parameters of customer_id and code in a scheme on the last day of the scope."""
    placed = "SELECT customer_id, code FROM tiering_placement WHERE scheme_id = %s"
    if scope.current:
        return placed, [scheme.pk]
    moved = states(Movement.objects.filter(scheme=scheme), since=scope.until, until=scope.until)
    text, params = moved.query.sql_with_params()
    return (
        'SELECT COALESCE(moved.customer_id, p.customer_id) AS customer_id, COALESCE(moved."left", p.code) AS code'
        f" FROM ({placed}) p FULL JOIN ({text}) moved ON moved.customer_id = p.customer_id",
        [scheme.pk, *params],
    )
