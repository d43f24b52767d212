"""Asset or liability (S4.1): what customers bring in a year less what serving them costs, against the tier in force."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.db.models.functions import Coalesce

from customers.models import Customer
from tiering.choices import Side
from tiering.models import Placement, Profile
from tiering.rules.worth import high_and_low
from tiering.services.kept import kept

RANKED, SHOWN = 10, 5
FEN = 100
SERVICE = Coalesce(F("service_cost_fen"), Value(0), output_field=BigIntegerField())
# tiering.rules.worth.side_of says the same.
SIDES = {
    Side.UNKNOWN: Q(contribution_fen__isnull=True),
    Side.LIABILITY: Q(contribution_fen__lt=0),
    Side.TURNED: Q(contribution_fen__gte=0, contribution_fen__lt=SERVICE),
    Side.ASSET: Q(contribution_fen__gte=0) & Q(contribution_fen__gte=SERVICE),
}


@dataclass
class Tally:
    """Customers of a group: how many, how many of each side, and what they brought and cost in fen."""

    customers: int = 0
    brought_fen: int = 0
    service_fen: int = 0
    unknown: int = 0
    turned: int = 0
    liability: int = 0
    asset: int = 0
    asset_net_fen: int = 0

    @property
    def known(self):
        """Those with a value record."""
        return self.customers - self.unknown

    @property
    def costing(self):
        """Those who cost more than they bring."""
        return self.liability + self.turned

    @property
    def brought(self):
        """Income less cost, in yuan."""
        return Decimal(self.brought_fen) / FEN

    @property
    def service(self):
        """Cost of serving those with a value record, in yuan."""
        return Decimal(self.service_fen) / FEN

    @property
    def net(self):
        """What is left, in yuan."""
        return self.brought - self.service

    @property
    def asset_net(self):
        """What is left of those who bring more than they cost, in yuan."""
        return Decimal(self.asset_net_fen) / FEN

    @property
    def costing_net(self):
        """What is left of those who cost more than they bring, in yuan: below zero."""
        return self.net - self.asset_net

    @property
    def average(self):
        """What is left a customer, in yuan; None when nobody is known."""
        return self.net / self.known if self.known else None

    def add(self, cell):
        """Count a cell in."""
        self.customers += cell.customers
        setattr(self, cell.side, getattr(self, cell.side) + cell.customers)
        if cell.side != Side.UNKNOWN:
            self.brought_fen += cell.brought_fen
            self.service_fen += cell.service_fen
        if cell.side == Side.ASSET:
            self.asset_net_fen += cell.brought_fen - cell.service_fen

    def merge(self, other):
        """Count another group in."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True)
class Cell:
    """Customers of a branch and manager in a tier and on a side; an empty code: not placed."""

    code: str
    branch: int
    manager: int | None
    side: str
    customers: int
    brought_fen: int
    service_fen: int


@dataclass(frozen=True)
class Figures:
    """What the page shows: cells, how many of the low tiers bring a lot, and the keys of those it names.

    A lot is from `bar` yuan a year on: the average of the high tiers, at least nothing; None while nobody there is.
    """

    cells: list
    bar: Decimal | None
    bringing: int
    named: dict


def sided(profiles):
    """The profiles with `side` and `net_fen` (empty: unknown), for lists and sums alike."""
    whens = [When(asked, then=Value(side.value)) for side, asked in SIDES.items()]
    return profiles.annotate(side=Case(*whens), net_fen=F("contribution_fen") - SERVICE)


# The lists that the page names the first of: condition, order, how many.
NAMED = {
    "best": ("net_fen IS NOT NULL", "DESC", RANKED),
    "worst": ("net_fen IS NOT NULL", "ASC", RANKED),
    "costly": ("code = ANY(%s) AND net_fen < 0", "ASC", SHOWN),
    "bringing": ("code = ANY(%s) AND net_fen >= (SELECT least FROM bar)", "DESC", SHOWN),
}


