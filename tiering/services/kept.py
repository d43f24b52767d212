"""Figures of a large scope, kept until the next run: what takes a second is worked out once."""

from hashlib import sha256

from django.core.cache import cache

from staff.choices import Role
from tiering.models import TieringRun

A_DAY = 24 * 3600


def kept(scope, name, work, *more):
    """`work()` for a small scope; for a large one the answer of before, when it was given since the latest run.

    `more` are the values beside the scope that the answer depends on. What is kept holds sums and keys, nothing
    about a customer: who is shown is looked up in the person's scope.
    """
    if not scope.large:
        return work()
    run = TieringRun.objects.order_by("-pk").values_list("pk", flat=True).first()
    who = "" if scope.user.role == Role.AUDITOR else scope.user.branch.path
    where = [scope.branch.path if scope.branch else "", scope.manager.pk if scope.manager else "", scope.kind]
    key = [name, run, scope.today, scope.scheme.pk, scope.since, scope.until, who, *where, *more]
    plain = sha256(":".join(str(part) for part in key).encode()).hexdigest()
    return cache.get_or_set(f"tiering:{plain}", work, A_DAY)
