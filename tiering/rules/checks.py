"""What is wrong with a draft of a sheet, with the place named, before it may be published."""

from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from tiering.choices import CriterionKind
from tiering.rules.facts import ANSWERS, KIND, SIGNED


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where (words), and what."""

    place: str
    text: str


def problems(sheet):
    """Everything that stands against publishing a plain `Sheet`, in the reader's language; empty when it is sound."""
    found = []
    if not sheet.criteria:
        found.append(Problem(_("Criteria"), _("A sheet needs at least one criterion.")))
    asked = set()
    for criterion in sheet.criteria:
        if criterion.fact in asked:
            found.append(Problem(criterion.label, _("Another criterion asks for this fact already.")))
        asked.add(criterion.fact)
        found += [Problem(criterion.label, text) for text in _of_criterion(criterion)]
    return found + [Problem(_("Cut-offs"), text) for text in _of_tiers(sheet)]


def _of_criterion(criterion):
    if not criterion.options:
        return [_("It has no options.")]
    if criterion.kind != KIND[criterion.fact]:
        return [_("This kind does not fit the fact.")]
    return _of_choice(criterion) if criterion.kind == CriterionKind.CHOICE else _of_range(criterion)


def _of_choice(criterion):
    known = dict(ANSWERS[criterion.fact].choices)
    found, seen = [], set()
    for option in criterion.options:
        if option.value not in known:
            found.append(_("“%(option)s”: choose the answer it stands for.") % {"option": option.label})
        elif option.value in seen:
            found.append(_("The answer “%(answer)s” stands there twice.") % {"answer": known[option.value]})
        seen.add(option.value)
    return found + [
        _("The answer “%(answer)s” has no points.") % {"answer": label}
        for value, label in known.items()
        if value not in seen
    ]


def _of_range(criterion):
    found = []
    for option in criterion.options:
        if option.lower is not None and option.upper is not None and option.lower >= option.upper:
            found.append(_("“%(option)s”: the upper bound must lie above the lower bound.") % {"option": option.label})
    if found:
        return found
    ordered = sorted(criterion.options, key=lambda option: (option.lower is not None, option.lower or 0))
    first, last = ordered[0], ordered[-1]
    if first.lower is not None and (first.lower > 0 or criterion.fact in SIGNED):
        found.append(_("“%(option)s”: nothing takes values below %(bound)s.") % _at(first, first.lower))
    for lower, upper in pairwise(ordered):
        if lower.upper is None or upper.lower is None or lower.upper > upper.lower:
            found.append(_("“%(first)s” and “%(second)s” overlap.") % {"first": lower.label, "second": upper.label})
        elif lower.upper < upper.lower:
            found.append(
                _("Between “%(first)s” and “%(second)s” there is a gap from %(low)s to %(high)s.")
                % {"first": lower.label, "second": upper.label, "low": plain(lower.upper), "high": plain(upper.lower)}
            )
    if last.upper is not None:
        found.append(_("“%(option)s”: nothing takes values from %(bound)s up.") % _at(last, last.upper))
    return found


def _at(option, bound):
    return {"option": option.label, "bound": plain(bound)}


def plain(number):
    """A bound without trailing zeros: 200000, 2.5."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _of_tiers(sheet):
    if not sheet.tiers:
        return [_("A sheet needs at least one tier.")]
    found, codes, minimums = [], set(), set()
    for tier in sheet.tiers:
        if tier.code in codes:
            found.append(_("The tier %(tier)s stands there twice.") % {"tier": tier.code})
        if tier.minimum in minimums:
            found.append(_("Two tiers begin at %(points)s points.") % {"points": tier.minimum})
        if tier.minimum > sheet.highest:
            found.append(
                _("Nobody can reach %(tier)s: it begins at %(points)s points, the highest total is %(highest)s.")
                % {"tier": tier.code, "points": tier.minimum, "highest": sheet.highest}
            )
        codes.add(tier.code)
        minimums.add(tier.minimum)
    if min(minimums) > 0:
        found.append(_("The lowest tier must begin at 0 points, so that everybody has a tier."))
    return found
