"""The dashboard's figures as rows for its template, each number with the list behind it."""

from decimal import Decimal

from django.utils.translation import gettext as _

from staff.choices import Role
from staff.models import User
from staff.templatetags.crm import format_money, share_of
from tiering.choices import Measure
from tiering.services import dashboard as figures
from tiering.services.retier import STANDING
from tiering.views.dashboard.asked import Asked

# A page to be read, and printed on two sheets: the rest is one branch away.
MANAGER_ROWS = 20


class Page(Asked):
    """The scope of a request and its figures with the list behind each of them."""

    def __init__(self, request, schemes):
        super().__init__(request, schemes)
        self._read(schemes)

    # ---- the figures -------------------------------------------------------------------------------------------

    def _read(self, schemes):
        scope = self.scope
        cells, self.flow = figures.book(scope), figures.moves(scope)
        self.all = figures.tallies(cells, self.flow, lambda _cell: None).get(None, figures.Tally())
        counted = {}
        for cell in cells:
            number, assets = counted.get(cell["code"], (0, figures.NOTHING))
            counted[cell["code"]] = (number + cell["customers"], assets + cell["assets"])
        self.steps = figures.steps(scope.plan, counted)
        others = [plan for plan in schemes if plan is not scope.plan]
        beside = figures.by_scheme(scope, others)
        self.stats = self._stats(figures.month_ends(scope), figures.opened(scope))
        self.tiers = self._tiers(self.steps, scope.column)
        self.others = [
            {
                "name": plan.scheme.label,
                "url": self.here(scheme=plan.scheme.code),
                "rows": self._bars(beside[plan.scheme.code], STANDING[plan.scheme.code][0]),
            }
            for plan in others
        ]
        self.matrix = self._matrix()
        self.weeks = self._weeks(figures.weeks(scope))
        self.by_branch = self._by_branch(cells)
        self.by_manager = self._by_manager(cells)

    def _stats(self, months, opened):
        scope, steps, flow = self.scope, self.steps, self.flow
        customers = self.all.customers - opened["after"]
        before = self.all.customers - opened["within_or_after"]
        assets = self.all.assets if scope.current else months.get(scope.first)
        share = figures.best_share(steps, flow, since=figures.AFTER)
        share_before = figures.best_share(steps, flow, since=figures.WITHIN)
        net = {period: _net(flow, period) for period in (figures.BEFORE, figures.WITHIN)}
        best = " + ".join(step.code for step in steps if step.rank in (1, 2))
        by_letters = scope.plan.scheme.measure == Measure.SHEET
        return [
            {
                "label": _("Customers"),
                "value": f"{customers:,}",
                "url": self.customers_url(),
                "change": customers - before,
                "kind": "count",
            },
            {
                "label": _("Assets"),
                "value": format_money(assets),
                "exact": "" if assets is None else f"¥{assets:,.2f}",
                "url": self.customers_url(sort="-assets"),
                "change": _difference(assets, months.get(scope.previous)),
                "kind": "money",
                "spark": _spark(months, assets, scope.first),
            },
            {
                "label": _("Share of %(tiers)s") % {"tiers": best} if by_letters else _("Share of the two best tiers"),
                "value": "—" if share is None else f"{share:.1%}",
                "change": None if share is None or share_before is None else round((share - share_before) * 100, 1),
                "kind": "points",
                "since": _("percentage points since the month before"),
            },
            {
                "label": _("Net moves in the month"),
                "value": f"{net[figures.WITHIN]:+,}",
                "url": self.moves_url(),
                "note": _("▲ %(up)s  ▼ %(down)s · month before %(before)s")
                % {"up": self.all.up, "down": self.all.down, "before": f"{net[figures.BEFORE]:+,}"},
            },
        ]

    def _tiers(self, steps, column):
        most = max((step.customers for step in steps), default=0)
        richest = max((step.assets for step in steps), default=figures.NOTHING)
        return [
            {
                "step": step,
                "url": self.customers_url(**{column: step.code or "none"}),
                "customers_width": share_of(step.customers, most),
                "assets_width": share_of(step.assets, richest),
                "customers_share": _percent(step.customers, self.all.customers),
                "assets_share": _percent(step.assets, self.all.assets),
                "average": step.assets / step.customers if step.customers else None,
            }
            for step in steps
        ]

    def _bars(self, steps, column):
        most = max((step.customers for step in steps), default=0)
        return [
            {
                "label": step.label or _("not tiered yet"),
                "display": f"{step.customers:,}",
                "note": format_money(step.assets),
                "share": share_of(step.customers, most),
                "pattern": min(step.rank or 6, 6),
                "url": self.customers_url(**{column: step.code or "none"}),
            }
            for step in steps
        ]

    def _matrix(self):
        """Moves of the month from → to, the lowest tier first: moves up lie above the diagonal."""
        tiers = [step for step in reversed(self.steps) if step.rank]
        counted = {}
        for move in self.flow:
            if move["period"] == figures.WITHIN and figures.direction(move):
                number, assets = counted.get((move["from_code"], move["to_code"]), (0, Decimal(0)))
                key = move["from_code"], move["to_code"]
                counted[key] = number + move["number"], assets + (move["assets"] or 0)
        most = max((number for number, _assets in counted.values()), default=0)
        rows = [
            {
                "tier": left,
                "cells": [
                    self._cell(left, reached, *counted.get((left.code, reached.code), (0, None)), most)
                    for reached in tiers
                ],
            }
            for left in tiers
        ]
        first = sum(
            move["number"] for move in self.flow if move["period"] == figures.WITHIN and move["from_code"] == ""
        )
        return {
            "tiers": tiers,
            "rows": rows,
            "any": bool(counted),
            "first": first,
            "first_url": self.moves_url(direction="first"),
        }

    def _cell(self, left, reached, number, assets, most):
        if not number:
            return {"same": left.code == reached.code}
        return {
            "number": number,
            "assets": assets,
            "up": reached.rank < left.rank,
            "heat": 1 + min(3, 4 * (number - 1) // most) if most > 1 else 1,
            "url": self.moves_url(**{"from": left.code, "to": reached.code}),
            "words": _("%(number)s from %(left)s to %(reached)s")
            % {"number": number, "left": left.label, "reached": reached.label},
        }

    def _weeks(self, rows):
        tallest = max((row["assets"] + row["loans"] for row in rows), default=figures.NOTHING)
        for place, row in enumerate(rows):
            total = row["assets"] + row["loans"]
            row |= {
                "label": f"{row['first'].month}/{row['first'].day}",
                "share": share_of(total, tallest),
                "loans_share": share_of(row["loans"], tallest),
                "current": place == 0,
                "url": self.customers_url(maturing_from=row["first"].isoformat(), maturing_to=row["last"].isoformat()),
            }
        return {
            "rows": rows,
            "assets": sum((row["assets"] for row in rows), figures.NOTHING),
            "loans": sum((row["loans"] for row in rows), figures.NOTHING),
            "holdings": sum(row["holdings"] for row in rows),
            "url": self.customers_url(
                maturing_from=rows[0]["first"].isoformat(), maturing_to=rows[-1]["last"].isoformat()
            ),
        }

    # ---- by branch and by manager --------------------------------------------------------------------------------

    def _by_branch(self, cells):
        """The branches right under the chosen one, each with all below; the chosen one's own customers last."""
        chosen = self.scope.branch
        if self.user.role == Role.MANAGER or (chosen is None and len(self.branches) < 2):
            return []
        known = {branch.pk for branch in self.branches}
        parts = [
            branch
            for branch in self.branches
            if (branch.parent_id == chosen.pk if chosen else branch.parent_id not in known)
        ]
        paths = {branch.pk: branch.path for branch in self.branches}
        part_of = {
            pk: next((part.pk for part in parts if path.startswith(part.path)), None) for pk, path in paths.items()
        }
        found = figures.tallies(cells, self.flow, lambda cell: part_of.get(cell["branch"]))
        rows = [
            self._line(part.name, found[part.pk], self.here(branch=part.code, manager=""), branch=part.code)
            for part in parts
            if part.pk in found
        ]
        if rows and None in found:
            rows.append(self._line(_("%(branch)s itself") % {"branch": chosen}, found[None], ""))
        return rows

    def _by_manager(self, cells):
        found = figures.tallies(cells, self.flow, lambda cell: cell["manager"])
        people = {
            user.pk: user for user in User.objects.filter(pk__in=[pk for pk in found if pk]).select_related("branch")
        }
        offered = {user.pk for user in self.choices["manager"]}
        rows = []
        for pk, tally in found.items():
            user = people.get(pk)
            name = user.name if user else _("without a manager")
            listed = {"manager": user.staff_no} if user and pk in offered else None
            if self.user.role == Role.MANAGER and pk == self.user.pk and len(found) == 1:
                listed = {}
            rows.append(self._line(name, tally, self.here(**listed) if listed else "", user=user, **(listed or {})))
            if listed is None:
                rows[-1]["customers_url"] = rows[-1]["up_url"] = rows[-1]["down_url"] = ""
        rows.sort(key=_order(self.sort))
        return {"rows": rows[:MANAGER_ROWS], "more": max(0, len(rows) - MANAGER_ROWS)}

    def _line(self, name, tally, url, user=None, **narrower):
        column = self.scope.column
        linked = bool(narrower) or self.user.role == Role.MANAGER
        return {
            "name": name,
            "user": user,
            "url": url,
            "tally": tally,
            "fallen": -tally.down,
            "tiers": [
                {
                    "label": step.label or _("not tiered yet"),
                    "number": tally.tiers.get(step.code, 0),
                    "url": self.customers_url(**{column: step.code or "none"}, **narrower)
                    if linked and step.code in tally.tiers
                    else "",
                }
                for step in self.steps
            ],
            "customers_url": self.customers_url(**narrower) if linked else "",
            "up_url": self.moves_url(direction="up", **narrower) if linked else "",
            "down_url": self.moves_url(direction="down", **narrower) if linked else "",
        }


def _net(flow, period):
    return sum(move["number"] * figures.direction(move) for move in flow if move["period"] == period)


def _difference(now, before):
    return None if now is None or before is None else now - before


def _percent(part, whole):
    return f"{part / whole:.1%}" if whole else "—"


def _spark(months, assets, month):
    """Twelve months of assets as points in a box of 100 × 24; empty with fewer than two months."""
    values = list((months | ({month: assets} if assets is not None else {})).values())[-12:]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    across = Decimal(100) / (len(values) - 1)
    return " ".join(f"{place * across:.1f},{22 - (value - low) / span * 20:.1f}" for place, value in enumerate(values))


def _order(name):
    if name == "name":
        return lambda row: (row["user"] is None, row["name"])
    return lambda row: (-getattr(row["tally"], name), row["name"])
