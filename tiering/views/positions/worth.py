"""Asset or liability (S4.1): who brings more than serving costs, against the tier in force."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.choices import Side
from tiering.rules.worth import high_and_low
from tiering.services import dashboard as figures
from tiering.services import worth
from tiering.tables import WorthTable
from tiering.views.dashboard.asked import NOWHERE, codes_of
from tiering.views.dashboard.lists import ListView, names_of
from tiering.views.dashboard.page import name_of, percent
from tiering.views.positions.beside import MANAGER_ROWS, Beside, BesidePage, by_branch, by_manager, narrowed

COSTLY, BRINGING, COSTING = "costly", "bringing", "costing"
BEHIND = {
    COSTLY: gettext_lazy("High tier, and costs more than it brings"),
    BRINGING: gettext_lazy("Low tier, and brings a lot"),
    COSTING: gettext_lazy("Costs more than it brings"),
    **dict(Side.choices),
}


class WorthFigures:
    """Sums, sides by tier, the two kinds against their tier, and who leads and trails."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        scope = self.scope
        read = worth.figures(scope)
        found = read.cells
        self.total = worth.tallies(found, lambda _cell: "").get("", worth.Tally())
        self.bar = read.bar
        self.by_tier = self._by_tier(found)
        self.costing_rows = self._costing()
        self.stats = self._stats()
        self.by_branch, self.by_manager, self.everybody, self.more = [], [], [], 0
        self.against, self.ranking = [], []
        if not self.total.known:
            return
        groups = worth.tallies(found, lambda cell: (cell.branch, cell.manager))
        self.by_branch = [self._line(*row) for row in by_branch(asked, groups, _added)]
        self.everybody = sorted(by_manager(asked, groups, _added), key=lambda row: (row[2].net, row[1]))
        shown = self.everybody[:MANAGER_ROWS]
        self.more = len(self.everybody) - len(shown)
        links = narrowed(asked, [pk for pk, _name, _tally in shown])
        self.by_manager = [self._line(name, links.get(pk), tally) for pk, name, tally in shown]
        self._named(read)

    @property
    def bar_words(self):
        """What “brings a lot” means here."""
        return "—" if self.bar is None else format_money(self.bar)

    def _url(self, behind, **more):
        tiers = more.pop("tiers", ())
        return self.asked.address(
            "tiering:worth_customers", [("tier", code or NOWHERE) for code in tiers], side=behind, **more
        )

    def _stats(self):
        total = self.total
        return [
            {
                "label": _("Brings more than it costs"),
                "value": f"{total.asset:,}",
                "note": format_money(total.asset_net),
                "url": self._url(Side.ASSET.value),
            },
            {
                "label": _("Costs more than it brings"),
                "value": f"{total.costing:,}",
                "note": format_money(total.costing_net),
                "url": self._url(COSTING),
            },
            {
                "label": _("Changes sides by the service"),
                "value": f"{total.turned:,}",
                "note": _("brings something, but less than serving costs"),
                "url": self._url(Side.TURNED.value),
            },
            {
                "label": _("Unknown"),
                "value": f"{total.unknown:,}",
                "note": _("no value record in twelve months: unknown, not zero"),
                "url": self._url(Side.UNKNOWN.value),
            },
        ]

    def _by_tier(self, found):
        sums = worth.tallies(found, lambda cell: cell.code)
        steps = figures.steps(self.scope.plan, [], also=set(sums))
        high, low = high_and_low(self.scope.plan.tiers)
        return [
            {
                "step": step,
                "tally": sums.get(step.code, worth.Tally()),
                "high": step.code in high,
                "low": step.code in low,
                "urls": {name: self._url(name, tiers=[step.code]) for name in (COSTING, Side.TURNED.value)}
                | {
                    "all": self._url("", tiers=[step.code]),
                    "unknown": self._url(Side.UNKNOWN.value, tiers=[step.code]),
                },
            }
            for step in steps
        ]

    def _costing(self):
        return [
            {
                "label": name_of(row["step"]),
                "display": percent(row["tally"].costing, row["tally"].known),
                "note": f"{row['tally'].costing:,}",
                "share": share_of(row["tally"].costing, row["tally"].known),
                "pattern": 4 if row["high"] else 2,
                "url": row["urls"][COSTING],
            }
            for row in self.by_tier
            if row["tally"].known
        ]

    def _line(self, name, narrower, tally):
        linked = narrower is not None
        return {
            "name": name,
            "tally": tally,
            "url": self.asked.here(**narrower) if linked else "",
            "costing_url": self._url(COSTING, **narrower) if linked and tally.costing else "",
            "turned_url": self._url(Side.TURNED.value, **narrower) if linked and tally.turned else "",
        }

    def _named(self, read):
        """The customers that the page names: against their tier, and who leads and trails."""
        high, _low = high_and_low(self.scope.plan.tiers)
        costly = sum(cell.customers for cell in read.cells if cell.code in high and cell.side in worth.COSTING)
        named = worth.named(self.scope, read)
        self.against = [
            {
                "title": BEHIND[COSTLY],
                "number": costly,
                "rows": named[COSTLY],
                "url": self._url(COSTLY, sort="net"),
                "pattern": 4,
            },
            {
                "title": BEHIND[BRINGING],
                "number": read.bringing,
                "rows": named[BRINGING],
                "url": self._url(BRINGING, sort="-net"),
                "pattern": 1,
            },
        ]
        self.ranking = [
            {"title": _("Brings most"), "rows": named["best"], "url": self._url("", sort="-net")},
            {"title": _("Brings least"), "rows": named["worst"], "url": self._url("", sort="net")},
        ]

    def sheets(self):
        """Its tables for the workbook."""
        words = [_("Customers"), _("With a value record"), _("Income less cost (yuan)"), _("Cost of service (yuan)")]
        words += [_("Left (yuan)"), _("Costs more than it brings"), _("Changes sides by the service"), _("Unknown")]

        def numbers(tally):
            sums = [tally.brought, tally.service, tally.net]
            return [tally.customers, tally.known, *sums, tally.costing, tally.turned, tally.unknown]

        sheets = [
            Sheet(
                _("By tier"),
                [_("Tier"), *words],
                [[name_of(row["step"]), *numbers(row["tally"])] for row in self.by_tier],
            )
        ]
        branches = [(row["name"], row["tally"]) for row in self.by_branch]
        managers = [(name, tally) for _pk, name, tally in self.everybody]
        for title, rows in ((_("By branch"), branches), (_("By relationship manager"), managers)):
            if rows:
                sheets.append(Sheet(title, [_("Name"), *words], [[name, *numbers(tally)] for name, tally in rows]))
        headings = [_("Customer number"), _("Customer"), _("Tier"), _("Income less cost (yuan)")]
        headings += [_("Cost of service (yuan)"), _("Left (yuan)"), _("Relationship manager")]
        sheets += [
            Sheet(str(part["title"]), headings, [_written(row) for row in part["rows"]])
            for part in (*self.against, *self.ranking)
        ]
        return sheets


