"""The whole scoring sheet as one form: criteria, each with its options, and cut-offs (Django admin shows it)."""

import json

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from tiering.choices import CriterionKind, Fact
from tiering.models import Criterion, Cutoff, Option
from tiering.rules.checks import plain
from tiering.rules.facts import ANSWERS, KIND


class SheetForm(forms.Form):
    """The names of the sheet."""

    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)


def answers_by_fact():
    """Every answer a choice may have, grouped by fact."""
    return [("", "—"), *((Fact(fact).label, codes.choices) for fact, codes in ANSWERS.items())]


class OptionForm(forms.Form):
    """One option: an answer or a band, and its points."""

    value = forms.ChoiceField(label=_("Answer"), required=False)
    lower = forms.DecimalField(label=_("From (included)"), max_digits=18, decimal_places=2, required=False)
    upper = forms.DecimalField(label=_("To (not included)"), max_digits=18, decimal_places=2, required=False)
    name = forms.CharField(label=_("Words (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Words (English)"), max_length=80, required=False)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=1000)

    def __init__(self, *args, fact=None, **kwargs):
        """With the answers of `fact` to choose from; for a blank row (no fact yet) with all, grouped by fact."""
        super().__init__(*args, **kwargs)
        if fact is None:
            self.fields["value"].choices = answers_by_fact()
        else:
            self.fields["value"].choices = [("", "—"), *(ANSWERS[fact].choices if fact in ANSWERS else [])]

    def clean(self):
        """The upper bound lies above the lower one."""
        cleaned = super().clean()
        lower, upper = cleaned.get("lower"), cleaned.get("upper")
        if lower is not None and upper is not None and lower >= upper:
            self.add_error("upper", _("The upper bound must lie above the lower bound."))
        return cleaned


class KeptRows(BaseFormSet):
    """Rows of a sheet in the order of the page, without those taken away."""

    def kept(self):
        """The forms that count: filled in and not taken away."""
        return [
            form
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.initial)
        ]

    def refuse_twice(self, name, message):
        """A value that must be there once is an error in the second row that has it."""
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            value = data.get(name)
            if data.get("DELETE") or value in (None, ""):
                continue
            if value in seen:
                form.add_error(name, message)
            seen.add(value)


class OptionRows(KeptRows):
    """The options of one criterion."""

    def get_form_kwargs(self, index):
        """The blank row offers the answers of every fact."""
        return {} if index is None else super().get_form_kwargs(index)

    def clean(self):
        """An answer has its points once."""
        self.refuse_twice("value", _("This answer has its points already."))


OptionFormSet = formset_factory(OptionForm, formset=OptionRows, extra=0, can_delete=True, max_num=60, absolute_max=80)


class CriterionForm(forms.Form):
    """One criterion: the fact it asks for and its names; the options hang below."""

    fact = forms.ChoiceField(
        label=_("Fact"),
        choices=Fact.choices,
        widget=forms.Select(attrs={"data-kinds": json.dumps({fact.value: kind.value for fact, kind in KIND.items()})}),
    )
    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=999, required=False)

    def is_valid(self):
        """With all its options."""
        return super().is_valid() and (not self.is_bound or self.taken_away or self.options.is_valid())

    @property
    def taken_away(self):
        """The row was taken away: nothing in it is looked at."""
        return bool(getattr(self, "cleaned_data", {}).get("DELETE"))

    def has_changed(self):
        """A new row counts as soon as it is on the page."""
        return super().has_changed() or not self.initial


class CriterionRows(KeptRows):
    """The criteria, each with the formset of its options as `options`."""

    def add_fields(self, form, index):
        """Hang the options below the criterion; the blank row for new criteria has blank options."""
        super().add_fields(form, index)
        form.options = OptionFormSet(
            self.data if form.is_bound else None,
            initial=(form.initial or {}).get("options"),
            prefix=f"{form.prefix}-options",
            form_kwargs={"fact": form["fact"].value()} if index is not None else None,
        )

    def clean(self):
        """A fact is asked for once."""
        self.refuse_twice("fact", _("The sheet asks for this fact already."))


