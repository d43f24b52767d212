"""The sign of a tier: the letter in its shape, with watch, placing by hand and gaps, in signs and in words.

`{% load tiers %}`: `{% standing_tier customer.standing request.today %}` draws the main tier from the standing alone,
and `{% tier_sign code rank today=… until=… %}` any other one. Both draw templates/components/tier.html.
"""

from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from staff.templatetags.crm import format_day

register = template.Library()

# The sheet's own letters have their shapes by name; every other tier has the shape of its rank.
LETTERS = frozenset({"VIP", "A", "B", "C"})


@register.simple_tag
def standing_tier(standing, today, title="", colour=""):
    """The main tier of a customer, from the columns of the standing: no query. `colour` is that of its band."""
    if not standing:
        return tier_sign("", today=today, title=title)
    return tier_sign(
        standing.tier,
        None if standing.tier in LETTERS else standing.tier_rank,
        today=today,
        until=standing.tier_until,
        pinned=standing.tier_pinned,
        incomplete=standing.coverage is not None and standing.coverage < 100,
        title=title,
        colour=colour,
    )


@register.simple_tag
def tier_sign(
    code, rank=None, *, today=None, until=None, pinned=False, incomplete=False, reach="", title="", colour=""
):
    """A tier with what there is to say about it.

    `until` is the day on which a watch steps down, or with `pinned` the last day of a placing by hand; `incomplete`
    that answers are missing, `reach` what they leave open (“B–A”); `title` is its name, `colour` that of its band.
    """
    if not isinstance(today, date):
        today = None
    year = today.year if today else None
    left = (until - today).days if until and today and not pinned else None
    # A list shows few different signs many times.
    return _drawn(
        *(
            str(code or ""),
            rank or None,
            left,
            until or None,
            bool(pinned),
            bool(incomplete),
            str(reach),
            str(title),
            str(colour),
        ),
        year,
        get_language(),
    )


@lru_cache(maxsize=1024)
def _drawn(code, rank, left, until, pinned, incomplete, reach, title, colour, year, _language):
    words = [title] if title else []
    day = format_day(until, date(year, 1, 1) if year else None) if until else ""
    watch = ""
    if pinned:
        words.append(_("placed by hand until %(day)s") % {"day": day} if day else _("placed by hand"))
    elif left is not None and left > 0:
        watch = ngettext("%(n)s d", "%(n)s d", left) % {"n": left}
        words.append(
            ngettext(
                "under watch: keeps %(tier)s until %(day)s, %(n)s day left",
                "under watch: keeps %(tier)s until %(day)s, %(n)s days left",
                left,
            )
            % {"tier": code, "day": day, "n": left}
        )
    elif left is not None:
        watch = pgettext("watch", "due")
        words.append(_("under watch: leaves %(tier)s at the next run") % {"tier": code})
    if incomplete:
        words.append(
            _("answers are missing, could be %(reach)s") % {"reach": reach} if reach else _("answers are missing")
        )
    return get_template("components/tier.html").render(
        {
            "tier": code,
            "rank": rank,
            "colour": colour,
            "title": _("; ").join(words),
            "words": _("; ").join(words[1:] if title else words),
            "watch": watch,
            "override": pinned,
            "incomplete": incomplete,
            "range": reach,
        }
    )
