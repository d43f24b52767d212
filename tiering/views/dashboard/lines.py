"""Branches and managers: customers, assets, tiers and moves of each."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.services.workbook import Sheet
from staff.choices import Role
from staff.models import User
from tiering.services import dashboard as figures
from tiering.services.population import counted, population
from tiering.views.dashboard.page import name_of

# A page to be read, and printed on two sheets: the rest is one branch away.
MANAGER_ROWS = 20


class Lines:
    """The lines of what was asked for: by branch, and by manager in the order asked for."""

    def __init__(self, asked):
        self.asked, self.scope = asked, asked.scope
        held = population(self.scope, "branch") if self.scope.large else None
        # In a large scope the managers' tiers are read for those who are shown.
        self.told = held is None or held.live
        if self.told:
            held = population(self.scope, "branch", "manager")
        self.steps = figures.steps(self.scope.plan, held.cells)
        self.held, self.moved = held, figures.moved_by(self.scope)
        self.by_branch = self._by_branch()
        self._read_managers()

    @property
    def sorts(self):
        """The orders of the managers' table."""
        return self.asked.sorts

    def _by_branch(self):
        """The branches right under the chosen one, each with all below; the chosen one's own customers last."""
        asked = self.asked
        tops = asked.tops
        chosen = self.scope.branch or (tops[0] if len(tops) == 1 else None)
        if asked.user.role == Role.MANAGER or (chosen is None and len(asked.branches) < 2):
            return []
        parts = [branch for branch in asked.branches if branch.parent_id == chosen.pk] if chosen else tops
        part_of = {
            branch.pk: next((part.pk for part in parts if branch.path.startswith(part.path)), None)
            for branch in asked.branches
        }
        found = figures.tallies(self.held.cells, self.moved, lambda branch, _manager: part_of.get(branch))
        rows = [
            self._line(part.name, found[part.pk], asked.here(branch=part.code, manager=""), branch=part.code)
            for part in parts
            if part.pk in found
        ]
        if rows and None in found:
            rows.append(self._line(_("%(branch)s itself") % {"branch": chosen}, found[None], ""))
        return rows

    def _read_managers(self):
        """Everybody in the order asked for, and lines of the first of them only: each has a dozen addresses."""
        asked = self.asked
        found = self._tallies()
        self.tallies, self.more = found, max(0, len(found) - MANAGER_ROWS)
        if asked.sort == "name":
            shown = self._named(found)[:MANAGER_ROWS]
        else:
            first = sorted(found, key=lambda pk: -getattr(found[pk], asked.sort))[:MANAGER_ROWS]
            shown = self._named(first)
        if not self.told:
            self._tell_tiers(shown)
        offered = set(asked.managers.filter(pk__in=[row["user"].pk for row in shown if row["user"]]))
        alone = asked.user.role == Role.MANAGER and set(found) == {asked.user.pk}
        self.by_manager = []
        for row in shown:
            narrower = {"manager": row["user"].staff_no} if row["user"] in offered else {}
            url = asked.here(**narrower) if narrower or alone else ""
            self.by_manager.append(self._line(row["name"], row["tally"], url, user=row["user"], **narrower))

    def _named(self, keys):
        """The managers of these keys with their sums, in the order asked for."""
        people = User.objects.select_related("branch").in_bulk([pk for pk in keys if pk])
        rows = [
            {
                "name": people[pk].name if pk in people else _("without a manager"),
                "user": people.get(pk),
                "tally": self.tallies[pk],
            }
            for pk in keys
        ]
        return sorted(rows, key=_order(self.asked.sort))

    def _tallies(self):
        """{manager: Tally}; in a large scope without tiers, which only those shown will need."""
        cells = self.held.cells
        if not self.told:
            cells = counted(self.scope, [self.held.as_of], "manager", codes=False) or []
        return figures.tallies(cells, self.moved, lambda _branch, manager: manager)

    def _tell_tiers(self, rows):
        by_manager = {row["user"].pk if row["user"] else None: row["tally"].tiers for row in rows}
        for tiers in by_manager.values():
            tiers.clear()
        people = [pk for pk in by_manager if pk]
        for cell in counted(self.scope, [self.held.as_of], "manager", managers=people) or []:
            if cell.manager in by_manager:
                by_manager[cell.manager][cell.code] += cell.customers

    def _line(self, name, tally, url, user=None, **narrower):
        asked, linked = self.asked, bool(url)
        return {
            "name": name,
            "user": user,
            "url": url,
            "tally": tally,
            "fallen": -tally.down,
            "tiers": [
                {
                    "label": name_of(step),
                    "number": tally.tiers.get(step.code, 0),
                    "url": asked.members_url(reached=[step.code], **narrower)
                    if linked and step.code in tally.tiers
                    else "",
                }
                for step in self.steps
            ],
            "customers_url": asked.customers_url(**narrower) if linked and self.scope.current else "",
            "up_url": asked.moves_url(direction="up", **narrower) if linked else "",
            "down_url": asked.moves_url(direction="down", **narrower) if linked else "",
        }

    def sheets(self):
        """Its tables for the workbook: every manager, not only those shown."""
        words = [_("Customers"), _("Assets (yuan)"), *[name_of(step) for step in self.steps]]
        words += [pgettext("moves", "Up"), pgettext("moves", "Down")]

        def numbers(row):
            tally = row["tally"]
            tiers = [tally.tiers.get(step.code, 0) for step in self.steps]
            return [tally.customers, tally.assets, *tiers, tally.up, tally.down]

        everybody = self._named(self.tallies)
        if not self.told:
            self._tell_tiers(everybody)
        branches = [[row["name"], *numbers(row)] for row in self.by_branch]
        managers = [[row["name"], row["user"].staff_no if row["user"] else "", *numbers(row)] for row in everybody]
        found = [Sheet(_("By branch"), [_("Branch"), *words], branches)] if branches else []
        if managers:
            found.append(
                Sheet(_("By relationship manager"), [_("Relationship manager"), _("Staff number"), *words], managers)
            )
        return found


def _order(name):
    if name == "name":
        return lambda row: (row["user"] is None, row["name"])
    return lambda row: (-getattr(row["tally"], name), row["name"])
