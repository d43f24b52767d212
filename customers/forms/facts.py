"""Form fields for the facts of the file, made from their columns, and for the bank's own fields."""

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomKind, SaidBy
from customers.forms.rows import check_year
from customers.models import ContactPreference, Customer, Organisation, Person
from customers.rules.file import CUSTOMER, ORGANISATION, PERSON, PREFERENCE
from staff.models import Branch

MODELS = {CUSTOMER: Customer, PERSON: Person, ORGANISATION: Organisation, PREFERENCE: ContactPreference}
# The least and the most a number may be.
BOUNDS = {
    "children": (0, 30),
    "extra_income_month": (1, 12),
    "housing_size": (1, 10_000),
    "retirement_age": (35, 100),
    "risk_share": (0, 100),
    "export_share": (0, 100),
    "employees": (0, 3_000_000),
    "premises_size": (1, 10_000_000),
}
RATINGS = ((1, _("1 weak")), (2, "2"), (3, _("3 middling")), (4, "4"), (5, _("5 strong")))
# So many digits in a row in a free text look like a phone or id number.
NUMBER_DIGITS = 11
# Who may be named as the source by a person: the core system speaks for itself.
SPEAKERS = [choice for choice in SaidBy.choices if choice[0] != SaidBy.CORE]


def unknown_or(choices):
    """Choices with “unknown” on top."""
    return [("", _("unknown")), *choices]


def choice_field(choices, label, **options):
    """One of some choices, or unknown."""
    return forms.ChoiceField(choices=unknown_or(choices), label=label, required=False, **options)


def day_field(label, **options):
    """A day, by the calendar of the browser."""
    widget = forms.DateInput(attrs={"type": "date", "max": "9999-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=[check_year], **options)


def line_field(label, length, **options):
    """A text on one line."""
    return forms.CharField(label=label, required=False, max_length=length, **options)


def text_field(label, length, **options):
    """A text; a long one gets more room."""
    if length > 120:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 2}))
    return line_field(label, length, **options)


def fact_field(fact, *, branch=None):
    """The form field of a fact of `customers.rules.file`. `branch` is where the customer is kept."""
    column = MODELS[fact.row]._meta.get_field(fact.name)
    label, helping = capfirst(column.verbose_name), column.help_text
    if isinstance(column, ArrayField):
        return forms.MultipleChoiceField(
            label=label, required=False, choices=column.base_field.choices, widget=forms.CheckboxSelectMultiple
        )
    if column.choices:
        return choice_field(column.choices, label)
    if isinstance(column, models.ForeignKey):
        return forms.ModelChoiceField(
            label=label, required=False, queryset=branches_near(branch), empty_label=_("unknown")
        )
    if isinstance(column, models.DateField):
        return day_field(label)
    if isinstance(column, models.DecimalField):
        return forms.DecimalField(label=label, required=False, min_value=0, max_digits=18, decimal_places=2)
    if fact.name.startswith("trait_"):
        return forms.TypedChoiceField(
            label=label, required=False, choices=unknown_or(RATINGS), coerce=int, empty_value=None
        )
    if isinstance(column, models.IntegerField):
        least, most = BOUNDS[fact.name]
        return forms.IntegerField(label=label, required=False, min_value=least, max_value=most)
    return text_field(label, column.max_length, help_text=helping)


def branches_near(branch):
    """The branches of the same city as `branch`: those below the branch that it stands below."""
    if branch is None:
        return Branch.objects.none()
    above = branch.path.rstrip("/").rpartition("/")[0] + "/"
    return Branch.objects.filter(path__startswith=above if above != "/" else branch.path)


def custom_field(field):
    """The form field of one of the bank's own questions (CustomField)."""
    if field.kind == CustomKind.CHOICE:
        return choice_field([(option, option) for option in field.options], field.label)
    if field.kind == CustomKind.YESNO:
        return choice_field([("yes", _("yes")), ("no", _("no"))], field.label)
    if field.kind == CustomKind.NUMBER:
        return forms.DecimalField(label=field.label, required=False, max_digits=19, decimal_places=4)
    if field.kind == CustomKind.DATE:
        return day_field(field.label)
    return text_field(field.label, 300)


def check_free_text(text):
    """Raises ValidationError when a free text holds what looks like a phone or id number: that belongs sealed."""
    digits = 0
    for letter in text:
        digits = digits + 1 if letter.isdecimal() else digits if letter in " -" else 0
        if digits >= NUMBER_DIGITS:
            raise ValidationError(
                _("Phone and id numbers do not belong into a free text: they have sealed fields of their own.")
            )
