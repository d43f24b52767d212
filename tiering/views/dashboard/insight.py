"""What lies behind the tiers: concentration, missing answers, and how far two schemes agree."""

from django.utils.translation import gettext as _

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.services import agreement as agreements
from tiering.services import concentration, coverage
from tiering.services import dashboard as figures
from tiering.views.dashboard.page import name_of, percent


class Concentration:
    """What the largest fifth holds, of the assets and of the contribution, and the curve by tenths."""

    def __init__(self, asked):
        curves = [
            (_("Assets"), concentration.of_assets(asked.scope)),
            (_("Contribution"), concentration.of_contribution(asked.scope, asked.plans)),
        ]
        self.curves = [self._curve(title, curve) for title, curve in curves if curve is not None and curve.customers]
        self.url = asked.customers_url(sort="-assets")

    def _curve(self, title, curve):
        share, rows, number, amount = curve.share(), [], 0, 0
        for place, (customers, part) in enumerate(curve.tenths, 1):
            number, amount = number + customers, amount + part
            rows.append(
                {
                    "label": _("top %(n)s%%") % {"n": place * 10},
                    "display": percent(amount, curve.amount) if curve.amount > 0 else "—",
                    "note": format_money(amount),
                    "share": share_of(amount, curve.amount) if curve.amount > 0 else "0",
                    "pattern": 1 if place <= concentration.TOP else 2,
                    "customers": number,
                    "amount": amount,
                }
            )
        return {
            "title": title,
            "share": "—" if share is None else f"{share:.1%}",
            "customers": sum(customers for customers, _amount in curve.tenths[: concentration.TOP]),
            "rows": rows,
        }

    def sheets(self):
        """Its tables for the workbook."""
        headings = [_("Customers, the largest first"), _("Customers"), _("Yuan"), _("Share")]
        return [
            Sheet(
                _("Concentration: %(what)s") % {"what": curve["title"]},
                headings,
                [[row["label"], row["customers"], row["amount"], row["display"]] for row in curve["rows"]],
            )
            for curve in self.curves
        ]


class Coverage:
    """How far the sheet is answered, and which answers are missing most; `found` is None when no sheet measures."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        self.found = coverage.coverage(self.scope)
        self.rows = self._rows() if self.found else []
        self.any_url = asked.members_url(missing=coverage.ANY)
        self.unscored_url = asked.members_url(reached=[""], kind=self.scope.plan.sheet.kind) if self.found else ""

    def _rows(self):
        labels = {one.key: one.label for one in self.scope.plan.definition.criteria}
        missing = sorted(self.found.missing.items(), key=lambda pair: -pair[1])
        return [
            {
                "label": labels[key],
                "display": f"{number:,}",
                "note": percent(number, self.found.customers),
                "share": share_of(number, self.found.customers),
                "pattern": 4,
                "url": self.asked.members_url(missing=key) if number else "",
                "number": number,
            }
            for key, number in missing
        ]

    @property
    def complete_share(self):
        """Share of the customers with every answer."""
        return percent(self.found.complete, self.found.customers)

    def sheets(self):
        """Its table for the workbook."""
        if not self.found:
            return []
        found = self.found
        rows = [
            [_("All whom the sheet is for"), found.customers],
            [_("All answers"), found.complete],
            [_("Some answers missing"), found.incomplete],
            [_("No score"), found.unscored],
            *[[_("Missing answer: %(name)s") % {"name": row["label"]}, row["number"]] for row in self.rows],
        ]
        return [Sheet(_("Coverage of the sheet"), [_("What"), _("Customers")], rows)]


class Agreement:
    """The scheme looked at against another one (`with` in the address, else the next in force)."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        self.others = [plan for plan in asked.plans if plan is not self.scope.plan]
        self.other = asked.plan_named("with") or (self.others[0] if self.others else None)
        if self.other is self.scope.plan:
            self.other = self.others[0] if self.others else None
        self.found = agreements.agreement(self.scope, self.other) if self.other else None
        if self.found:
            self._read()

    def _read(self):
        cells = self.found.cells
        self.left = self._steps(self.scope.plan, {pair[0] for pair in cells})
        self.right = self._steps(self.other, {pair[1] for pair in cells})
        self.everybody = sum(number for number, _assets in cells.values())
        most = max((number for number, _assets in cells.values()), default=0)
        self.rows = [{"tier": one, "cells": [self._cell(one, two, most) for two in self.right]} for one in self.left]
        self.corners = [
            self._corner(0, self.scope.plan.scheme.label, self.other.scheme.label),
            self._corner(1, self.other.scheme.label, self.scope.plan.scheme.label),
        ]
        self.share = percent(self.found.share, 1) if self.found.share is not None else "—"
        self.parts = [
            {"plan": plan, "url": self.asked.here(**{"with": plan.scheme.code}), "on": plan is self.other}
            for plan in self.others
        ]

    def _steps(self, plan, codes):
        return figures.steps(plan, [], also=codes - {tier.code for tier in plan.tiers})

    def _url(self, pairs):
        left = list(dict.fromkeys(one for one, _two in pairs))
        right = list(dict.fromkeys(two for _one, two in pairs))
        return self.asked.beside_url(left, self.other.scheme.code, right)

    def _cell(self, one, two, most):
        number, assets = self.found.cells.get((one.code, two.code), (0, 0))
        if not number:
            return {"number": 0, "assets": 0}
        return {
            "number": number,
            "assets": assets,
            "heat": 1 + min(4, 5 * (number - 1) // most),
            "url": self._url([(one.code, two.code)]),
            "words": _("%(number)s in %(left)s and %(right)s")
            % {"number": number, "left": name_of(one), "right": name_of(two)},
        }

    def _corner(self, which, high, low):
        pairs = self.found.corner(which)
        return {
            "label": _("High by “%(high)s”, low by “%(low)s”") % {"high": high, "low": low},
            "number": sum(self.found.cells[pair][0] for pair in pairs),
            "assets": sum(self.found.cells[pair][1] for pair in pairs),
            "url": self._url(pairs) if pairs else "",
        }

    def sheets(self):
        """Its tables for the workbook: customers and assets."""
        if not self.found:
            return []
        corner = f"{self.scope.scheme.label} ↓ {self.other.scheme.label} →"
        headings = [corner, *[name_of(step) for step in self.right]]
        return [
            Sheet(title, headings, [[name_of(row["tier"]), *[cell[of] for cell in row["cells"]]] for row in self.rows])
            for title, of in [(_("Agreement (customers)"), "number"), (_("Agreement (yuan)"), "assets")]
        ]
