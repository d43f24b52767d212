"""Customers who change hands, look alike or were merged."""

from django.db import models
from django.db.models import Q

from staff.querysets import ScopedQuerySet


class HandoverQuerySet(models.QuerySet):
    """Handovers: known to giver, receiver, proposer, and to the heads above either side."""

    def visible_to(self, user):
        """The handovers `user` may know of; administrators none."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role == "auditor":
            return self.all()
        mine = Q(from_manager=user) | Q(to_manager=user) | Q(proposed_by=user)
        if user.role == "head" and user.branch_id:
            path = user.branch.path
            return self.filter(mine | Q(from_branch__path__startswith=path) | Q(to_branch__path__startswith=path))
        return self.filter(mine) if user.role == "manager" else self.none()

    def open(self):
        """Not decided, or accepted for a day that has not come."""
        return self.filter(Q(state="proposed") | Q(state="accepted", moved_on=None))

    def to_decide(self, user):
        """Proposed to a branch that `user` heads."""
        if user.role != "head" or not user.branch_id:
            return self.none()
        return self.filter(state="proposed", to_branch__path__startswith=user.branch.path)

    def with_people(self):
        """With everybody who is named, in the same query."""
        return self.select_related(
            "from_manager", "to_manager", "from_branch", "to_branch", "proposed_by", "decided_by"
        )


class DuplicatePairQuerySet(models.QuerySet):
    """Pairs of customers who look alike: known to whoever may see one of the two."""

    def visible_to(self, user):
        """Pairs with a customer in the person's scope; whether the other may be named is asked for each."""
        customers = self.model.first.field.related_model.objects.visible_to(user)
        if customers.query.is_empty():
            return self.none()
        if user.role == "auditor":
            return self.all()
        seen = customers.values("pk")
        # Two indexed halves; joined by OR the planner would look at every pair of the bank.
        return self.filter(pk__in=self._halves(seen))

    def _halves(self, seen):
        rows = self.model.objects.order_by()
        return rows.filter(first__in=seen).values("pk").union(rows.filter(second__in=seen).values("pk"))

    def open(self):
        """Nobody has said yet that they are different people."""
        return self.filter(state="open")

    def with_both(self):
        """Both customers with what tells them apart, in the same query."""
        names = [
            f"{side}__{name}" for side in ("first", "second") for name in ("branch", "manager", "standing", "person")
        ]
        return self.select_related("first", "second", *names)


class MergeQuerySet(ScopedQuerySet):
    """Merges that were done."""

    def in_force(self):
        """Not undone."""
        return self.filter(undone_on=None)
