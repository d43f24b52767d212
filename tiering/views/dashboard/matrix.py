"""Where customers went between the two days, and why."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.services.workbook import Sheet
from staff.templatetags.crm import share_of
from tiering.choices import MoveReason
from tiering.services import dashboard as figures
from tiering.services.migration import matrix
from tiering.views.dashboard.page import name_of

STEPS = 5


class MatrixPart:
    """The migration matrix of what was asked for, the lowest tier first: moves up lie above the diagonal."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        self.found = matrix(self.scope)
        self.as_of = self.found.as_of
        codes = {code for pair in self.found.cells for code in pair}
        tiers = figures.steps(self.scope.plan, [], also=codes - {tier.code for tier in self.scope.plan.tiers})
        nowhere = [step for step in tiers if not step.code]
        self.tiers = nowhere + [step for step in reversed(tiers) if step.code]
        self.most = max((number for pair, (number, _a) in self.found.cells.items() if pair[0] != pair[1]), default=0)
        self.rows = [self._row(left) for left in self.tiers]
        self.foot = [self._total(reached=step) for step in self.tiers]
        self.all = self._total()
        self.net = self._net()
        self.reasons = self._reasons(self.found.reasons)

    @property
    def any(self):
        """Whether somebody stands anywhere."""
        return bool(self.found.cells)

    def _row(self, left):
        return {
            "tier": left,
            "cells": [self._cell(left, reached) for reached in self.tiers],
            "total": self._total(left=left),
        }

    def _cell(self, left, reached):
        number, assets = self.found.cells.get((left.code, reached.code), (0, None))
        same = left.code == reached.code
        if not number:
            return {"same": same, "number": 0, "assets": 0}
        way = _way(left, reached)
        return {
            "same": same,
            "number": number,
            "assets": assets,
            "way": way,
            "heat": 0 if same else 1 + min(STEPS - 1, STEPS * (number - 1) // self.most),
            "url": self.asked.members_url(left=[left.code], reached=[reached.code]),
            "words": _("%(number)s stayed %(left)s") % {"number": number, "left": name_of(left)}
            if same
            else _("%(number)s from %(left)s to %(reached)s")
            % {"number": number, "left": name_of(left), "reached": name_of(reached)},
        }

    def _total(self, left=None, reached=None):
        number, assets = self.found.total(left=left.code if left else None, reached=reached.code if reached else None)
        narrowed = {}
        if left:
            narrowed["left"] = [left.code]
        if reached:
            narrowed["reached"] = [reached.code]
        return {"number": number, "assets": assets, "url": self.asked.members_url(**narrowed) if narrowed else ""}

    def _net(self):
        """Who stands higher, lower, is new, or went: customers and assets of each."""
        ways = {"up": [0, 0], "down": [0, 0], "came": [0, 0], "went": [0, 0]}
        ranks = {step.code: step for step in self.tiers}
        for (left, reached), (number, assets) in self.found.cells.items():
            way = _way(ranks[left], ranks[reached])
            if way in ways:
                ways[way][0] += number
                ways[way][1] += assets
        return {name: {"number": number, "assets": assets} for name, (number, assets) in ways.items()}

    def _reasons(self, rows):
        most = max((row["number"] for row in rows), default=0)
        words = dict(MoveReason.choices)
        return [
            {
                "label": words.get(row["reason"], row["reason"]),
                "display": f"{row['number']:,}",
                "note": _("▲ %(up)s ▼ %(down)s") % {"up": f"{row['up']:,}", "down": f"{row['down']:,}"},
                "share": share_of(row["number"], most),
                "url": self.asked.moves_url(reason=row["reason"]),
                "up": row["up"],
                "down": row["down"],
                "number": row["number"],
            }
            for row in rows
        ]

    def sheets(self):
        """Its tables for the workbook: customers, assets, reasons."""
        corner = _("from ↓ to →")
        names = [name_of(step) for step in self.tiers]

        def table(title, of):
            rows = [[name_of(row["tier"]), *[of(cell) for cell in row["cells"]], of(row["total"])] for row in self.rows]
            foot = [_("Total"), *[of(total) for total in self.foot], of(self.all)]
            return Sheet(title, [corner, *names, _("Total")], [*rows, foot])

        reasons = [[row["label"], row["number"], row["up"], row["down"]] for row in self.reasons]
        up, down = pgettext("moves", "Up"), pgettext("moves", "Down")
        return [
            table(_("Migration (customers)"), lambda cell: cell["number"]),
            table(_("Migration (yuan)"), lambda cell: cell["assets"]),
            Sheet(_("Reasons of moves"), [_("Reason"), _("Moves"), up, down], reasons),
        ]


def _way(left, reached):
    if left.code == reached.code:
        return "same"
    if not left.code:
        return "came"
    if not reached.code:
        return "went"
    if left.rank is None or reached.rank is None:
        return "other"
    return "up" if reached.rank < left.rank else "down"
