"""The parts of the form that is a scoring sheet: names, criteria with their options, cut-offs."""

import json

from django import forms
from django.core.validators import RegexValidator
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from tiering.choices import CriterionKind, Source
from tiering.models import ScoringSheet
from tiering.rules.checks import MOST_POINTS, MOST_TOTAL
from tiering.rules.facts import ANSWERS, KIND

# What stands in the select of sources for a criterion that is asked.
ASKED = Source.ASKED.value
CODE = RegexValidator(r"^[a-z0-9_-]+\Z", _("Small letters, digits, - and _ only."))


class SheetForm(forms.Form):
    """The names of the sheet, whom it asks for, and the edition that the writer saw."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("For customers of the kind"), choices=Kind.choices)


class NewSheetForm(forms.ModelForm):
    """A sheet under a new code: empty, or a copy of a version."""

    code = forms.CharField(
        label=_("Code"), max_length=32, validators=[CODE], help_text=_("It stays; schemes name the sheet by it.")
    )

    class Meta:
        model = ScoringSheet
        fields = ["name", "name_en", "code", "kind"]


def sources():
    """Where the answer to a criterion may come from, grouped by the kind of criterion that follows from it."""
    by_kind = {kind: [] for kind in CriterionKind}
    for fact, kind in KIND.items():
        by_kind[kind].append((fact.value, fact.label))
    grouped = [(kind.label, facts) for kind, facts in by_kind.items() if facts]
    return [("", "—"), *grouped, (Source.ASKED.label, [(ASKED, _("Asked in a talk"))])]


def kinds():
    """{source: kind of criterion} as JSON, for the columns of the page."""
    return json.dumps({fact.value: kind.value for fact, kind in KIND.items()} | {ASKED: ASKED})


def words_of_facts():
    """{fact: [name, English name, [[answer, label, Chinese, English] …]]} as JSON: what a new criterion starts with."""
    return json.dumps(
        {
            fact.value: [*_both(fact), [[code, str(label), *_both_of(label)] for code, label in _answers(fact)]]
            for fact in KIND
        }
    )


def _answers(fact):
    return ANSWERS[fact].choices if fact in ANSWERS else []


def _both(member):
    return _both_of(member.label)


def _both_of(label):
    said = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said.append(str(label))
    return said


class OptionForm(forms.Form):
    """One option: an answer, a band or the code of an asked answer, with its words and points."""

    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=9999, required=False)
    value = forms.ChoiceField(label=_("Answer"), required=False)
    code = forms.CharField(label=_("Code"), max_length=32, required=False, validators=[CODE])
    lower = forms.DecimalField(label=_("From (included)"), max_digits=18, decimal_places=2, required=False)
    upper = forms.DecimalField(label=_("To (not included)"), max_digits=18, decimal_places=2, required=False)
    name = forms.CharField(label=_("Words (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Words (English)"), max_length=80, required=False)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=MOST_POINTS)

    def __init__(self, *args, fact=None, **kwargs):
        """With the answers of `fact` to choose from."""
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *(ANSWERS[fact].choices if fact in ANSWERS else [])]
        held = self["value"].value()
        if (
            held and fact and fact != ASKED and fact not in KIND
        ):  # the fact is gone; its answers stay until it is mended
            choices.append((held, held))
        self.fields["value"].choices = choices
        _name_inputs(self)

    def has_changed(self):
        """A new row with nothing but its place is empty."""
        return bool(set(self.changed_data) - {"order"})

    def clean(self):
        """The upper bound lies above the lower one."""
        cleaned = super().clean()
        lower, upper = cleaned.get("lower"), cleaned.get("upper")
        if lower is not None and upper is not None and lower >= upper:
            self.add_error("upper", _("The upper bound must lie above the lower bound."))
        return cleaned


def _name_inputs(form):
    """Inputs in cells have no label of their own: screen readers read this one."""
    for field in form.fields.values():
        field.widget.attrs["aria-label"] = field.label


class KeptRows(BaseFormSet):
    """Rows of a sheet, without those taken away."""

    def kept(self):
        """The forms that count, in the order of the page: filled in and not taken away."""
        rows = [
            form
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.initial)
        ]
        return sorted(rows, key=lambda form: form.cleaned_data.get("order") or 10000)

    def refuse_twice(self, name, message, unless=()):
        """A value that must be there once is an error in the second row that has it."""
        seen = set()
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            value = data.get(name)
            if data.get("DELETE") or value in (None, "", *unless):
                continue
            if value in seen:
                form.add_error(name, message)
            seen.add(value)


class OptionRows(KeptRows):
    """The options of one criterion."""

    def get_form_kwargs(self, index):
        """The blank row has no answers yet: the page fills in those of the source."""
        return {} if index is None else super().get_form_kwargs(index)

    def add_fields(self, form, index):
        """The mark of a row taken away is named as well."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs["aria-label"] = _("Take away")

    def clean(self):
        """An answer has its points once."""
        self.refuse_twice("value", _("This answer has its points already."))
        self.refuse_twice("code", _("This answer has its points already."))


