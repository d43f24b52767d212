"""What is wrong with a draft of a sheet, with the place named, before it may be published."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from customers.choices import Kind
from tiering.choices import CriterionKind, Fact
from tiering.rules.facts import ANSWERS, KIND, SIGNED

MOST_POINTS, MOST_TOTAL = 1000, 30000
# Known of individuals only: a sheet for organisations that asked for one would never get an answer.
OF_INDIVIDUALS = frozenset({Fact.OCCUPATION, Fact.ANNUAL_INCOME, Fact.AGE, Fact.FAMILY, Fact.EDUCATION, Fact.CHILDREN})


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where (words), what, and the same place as indices into the sheet.

    `at` is ("criteria",), ("criteria", 2), ("criteria", 2, 0) for an option, ("cutoffs",) or ("cutoffs", 1), tiers
    counted from the best.
    """

    place: str
    text: str
    at: tuple = ()


def problems(sheet, kind=""):
    """Everything that stands against publishing a plain `Sheet`, in the reader's language; empty when it is sound.

    `kind` says for whom the sheet asks: facts of individuals are no source for organisations.
    """
    found = []
    if not sheet.criteria:
        found.append(Problem(_("Criteria"), _("A sheet needs at least one criterion."), ("criteria",)))
    asked = set()
    for at, criterion in enumerate(sheet.criteria):
        place = criterion.label or _("Criterion %(number)s") % {"number": at + 1}
        if criterion.key and criterion.key in asked:
            text = (
                _("Another criterion asks this question already.")
                if criterion.question
                else _("Another criterion asks for this fact already.")
            )
            found.append(Problem(place, text, ("criteria", at)))
        asked.add(criterion.key)
        if kind == Kind.ORGANIZATION and criterion.fact in OF_INDIVIDUALS:
            found.append(Problem(place, _("This fact is known of individuals only."), ("criteria", at)))
        found += [Problem(place, text, ("criteria", at, *option)) for option, text in _of_criterion(criterion)]
    return found + [Problem(_("Cut-offs"), text, ("cutoffs", *tier)) for tier, text in _of_tiers(sheet)]


def _of_criterion(criterion):
    """Pairs of the option's index (in a tuple; empty: the criterion itself) and the text."""
    if not criterion.question and criterion.fact not in KIND:
        if not criterion.fact:
            return [((), _("Choose where the answer comes from."))]
        return [
            (
                (),
                _("Its source is gone: the record has no fact “%(fact)s”. Choose another, or take the criterion away.")
                % {"fact": criterion.fact},
            )
        ]
    if not criterion.options:
        return [((), _("It has no options."))]
    found = [
        ((at,), _("Points run from 0 to %(most)s.") % {"most": MOST_POINTS})
        for at, option in enumerate(criterion.options)
        if not 0 <= option.points <= MOST_POINTS
    ]
    if criterion.question:
        return found + _of_question(criterion)
    if criterion.kind != KIND[criterion.fact]:
        return [*found, ((), _("This kind does not fit the fact."))]
    return found + (_of_choice(criterion) if criterion.kind == CriterionKind.CHOICE else _of_range(criterion))


def _of_question(criterion):
    if criterion.kind != CriterionKind.CHOICE:
        return [((), _("What is asked is a choice."))]
    found, seen = [], set()
    for at, option in enumerate(criterion.options):
        if not option.value:
            found.append(((at,), _("“%(option)s” has no code.") % {"option": option.label}))
        elif option.value in seen:
            found.append(((at,), _("The answer “%(answer)s” stands there twice.") % {"answer": option.value}))
        seen.add(option.value)
    return found


def _of_choice(criterion):
    known = dict(ANSWERS[criterion.fact].choices)
    found, seen = [], set()
    for at, option in enumerate(criterion.options):
        if option.value not in known:
            found.append(((at,), _("“%(option)s”: choose the answer it stands for.") % {"option": option.label}))
        elif option.value in seen:
            found.append(((at,), _("The answer “%(answer)s” stands there twice.") % {"answer": known[option.value]}))
        seen.add(option.value)
    return found + [
        ((), _("The answer “%(answer)s” has no points.") % {"answer": label})
        for value, label in known.items()
        if value not in seen
    ]


