"""The first sight of the dashboard: sums, tiers and their trend, each number with the list behind it."""

from decimal import Decimal

from django.utils.translation import gettext as _

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.choices import Measure
from tiering.services import dashboard as figures
from tiering.services.population import NOTHING, counted, counted_days, population, trend

PATTERNS = 6


class Page:
    """Sums, tiers and trend of what was asked for."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        scope = self.scope
        self.held = population(scope)
        self.steps = figures.steps(scope.plan, self.held.cells)
        self.tiers = self._tiers()
        self.trend = self._trend(trend(scope))
        self.stats = self._stats(self._before())

    def _before(self):
        """The cells of the first day, when the bank was counted on it or shortly before."""
        day = counted_days(self.scope.scheme, [self.scope.since])[0]
        if day is None or (self.scope.since - day).days > 31:
            return None
        return counted(self.scope, [day]) or None

    def _stats(self, before):
        scope, asked = self.scope, self.asked
        share = figures.best_share(scope.plan, self.held.cells)
        share_before = figures.best_share(scope.plan, before) if before else None
        best = " + ".join(tier.code for tier in scope.plan.tiers if tier.rank in (1, 2))
        by_letters = scope.scheme.measure == Measure.SHEET
        stats = [
            {
                "label": _("Customers"),
                "value": f"{self.held.customers:,}",
                "url": asked.customers_url() if scope.current else "",
                "change": None if before is None else self.held.customers - sum(cell.customers for cell in before),
                "kind": "count",
            },
            {
                "label": _("Assets"),
                "value": format_money(self.held.assets),
                "exact": f"¥{self.held.assets:,.2f}",
                "url": asked.customers_url(sort="-assets") if scope.current else "",
                "change": None if before is None else self.held.assets - sum((cell.assets for cell in before), NOTHING),
                "kind": "money",
                "spark": _spark([point["assets"] for point in self.trend["points"]]),
            },
            {
                "label": _("Share of %(tiers)s") % {"tiers": best} if by_letters else _("Share of the two best tiers"),
                "value": "—" if share is None else f"{share:.1%}",
                "change": None if share is None or share_before is None else round((share - share_before) * 100, 1),
                "kind": "points",
                "since": _("percentage points"),
            },
        ]
        if scope.current and not scope.kind:
            pinned = sum(step.pinned for step in self.steps)
            stats.append(
                {
                    "label": _("Under watch"),
                    "value": f"{sum(step.watched for step in self.steps):,}",
                    "url": asked.watches_url(),
                    "note": _("%(n)s placed by hand") % {"n": f"{pinned:,}"},
                }
            )
        return stats

    def _tiers(self):
        most = max((step.customers for step in self.steps), default=0)
        richest = max((step.assets for step in self.steps), default=NOTHING)
        return [
            {
                "step": step,
                "url": self.asked.members_url(reached=[step.code]),
                "customers_width": share_of(step.customers, most),
                "assets_width": share_of(step.assets, richest),
                "customers_share": percent(step.customers, self.held.customers),
                "assets_share": percent(step.assets, self.held.assets),
                "average": step.assets / step.customers if step.customers else None,
            }
            for step in self.steps
        ]

    def _trend(self, points):
        """Tiers over time: for each day the customers and assets of each tier, stacked to a hundred."""
        if not points or points[-1][1] != self.held.as_of:
            points = [*points, (self.scope.until, self.held.as_of, {cell.code: cell for cell in self.held.cells})]
        codes = {code for _asked, _day, cells in points for code in cells}
        tiers = figures.steps(self.scope.plan, [], also=codes - {tier.code for tier in self.scope.plan.tiers})
        return {
            "points": [self._point(tiers, day, cells) for _asked, day, cells in points],
            "tiers": [{"step": step, "pattern": pattern_of(step)} for step in tiers],
            "any": len(points) > 1,
        }

    def _point(self, tiers, day, cells):
        customers = sum(cell.customers for cell in cells.values())
        assets = sum((cell.assets for cell in cells.values()), NOTHING)
        parts, by_number, by_assets = [], Decimal(0), Decimal(0)
        for step in tiers:
            cell = cells.get(step.code)
            number, held = (cell.customers, cell.assets) if cell else (0, NOTHING)
            tall, wide = Decimal(share_of(number, customers)), Decimal(share_of(held, assets))
            parts.append(
                {
                    "step": step,
                    "pattern": pattern_of(step),
                    "customers": number,
                    "assets": held,
                    "customers_at": f"{by_number:.1f}",
                    "customers_height": f"{tall:.1f}",
                    "assets_at": f"{by_assets:.1f}",
                    "assets_height": f"{wide:.1f}",
                    "share": percent(number, customers),
                }
            )
            by_number, by_assets = by_number + tall, by_assets + wide
        return {"day": day, "customers": customers, "assets": assets, "parts": parts}

    def sheets(self):
        """Its tables for the workbook."""
        tiers = [
            [name_of(step), step.customers, step.assets, row["average"], step.watched, step.pinned]
            for step, row in zip(self.steps, self.tiers, strict=True)
        ]
        over_time = [
            [point["day"], name_of(part["step"]), part["customers"], part["assets"]]
            for point in self.trend["points"]
            for part in point["parts"]
        ]
        headings = [_("Tier"), _("Customers"), _("Assets (yuan)"), _("Average (yuan)")]
        return [
            Sheet(_("Tiers"), [*headings, _("Under watch"), _("Placed by hand")], tiers),
            Sheet(_("Trend"), [_("Day"), _("Tier"), _("Customers"), _("Assets (yuan)")], over_time),
        ]


def name_of(step):
    """The name of a tier; “not tiered” for none."""
    return step.label or _("not tiered yet")


def pattern_of(step):
    """The fill of a tier in a chart, 1 to 6."""
    return min(step.rank or PATTERNS, PATTERNS)


def percent(part, whole):
    """A share as text; a dash of nothing."""
    return f"{part / whole:.1%}" if whole else "—"


def _spark(values):
    """Amounts as points in a box of 100 × 24; empty with fewer than two."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    across = Decimal(100) / (len(values) - 1)
    return " ".join(f"{place * across:.1f},{22 - (value - low) / span * 20:.1f}" for place, value in enumerate(values))
