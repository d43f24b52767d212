"""Tiers of a large bank against statements written by hand: preview, matrix, balances, re-tiering."""

import sys
from datetime import timedelta

from django.core.cache import cache

from care.services.demo.crowd import Crowd
from care.services.demo.large import make_large_bank
from customers.services.balances import refresh_balances
from staff.models import User
from tests.bench.sides import by_hand, in_turn, run, timed, undone
from tiering.models import Option, Scheme, ScoringSheet
from tiering.services import drafts, migration, preview
from tiering.services.compile import plans
from tiering.services.retier import retier
from tiering.services.scope import Scope

# The schemes that the statements by hand know.
SCHEMES = ("sheet", "assets", "contribution", "loyalty")
# Points of occupations: as in force, and as the draft has them.
POINTS = {
    "business_owner": (15, 15), "executive": (11, 13), "civil_servant": (9, 12), "technician": (7, 11), "sales": (5, 5),
    "clerk": (4, 8), "homemaker": (3, 3), "factory_worker": (2, 4), "other": (1, 1),
}  # fmt: skip
# What a re-tiering writes, and what is written beside it by hand.
WRITTEN = (
    *("tiering_placement", "tiering_movement", "tiering_profile", "tiering_reading", "tiering_tiercount"),
    *("customers_standing", "bench_tier"),
)


def make_bank(customers, today, now):
    """The large demo bank with the four schemes in force; says on standard error how it goes. Returns its seconds."""
    Scheme.objects.exclude(code__in=SCHEMES).update(active=False)
    run("CREATE TABLE bench_tier (customer_id bigint PRIMARY KEY, score int, tier text, asset_tier text,"
        " contribution_tier text, loyalty_tier text)")  # fmt: skip

    def say(text):
        print(f"    {text} …", file=sys.stderr, flush=True)

    seconds, bank = timed(lambda: make_large_bank(customers=customers, today=today, now=now, say=say))
    return seconds, bank


def compare_preview(today, repeats):
    """{name: seconds} of the preview of other points for occupations, and by hand; and whether they agree."""
    draft = _draft()
    held = Scheme.objects.get(code="sheet").pk
    run("DROP TABLE IF EXISTS bench_narrow")
    run(by_hand("narrow", on=today, sheet=held))
    run("VACUUM (ANALYZE) bench_narrow")
    occupation = ",".join(str(after) for _before, after in POINTS.values())

    def ours():
        cache.clear()
        first, _effect = timed(lambda: preview.effect(sheet=draft, on=today))
        again, _effect = timed(lambda: preview.effect(sheet=draft, on=today))
        return {"ours": first, "again": again}

    found = in_turn(
        {
            "ours": ours,
            "count by hand": lambda: run(by_hand("preview", occupation=occupation)) and None,
            "figures by hand": lambda: run(by_hand("effect", occupation=occupation)) and None,
            "scores": lambda: preview.scores(sheet=draft, on=today) and None,
        },
        repeats,
    )
    scores = {}
    for bar in preview.effect(sheet=draft, on=today).bars:
        if bar.score is not None:
            scores[bar.score] = scores.get(bar.score, 0) + bar.count
    theirs = {}
    for *_keys, score, number, _assets in run(by_hand("effect", occupation=occupation)):
        if score is not None:
            theirs[score] = theirs.get(score, 0) + number
    return found, scores == theirs


def _draft():
    sheet = ScoringSheet.objects.in_force().get(code="standard")
    draft = drafts.start_draft(sheet=sheet, by=User.objects.get(staff_no="S001"))
    for code, (_before, after) in POINTS.items():
        Option.objects.filter(criterion__sheet=draft, criterion__fact="occupation", value=code).update(points=after)
    return ScoringSheet.objects.whole().get(pk=draft.pk)


def compare_matrix(today, repeats):
    """{name: seconds} of the matrix of the last month of the points' scheme, and by hand; and whether they agree."""
    plan = next(plan for plan in plans() if plan.scheme.code == "sheet")
    since = today.replace(day=1) - timedelta(days=1)

    def ours():
        cache.clear()
        scope = Scope(user=User.objects.get(staff_no="A001"), plan=plan, since=since, until=today, today=today)
        return migration.matrix(scope)

    statement = by_hand("matrix", scheme=plan.scheme.pk, since=since)
    found = in_turn({"ours": lambda: ours() and None, "by hand": lambda: run(statement) and None}, repeats)
    cells = {pair: number for pair, (number, _assets) in ours().cells.items() if pair != ("", "")}
    return found, cells == {(left, reached): number for left, reached, number, _assets in run(statement)}


def change_facts(customers, today):
    """What changes from one month to the next, and stays changed."""
    Crowd(customers=customers, today=today).change()
    run("VACUUM (ANALYZE) customers_holding, customers_customer")


def compare_balances(today, repeats):
    """{name: seconds} of bringing balances up to date when some have changed, again, and by hand."""

    def ours():
        first, _written = timed(lambda: refresh_balances(on=today))
        again, written = timed(lambda: refresh_balances(on=today))
        return {"ours": first, "again": again, "written": written}

    sides = {"ours": ours, "by hand": lambda: run(by_hand("balances", on=today)) and None}
    return in_turn(sides, repeats, tidy=("customers_standing", "customers_balancemonth"))


def compare_retier(today, repeats):
    """{name: seconds} of re-tiering when facts have changed, again, under other cut-offs, and by hand; do they agree?

    All of it on the day after, as in the night after a load: what depends on the day is looked at again. `moved` and
    `recut` say how many customers moved, `written` how many rows the second run wrote.
    """
    cuts = {"cut1": 60, "cut2": 45, "cut3": 30}
    night = today + timedelta(days=1)

    def ours():
        first, moved = timed(lambda: retier(as_of=night).changed)
        before = _versions()
        again, _changed = timed(lambda: retier(as_of=night).changed)
        return {"ours": first, "again": again, "moved": moved, "written": len(_versions() ^ before)}

    def recut():
        run("UPDATE tiering_cutoff SET minimum = minimum - 3 WHERE minimum > 0")
        seconds, moved = timed(lambda: retier(as_of=night).changed)
        return {"other cut-offs": seconds, "recut": moved}

    statement = by_hand("tiers", on=night, **cuts)
    found = in_turn({"ours": ours, "by hand": lambda: run(statement) and None, "": recut}, repeats, tidy=WRITTEN)

    def measured():
        retier(as_of=night)
        return run(
            "SELECT s.code, p.measured, count(*) FROM tiering_placement p JOIN tiering_scheme s ON s.id = p.scheme_id"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        )

    def placed():
        run(statement)
        return run(
            "SELECT x.scheme, x.code, count(*) FROM bench_tier, LATERAL (VALUES"
            " ('sheet', tier), ('assets', asset_tier),"
            " ('contribution', contribution_tier), ('loyalty', loyalty_tier)"
            ") AS x(scheme, code) WHERE x.code IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )

    return found, undone(measured) == undone(placed)


def _versions():
    """Where the placements and moves lie: a row that is written again lies elsewhere."""
    return {
        (table, *run(f"SELECT count(*), sum(hashtextextended(ctid::text, 0)) FROM {table}")[0])
        for table in ("tiering_placement", "tiering_movement", "tiering_profile", "customers_standing")
    }
