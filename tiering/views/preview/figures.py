"""What the preview shows: head figures, the matrix, tiers, branches and managers, and the criteria behind the moves."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from staff.models import Branch, User
from staff.templatetags.crm import share_of
from tiering.choices import Direction
from tiering.forms.preview import NOWHERE
from tiering.views.preview.chart import Histogram

HEATS = 5
LINES_SHOWN = 20
SORTS = ("moves", "up", "down", "customers", "name")


@dataclass(frozen=True)
class Step:
    """A tier of the version or of the placements in force; `minimum` None: not one of the version."""

    code: str
    rank: int | None
    label: str
    minimum: int | None = None


class Figures:
    """An `Effect` as the page shows it."""

    def __init__(self, sheet, found, current, *, sort="", whole=False):
        self.sheet, self.found = sheet, found
        self.base = reverse("tiering:preview_movers", args=[sheet.public_id])
        self.current = current.definition() if current and current.pk != sheet.pk else None
        self.tiers = [Step(tier.code, tier.rank, tier.label, tier.minimum) for tier in found.plan.tiers]
        known = {tier.code for tier in self.tiers}
        old = {tier.code: tier.label for tier in self.current.tiers} if self.current else {}
        gone = {
            move.from_code: move.from_rank for move in found.moves if move.from_code and move.from_code not in known
        }
        self.gone = [
            Step(code, rank, old.get(code, code)) for code, rank in sorted(gone.items(), key=lambda one: one[1])
        ]
        self.sort = sort if sort in SORTS else "moves"
        self.whole = whole
        self.histogram = Histogram(found, self.current)
        self.matrix = Matrix(self)
        self.by_tier = self._by_tier()
        self.causes = self._causes()

    def movers_url(self, **asked):
        """The list of the movers behind a number."""
        pairs = {key.rstrip("_"): value for key, value in asked.items() if value}
        return f"{self.base}?{urlencode(pairs)}" if pairs else self.base

    @property
    def head(self):
        """The figures on top: name, label, value, list behind it."""
        found = self.found
        return [
            {"name": "customers", "label": _("Customers looked at"), "value": found.customers, "url": ""},
            {"name": "moved", "label": _("Would move"), "value": found.moved, "url": self.movers_url()},
            {"name": "up", "label": _("Up"), "value": found.up, "url": self.movers_url(direction=Direction.UP)},
            {"name": "down", "label": _("Down"), "value": found.down, "url": self.movers_url(direction=Direction.DOWN)},
            {"name": "assets", "label": _("Assets of those who move"), "money": found.assets_moved, "url": ""},
        ]

    def _by_tier(self):
        """Each tier: its points in force and in the version, customers before and after, assets after."""
        before, after, assets = {}, {}, {}
        for move in self.found.moves:
            before[move.from_code] = before.get(move.from_code, 0) + move.count
            after[move.to_code] = after.get(move.to_code, 0) + move.count
            assets[move.to_code] = assets.get(move.to_code, Decimal(0)) + move.assets
        old = {tier.code: tier.minimum for tier in self.current.tiers} if self.current else {}
        return [
            {
                "tier": step,
                "old": old.get(step.code),
                "before": before.get(step.code, 0),
                "after": after.get(step.code, 0),
                "change": after.get(step.code, 0) - before.get(step.code, 0),
                "assets": assets.get(step.code, Decimal(0)),
            }
            for step in [*self.tiers, *self.gone]
        ]

    # ---- branches and managers -------------------------------------------------------------------------------------

    @property
    def columns(self):
        """The tiers of the tables of branches and managers."""
        return [*self.tiers, *self.gone]

    def by_branch(self):
        """Each branch with customers looked at, in the order asked for."""
        shares = {share.key: share for share in self.found.by_branch}
        branches = Branch.objects.filter(pk__in=shares)
        return Lines(self, [(branch.name, {"branch": branch.code}, shares[branch.pk], "") for branch in branches])

    def by_manager(self, user):
        """Each manager with customers looked at, in the order asked for; without a link who cannot be asked for."""
        shares = {share.key: share for share in self.found.by_manager}
        offered = set(User.objects.visible_to(user).managers().values_list("pk", flat=True))
        people = User.objects.filter(pk__in=[key for key in shares if key]).select_related("branch")
        rows = [
            (one.name, {"manager": one.staff_no} if one.pk in offered else {}, shares[one.pk], one.branch or "")
            for one in people
        ]
        if None in shares:
            rows.append((_("without a manager"), {}, shares[None], ""))
        return Lines(self, rows)

    # ---- criteria --------------------------------------------------------------------------------------------------

    def _causes(self):
        most = max((max(cause.gaining, cause.losing) for cause in self.found.causes), default=0)
        return [
            {
                "label": cause.criterion.label,
                "gaining": cause.gaining,
                "losing": cause.losing,
                "points": cause.points,
                "gaining_share": share_of(cause.gaining, most),
                "losing_share": share_of(cause.losing, most),
            }
            for cause in self.found.causes
        ]

    # ---- for the script --------------------------------------------------------------------------------------------

    def data(self):
        """What static/js/preview.js needs to count anew when a cut-off moves: the bars, the tiers, and words."""
        chinese = (get_language() or "").startswith("zh")
        return {
            "bars": [
                [bar.score, bar.held, bar.hold, bar.rest, bar.count, float(bar.assets)] for bar in self.found.bars
            ],
            "tiers": [{"code": step.code, "minimum": step.minimum} for step in self.tiers],
            "held": {step.code: step.rank for step in self.gone},
            "top": self.histogram.top,
            "units": {"wan": "万", "yi": "亿"} if chinese else {"yuan": "¥"},
            "words": {
                "moved": _("{n} from {left} to {reached}"),
                "stayed": _("{n} stay {left}"),
                "spoken": _("{n} customers would move: {up} up, {down} down."),
                "points": _("{code}: from {points} points"),
            },
        }


class Matrix:
    """From the tier in force (rows) to the tier after (columns), the lowest first: moves up lie above the diagonal."""

    def __init__(self, figures):
        self.figures = figures
        found = figures.found
        self.cells = {(move.from_code, move.to_code): move for move in found.moves}
        nowhere = Step("", None, _("not tiered yet"))
        self.left = [nowhere] * bool(found.first) + list(reversed([*figures.tiers, *figures.gone]))
        self.reached = [nowhere] * bool(found.gone) + list(reversed(figures.tiers))
        self.most = max((move.count for move in found.moves if not move.stays), default=0)
        self.rows = [
            {"tier": left, "cells": [self._cell(left, reached) for reached in self.reached], "total": self._total(left)}
            for left in self.left
        ]
        self.foot = [{"tier": reached, **self._total(reached=reached)} for reached in self.reached]
        self.all = self._total()

    def _cell(self, left, reached):
        move = self.cells.get((left.code, reached.code))
        cell = {"left": left, "reached": reached, "same": left.code == reached.code, "number": 0}
        if move is None:
            return cell
        way = "same" if move.stays else "up" if move.up else "down" if move.down else "other"
        words = _("{n} stay {left}") if move.stays else _("{n} from {left} to {reached}")
        names = {"left": left.code or left.label, "reached": reached.code or reached.label}
        return cell | {
            "number": move.count,
            "assets": move.assets,
            "way": way,
            "heat": 0 if move.stays else 1 + min(HEATS - 1, HEATS * (move.count - 1) // self.most),
            "words": words.format(n=f"{move.count:,}", **names),
            "url": ""
            if move.stays
            else self.figures.movers_url(from_=left.code or NOWHERE, to=reached.code or NOWHERE),
        }

    def _total(self, left=None, reached=None):
        moves = [
            move
            for (start, end), move in self.cells.items()
            if (left is None or left.code == start) and (reached is None or reached.code == end)
        ]
        return {"number": sum(move.count for move in moves), "assets": sum((m.assets for m in moves), Decimal(0))}


class Lines:
    """Branches or managers: customers by tier before and after, up and down; 20 of them unless all are asked for."""

    def __init__(self, figures, rows):
        self.figures = figures
        lines = [self._line(*row) for row in rows]
        lines.sort(key=self._order(figures.sort))
        self.rows = lines if figures.whole else lines[:LINES_SHOWN]
        self.more = len(lines) - len(self.rows)

    @staticmethod
    def _order(sort):
        if sort == "name":
            return lambda line: line["name"]
        return lambda line: (-line[sort], line["name"])

    def _line(self, name, asked, share, place):
        url = self.figures.movers_url

        def linked(**more):
            return url(**asked, **more) if asked else ""

        return {
            "name": name,
            "place": place,
            "customers": share.customers,
            "moves": share.up + share.down,
            "up": share.up,
            "down": share.down,
            "url": linked(),
            "up_url": linked(direction=Direction.UP),
            "down_url": linked(direction=Direction.DOWN),
            "tiers": [
                {
                    "label": step.code,
                    "after": share.after.get(step.code, 0),
                    "change": share.after.get(step.code, 0) - share.before.get(step.code, 0),
                }
                for step in self.figures.columns
            ],
        }
