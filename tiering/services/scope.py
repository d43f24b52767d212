"""What a dashboard looks at: a scheme, customers, and two days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from customers.choices import Kind
from customers.models import Customer
from staff.choices import Role
from staff.models import Branch, User
from tiering.models import Profile, TierCount
from tiering.services import population
from tiering.services.compile import Plan


@dataclass(frozen=True)
class Scope:
    """A scheme and what the person may see, narrowed to a branch with all below, a manager, a kind of customer.

    A day means its end: `since` is the day before the first move, `until` the last day; `today` is the bank day.
    """

    user: User
    plan: Plan
    since: date
    until: date
    today: date
    branch: Branch | None = None
    manager: User | None = None
    kind: str = ""

    @property
    def scheme(self):
        """The scheme."""
        return self.plan.scheme

    @property
    def first(self):
        """The first day whose moves count."""
        return self.since + timedelta(days=1)

    @property
    def current(self):
        """Whether the last day is today, so that what is in force may be read."""
        return self.until >= self.today

    @property
    def everything(self):
        """Whether nothing narrows the bank."""
        return self.user.role == Role.AUDITOR and not (self.branch or self.manager or self.kind)

    @cached_property
    def large(self):
        """Whether there are too many customers to count them one by one, by the latest count."""
        return population.is_large(self)

    def rows(self, model):
        """Rows of a scoped model within the scope; of counts, all kinds together."""
        queryset, paths = model.objects.visible_to(self.user), model.scope_paths
        if self.branch is not None:
            queryset = queryset.filter(**{f"{paths['branch']}__in": self.branch.subtree})
        if self.manager is not None:
            queryset = queryset.filter(**{paths["manager"]: self.manager.pk})
        if self.kind and model is not TierCount:
            queryset = queryset.filter(**{paths["branch"].removesuffix("branch") + "kind": self.kind})
        return queryset.order_by()

    def holds(self, column):
        """SQL and parameters: the customer whose key stands in `column` (our own SQL) is within the scope."""
        if self.everything:
            return "TRUE", []
        text, params = self.rows(Customer).values("pk").query.sql_with_params()
        return f"{column} IN ({text})", list(params)

    def profiles(self):
        """Profiles of the customers in the scope.

        Of a large scope those that the last run found there: the profile knows branch, manager and kind by itself, and
        half a million keys need not be gathered first. Who is named on a page is looked up by `rows` all the same.
        """
        profiles = Profile.objects.order_by()
        if self.everything:
            return profiles
        if not self.large:
            return profiles.filter(customer__in=self.rows(Customer).values("pk"))
        if self.user.role != Role.AUDITOR or self.branch:
            branches = Branch.objects.visible_to(self.user)
            if self.branch:
                branches = branches.filter(path__startswith=self.branch.path)
            profiles = profiles.filter(branch_id__in=branches.order_by().values_list("pk", flat=True))
        if self.manager:
            profiles = profiles.filter(manager_id=self.manager.pk)
        return profiles.filter(individual=self.kind == Kind.INDIVIDUAL) if self.kind else profiles

    def counts_as(self, customers, organisations):
        """The SQL-free arithmetic of kinds: how many of `customers` count, when `organisations` of them are such.

        None when the kind was asked for and nobody counted the organisations apart.
        """
        if not self.kind:
            return customers
        if organisations is None:
            return None
        return organisations if self.kind == Kind.ORGANIZATION else customers - organisations
