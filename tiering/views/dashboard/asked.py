"""What the dashboard's address asks for, and the addresses of the lists behind its numbers."""

from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import quote

from django.http import Http404
from django.urls import reverse

from staff.choices import Role
from staff.models import Branch, User
from tiering.services.dashboard import Scope

MONTH_CHOICES = 12
SORTS = ("assets", "customers", "up", "down", "name")


class Asked:
    """Scheme, branch, manager, month and order of a request, each checked against what the person may see."""

    def __init__(self, request, schemes):
        self.user, self.today = request.user, request.today
        self.branches = list(Branch.objects.visible_to(self.user))
        asked = request.GET
        plan = _one(schemes, asked.get("scheme"), lambda plan: plan.scheme.code) or schemes[0]
        branch = self._branch(asked.get("branch"))
        visible = self._managers()
        manager = _one(visible, asked.get("manager"), lambda user: user.staff_no)
        managers = [user for user in visible if branch is None or user.branch.path.startswith(branch.path)]
        # Another branch was chosen while a manager of the last one stood in the bar: the branch is what was meant.
        manager = manager if manager in managers else None
        self.choices = {
            "scheme": schemes,
            "branch": self._offered_branches(),
            "manager": managers,
            "month": self._months(),
        }
        self.scope = Scope(self.user, plan, self._month(asked.get("month")), self.today, branch, manager)
        self.sort = asked.get("sort") if asked.get("sort") in SORTS else "assets"

    def _branch(self, code):
        """The branch asked for; without one the head's own, or the top of the tree when there is one top."""
        if code and self.user.role != Role.MANAGER:
            return _one(self.branches, code, lambda branch: branch.code)
        if self.user.role == Role.MANAGER:
            return None
        known = {branch.pk for branch in self.branches}
        tops = [branch for branch in self.branches if branch.parent_id not in known]
        return tops[0] if len(tops) == 1 else None

    def _offered_branches(self):
        if self.user.role == Role.MANAGER or len(self.branches) < 2:
            return []
        top = min(branch.path.count("/") for branch in self.branches)
        for branch in self.branches:
            # Full-width spaces: a list box shows them as the depth in the tree.
            branch.indent = "\u3000" * (branch.path.count("/") - top)
        return self.branches

    def _managers(self):
        if self.user.role == Role.MANAGER:
            return []
        return list(User.objects.visible_to(self.user).managers().select_related("branch").order_by("staff_no"))

    def _month(self, text):
        try:
            month = date.fromisoformat(f"{text}-01")
        except ValueError:
            month = self.today
        return min(month.replace(day=1), self.today.replace(day=1))

    def _months(self):
        months, month = [], self.today.replace(day=1)
        for _place in range(MONTH_CHOICES):
            months.append(month)
            month = (month - timedelta(days=1)).replace(day=1)
        return months

    # ---- addresses ---------------------------------------------------------------------------------------------

    def _narrowing(self):
        scope = self.scope
        if self.user.role == Role.MANAGER:
            return {}
        return {
            "branch": scope.branch.code if scope.branch else "",
            "manager": scope.manager.staff_no if scope.manager else "",
        }

    def here(self, **changed):
        """This page with another scheme, branch, manager, month or order."""
        scope = self.scope
        asked = {
            "scheme": scope.plan.scheme.code,
            **self._narrowing(),
            "month": f"{scope.first:%Y-%m}",
            "sort": self.sort,
        }
        return _address("tiering:dashboard", asked | changed)

    def customers_url(self, **filters):
        """The list of the customers behind a number."""
        return _address("customers:list", self._narrowing() | filters)

    def moves_url(self, **filters):
        """The list of the moves behind a number."""
        scope = self.scope
        asked = {"scheme": scope.plan.scheme.code, "since": scope.first.isoformat(), "until": scope.last.isoformat()}
        return _address("tiering:movements", asked | self._narrowing() | filters)

    @property
    def managers_url(self):
        """Follow-ups done and overdue per manager, borrowed from the work list."""
        return _address("care:managers", {"branch": self._narrowing().get("branch")})

    @property
    def sorts(self):
        """The orders of the managers' table: (name, address, whether it is in force)."""
        return {name: {"url": self.here(sort=name), "on": name == self.sort} for name in SORTS}


def _one(rows, code, key):
    """The row named in the address; none asked for: None; asked for but not there: 404."""
    if not code:
        return None
    found = next((row for row in rows if key(row) == code), None)
    if found is None:
        raise Http404
    return found


def _address(name, parameters):
    query = "&".join([f"{key}={_quoted(value)}" for key, value in parameters.items() if value])
    return f"{_path(name)}?{query}" if query else _path(name)


# The page writes hundreds of addresses out of the same four lists and a few dozen values.
_path = lru_cache(maxsize=16)(reverse)
_quoted = lru_cache(maxsize=4096)(quote)
