"""What two files of one customer say, side by side, and where somebody has to choose."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.choices import ConsentPurpose
from customers.models import (
    ContactPreference,
    Customer,
    CustomField,
    Organisation,
    Person,
)
from customers.rules import merging
from customers.services.consent import latest_of
from customers.services.contact import window_words
from customers.services.custom_fields import values_of
from customers.services.customer import PERSONAL_FIELDS

# Columns of the customer that are chosen side by side; number, kind, branch and manager stay those of the kept file.
OWN_FIELDS = ("name", "id_type", "opened_on", "known_since", "ease_of_contact", "influence", "source")
DETAILS = {"person": Person, "organisation": Organisation, "contact_preference": ContactPreference}
PERSONAL = {
    "id_no": gettext_lazy("Document number"),
    "mobile": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
}
LABELS = {"windows": gettext_lazy("At what times")}
# What was said by the customer in either file holds in the merged one.
CAREFUL = ("do_not_call", "do_not_message", "do_not_visit", "do_not_contact", "plain_envelope")
# What the latest consents say; the consents of both files come along and are counted anew.
SETTLED = ("given", "withdrawn")


@dataclass(frozen=True)
class Choice:
    """A fact of both files: what the kept and the other file say, and whether somebody has to choose."""

    name: str
    label: str
    kept: object
    other: object
    differs: bool
    personal: bool = False


def choices_of(survivor, loser):
    """Every fact that at least one of the two files has, as a list of Choice; facts that differ come first."""
    found = []
    for holder in ("", *details_of(survivor)):
        kept, other = (getattr(customer, holder, None) if holder else customer for customer in (survivor, loser))
        model = DETAILS[holder] if holder else Customer
        for one in fields_of(model):
            values = [getattr(row, one.name, None) if row else None for row in (kept, other)]
            if all(merging.is_empty(value) or value is False for value in values):
                continue
            shown = [_shown(row, one) if row else "" for row in (kept, other)]
            label = LABELS.get(one.name, one.verbose_name)
            found.append(Choice(one.name, label, *shown, merging.differs(*values)))
    for name in PERSONAL_FIELDS:
        values = [getattr(customer, f"{name}_index") for customer in (survivor, loser)]
        if any(values):
            label = PERSONAL[name]
            shown = [getattr(customer, f"masked_{name}") for customer in (survivor, loser)]
            found.append(Choice(name, label, *shown, merging.differs(*values), personal=True))
    found += _answers(survivor, loser) + _consents(survivor, loser)
    return sorted(found, key=lambda choice: not choice.differs)


def _answers(survivor, loser):
    """What both files answer to the questions of the bank's own, those no longer in use among them."""
    fields = list(CustomField.objects.filter(values__customer__in=[survivor.pk, loser.pk]).distinct())
    said = values_of([survivor.pk, loser.pk], fields)
    found = []
    for one in fields:
        values = [said[customer.pk].get(one.code) for customer in (survivor, loser)]
        found.append(Choice(one.fact, one.label, *map(_answer, values), merging.differs(*values)))
    return found


def _answer(value):
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _consents(survivor, loser):
    """What was last said in both files of each purpose. Nobody chooses: the customer's latest word counts."""
    latest = [latest_of(customer) for customer in (survivor, loser)]
    return [
        Choice(
            f"consent_{purpose}",
            _("Consent: %(purpose)s") % {"purpose": purpose.label},
            *(_consent(said.get(purpose), [other.get(purpose) for other in latest]) for said in latest),
            differs=False,
        )
        for purpose in ConsentPurpose
        if any(purpose in said for said in latest)
    ]


def _consent(said, both):
    if said is None:
        return ""
    words = f"{_('given') if said.given else _('withdrawn')} {said.on.isoformat()}"
    newest = max((one for one in both if one is not None), key=lambda one: (one.on, one.pk))
    contested = all(both) and both[0].given != both[1].given
    return _("%(words)s, which counts") % {"words": words} if contested and said == newest else words


def details_of(customer):
    """The rows beside the customer that hold facts."""
    return ("person" if customer.is_individual else "organisation", "contact_preference")


def fields_of(model):
    """The columns of a model that are chosen side by side."""
    if model is Customer:
        return [Customer._meta.get_field(name) for name in OWN_FIELDS]
    named = [one for one in model._meta.concrete_fields if one.editable and not one.primary_key]
    return [one for one in named if one.name not in {*CAREFUL, *SETTLED}]


def _shown(row, one):
    value = getattr(row, one.name)
    if one.name == "windows":
        return _(", ").join(map(window_words, row.times))
    if one.choices:
        return getattr(row, f"get_{one.name}_display")()
    labels = dict(getattr(getattr(one, "base_field", None), "flatchoices", ()))
    if isinstance(value, list):
        return _(", ").join(str(labels.get(part, part)) for part in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else value
