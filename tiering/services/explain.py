"""Why a customer stands where: the same rules, evaluated for one customer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from tiering.choices import Measure, MoveReason
from tiering.models import Placement, Reading, TieringRun
from tiering.rules import loyalty
from tiering.rules.bands import Tier, above
from tiering.rules.descent import Held, Outcome, follow
from tiering.rules.sheet import Assessment, Line, assess
from tiering.services.assessment import Question, answers_on_file, questions_among
from tiering.services.compile import Plan, measures, plans
from tiering.services.record import record_of

# Shown at most: what nobody would read is no explanation.
WAYS_SHOWN = 4
IN_YUAN = frozenset(
    {
        Measure.ASSETS,
        Measure.ASSETS_MONTH_END,
        Measure.ASSETS_AVERAGE,
        Measure.CONTRIBUTION,
        Measure.NET_CONTRIBUTION,
    }
)
IN_POINTS = frozenset({Measure.SHEET, Measure.BEHAVIOUR, Measure.STICKINESS})


@dataclass(frozen=True)
class Stand:
    """Where a customer stands in one scheme: measured now, as the last run left it, and as the next one will leave it.

    `tier` is what the value measures today; the tier in force may be another one during a watch or by hand.
    """

    plan: Plan
    value: Decimal | None
    tier: Tier | None
    next_tier: Tier | None
    placement: Placement | None
    outcome: Outcome
    # Where a watch leads to when nothing changes until it ends; None without a watch.
    falls_to: Tier | None = None
    assessment: Assessment | None = None
    # Of a sheet: each line with its question, None for a fact of the file.
    lines: tuple[tuple[Line, Question | None], ...] = ()
    rungs: tuple = ()

    @property
    def scheme(self):
        """The scheme itself."""
        return self.plan.scheme

    @property
    def held(self):
        """The tier in force; None before the first placement, and for a tier that the rules have no longer."""
        return self._named(self.placement.code) if self.placement else None

    @property
    def shown(self):
        """The tier in force, else the one that the next run gives."""
        return self.held or self.tier

    @property
    def name(self):
        """What the tier shown is called; empty without one."""
        return self.shown.label if self.shown else ""

    @property
    def distance(self):
        """What separates the value from the next tier, in the scheme's measure; None at the top or when unknown."""
        return self.next_tier.minimum - self.value if self.next_tier and self.value is not None else None

    @property
    def override(self):
        """The placing by hand in force, else None."""
        return self.placement.override if self.placement else None

    @property
    def watched(self):
        """Below the tier in force, and keeping it for a while."""
        return bool(self.placement and self.placement.watch_until)

    @property
    def short(self):
        """What is missing to keep the tier in force, in the scheme's measure; None unless under watch."""
        if not self.watched or self.held is None or self.held.minimum is None or self.value is None:
            return None
        return max(self.held.minimum - self.value, 0)

    @property
    def moves_on(self):
        """The facts or the rules have changed since the last run: the next one will move the customer."""
        return (self.placement.code if self.placement else None) != self.outcome.code

    @property
    def next_code(self):
        """Where the next run moves the customer; empty: nothing measures them any longer."""
        return self.outcome.code or ""

    @property
    def watch_begins(self):
        """The next run will find the customer below the tier and begin a watch."""
        return self.outcome.watched and not self.watched

    @property
    def incomplete(self):
        """Answers of the sheet are missing."""
        return self.assessment is not None and not self.assessment.complete

    @property
    def reach(self):
        """What missing answers leave open, worst to best (“B–A”); empty when they leave nothing open."""
        found = self.assessment
        if found is None or found.lowest_tier == found.highest_tier:
            return ""
        return "–".join(tier.code for tier in (found.lowest_tier, found.highest_tier) if tier)

    @property
    def unasked(self):
        """A sheet that only asks, before the first answer that counts: nobody is scored by it."""
        return self.assessment is not None and self.value is None

    @property
    def asks(self):
        """Whether the sheet has questions for a talk."""
        return any(question for _line, question in self.lines)

    @property
    def file_gaps(self):
        """Whether an answer is missing that stands in the customer's file."""
        return any(line.missing and question is None for line, question in self.lines)

    @property
    def ways(self):
        """The cheapest honest ways to the next tier."""
        return self.assessment.ways[:WAYS_SHOWN] if self.assessment else ()

    @property
    def in_yuan(self):
        """The value is money."""
        return self.scheme.measure in IN_YUAN

    @property
    def in_points(self):
        """The value is a sum of points; else it is a rung, whose name says it all."""
        return self.scheme.measure in IN_POINTS

    def _named(self, code):
        return next((tier for tier in self.plan.tiers if tier.code == code), None)


