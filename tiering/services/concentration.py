"""How much of the assets and of the contribution the largest customers hold."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from tiering.choices import Measure
from tiering.services.kept import kept
from tiering.services.population import NOTHING

PARTS = 10
TOP = 2
CONTRIBUTIONS = (Measure.NET_CONTRIBUTION, Measure.CONTRIBUTION)


@dataclass(frozen=True)
class Curve:
    """Tenths of the customers, the largest first: [(customers, amount in yuan)]."""

    tenths: list

    @property
    def customers(self):
        """All of them."""
        return sum(number for number, _amount in self.tenths)

    @property
    def amount(self):
        """Theirs."""
        return sum((amount for _number, amount in self.tenths), NOTHING)

    def share(self, tenths=TOP):
        """Share (0 to 1) of the amount that the first `tenths` hold; None when there is nothing to share out."""
        if self.amount <= 0:
            return None
        return sum((amount for _number, amount in self.tenths[:tenths]), NOTHING) / self.amount


def of_assets(scope):
    """The Curve of the assets of today."""
    return _curve(scope, "assets", "SELECT s.customer_id, s.asset_total AS amount FROM customers_standing s", [])


def of_contribution(scope, plans):
    """The Curve of the contribution, or None when no scheme measures it; who has none on record is left out."""
    by_measure = {plan.scheme.measure: plan.scheme for plan in reversed(plans)}
    scheme = next((by_measure[measure] for measure in CONTRIBUTIONS if measure in by_measure), None)
    if scheme is None:
        return None
    values = "SELECT p.customer_id, p.value AS amount FROM tiering_placement p WHERE p.scheme_id = %s"
    return _curve(scope, f"contribution {scheme.pk}", values, [scheme.pk])


def _curve(scope, name, amounts, params):
    def work():
        holds, holds_params = scope.holds("held.customer_id")
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT tenth, count(*), sum(amount) FROM (
                    SELECT held.amount, ntile({PARTS}) OVER (ORDER BY held.amount DESC) AS tenth
                    FROM ({amounts}) held WHERE {holds}
                ) ranked GROUP BY tenth ORDER BY tenth
                """,
                [*params, *holds_params],
            )
            return [(number, Decimal(amount)) for _tenth, number, amount in cursor.fetchall()]

    return Curve(kept(scope, f"concentration of {name}", work))
