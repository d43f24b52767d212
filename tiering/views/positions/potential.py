"""Service need × potential (S3.6): four cells, where everybody stands on the axes, and who comes first."""

from dataclasses import dataclass
from math import sqrt

from django.utils.translation import gettext as _

from customers.models import Customer
from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money
from tiering.choices import Axis
from tiering.models import Placement
from tiering.rules import bands, measures
from tiering.services import dashboard as figures
from tiering.services import potential
from tiering.services.explain import reckoning_day
from tiering.services.population import population
from tiering.views.dashboard.page import percent
from tiering.views.positions.beside import BesidePage

# The cells as they stand on the page: high potential above, low need left. The value of each is its mark.
GRID = (measures.QUICK_WIN, measures.CULTIVATE, measures.LOW_PRIORITY, measures.LET_GO)
LARGEST, SMALLEST = 24, 7
EDGE = 2
# Multiples of it spread evenly over the unit.
GOLDEN = 0.6180339887


class PotentialFigures:
    """Cells, scatter and lists of what was asked for."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        self.on = reckoning_day(asked.today)
        self.need, self.potential = potential.scales(self.scope.scheme)
        held = population(self.scope)
        self.held = held
        steps = {step.code: step for step in figures.steps(self.scope.plan, held.cells)}
        self.unplaced = steps.pop("", None)
        self.unplaced_url = asked.members_url(reached=[""])
        self.placed = sum(step.customers for step in steps.values())
        self.cells = [self._cell(value, steps) for value in GRID]
        self.marks = {cell["step"].code: cell["mark"] for cell in self.cells if cell["step"]}
        field = potential.field(self.scope, asked.plans, self.on, self.placed)
        self.scatter = Scatter(self, field)
        self._lists(potential.leaders(self.scope, asked.plans, self.on, field))

    @property
    def axes(self):
        """What stands on each axis, and from where it is high: need, then potential."""
        names = dict(Axis.choices)
        return [
            {"name": names[scale.axis], "from": shown(scale, scale.threshold)} for scale in (self.need, self.potential)
        ]

    def _cell(self, value, steps):
        tier = bands.tier_for(self.scope.plan.tiers, value)
        step = steps.get(tier.code) if tier else None
        return {
            "mark": value,
            "tier": tier,
            "step": step,
            "share": percent(step.customers, self.placed) if step else "—",
            "assets_share": percent(step.assets, self.held.assets) if step else "—",
            "url": self.asked.members_url(reached=[step.code]) if step else "",
            "rows": [],
        }

    def _lists(self, found):
        keys = [spot.customer for spots in found.values() for spot in spots]
        customers = self.scope.rows(Customer).select_related("standing", "manager").in_bulk(keys)
        pinned = {
            place.customer_id: place.override.ends_on
            for place in Placement.objects.filter(
                scheme=self.scope.scheme, customer__in=keys, override__isnull=False
            ).select_related("override")
        }
        for cell in self.cells:
            cell["rows"] = [
                {
                    "customer": customers[spot.customer],
                    "need": shown(self.need, spot.need),
                    "potential": shown(self.potential, spot.potential),
                    "spot": spot,
                    "until": pinned.get(spot.customer),
                }
                for spot in found.get(cell["step"].code if cell["step"] else None, ())
                if spot.customer in customers
            ]

    def sheets(self):
        """Its tables for the workbook."""
        need, high = (axis["name"] for axis in self.axes)
        cells = [
            [cell["tier"].label, cell["step"].customers, cell["step"].assets, cell["tier"].strategy]
            for cell in self.cells
            if cell["step"]
        ]
        first = [
            [
                *(cell["tier"].label, row["customer"].customer_no, row["customer"].name),
                *(row["spot"].potential, row["spot"].need, row["customer"].standing.asset_total),
                str(row["customer"].manager or ""),
            ]
            for cell in self.cells
            for row in cell["rows"]
        ]
        table = self.scatter.table
        headings = [_("Tier"), _("Customer number"), _("Customer"), str(high), str(need)]
        return [
            Sheet(_("Cells"), [_("Tier"), _("Customers"), _("Assets (yuan)"), _("Advice")], cells),
            Sheet(_("First of each cell"), [*headings, _("Assets (yuan)"), _("Relationship manager")], first),
            Sheet(
                _("Need and potential"),
                [f"{high} ↓ / {need} →", *table["across"]],
                [[row["label"], *row["numbers"]] for row in table["rows"]],
            ),
        ]


@dataclass(frozen=True)
class Dot:
    """A mark on the scatter, in per cent of its width and height from the top left; `size` in pixels."""

    x: str
    y: str
    size: int
    mark: int
    title: str
    url: str = ""
    pinned: bool = False

    @property
    def shift(self):
        """What brings the mark's middle to its place."""
        return -self.size / 2