OptionFormSet = formset_factory(OptionForm, formset=OptionRows, extra=0, can_delete=True, max_num=60, absolute_max=80)


class CriterionForm(forms.Form):
    """One criterion: the source of its answer and its names; the options hang below."""

    order = forms.IntegerField(label=_("Order"), min_value=1, max_value=9999, required=False)
    fact = forms.ChoiceField(
        label=_("Source"),
        choices=sources,
        widget=forms.Select(attrs={"data-source": ""}),
        error_messages={
            "invalid_choice": _("Its source is gone: choose another, or take the criterion away."),
            "required": _("Choose where the answer comes from."),
        },
    )
    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    question = forms.CharField(
        label=_("Key of the question"),
        max_length=24,
        required=False,
        validators=[CODE],
        help_text=_("Answers are kept under it; left empty, it is made from the name."),
    )
    stale_after = forms.IntegerField(
        label=_("Answers go stale after (months)"),
        min_value=1,
        max_value=120,
        required=False,
        initial=12,
        help_text=_("Empty: never."),
    )

    def __init__(self, *args, **kwargs):
        """A source that is gone stays on the page, so that one sees what it was."""
        super().__init__(*args, **kwargs)
        value = self["fact"].value()
        if value and value != ASKED and value not in KIND:
            field = self.fields["fact"]
            field.widget.choices = [*field.choices, (_("Gone"), [(value, value)])]

    def is_valid(self):
        """With all its options."""
        own = super().is_valid()
        return (not self.is_bound or self.taken_away or self.options.is_valid()) and own

    @property
    def taken_away(self):
        """The row was taken away: nothing in it is looked at."""
        return bool(getattr(self, "cleaned_data", {}).get("DELETE"))

    @property
    def source_kind(self):
        """How the page shows the options: choice, number, years or asked; empty before a source is chosen."""
        value = self["fact"].value()
        return ASKED if value == ASKED else KIND.get(value, "")

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
        """A fact, and a question, is asked for once."""
        self.refuse_twice("fact", _("The sheet asks for this fact already."), unless=(ASKED,))
        self.refuse_twice("question", _("The sheet asks this question already."))


CriterionFormSet = formset_factory(
    CriterionForm, formset=CriterionRows, extra=0, can_delete=True, max_num=30, absolute_max=40
)


class CutoffForm(forms.Form):
    """One tier: from how many points, its names and strategy."""

    code = forms.CharField(label=_("Tier"), max_length=12)
    minimum = forms.IntegerField(label=_("Least points"), min_value=0, max_value=MOST_TOTAL)
    name = forms.CharField(label=_("Name (Chinese)"), max_length=80)
    name_en = forms.CharField(label=_("Name (English)"), max_length=80, required=False)
    strategy = forms.CharField(label=_("Strategy (Chinese)"), max_length=200, required=False)
    strategy_en = forms.CharField(label=_("Strategy (English)"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        """Cells have no labels of their own."""
        super().__init__(*args, **kwargs)
        _name_inputs(self)


class CutoffRows(KeptRows):
    """The tiers."""

    def add_fields(self, form, index):
        """The mark of a row taken away is named as well."""
        super().add_fields(form, index)
        form.fields["DELETE"].widget.attrs["aria-label"] = _("Take away")

    def clean(self):
        """A tier, and a cut-off, is there once."""
        self.refuse_twice("code", _("This tier is there already."))
        self.refuse_twice("minimum", _("Two tiers cannot start at the same points."))


CutoffFormSet = formset_factory(CutoffForm, formset=CutoffRows, extra=0, can_delete=True, max_num=12, absolute_max=20)
