"""A scoring sheet as plain values, and what it says of one customer (S2.3, S2.4).

A missing answer scores 0, is shown as missing, and never counts as the lowest option. An answer that no option takes
counts as missing.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil

from tiering.choices import CriterionKind
from tiering.rules import facts
from tiering.rules.bands import Tier, above, tier_for


@dataclass(frozen=True)
class Option:
    """An answer with its points: a code, or a half-open band [lower, upper); None is open-ended."""

    points: int
    value: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    label: str = ""

    def takes(self, answer):
        """Whether this option is the one for `answer` (which is known)."""
        if self.value:
            return answer == self.value
        return (self.lower is None or answer >= self.lower) and (self.upper is None or answer < self.upper)


@dataclass(frozen=True)
class Criterion:
    """What is asked, and its options in order; the first that takes the answer counts."""

    fact: str
    kind: str
    options: tuple[Option, ...]
    label: str = ""
    # Of an asked criterion: the key of its answers, and the months after which one counts as missing (None: never).
    question: str = ""
    stale_after: int | None = None

    @property
    def key(self):
        """What tells this criterion from the others of its sheet, in every version."""
        return self.question or self.fact

    @property
    def most(self):
        """The points of the best option."""
        return max((option.points for option in self.options), default=0)

    @property
    def least(self):
        """The points of the lowest option."""
        return min((option.points for option in self.options), default=0)

    def answer(self, record, on):
        """The answer of a record on the day `on`, from its facts or as it was asked; None: missing."""
        if self.question:
            return facts.asked(self.question, self.stale_after, record, on)
        return facts.answer(self.fact, record, on)

    def option_for(self, answer):
        """The option of an answer, or None when it is unknown or no option takes it."""
        if answer is None:
            return None
        return next((option for option in self.options if option.takes(answer)), None)


@dataclass(frozen=True)
class Sheet:
    """One version of a sheet: criteria in order, and tiers by cut-off, best first."""

    criteria: tuple[Criterion, ...]
    tiers: tuple[Tier, ...]
    label: str = ""

    @property
    def only_asks(self):
        """Nothing comes from the record: before the first answer there is nothing to score."""
        return bool(self.criteria) and all(criterion.question for criterion in self.criteria)

    @property
    def highest(self):
        """The highest total a customer can have."""
        return sum(criterion.most for criterion in self.criteria)

    @property
    def lowest(self):
        """The lowest total of a customer with every answer known."""
        return sum(criterion.least for criterion in self.criteria)


@dataclass(frozen=True)
class Line:
    """A line of an assessment: the criterion, the option of the answer (None: missing), and its points."""

    criterion: Criterion
    option: Option | None

    @property
    def points(self):
        """0 while the answer is missing."""
        return self.option.points if self.option else 0

    @property
    def missing(self):
        """The answer is not known."""
        return self.option is None


@dataclass(frozen=True)
class Way:
    """A way up: `ask` for an unknown answer, `change` of a fact, or `wait` until a day; and what it brings."""

    kind: str
    criterion: Criterion
    option: Option
    gain: int
    reaches: bool
    on: date | None = None


@dataclass(frozen=True)
class Assessment:
    """What a sheet says of one customer on a day (评估)."""

    lines: tuple[Line, ...]
    score: int
    minimum: int
    maximum: int
    answered: int
    tier: Tier | None
    lowest_tier: Tier | None
    highest_tier: Tier | None
    next_tier: Tier | None
    ways: tuple[Way, ...] = field(default=())

    @property
    def coverage(self):
        """The share of criteria with an answer, from 0 to 1; 0 for a sheet without criteria."""
        return round(self.answered / len(self.lines), 4) if self.lines else 0.0

    @property
    def complete(self):
        """Every answer is known."""
        return self.answered == len(self.lines)

    @property
    def missing(self):
        """The lines without an answer."""
        return [line for line in self.lines if line.missing]

    @property
    def distance(self):
        """Points to the next tier; None at the top."""
        return self.next_tier.minimum - self.score if self.next_tier else None


def assess(sheet, record, on):
    """Evaluate `sheet` for one record on the day `on`.

    `minimum` and `maximum` are the totals when every missing answer turned out the lowest or the best option.
    """
    lines = tuple(Line(criterion, criterion.option_for(criterion.answer(record, on))) for criterion in sheet.criteria)
    score = sum(line.points for line in lines)
    unknown = [line.criterion for line in lines if line.missing]
    minimum = score + sum(criterion.least for criterion in unknown)
    maximum = score + sum(criterion.most for criterion in unknown)
    tier = tier_for(sheet.tiers, score)
    next_tier = above(sheet.tiers, tier)
    return Assessment(
        lines=lines,
        score=score,
        minimum=minimum,
        maximum=maximum,
        answered=len(lines) - len(unknown),
        tier=tier,
        lowest_tier=tier_for(sheet.tiers, minimum),
        highest_tier=tier_for(sheet.tiers, maximum),
        next_tier=next_tier,
        ways=tuple(ways_up(lines, record, on, next_tier.minimum - score)) if next_tier else (),
    )


def ways_up(lines, record, on, distance):
    """The ways towards `distance` more points: unknown answers by what they could bring, then single changes that are
    enough by themselves, nearest first, then what time alone brings."""
    asks, changes, waits = [], [], []
    for line in lines:
        criterion = line.criterion
        if line.missing:
            best = max(criterion.options, key=lambda option: option.points, default=None)
            if best and best.points:
                asks.append(Way("ask", criterion, best, best.points, best.points >= distance))
        elif criterion.kind == CriterionKind.YEARS:
            waits += _by_waiting(line, facts.began(criterion.fact, record), on, distance)
        else:
            enough = [option for option in criterion.options if option.points - line.points >= distance]
            if enough:
                nearest = min(enough, key=lambda option: option.points)
                changes.append(Way("change", criterion, nearest, nearest.points - line.points, True))
    asks.sort(key=lambda way: -way.gain)
    changes.sort(key=lambda way: way.gain)
    return asks + changes + waits


def _by_waiting(line, begin, on, distance):
    """The next band that passing years reach, when it is worth more."""
    upper = line.option.upper
    if upper is None:
        return []
    day = facts.years_after(begin, ceil(upper))
    option = line.criterion.option_for(ceil(upper))
    if day is None or day <= on or option is None or option.points <= line.points:
        return []
    gain = option.points - line.points
    return [Way("wait", line.criterion, option, gain, gain >= distance, day)]
