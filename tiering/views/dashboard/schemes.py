"""The other schemes in force beside the one looked at, and what matures."""

from django.utils.translation import gettext as _

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.services import dashboard as figures
from tiering.services.population import NOTHING, of_schemes
from tiering.views.dashboard.page import name_of, pattern_of


class Schemes:
    """Every other scheme in force as bars."""

    def __init__(self, asked):
        self.asked = asked
        others = [plan for plan in asked.plans if plan is not asked.scope.plan]
        cells = of_schemes(asked.scope, [plan.scheme for plan in others]) if others else {}
        self.rows = [self._scheme(plan, figures.steps(plan, cells[plan.scheme.pk])) for plan in others]

    def _scheme(self, plan, steps):
        most = max((step.customers for step in steps), default=0)
        return {
            "name": plan.scheme.label,
            "url": self.asked.here(scheme=plan.scheme.code),
            "rows": [
                {
                    "label": name_of(step),
                    "display": f"{step.customers:,}",
                    "note": format_money(step.assets),
                    "share": share_of(step.customers, most),
                    "pattern": pattern_of(step),
                    "url": self.asked.members_url(reached=[step.code], scheme=plan.scheme.code),
                    "step": step,
                }
                for step in steps
            ],
        }

    def sheets(self):
        """Its table for the workbook."""
        rows = [
            [scheme["name"], row["label"], row["step"].customers, row["step"].assets]
            for scheme in self.rows
            for row in scheme["rows"]
        ]
        return [Sheet(_("Other schemes"), [_("Scheme"), _("Tier"), _("Customers"), _("Assets (yuan)")], rows)]


class Maturing:
    """What ends in the next thirteen weeks, by week."""

    def __init__(self, asked):
        rows = figures.weeks(asked.scope)
        tallest = max((row["assets"] + row["loans"] for row in rows), default=NOTHING)
        for place, row in enumerate(rows):
            row |= {
                "label": f"{row['first'].month}/{row['first'].day}",
                "share": share_of(row["assets"] + row["loans"], tallest),
                "loans_share": share_of(row["loans"], tallest),
                "current": place == 0,
                "url": asked.customers_url(maturing_from=row["first"].isoformat(), maturing_to=row["last"].isoformat()),
            }
        self.rows = rows
        self.assets = sum((row["assets"] for row in rows), NOTHING)
        self.loans = sum((row["loans"] for row in rows), NOTHING)
        self.holdings = sum(row["holdings"] for row in rows)
        self.url = asked.customers_url(
            maturing_from=rows[0]["first"].isoformat(), maturing_to=rows[-1]["last"].isoformat()
        )

    def sheets(self):
        """Its table for the workbook."""
        headings = [_("Week from"), _("to"), _("Customers"), _("Holdings")]
        headings += [_("Deposits and investments (yuan)"), _("Loans (yuan)")]
        rows = [
            [row[name] for name in ("first", "last", "customers", "holdings", "assets", "loans")] for row in self.rows
        ]
        return [Sheet(_("Maturing by week"), headings, rows)]