def _added(tallies):
    total = worth.Tally()
    for tally in tallies:
        total.merge(tally)
    return total


def _written(row):
    customer = row.customer
    return [
        *(customer.customer_no, customer.name, row.place.code if row.place else ""),
        *(row.contribution, row.service_cost, row.net, customer.manager.name if customer.manager else ""),
    ]


class Worth(BesidePage):
    """Asset or liability, against the tier in force."""

    page, template, verb = "tiering:worth", "tiering/worth.html", "tiering.worth_exported"
    figures = WorthFigures


class WorthList(ListView):
    """Customers by what is left of them after service: of a `side`, of tiers, with as much as brings a lot."""

    table_class, template, verb = WorthTable, "tiering/worth_customers.html", "tiering.worth_exported"

    def ask(self, request):
        """As of today, like the page."""
        return Beside(request, "tiering:worth")

    def rows(self, asked):
        """The profiles asked for; nothing asked for: everybody with a value record."""
        scope = asked.scope
        self.side = asked.get.get("side") if asked.get.get("side") in BEHIND else ""
        self.tiers = codes_of(asked.get.getlist("tier"))
        self.bar = None
        if self.side == BRINGING:
            self.bar = worth.figures(scope).bar
            return worth.bringing(scope, self.bar)
        if self.side == COSTLY:
            return worth.costly(scope)
        sides = worth.COSTING if self.side == COSTING else [self.side] if self.side else ()
        if not sides and not self.tiers:
            return worth.known(scope)
        return worth.within(scope, sides=sides, tiers=self.tiers or None)

    def prepare(self, rows):
        """Whose the profiles are, and what they bring in yuan."""
        worth.dress(self.asked.scope, list(rows))

    def words(self):
        """What the rows have in common."""
        found = [str(BEHIND[self.side])] if self.side else []
        if self.tiers:
            found.append(names_of(self.asked.scope.plan, self.tiers))
        if self.bar is not None:
            found.append(_("from %(amount)s a year") % {"amount": format_money(self.bar)})
        return found

    def headings(self):
        """Of the workbook."""
        return [
            *(_("Customer number"), _("Customer"), _("Tier"), _("Income less cost (yuan)")),
            *(_("Cost of service (yuan)"), _("Left (yuan)"), _("Relationship manager")),
        ]

    def line(self, row):
        """A row of the workbook."""
        return _written(row)