@dataclass(frozen=True)
class Explanation:
    """All schemes in force that concern one customer on one day: those of sheets, and the others."""

    on: date
    sheets: list[Stand]
    others: list[Stand]

    @property
    def main(self):
        """The sheet whose tier is shown everywhere, else the first one; None: no sheet in force."""
        return next((stand for stand in self.sheets if stand.plan.main), next(iter(self.sheets), None))


def reckoning_day(today):
    """The day of the latest re-tiering, so that an explanation agrees with the tiers in force; else `today`."""
    return TieringRun.objects.values_list("as_of", flat=True).first() or today


def concerns(plan, customer):
    """Whether a scheme is about this customer: it asks for its kind, and for its branch or one above."""
    kinds = {plan.scheme.kind, plan.sheet.kind if plan.sheet else ""} - {"", customer.kind}
    return not kinds and (plan.branches is None or customer.branch_id in plan.branches)


def explain(*, customer, on):
    """Explain every scheme in force that concerns `customer` (with person and standing) on the day `on`."""
    plan_list = [plan for plan in plans() if concerns(plan, customer)]
    placements = {row.scheme_id: row for row in customer.placements.select_related("override__decided_by")}
    overrides = {row.scheme_id: row.code for row in customer.overrides.in_force(on=on)}
    readings = {}
    for row in Reading.objects.filter(customer=customer):
        readings.setdefault(row.scheme_id, []).append((row.on, row.code))
    text, params = measures(plan_list, on, customer=customer.pk)
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        measured = dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))
    sheets = any(plan.definition is not None for plan in plan_list)
    record, answers = (record_of(customer, on), answers_on_file(customer)) if sheets else (None, {})
    stands = []
    for number, plan in enumerate(plan_list):
        pk = plan.scheme.pk
        facts = {
            "placement": placements.get(pk),
            "override": overrides.get(pk),
            "readings": readings.get(pk, ()),
        }
        if plan.definition is not None:
            stands.append(_by_sheet(plan, record, answers, on, **facts))
        else:
            stands.append(_by_measure(plan, number, measured, on, **facts))
    return Explanation(
        on=on,
        sheets=[stand for stand in stands if stand.assessment is not None],
        others=[stand for stand in stands if stand.assessment is None],
    )


def _by_sheet(plan, record, answers, on, **facts):
    assessment = assess(plan.definition, record, on)
    questions = {question.criterion.question: question for question in questions_among(plan.definition, answers, on)}
    lines = tuple((line, questions.get(line.criterion.question)) for line in assessment.lines)
    # A sheet that only asks scores nobody before the first answer.
    unasked = plan.definition.only_asks and not assessment.answered
    value, tier = (None, None) if unasked else (assessment.score, assessment.tier)
    return _stand(plan, value, tier, assessment.next_tier, on, assessment=assessment, lines=lines, **facts)


def _by_measure(plan, number, measured, on, **facts):
    value, code = measured[f"value_{number}"], measured[f"code_{number}"]
    tier = next((tier for tier in plan.tiers if tier.code == code), None)
    rungs = ()
    if plan.scheme.measure == Measure.LOYALTY:
        evidence = loyalty.Evidence(measured["categories"], measured["with_us_since"], measured["introduced"])
        rungs = tuple((rung, loyalty.holds(rung, evidence, on)) for rung in loyalty.RUNGS)
    return _stand(plan, value, tier, above(plan.tiers, tier) if tier else None, on, rungs=rungs, **facts)


def _stand(plan, value, tier, next_tier, on, *, placement, override, readings, **parts):
    """The stand, with what descent.follow says of the next run and of the end of a watch."""
    ruled = {
        "tiers": plan.tiers,
        "measured": tier.code if tier else None,
        "readings": readings,
        "watch_months": plan.scheme.watch_months,
        "look_back": plan.scheme.look_back_months,
    }
    held = None
    if placement is not None:
        held = Held(placement.code, placement.watch_from, placement.watch_until, placement.override_id is not None)
    changed = placement is not None and plan.sheet is not None and placement.sheet_id != plan.sheet.pk
    outcome = follow(on=on, held=held, override=override, rules_changed=changed, **ruled)
    falls_to = None
    if held is not None and held.watch_until is not None and tier is not None:
        end = follow(on=max(held.watch_until, on), held=held, **ruled)
        if end.reason == MoveReason.WATCH:
            falls_to = next((one for one in plan.tiers if one.code == end.code), None)
    return Stand(plan, value, tier, next_tier, placement, outcome, falls_to, **parts)
