"""Four degrees (S4.3): satisfaction, loyalty, stickiness and contribution, now and by month."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.services.workbook import Sheet
from staff.templatetags.crm import format_money, share_of
from tiering.choices import Degree
from tiering.services import dashboard as figures
from tiering.services import degrees
from tiering.services.population import MONEY, of_schemes
from tiering.views.dashboard.page import name_of, pattern_of, percent
from tiering.views.positions.beside import MANAGER_ROWS, BesidePage, by_branch, by_manager, narrowed

# The one expression of each degree, in words; docs/tiering.md has them too.
WORDS = {
    Degree.SATISFACTION: gettext_lazy(
        "Points of the sheet “satisfaction”: what the customer said when asked. Unknown until somebody asks, and again"
        " when the answers are stale."
    ),
    Degree.LOYALTY: gettext_lazy(
        "Rung of the loyalty ladder, 1 to 5: on file, holds a product, two categories and a year with us, three"
        " categories and three years, has introduced somebody."
    ),
    Degree.STICKINESS: gettext_lazy(
        "0 to 10 points: one for each category held up to four, up to two for years with us, one for a card, one for a"
        " payment service, two for pay that arrives here."
    ),
    Degree.CONTRIBUTION: gettext_lazy("Yuan a year: income less cost of the last twelve months."),
}


class DegreesFigures:
    """The degrees in force: distribution now, by month, by branch and by manager."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        self.found = degrees.measured(asked.plans)
        self.missing = [degree.label for degree in Degree if degree not in self.found]
        over_time = degrees.followed(self.scope, self.found) if self.found else {}
        schemes = {plan.scheme.pk: plan.scheme for plan in (self.scope.plan, *self.found.values())}
        now = of_schemes(self.scope, schemes.values()) if self.found else {}
        self.degrees = [
            self._degree(degree, plan, now[plan.scheme.pk], over_time[degree]) for degree, plan in self.found.items()
        ]
        self.as_of = max((followed.day for followed in over_time.values() if followed.day), default=None)
        self.by_tier = self._by_tier(now[self.scope.scheme.pk]) if self.found else []
        groups = _grouped(over_time)
        self.by_branch = [self._line(*row) for row in by_branch(asked, groups, _added)]
        self.everybody = sorted(by_manager(asked, groups, _added), key=lambda row: row[1])
        shown = self.everybody[:MANAGER_ROWS]
        self.more = len(self.everybody) - len(shown)
        links = narrowed(asked, [pk for pk, _name, _levels in shown])
        self.by_manager = [self._line(name, links.get(pk), levels) for pk, name, levels in shown]

    def _degree(self, degree, plan, cells, followed):
        steps = figures.steps(plan, cells)
        placed = sum(step.customers for step in steps if step.code)
        most = max((step.customers for step in steps), default=0)
        money = plan.scheme.measure in MONEY
        points = [self._point(day, level, money) for day, level in followed.points]
        return {
            "key": degree.value,
            "label": degree.label,
            "plan": plan,
            "words": WORDS[degree],
            "best": " + ".join(tier.label or tier.code for tier in plan.tiers if tier.rank in degrees.BEST),
            "placed": placed,
            "money": money,
            "rows": [
                {
                    "label": name_of(step),
                    "display": f"{step.customers:,}",
                    "note": percent(step.customers, placed) if step.code else "",
                    "share": share_of(step.customers, most),
                    "pattern": pattern_of(step),
                    "url": self.asked.members_url(reached=[step.code], scheme=plan.scheme.code),
                    "step": step,
                }
                for step in steps
            ],
            "points": points,
            "last": points[-1] if points else None,
            "change": _change(points),
        }

    @staticmethod
    def _point(day, level, money):
        return {
            "day": day,
            "customers": level.customers,
            "average": level.average,
            "average_words": average_words(level.average, money),
            "share": level.share,
            "share_words": share_words(level.share),
            "width": share_of(level.share or 0, 1),
            "rest": share_of(1 - (level.share or 0), 1),
        }

    def _line(self, name, narrower, levels):
        """A branch or manager: for each degree the average and the share of the best now, and the change."""
        return {
            "name": name,
            "url": self.asked.here(**narrower) if narrower is not None else "",
            "customers": max((level.everybody for (_degree, at), level in levels.items() if not at), default=0),
            "degrees": [self._of(degree, plan, levels, narrower) for degree, plan in self.found.items()],
        }

    def _by_tier(self, cells):
        """Lines of the tiers of the scheme looked at: the degrees of VIPs beside those of the others."""
        levels = degrees.by_tier(self.scope, self.found)
        scheme = self.scope.scheme.code
        now = {cell.code: cell.customers for cell in cells}
        lines = []
        for code, name in [
            *((tier.code, tier.label or tier.code) for tier in self.scope.plan.tiers),
            ("", _("no tier")),
        ]:
            if now.get(code):
                of_tier = {(degree, 0): level for degree, level in levels.get(code, {}).items()}
                lines.append(
                    {
                        "name": name,
                        "url": self.asked.members_url(reached=[code], scheme=scheme),
                        "customers": now[code],
                        "degrees": [self._of(degree, plan, of_tier, None) for degree, plan in self.found.items()],
                    }
                )
        return lines

    def _of(self, degree, plan, levels, narrower):
        level, before = levels.get((degree, 0)), levels.get((degree, 1))
        share = level.share if level else None
        earlier = before.share if before else None
        best = [tier.code for tier in plan.tiers if tier.rank in degrees.BEST]
        linked = narrower is not None and level and level.best
        return {
            "label": degree.label,
            "average": average_words(level.average if level else None, plan.scheme.measure in MONEY),
            "share": share_words(share),
            "change": None if share is None or earlier is None else round((share - earlier) * 100, 1),
            "url": self.asked.members_url(reached=best, scheme=plan.scheme.code, **narrower) if linked else "",
            "level": level,
        }

    def sheets(self):
        """Its tables for the workbook."""
        now = [
            [degree["label"], row["label"], row["step"].customers, row["step"].assets]
            for degree in self.degrees
            for row in degree["rows"]
        ]
        by_month = [
            [degree["label"], point["day"], point["customers"], _plain(point["average"]), _float(point["share"])]
            for degree in self.degrees
            for point in degree["points"]
        ]
        share = _("Share of the two best tiers")
        sheets = [
            Sheet(_("Four degrees"), [_("Degree"), _("Tier"), _("Customers"), _("Assets (yuan)")], now),
            Sheet(_("By month"), [_("Degree"), _("Day"), _("Customers"), _("Average"), share], by_month),
        ]
        branches = [(row["name"], [one["level"] for one in row["degrees"]]) for row in self.by_branch]
        managers = [(name, [levels.get((degree, 0)) for degree in self.found]) for _pk, name, levels in self.everybody]
        tiers = [(row["name"], [one["level"] for one in row["degrees"]]) for row in self.by_tier]
        for title, rows in (
            (_("By tier"), tiers),
            (_("By branch"), branches),
            (_("By relationship manager"), managers),
        ):
            lines = [
                [name, degree.label, level.customers, _plain(level.average), _float(level.share)]
                for name, levels in rows
                for degree, level in zip(self.found, levels, strict=True)
                if level
            ]
            if lines:
                headings = [_("Name"), _("Degree"), _("Customers"), _("Average"), share]
                sheets.append(Sheet(title, headings, lines))
        return sheets