def _of_range(criterion):
    found = []
    for at, option in enumerate(criterion.options):
        if option.lower is not None and option.upper is not None and option.lower >= option.upper:
            text = _("“%(option)s”: the upper bound must lie above the lower bound.") % {"option": option.label}
            found.append(((at,), text))
    if found:
        return found
    places = sorted(
        range(len(criterion.options)),
        key=lambda at: (criterion.options[at].lower is not None, criterion.options[at].lower or 0),
    )
    first, last = criterion.options[places[0]], criterion.options[places[-1]]
    if first.lower is not None and (first.lower > 0 or criterion.fact in SIGNED):
        text = _("“%(option)s”: nothing takes values below %(bound)s.") % _at(first, first.lower)
        found.append(((places[0],), text))
    for below, above in pairwise(places):
        lower, upper = criterion.options[below], criterion.options[above]
        if lower.upper is None or upper.lower is None or lower.upper > upper.lower:
            text = _("“%(first)s” and “%(second)s” overlap.") % {"first": lower.label, "second": upper.label}
            found.append(((above,), text))
        elif lower.upper < upper.lower:
            text = _("Between “%(first)s” and “%(second)s” there is a gap from %(low)s to %(high)s.") % {
                "first": lower.label,
                "second": upper.label,
                "low": plain(lower.upper),
                "high": plain(upper.lower),
            }
            found.append(((above,), text))
    if last.upper is not None:
        text = _("“%(option)s”: nothing takes values from %(bound)s up.") % _at(last, last.upper)
        found.append(((places[-1],), text))
    return found


def _at(option, bound):
    return {"option": option.label, "bound": plain(bound)}


def plain(number):
    """A bound without trailing zeros: 200000, 2.5."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _of_tiers(sheet):
    if not sheet.tiers:
        return [((), _("A sheet needs at least one tier."))]
    found, codes, minimums = [], set(), set()
    totals, ceiling = _totals(sheet), None
    for at, tier in enumerate(sheet.tiers):
        words = {"tier": tier.code, "points": tier.minimum, "highest": sheet.highest}
        if tier.code in codes:
            found.append(((at,), _("The tier %(tier)s stands there twice.") % words))
        if tier.minimum in minimums:
            found.append(((at,), _("Two tiers begin at %(points)s points.") % words))
        elif not 0 <= tier.minimum <= MOST_TOTAL:
            found.append(((at,), _("A tier begins between 0 and %(most)s points.") % {"most": MOST_TOTAL}))
        elif tier.minimum > sheet.highest:
            text = _("Nobody can reach %(tier)s: it begins at %(points)s points, the highest total is %(highest)s.")
            found.append(((at,), text % words))
        elif not _any_between(totals, tier.minimum, ceiling):
            text = _("No total falls into %(tier)s: none lies between %(points)s and %(last)s points.")
            found.append(((at,), text % (words | {"last": (ceiling or sheet.highest + 1) - 1})))
        codes.add(tier.code)
        minimums.add(tier.minimum)
        ceiling = tier.minimum
    if min(minimums) > 0:
        text = _("The lowest tier must begin at 0 points, so that everybody has a tier.")
        found.append(((len(sheet.tiers) - 1,), text))
    return found


def _totals(sheet):
    """Every total that some answers give, as the bits of one number; a missing answer gives 0."""
    reached = 1
    for criterion in sheet.criteria:
        points = {0} | {option.points for option in criterion.options if 0 <= option.points <= MOST_POINTS}
        shifted = 0
        for number in points:
            shifted |= reached << number
        reached = shifted
    return reached


def _any_between(totals, minimum, ceiling):
    """Whether a total lies in [minimum, ceiling); None is open-ended."""
    bits = totals >> minimum
    return bool(bits if ceiling is None else bits & ((1 << (ceiling - minimum)) - 1))
