"""How surely two customers are one (疑似重复): what they share counts for it, what tells them apart against it."""

from django.utils.translation import gettext_lazy as _

# Points for each fact that two customers share; the rule adds them up, at most 100.
POINTS = {"id_no": 90, "mobile": 45, "email": 35, "name": 25, "birth_date": 25, "company": 25, "pinyin": 20}
# Points against: both have one, and not the same.
AGAINST = {"id_no": 40, "birth_date": 25, "gender": 15}
# Below this nobody is asked.
LEAST = 45
CERTAIN = 85

REASONS = {
    "id_no": _("same document number or credit code"),
    "mobile": _("same phone"),
    "email": _("same e-mail"),
    "name": _("same name"),
    "birth_date": _("same birth date"),
    "company": _("same name of a company"),
    "pinyin": _("name sounds the same, same last digits of the phone"),
}


def score(shared, against=()):
    """Points from 0 to 100 for the codes of what is shared, less those of what differs."""
    return max(0, min(100, sum(POINTS[code] for code in shared) - sum(AGAINST[code] for code in against)))


def reason_words(codes):
    """What is shared, in words; an unknown code reads as itself. The same name needs no word of its sound."""
    said = [code for code in codes if code != "pinyin" or not {"name", "mobile"} <= set(codes)]
    return [REASONS.get(code, code) for code in said]
