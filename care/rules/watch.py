"""What a reminder of a watch says (S3.10): which tier is at risk in which scheme, and how much is missing to keep it.

`facts` of a follow-up: ``scheme``, ``scheme_en``, ``code``, ``name``, ``name_en``, ``missing`` (text of a decimal, or
empty when the scheme has no distance) and ``unit`` (points, yuan, rungs).
"""

from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from staff.templatetags.crm import format_money

POINTS, YUAN, RUNGS = "points", "yuan", "rungs"


def watch_text(facts):
    """In the reader's language: “Customer score: VIP is at risk, 5 points are missing”; empty without facts."""
    if not facts:
        return ""
    words = {"scheme": _named(facts, "scheme"), "tier": _tier(facts), "missing": _missing(facts)}
    if not words["missing"]:
        return _("%(scheme)s: the tier %(tier)s is at risk") % words
    return _("%(scheme)s: the tier %(tier)s is at risk, %(missing)s short") % words


def _named(facts, key):
    english = facts.get(f"{key}_en")
    return english if english and (get_language() or "").startswith("en") else facts.get(key, "")


def _tier(facts):
    """A letter stands for itself; any other tier goes by its name."""
    return facts["code"] if facts["unit"] == POINTS else _named(facts, "name") or facts["code"]


def _missing(facts):
    if not facts["missing"]:
        return ""
    amount = Decimal(facts["missing"])
    if facts["unit"] == YUAN:
        return format_money(amount)
    number = int(amount) if amount == amount.to_integral_value() else amount.normalize()
    plural = 1 if number == 1 else 2
    if facts["unit"] == RUNGS:
        return ngettext("%(n)s rung", "%(n)s rungs", plural) % {"n": number}
    return ngettext("%(n)s point", "%(n)s points", plural) % {"n": number}
