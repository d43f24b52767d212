"""The columns of the models that lists are asked by, and how each is asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from customers.choices import Kind
from customers.models import ContactPreference, Customer, Organisation, Person, Standing, TierName
from customers.rules.conditions import CHOICE, DAY, MONEY, NUMBER, SEVERAL, WORDS, YES_NO

INDIVIDUALS, ORGANISATIONS = Q(kind=Kind.INDIVIDUAL), Q(kind=Kind.ORGANIZATION)
# Model, the part of a field's code before the hyphen, the way to its columns, whose file it belongs to, heading.
SOURCES = (
    (Customer, "", "", None, gettext_lazy("Customer")),
    (Standing, "standing", "standing__", None, gettext_lazy("Where they stand")),
    (Person, "person", "person__", INDIVIDUALS, gettext_lazy("Individuals")),
    (Organisation, "organisation", "organisation__", ORGANISATIONS, gettext_lazy("Organisations")),
    (ContactPreference, "contact", "contact_preference__", None, gettext_lazy("Contact")),
)
BESIDE, BANKS_OWN = gettext_lazy("What belongs to them"), gettext_lazy("The bank's own")
# Technical, sealed, or free text that is read with the customer and nowhere else.
HIDDEN = frozenset(
    (
        *("public_id", "name_grams", "version", "name", "restricted_reason", "tier_rank", "asset_rank"),
        *("contribution_rank", "loyalty_rank", "lunar_birthday", "lunar_leap", "windows", "taboos", "hint", "hours"),
        *("introducer_hint", "customer_no", "tier_pinned"),
    )
)
# Wishes of the customer that end with the day `valid_until`.
WISHES = ("do_not_call", "do_not_message", "do_not_visit", "do_not_contact", "plain_envelope")
TIERS = ("tier", "asset_tier", "contribution_tier", "loyalty_tier")


def kind_of(model, column):
    """How a column is asked; None: it is not for people."""
    if isinstance(column, ArrayField):
        return SEVERAL if column.base_field.choices else None
    if column.choices:
        return CHOICE
    if isinstance(column, models.BooleanField):
        return YES_NO
    if isinstance(column, models.DateTimeField):
        return None
    for sort, kind in ((models.DateField, DAY), (models.DecimalField, MONEY), (models.IntegerField, NUMBER)):
        if isinstance(column, sort):
            return kind
    if model is Standing and column.name in TIERS:
        return CHOICE
    if isinstance(column, models.CharField | models.TextField) and model in {Person, Organisation}:
        return WORDS
    return None


def choices_of(column):
    """The codes of a column with their labels, as texts."""
    choices = column.base_field.choices if isinstance(column, ArrayField) else column.choices
    # The codes of a column of numbers are compared as texts here and as numbers by the database.
    return [(str(code), label) for code, label in choices or [] if code not in ("", None)]


def tiers(column):
    """The codes of a column of tiers with what the bank calls them, the best first."""
    rows = TierName.objects.filter(column=column).order_by("rank")
    return [(row.code, f"{row.code} {row.label}" if column == "tier" else row.label) for row in rows]
