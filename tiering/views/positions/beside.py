"""What a page beside the dashboard looks at, its workbook, and its lines by branch and manager."""

from dataclasses import replace
from datetime import timedelta

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from customers.services.workbook import workbook
from staff.access import READERS, RolesRequiredMixin
from staff.choices import Role
from staff.models import User
from staff.services import record
from tiering.views.dashboard.asked import Asked, address
from tiering.views.dashboard.parts import attachment, preamble

# The dashboard's own, which these pages do not ask for.
DAYS = frozenset({"from_day", "to_day", "sort"})
MANAGER_ROWS = 20


class Beside(Asked):
    """Scheme, branch, manager and kind of a request, as of today; `fits` says which plans may be chosen."""

    def __init__(self, request, page, fits=None):
        super().__init__(request)
        self.page = page
        if self.scope is None:
            return
        offered = [plan for plan in self.plans if fits is None or fits(plan)]
        named = self.plan_named("scheme")
        plan = named if named in offered else next(iter(offered), None)
        self.choices["scheme"] = offered
        since = self.today.replace(day=1) - timedelta(days=1)
        self.scope = replace(self.scope, plan=plan, since=since, until=self.today) if plan else None

    def here(self, **changed):
        """The same page with another scheme, branch, manager or kind."""
        return self.address(self.page, **changed)

    def address(self, name, codes=(), **changed):
        """A page beside the dashboard that looks at the same customers."""
        asked = {key: value for key, value in self.asked(**changed).items() if key not in DAYS}
        return address(name, asked, codes)


class BesidePage(RolesRequiredMixin, View):
    """A page beside the dashboard: `figures` reads it, `sheets` of it are its workbook (`export` in the address)."""

    allowed_roles = READERS
    page = ""
    template = ""
    verb = ""
    figures = None

    def fits(self, plan):
        """Whether the page can look at a plan."""
        return True

    def get(self, request):
        """The page, or its tables as a workbook; without a scheme that fits it says what to do."""
        asked = Beside(request, self.page, self.fits)
        found = type(self).figures(asked) if asked.scope else None
        if found and request.GET.get("export"):
            return self._export(request, asked, found)
        export_url = f"{request.path}?{request.GET.urlencode()}&export=xlsx"
        return render(request, self.template, {"asked": asked, "page": found, "export_url": export_url})

    def _export(self, request, asked, found):
        record(
            actor=request.user,
            verb=self.verb,
            summary=asked.scope.scheme.code,
            **{name: value for name, value in asked.asked().items() if value},
        )
        content = workbook(found.sheets(), preamble=preamble(asked))
        return attachment(content, f"{self.page.split(':')[1]}-{asked.today:%Y%m%d}.xlsx")


def by_branch(asked, found, add):
    """[(name, changed address, group)] of the branches right under the chosen one, each with all below; the chosen
    one's own customers last. `found` is {(branch, manager): group}, `add` adds groups up."""
    tops = asked.tops
    chosen = asked.scope.branch or (tops[0] if len(tops) == 1 else None)
    if asked.user.role == Role.MANAGER or (chosen is None and len(asked.branches) < 2):
        return []
    parts = [branch for branch in asked.branches if branch.parent_id == chosen.pk] if chosen else tops
    part_of = {
        branch.pk: next((part.pk for part in parts if branch.path.startswith(part.path)), None)
        for branch in asked.branches
    }
    groups = {}
    for (branch, _manager), group in found.items():
        groups.setdefault(part_of.get(branch), []).append(group)
    rows = [
        (part.name, {"branch": part.code, "manager": ""}, add(groups[part.pk])) for part in parts if part.pk in groups
    ]
    if rows and None in groups:
        rows.append((_("%(branch)s itself") % {"branch": chosen}, None, add(groups[None])))
    return rows


def by_manager(asked, found, add):
    """[(key of the manager or None, name, group)], in no order; see `by_branch`."""
    groups = {}
    for (_branch, manager), group in found.items():
        groups.setdefault(manager, []).append(group)
    names = dict(User.objects.filter(pk__in=[pk for pk in groups if pk]).values_list("pk", "name"))
    return [(pk, names.get(pk) or _("without a manager"), add(parts)) for pk, parts in groups.items()]


def narrowed(asked, keys):
    """{key of a manager: changed address} of those by whom the person may narrow the page; in one query."""
    if asked.user.role == Role.MANAGER:
        return {asked.user.pk: {}}
    return {user.pk: {"manager": user.staff_no} for user in asked.managers.filter(pk__in=[pk for pk in keys if pk])}
