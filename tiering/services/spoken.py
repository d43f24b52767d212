"""A tier in words that can be read out to the customer: no points, no judgements of ours, nothing confidential."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from staff.templatetags.crm import format_money
from tiering.choices import Fact, Measure
from tiering.rules.facts import months_after

# What a customer knows of themselves and likes to be asked; ease of contact or influence are our own judgement, and so
# is what was asked in a talk.
SPEAKABLE = frozenset(
    {
        Fact.OCCUPATION,
        Fact.ANNUAL_INCOME,
        Fact.AGE,
        Fact.FAMILY,
        Fact.EDUCATION,
        Fact.KNOWN_FOR,
        Fact.CHILDREN,
        Fact.ASSETS,
        Fact.HOLDINGS,
        Fact.CATEGORIES,
    }
)
# A line speaks for the customer from this share of its most points; so many are named.
STRONG, NAMED = 0.6, 2
# Nobody waits longer for a promise.
SOON_MONTHS = 12


def spoken(explanation):
    """The sentences about the main tier of an explanation, in the reader's language; none before there is a tier."""
    stand = explanation.main
    if stand is None or stand.shown is None:
        return []
    name = stand.shown.label or stand.shown.code
    if stand.held is None:
        said = [_("Soon we shall look after you as “%(tier)s”.") % {"tier": name}]
    else:
        since = date_format(stand.placement.since)
        said = [_("We have looked after you as “%(tier)s” since %(day)s.") % {"tier": name, "day": since}]
    if stand.override:
        until = date_format(stand.override.ends_on)
        said.append(_("We decided so for you personally, and it holds until %(day)s.") % {"day": until})
    elif strong := _strong(stand):
        said.append(_("What speaks for you most: %(what)s.") % {"what": _(", ").join(strong)})
    if stand.watched:
        said.append(_watch(stand))
    elif stand.shown.rank == 1:
        said.append(_("Nobody is served better by us."))
    if stand.shown.rank > 1 and not stand.override:
        said += [*_unknown(stand), *_waiting(stand, months_after(explanation.on, SOON_MONTHS))]
    said += _richer(explanation)
    return said


def _strong(stand):
    """The lines that speak for the customer most, as “occupation (executive)”."""
    lines = [
        line
        for line, _question in stand.lines
        if line.criterion.fact in SPEAKABLE and not line.missing and line.points >= STRONG * line.criterion.most > 0
    ]
    lines.sort(key=lambda line: -line.points)
    return [
        _("%(what)s (%(answer)s)") % {"what": line.criterion.label, "answer": line.option.label}
        for line in lines[:NAMED]
    ]


def _watch(stand):
    until = date_format(stand.placement.watch_until)
    if stand.falls_to is None:
        return _("Of late a little was missing for it; you keep it.")
    return _(
        "Of late a little is missing for it. You keep it until %(day)s; if it stays so, we go on with “%(tier)s” then."
    ) % {"day": until, "tier": stand.falls_to.label or stand.falls_to.code}


def _unknown(stand):
    """What we do not know yet, of what one may ask."""
    missing = [line.criterion.label for line, _question in stand.lines if line.missing]
    asked = {line.criterion.label for line, _question in stand.lines if line.criterion.fact in SPEAKABLE}
    if names := [label for label in missing if label in asked]:
        yield _("Something we do not know yet: %(what)s. If you care to tell us, it may count for you.") % {
            "what": _(", ").join(names)
        }


def _waiting(stand, latest):
    """What time alone brings before long."""
    for way in stand.ways:
        if way.kind == "wait" and way.criterion.fact in SPEAKABLE and way.on <= latest:
            yield _("From %(day)s your %(what)s counts for more.") % {
                "day": date_format(way.on),
                "what": way.criterion.label,
            }
            break


def _richer(explanation):
    """What more at our bank would reach."""
    assets = next((one for one in explanation.others if one.scheme.measure == Measure.ASSETS and one.distance), None)
    if assets is not None and assets.next_tier.label:
        yield _("With %(amount)s more at our bank you reach “%(tier)s”.") % {
            "amount": format_money(assets.distance),
            "tier": assets.next_tier.label,
        }
