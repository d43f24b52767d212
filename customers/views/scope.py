"""Whose customers a page looks at: the person's own scope, narrowed to a branch with all below, a manager."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import Http404

from staff.choices import Role
from staff.models import Branch, User
from staff.querysets import MOST_OFFERED


@dataclass
class Scope:
    """What the address asks for, checked against what the person may see, and what the bar offers."""

    user: User
    branch: Branch | None = None
    manager: User | None = None
    branches: list = field(default_factory=list)
    managers: list = field(default_factory=list)

    @property
    def unknown_manager(self):
        """What was typed as a staff number and is none of these managers: nothing is theirs."""
        return self.manager.staff_no if self.manager and not self.manager.pk else ""

    @property
    def many(self):
        """Whether there are too many managers to choose from a list box: a branch comes first, or the staff number."""
        return len(self.managers) > MOST_OFFERED

    def rows(self, model):
        """The rows of a scoped model that the page is about."""
        rows, paths = model.objects.visible_to(self.user), model.scope_paths
        if self.branch:
            rows = rows.filter(**{f"{paths['branch']}__in": self.branch.subtree})
        if self.manager:
            rows = rows.filter(**{paths["manager"]: self.manager})
        return rows

    def query(self, **more):
        """The part of an address that leads to a page with the same scope, and `more`; empty without either."""
        asked = {
            "branch": self.branch.code if self.branch else "",
            "manager": self.manager.staff_no if self.manager else "",
            **more,
        }
        text = urlencode({name: value for name, value in asked.items() if value not in {"", None}})
        return f"?{text}" if text else ""


def scope_of(request):
    """The Scope of a request; 404 for a branch or manager that the person may not know of."""
    user = request.user
    if user.role == Role.MANAGER:
        return Scope(user)
    branches = list(Branch.objects.visible_to(user))
    people = list(User.objects.visible_to(user).managers().select_related("branch").order_by("staff_no"))
    branch = _named(branches, request.GET.get("branch"), "code")
    typed = len(people) > MOST_OFFERED
    manager = _named(people, request.GET.get("manager", "").replace("\x00", "").strip()[:32], "staff_no", typed=typed)
    if branch:
        branch.among(branches)
        people = [person for person in people if person.branch.path.startswith(branch.path)]
        # Another branch was chosen while a manager of the last one stood in the bar: the branch is what was meant.
        manager = manager if manager and (not manager.pk or manager in people) else None
    top = min((one.path.count("/") for one in branches), default=0)
    for one in branches:
        # Full-width spaces: a list box shows them as the depth in the tree.
        one.indent = "\u3000" * (one.path.count("/") - top)
    return Scope(user, branch, manager, branches if len(branches) > 1 else [], people)


def _named(rows, name, attribute, *, typed=False):
    """The row of that name; a staff number that was typed may be nobody's, what was chosen from a list box is there or
    404."""
    if not name:
        return None
    found = next((row for row in rows if getattr(row, attribute) == name), None)
    if found is None and typed:
        known = (row for row in rows if getattr(row, attribute).lower() == name.lower())
        return next(known, User(pk=0, staff_no=name, name=name))
    if found is None:
        raise Http404
    return found