def figures(scope):
    """The Figures of the scope's scheme today, in one statement: everybody is measured against the tier once."""
    columns = ("customer_id", "branch_id", "manager_id", "contribution_fen", "service_cost_fen", "side", "net_fen")
    high, low = (list(codes) for codes in high_and_low(scope.plan.tiers))
    text, params = sided(scope.profiles()).values(*columns).query.sql_with_params()
    nothing = "NULL::bigint, NULL::bigint, NULL::varchar"
    lists = [
        f"(SELECT '{name}', NULL::varchar, {nothing}, NULL::bigint, net_fen, customer_id FROM f"
        f" WHERE {condition} ORDER BY net_fen {order}, customer_id LIMIT {number})"
        for name, (condition, order, number) in NAMED.items()
    ]

    def work():
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH f AS MATERIALIZED (
                    SELECT f.*, p.code FROM ({text}) f
                    LEFT JOIN tiering_placement p ON p.customer_id = f.customer_id AND p.scheme_id = %s
                ), bar AS (
                    SELECT CASE WHEN count(net_fen) > 0 THEN greatest(round(avg(net_fen)), 0)::bigint END AS least
                    FROM f WHERE code = ANY(%s)
                )
                SELECT 'cell', COALESCE(code, ''), branch_id, manager_id, side, count(*),
                    COALESCE(sum(contribution_fen), 0)::bigint, COALESCE(sum(service_cost_fen), 0)::bigint
                FROM f GROUP BY 2, 3, 4, 5
                UNION ALL SELECT 'bar', '', {nothing}, least, NULL, NULL FROM bar
                UNION ALL SELECT 'number', '', {nothing}, count(*), NULL, NULL
                FROM f WHERE code = ANY(%s) AND net_fen >= (SELECT least FROM bar)
                UNION ALL {" UNION ALL ".join(lists)}
                """,
                [*params, scope.scheme.pk, high, low, high, low],
            )
            return cursor.fetchall()

    rows = defaultdict(list)
    for name, *row in kept(scope, "worth", work):
        rows[name].append(row)
    least = rows["bar"][0][4]
    named = {}
    for name, (_condition, order, _number) in NAMED.items():
        found = sorted(
            (row[5:7] for row in rows[name]), key=lambda pair: (-pair[0] if order == "DESC" else pair[0], pair[1])
        )
        named[name] = [key for _net, key in found]
    return Figures(
        cells=[Cell(*row) for row in rows["cell"]],
        bar=None if least is None else Decimal(least) / FEN,
        bringing=rows["number"][0][4],
        named=named,
    )


def tallies(found, group):
    """{group: Tally} of cells; `group` makes a key of a cell."""
    sums = defaultdict(Tally)
    for cell in found:
        sums[group(cell)].add(cell)
    return dict(sums)


def within(scope, *, sides=(), tiers=None, least=None):
    """The profiles of `sided`: of these sides, in these tiers of the scope's scheme (empty code: not placed), with at
    least so many yuan left."""
    rows = sided(Profile.objects.order_by())
    if not scope.everything:
        rows = rows.filter(customer__in=scope.rows(Customer).values("pk"))
    if sides:
        asked = Q()
        for side in sides:
            asked |= SIDES[side]
        rows = rows.filter(asked)
    if tiers is not None:
        placed = Placement.objects.filter(scheme=scope.scheme).order_by()
        asked = Q(customer__in=placed.filter(code__in=[code for code in tiers if code]).values("customer"))
        if "" in tiers:
            asked |= ~Q(customer__in=placed.values("customer"))
        rows = rows.filter(asked)
    return rows.filter(net_fen__gte=int(least * FEN)) if least is not None else rows


COSTING = (Side.LIABILITY, Side.TURNED)


def known(scope):
    """The profiles of the scope with a value record."""
    return within(scope, sides=[side for side in Side if side != Side.UNKNOWN])


def costly(scope):
    """Customers of the high tiers who cost more than they bring."""
    high, _low = high_and_low(scope.plan.tiers)
    return within(scope, sides=COSTING, tiers=high)


def bringing(scope, least):
    """Customers of the low tiers with at least `least` yuan left (`Figures.bar`); None: nobody."""
    _high, low = high_and_low(scope.plan.tiers)
    return within(scope, tiers=low, least=least) if least is not None else Profile.objects.none()


def named(scope, found):
    """{list: [profiles]} of the customers that the Figures name, with their customers and places (`dress`)."""
    keys = {key for keys in found.named.values() for key in keys}
    profiles = dress(scope, list(sided(Profile.objects.filter(pk__in=keys))))
    by_key = {profile.pk: profile for profile in profiles}
    return {name: [by_key[key] for key in keys if key in by_key] for name, keys in found.named.items()}


def dress(scope, profiles):
    """The profiles whose customer may be seen, each with amounts in yuan, `customer` (with standing and manager) and
    `place`, the placement in force; two queries."""
    keys = [profile.pk for profile in profiles]
    customers = scope.rows(Customer).select_related("standing", "manager").in_bulk(keys)
    places = {
        place.customer_id: place
        for place in Placement.objects.filter(scheme=scope.scheme, customer__in=keys).select_related("override")
    }
    found = []
    for profile in profiles:
        if profile.pk not in customers:
            continue
        profile.customer = customers[profile.pk]
        profile.place = places.get(profile.pk)
        for name in ("contribution", "net", "service_cost"):
            amount = getattr(profile, f"{name}_fen")
            setattr(profile, name, None if amount is None else Decimal(amount) / FEN)
        found.append(profile)
    return found
