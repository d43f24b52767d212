"""What the dashboard's address asks for, and the addresses of the lists behind its numbers."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from urllib.parse import quote

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.choices import Kind
from staff.choices import Role
from staff.models import Branch, User
from tiering.services.compile import plans
from tiering.services.scope import Scope

SORTS = ("assets", "customers", "up", "down", "name")
PARTS = ("matrix", "lines", "schemes", "watching", "concentration", "coverage", "agreement", "maturing", "export")


class Asked:
    """Scheme, branch, manager, kind, days and order of a request, each checked against what the person may see.

    `plans` are the schemes in force, `scope` is None without one; `page` is the address of the page itself.
    """

    page = "tiering:dashboard"

    def __init__(self, request):
        self.user, self.today, self.get = request.user, request.today, request.GET
        self.plans = plans()
        self.branches = list(Branch.objects.visible_to(self.user))
        self.sort = self.get.get("sort") if self.get.get("sort") in SORTS else "assets"
        self.scope = self._scope() if self.plans else None

    def _scope(self):
        asked = self.get
        plan = self.plan_named("scheme") or self.plans[0]
        branch = self._branch(asked.get("branch"))
        manager = self._manager(asked.get("manager"))
        # Another branch was chosen while a manager of the last one stood in the bar: the branch is what was meant.
        if manager and branch and not manager.branch.path.startswith(branch.path):
            manager = None
        since, until = self._days()
        kind = asked.get("kind") if asked.get("kind") in Kind.values else ""
        return Scope(self.user, plan, since, until, self.today, branch, manager, kind)

    def plan_named(self, parameter):
        """The scheme in force that the address names in `parameter`: None for no name, 404 for an unknown one."""
        return _one(self.plans, self.get.get(parameter), lambda plan: plan.scheme.code)

    def scope_of(self, plan):
        """The same scope, of another scheme."""
        return replace(self.scope, plan=plan)

    def _branch(self, code):
        """The branch asked for; without one the head's own, or the top of the tree when there is one top."""
        if self.user.role == Role.MANAGER:
            return None
        if code:
            return _one(self.branches, code, lambda branch: branch.code).among(self.branches)
        tops = self.tops
        # An auditor sees the bank whole: no branch narrows it.
        return tops[0].among(self.branches) if len(tops) == 1 and self.user.role != Role.AUDITOR else None

    @property
    def tops(self):
        """The branches with nothing above them that the person may see."""
        known = {branch.pk for branch in self.branches}
        return [branch for branch in self.branches if branch.parent_id not in known]

    @cached_property
    def choices(self):
        """What the scope bar offers; managers only when they are few enough to be chosen from a list."""
        return {
            "scheme": self.plans,
            "branch": self._offered_branches(),
            "manager": self._offered_managers(),
            "kind": Kind.choices,
        }

    def _offered_branches(self):
        if self.user.role == Role.MANAGER or len(self.branches) < 2:
            return []
        top = min(branch.path.count("/") for branch in self.branches)
        for branch in self.branches:
            # Full-width spaces: a list box shows them as the depth in the tree.
            branch.indent = "\u3000" * (branch.path.count("/") - top)
        return self.branches

    @property
    def managers(self):
        """The managers by whom the person may narrow the page."""
        if self.user.role == Role.MANAGER:
            return User.objects.none()
        return User.objects.visible_to(self.user).managers().select_related("branch").order_by("staff_no")

    def _manager(self, staff_no):
        if not staff_no or self.user.role == Role.MANAGER:
            return None
        return _one(self.managers.filter(staff_no=staff_no), staff_no, lambda user: user.staff_no)

    def _offered_managers(self):
        branch, chosen = self.scope.branch, self.scope.manager
        below = self.managers.filter(branch__in=branch.subtree) if branch else self.managers
        found = below.few()
        return found if found is not None else [chosen] if chosen else []

    def _days(self):
        """From the month end before the last day, to today, when the address does not say otherwise."""
        until = min(_day(self.get.get("to_day")) or self.today, self.today)
        since = _day(self.get.get("from_day")) or until.replace(day=1) - timedelta(days=1)
        return min(since, until), until

    # ---- addresses ---------------------------------------------------------------------------------------------

    def narrowing(self):
        """Branch, manager and kind as lists know them."""
        scope = self.scope
        kind = {"kind": scope.kind}
        if self.user.role == Role.MANAGER:
            return kind
        return {
            "branch": scope.branch.code if scope.branch else "",
            "manager": scope.manager.staff_no if scope.manager else "",
            **kind,
        }

    def asked(self, **changed):
        """Every parameter of the address, with some changed."""
        scope = self.scope
        days = {"from_day": scope.since.isoformat(), "to_day": scope.until.isoformat()}
        sort = self.sort if self.sort != SORTS[0] else ""
        return {"scheme": scope.scheme.code, **self.narrowing(), **days, "sort": sort} | changed

    def here(self, **changed):
        """The dashboard with another scheme, branch, manager, kind, day or order."""
        return address(self.page, self.asked(**changed))

    @property
    def tabs(self):
        """The pages about tiers that look at the same customers."""
        names = [
            ("tiering:dashboard", _("Tiers")),
            ("tiering:potential", _("Potential")),
            ("tiering:worth", _("Worth")),
            ("tiering:degrees", _("Four degrees")),
        ]
        where = self.narrowing() if self.scope else {}
        return [{"label": label, "url": address(name, where), "on": name == self.page} for name, label in names]

    @property
    def parts(self):
        """The addresses of the dashboard's parts, by name."""
        beside = self.get.get("with", "")[:24]
        found = {name: address(f"tiering:{name}", self.asked()) for name in PARTS}
        return found | {"agreement": address("tiering:agreement", self.asked(**{"with": beside}))}

    def customers_url(self, **filters):
        """The list of the customers behind a number."""
        return address("customers:list", self.narrowing() | filters)

    def members_url(self, *, left=(), reached=(), **filters):
        """The list of the customers who stood in tiers `left` on the first day and in `reached` on the last."""
        asked = self.asked(**filters)
        del asked["sort"]
        codes = [("from", code or NOWHERE) for code in left] + [("to", code or NOWHERE) for code in reached]
        return address("tiering:members", asked, codes)

    def beside_url(self, reached, other, beside):
        """The list of the customers in tiers `reached` who stand in tiers `beside` of the scheme `other`."""
        asked = self.asked()
        del asked["sort"]
        codes = [("to", code or NOWHERE) for code in reached] + [("with", other)]
        return address("tiering:members", asked, codes + [("with_tier", code or NOWHERE) for code in beside])

    def watches_url(self, **filters):
        """The list of the customers under watch."""
        return address("tiering:watches", {"scheme": self.scope.scheme.code, **self.narrowing()} | filters)

    def moves_url(self, **filters):
        """The list of the moves behind a number."""
        scope = self.scope
        days = {"since": scope.first.isoformat(), "until": scope.until.isoformat()}
        return address("tiering:movements", {"scheme": scope.scheme.code} | days | self.narrowing() | filters)

    @property
    def managers_url(self):
        """Follow-ups done and overdue per manager, borrowed from the work list."""
        return address("care:managers", {"branch": self.narrowing().get("branch")})

    @property
    def sorts(self):
        """The orders of the managers' table: (name, address, whether it is in force)."""
        return {name: {"url": self.here(sort=name), "on": name == self.sort} for name in SORTS}


# What stands in an address for “not placed”.
NOWHERE = "none"


def codes_of(values):
    """Codes of tiers out of an address, once each."""
    return tuple(dict.fromkeys("" if value == NOWHERE else value[:12] for value in values if value))


def _day(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _one(rows, code, key):
    """The row named in the address; none asked for: None; asked for but not there: 404."""
    if not code:
        return None
    found = next((row for row in rows if key(row) == code), None)
    if found is None:
        raise Http404
    return found


def address(name, parameters, more=()):
    """The address of a page with the parameters that are not empty."""
    pairs = [*parameters.items(), *more]
    query = "&".join([f"{key}={_quoted(value)}" for key, value in pairs if value])
    return f"{_path(name)}?{query}" if query else _path(name)


# The page writes hundreds of addresses out of the same few lists and a few dozen values.
_path = lru_cache(maxsize=32)(reverse)
_quoted = lru_cache(maxsize=4096)(quote)
