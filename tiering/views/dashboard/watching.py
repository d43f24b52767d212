"""Who steps down soon, by tier and by month."""

from django.utils.translation import gettext as _

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.services import dashboard as figures
from tiering.services.population import MONEY, NOTHING
from tiering.services.watch import due, missing, watched
from tiering.views.dashboard.page import name_of, pattern_of

SHOWN = 6


class Watching:
    """Customers under watch: how many of each tier, when they step down, and the nearest of them."""

    def __init__(self, asked):
        self.asked, scope = asked, asked.scope
        self.due = due(scope)
        self.months = sorted({row.month for row in self.due})
        known = {tier.code for tier in scope.plan.tiers}
        held = {row.code for row in self.due}
        steps = figures.steps(scope.plan, [], also=held - known)
        self.rows = self._bars([step for step in steps if step.code in held])
        self.customers = sum(row.customers for row in self.due)
        self.assets = sum((row.assets for row in self.due), NOTHING)
        self.url = asked.watches_url()
        self.nearest = list(watched(scope)[:SHOWN]) if self.due else []
        for row in self.nearest:
            row.missing, row.money = missing(scope.plan, row), scope.scheme.measure in MONEY

    def _bars(self, steps):
        sums = {step.code: [0, NOTHING] for step in steps}
        for row in self.due:
            sums[row.code][0] += row.customers
            sums[row.code][1] += row.assets
        most = max((number for number, _assets in sums.values()), default=0)
        return [
            {
                "label": name_of(step),
                "step": step,
                "display": f"{sums[step.code][0]:,}",
                "note": format_money(sums[step.code][1]),
                "share": share_of(sums[step.code][0], most),
                "pattern": pattern_of(step),
                "url": self.asked.watches_url(tier=step.code),
            }
            for step in steps
        ]

    def sheets(self):
        """Its table for the workbook."""
        names = {row["step"].code: row["label"] for row in self.rows}
        rows = [[names[row.code], f"{row.month:%Y-%m}", row.customers, row.assets] for row in self.due]
        return [Sheet(_("Under watch"), [_("Tier"), _("Steps down in"), _("Customers"), _("Assets (yuan)")], rows)]