CriterionFormSet = formset_factory(
    CriterionForm, formset=CriterionRows, extra=0, can_delete=True, max_num=30, absolute_max=40
)


class CutoffForm(forms.Form):
    """One tier: from how many points, its names and strategy."""

    code = forms.CharField(label=_("Tier"), max_length=12)
    minimum = forms.IntegerField(label=_("Least points"), min_value=0, max_value=30000)
    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    strategy = forms.CharField(label=_("Strategy (Chinese)"), max_length=200, required=False)
    strategy_en = forms.CharField(label=_("Strategy (English)"), max_length=200, required=False)


class CutoffRows(KeptRows):
    """The tiers."""

    def clean(self):
        """A tier, and a cut-off, is there once."""
        self.refuse_twice("code", _("This tier is there already."))
        self.refuse_twice("minimum", _("Two tiers cannot start at the same points."))


CutoffFormSet = formset_factory(CutoffForm, formset=CutoffRows, extra=0, can_delete=True, max_num=12, absolute_max=20)


class SheetEditor:
    """All parts of the page together: filled from `sheet`, or bound to `data`."""

    def __init__(self, sheet, data=None):
        initial = _content(sheet) if data is None else {"criteria": None, "cutoffs": None}
        self.names = SheetForm(data, initial={"name": sheet.name, "name_en": sheet.name_en}, prefix="sheet")
        self.criteria = CriterionFormSet(data, initial=initial["criteria"], prefix="criteria")
        self.cutoffs = CutoffFormSet(data, initial=initial["cutoffs"], prefix="cutoffs")

    def is_valid(self):
        """Every part, so that all errors show at once."""
        return all([self.names.is_valid(), self.criteria.is_valid(), self.cutoffs.is_valid()])

    def content(self):
        """The keyword arguments of `services.sheets.write_draft`, of a valid editor."""
        rows = [form for form in self.criteria.kept() if not form.taken_away]
        rows.sort(key=lambda form: form.cleaned_data.get("order") or 1000)
        return {
            "name": self.names.cleaned_data["name"],
            "name_en": self.names.cleaned_data["name_en"],
            "criteria": [(_criterion(form.cleaned_data), _options(form)) for form in rows],
            "cutoffs": [Cutoff(**_without_marks(form.cleaned_data)) for form in self.cutoffs.kept()],
        }


def _content(sheet):
    """The sheet as initial values of the formsets."""
    return {
        "criteria": [
            {
                "fact": criterion.fact,
                "name": criterion.name,
                "name_en": criterion.name_en,
                "order": at,
                "options": [
                    {name: getattr(option, name) for name in ("value", "name", "name_en", "points")}
                    | {name: _bound(getattr(option, name)) for name in ("lower", "upper")}
                    for option in criterion.options.all()
                ],
            }
            for at, criterion in enumerate(sheet.criteria.all(), start=1)
        ],
        "cutoffs": [
            {name: getattr(cutoff, name) for name in ("code", "minimum", "name", "name_en", "strategy", "strategy_en")}
            for cutoff in sheet.cutoffs.all()
        ],
    }


def _bound(number):
    """A bound as people write it, without trailing zeros."""
    return None if number is None else plain(number)


def _criterion(cleaned):
    fact = Fact(cleaned["fact"])
    return Criterion(fact=fact.value, kind=KIND[fact].value, name=cleaned["name"], name_en=cleaned["name_en"])


def _options(form):
    """Unsaved options; what does not belong to the kind of the fact is dropped."""
    choice = KIND[Fact(form.cleaned_data["fact"])] == CriterionKind.CHOICE
    options = [Option(**_without_marks(option.cleaned_data)) for option in form.options.kept()]
    for option in options:
        if choice:
            option.lower = option.upper = None
        else:
            option.value = ""
    return options


def _without_marks(cleaned):
    return {name: value for name, value in cleaned.items() if name != "DELETE"}