def _grouped(over_time):
    """{(branch, manager): {(degree, 0 for the last count and 1 for the one before): Level}}."""
    groups = {}
    for degree, followed in over_time.items():
        for at, by_pair in enumerate(followed.groups):
            for pair, level in by_pair.items():
                groups.setdefault(pair, {})[degree, at] = level
    return groups


def _added(parts):
    """Levels of groups added up, by (degree, day)."""
    found = {}
    for part in parts:
        for key, level in part.items():
            found.setdefault(key, degrees.Level()).merge(level)
    return found


def _change(points):
    """Change of the share of the best tiers since the month before, in percentage points; None when unknown."""
    if len(points) < 2 or points[-1]["share"] is None or points[-2]["share"] is None:
        return None
    return round((points[-1]["share"] - points[-2]["share"]) * 100, 1)


def average_words(average, money):
    """An average in words; None: unknown."""
    if average is None:
        return "—"
    return format_money(average) if money else f"{average:,.1f}"


def share_words(share):
    """A share in words; None: unknown."""
    return "—" if share is None else f"{share:.1%}"


def _plain(number):
    return None if number is None else number.quantize(Decimal("0.01"))


def _float(share):
    return None if share is None else float(share)


class Degrees(BesidePage):
    """Satisfaction, loyalty, stickiness and contribution."""

    page, template, verb = "tiering:degrees", "tiering/degrees.html", "tiering.degrees_exported"
    figures = DegreesFigures
