"""Scope: which rows a person may know of. Written once, here; each model names its paths."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef

from staff.choices import Role

# More people are no list to choose from: a branch comes first, or the staff number.
MOST_OFFERED = 200


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to a branch and a manager.

    A model says where: ``scope_paths = {"branch": "customer__branch", "manager": "customer__manager"}``.
    """

    def visible_to(self, user):
        """The rows `user` may see (docs/design.md); no user, a leaver or an unknown role sees none.

        Manager: own customers, and those of colleagues covered on `user.on` (the bank day of the request).
        Head: the branch and all below. Auditor: everything. Administrator: no customer data.
        """
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        paths = self.model.scope_paths
        if user.role == Role.AUDITOR:
            return self.all()
        if user.role == Role.HEAD and user.branch_id:
            return self.filter(**{f"{paths['branch']}__in": user.branches()})
        if user.role == Role.MANAGER:
            covered = user.covered()
            own = {f"{paths['manager']}__in": [user.pk, *covered]} if covered else {paths["manager"]: user.pk}
            return self.filter(**own)
        return self.none()


class BranchQuerySet(models.QuerySet):
    """Branches as a tree."""

    def below(self, branch):
        """`branch` itself and every branch under it."""
        return self.filter(path__startswith=branch.path)

    def visible_to(self, user):
        """Branches whose customers or staff `user` may see: a head's subtree, a manager's own, all for others."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role in {Role.AUDITOR, Role.ADMIN}:
            return self.all()
        if not user.branch_id:
            return self.none()
        return self.below(user.branch) if user.role == Role.HEAD else self.filter(pk=user.branch_id)


class UserQuerySet(models.QuerySet):
    """People who work here."""

    def working(self):
        """Those who have not left and may sign in."""
        return self.filter(is_active=True, left_on=None)

    def with_scope(self):
        """With the branch, and for heads the keys of the branches below (`User.branches`), in the same query."""
        below = self.model.branch.field.related_model.objects.filter(path__startswith=OuterRef("branch__path"))
        whose = models.Case(models.When(role=Role.HEAD, then=ArraySubquery(below.order_by().values("pk"))))
        return self.select_related("branch").annotate(below=whose)

    def managers(self):
        """Relationship managers at work."""
        return self.working().filter(role=Role.MANAGER)

    def typed(self, staff_no):
        """Who of these has the staff number as a person types it, in capitals or not; None for nobody."""
        staff_no = staff_no.replace("\x00", "").strip()
        return self.filter(staff_no__in={staff_no, staff_no.upper()}).first() if staff_no else None

    def typed_or_nobody(self, staff_no):
        """`typed`, or for a number that none of these has somebody who is on no row, with that number and the key 0."""
        return self.typed(staff_no) or self.model(pk=0, staff_no=staff_no, name=staff_no)

    def few(self):
        """These people in a list, when they are few enough to be chosen from a list box; else None."""
        found = list(self[: MOST_OFFERED + 1])
        return found if len(found) <= MOST_OFFERED else None

    def visible_to(self, user):
        """Colleagues whom `user` may filter by: a head's subtree, a manager's own branch, all for others."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role in {Role.AUDITOR, Role.ADMIN}:
            return self.all()
        if not user.branch_id:
            return self.filter(pk=user.pk)
        if user.role == Role.HEAD:
            return self.filter(branch__in=user.branches())
        return self.filter(branch_id=user.branch_id)


class CoverQuerySet(models.QuerySet):
    """Who stands in for whom."""

    def active(self, *, on):
        """Covers in force on the day `on`, first and last day included."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def visible_to(self, user):
        """Covers that `user` may know of: own ones, a head's those of the branch, all for auditor and administrator."""
        if user is None or not getattr(user, "is_authenticated", False) or not user.is_active or user.left_on:
            return self.none()
        if user.role in {Role.AUDITOR, Role.ADMIN}:
            return self.all()
        own = models.Q(absent=user) | models.Q(substitute=user)
        if user.role == Role.HEAD and user.branch_id:
            return self.filter(own | models.Q(absent__branch__path__startswith=user.branch.path))
        return self.filter(own)

    def not_over(self, *, on):
        """In force on the day or still to come, the nearest first."""
        return self.filter(ends_on__gte=on).order_by("starts_on", "pk")
