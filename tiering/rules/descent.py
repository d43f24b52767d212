"""Up at once, down slowly: what tier follows from the one in force and the one that is measured.

A customer who meets a better tier has it at once. One who falls below the tier keeps it under watch (保级观察) for some
months; whoever is still below then steps down to the best tier that was met since, looking back so many months at most.
A change of the rules places at once, up or down, except those whose watch runs already. A placing by hand stands above
all of it, and when it ends the measured tier holds at once. tiering.services.outcome says the same in SQL.
"""

from dataclasses import dataclass
from datetime import date

from tiering.choices import MoveReason
from tiering.rules.facts import months_after, months_before


@dataclass(frozen=True)
class Held:
    """The placement as the last run left it; `by_hand` when an override was in force then."""

    code: str
    watch_from: date | None = None
    watch_until: date | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Outcome:
    """The tier that follows (None: no tier), why it is another one (None: it is not), and the watch over it."""

    code: str | None
    reason: str | None = None
    watch_from: date | None = None
    watch_until: date | None = None

    @property
    def watched(self):
        """Below the tier and keeping it for a while."""
        return self.watch_from is not None


def follow(
    *, tiers, measured, on, held=None, override=None, readings=(), rules_changed=False, watch_months=3, look_back=6
):
    """The `Outcome` on the day `on` for one customer and scheme.

    `tiers` are the plain tiers in force, `measured` and `override` codes among them or None, `held` the placement
    before, `readings` pairs of day and code measured from that day on while the watch runs (today's included or not).
    """
    ranks = {tier.code: tier.rank for tier in tiers}
    if override in ranks:
        return _moved(held, override, MoveReason.OVERRIDE)
    if measured is None:
        return _moved(held, None, MoveReason.RULES if rules_changed else MoveReason.FACTS)
    if held is None:
        return Outcome(measured, MoveReason.FIRST)
    if held.by_hand:
        return _moved(held, measured, MoveReason.OVERRIDE_ENDED)
    why = MoveReason.RULES if rules_changed or held.code not in ranks else MoveReason.FACTS
    if held.code not in ranks or ranks[measured] <= ranks[held.code] or watch_months == 0:
        return _moved(held, measured, why)
    if held.watch_from is None:
        if rules_changed:
            return _moved(held, measured, MoveReason.RULES)
        return Outcome(held.code, None, on, months_after(on, watch_months))
    if on < held.watch_until:
        return Outcome(held.code, None, held.watch_from, held.watch_until)
    best = min(ranks[measured], best_met(ranks, readings, held.watch_from, on, look_back))
    best = max(best, ranks[held.code] + 1)
    code = next(tier.code for tier in tiers if tier.rank == best)
    if best < ranks[measured]:
        return Outcome(code, MoveReason.WATCH, on, months_after(on, watch_months))
    return Outcome(code, MoveReason.WATCH)


def best_met(ranks, readings, watch_from, on, look_back):
    """The best rank among the readings since `watch_from` that were in effect within `look_back` months before `on`.

    A reading is in effect until the next one. Without any: a rank behind all others.
    """
    begin = months_before(on, look_back) or date.min
    since = sorted((day, code) for day, code in readings if day >= watch_from and day <= on)
    before = [code for day, code in since if day <= begin]
    in_effect = [code for day, code in since if day > begin] + before[-1:]
    return min((ranks[code] for code in in_effect if code in ranks), default=len(ranks) + 1)


def _moved(held, code, reason):
    """The outcome with a reason only when the tier is another one."""
    before = held.code if held else None
    return Outcome(code, reason if code != before else None)