class Scatter:
    """Customers on the axes of need (across) and potential (up), one by one or by steps, with a table of the steps."""

    def __init__(self, page, field):
        self.page, self.field = page, field
        self.need, self.potential = page.need, page.potential
        counts = dict(field.bins)
        for spot in field.spots:
            key = self.need.step(spot.need), self.potential.step(spot.potential)
            counts[key] = counts.get(key, 0) + 1
        self.counts, self.customers = counts, sum(counts.values())
        self.binned = bool(field.bins)
        # The thresholds are always in the picture, with a step on either side.
        self.across = self._range([x for x, _y in counts])
        self.up = self._range([y for _x, y in counts])
        self.line_x, self.line_y = self._x(0), self._y(0)
        self.dots = self._bins() if self.binned else self._spots()
        self.table = self._table()

    @staticmethod
    def _range(steps):
        return min([*steps, -1]), max([*steps, 0]) + 1

    def _x(self, place):
        low, high = self.across
        return f"{EDGE + (place - low) / (high - low) * (100 - 2 * EDGE):.1f}"

    def _y(self, place):
        low, high = self.up
        return f"{100 - EDGE - (place - low) / (high - low) * (100 - 2 * EDGE):.1f}"

    def _bins(self):
        most = max(self.counts.values(), default=1)
        dots = []
        for (x, y), number in sorted(self.counts.items()):
            size = SMALLEST + round((LARGEST - SMALLEST) * sqrt(number / most))
            words = f"{number:,} · {self._words(x, y)}"
            mark = measures.quadrant(x >= 0, y >= 0)
            dots.append(Dot(self._x(x + 0.5), self._y(y + 0.5), size, mark, words))
        return dots

    def _spots(self):
        rows = self.page.scope.rows(Customer).only("pk", "public_id", "name")
        customers = rows.in_bulk([spot.customer for spot in self.field.spots])
        dots = []
        for spot in self.field.spots:
            customer = customers.get(spot.customer)
            if customer is None:
                continue
            words = f"{customer.name} · {shown(self.potential, spot.potential)} / {shown(self.need, spot.need)}"
            x, y = self.need.place(spot.need), self.potential.place(spot.potential)
            mark = self.page.marks.get(spot.code) or measures.quadrant(x >= 0, y >= 0)
            # Whole numbers would stand on top of each other: each has the room up to the next one.
            x += (0.1 + 0.8 * (spot.customer * GOLDEN % 1)) / self.need.width if not self.need.money else 0
            y += 0.5 / self.potential.width if not self.potential.money else 0
            dots.append(Dot(self._x(x), self._y(y), 9, mark, words, customer.get_absolute_url(), spot.pinned))
        return dots

    def _words(self, x, y):
        return f"{range_of(self.potential, y)} / {range_of(self.need, x)}"

    def ends(self):
        """The least and the most on each axis, in words: need, then potential."""
        return [
            {"low": shown(scale, scale.value_at(low) or 0), "high": shown(scale, scale.value_at(high))}
            for scale, (low, high) in ((self.need, self.across), (self.potential, self.up))
        ]

    def _table(self):
        across = sorted({x for x, _y in self.counts})
        return {
            "across": [range_of(self.need, x) for x in across],
            "rows": [
                {
                    "label": range_of(self.potential, y),
                    "numbers": [self.counts.get((x, y), 0) for x in across],
                    "high": y >= 0,
                }
                for y in sorted({y for _x, y in self.counts}, reverse=True)
            ],
        }


def shown(scale, value):
    """A value of an axis in words; None: unknown."""
    if value is None:
        return "—"
    return format_money(round(value)) if scale.money else f"{value:,.0f}"


def range_of(scale, step):
    """The values of a step in words."""
    low, high = scale.value_at(step), scale.value_at(step + 1)
    if low is None:
        return f"< {shown(scale, high)}"
    if not scale.money and scale.width == 1:
        return shown(scale, low)
    return f"{shown(scale, low)} –"


class Potential(BesidePage):
    """Service need and potential."""

    page, template, verb = "tiering:potential", "tiering/potential.html", "tiering.potential_exported"
    figures = PotentialFigures

    def fits(self, plan):
        """Schemes with two axes."""
        return potential.is_quadrant(plan)
