"""Figures of a large scope, kept until the next run: what takes a second is worked out once."""

from hashlib import sha256

from django.core.cache import cache

from staff.choices import Role
from tiering.models import Gathered, TieringRun

A_DAY = 24 * 3600


def as_it_stands(name, work, worth, *key):
    """`work()`, or its answer of before while nobody was placed since; kept when `worth(answer)` says so.

    `key` are the values that the answer depends on beside facts and placements. Nothing is kept while a run goes on.
    """
    run = TieringRun.objects.order_by("-pk").values_list("pk", "finished_at").first()
    state = Gathered.objects.values_list("pk", "edits").first()
    if run is None or run[1] is None or state is None:
        return work()
    plain = sha256(repr((name, run[0], state, key)).encode()).hexdigest()
    found = cache.get(f"tiering:{plain}")
    if found is None:
        found = work()
        if worth(found):
            cache.set(f"tiering:{plain}", found, A_DAY)
    return found


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
