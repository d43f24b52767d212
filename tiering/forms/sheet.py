"""The whole scoring sheet as one form: criteria, each with its options, and cut-offs (Django admin shows it)."""

import json

from django import forms
from django.core.validators import RegexValidator
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from customers.choices import Kind
from tiering.choices import CriterionKind, Fact, Source
from tiering.models import Criterion, Cutoff, Option, ScoringSheet
from tiering.rules import bands
from tiering.rules import sheet as rules
from tiering.rules.checks import MOST_POINTS, MOST_TOTAL, plain, problems
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
        self.fields["value"].choices = [("", "—"), *(ANSWERS[fact].choices if fact in ANSWERS else [])]
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


def in_order(rows):
    """Forms in the order that their page gave them, also when what was typed cannot be saved."""

    def place(form):
        value = str(form["order"].value() or "")
        return int(value) if value.isdecimal() else 10000

    return sorted(rows, key=place)


class SheetEditor:
    """All parts of the page together: filled from `sheet`, or bound to `data`."""

    def __init__(self, sheet, data=None, *, kind_fixed=True):
        self.sheet, self.bound = sheet, data is not None
        initial = _content(sheet) if data is None else {"criteria": None, "cutoffs": None}
        names = {name: getattr(sheet, name) for name in ("name", "name_en", "kind", "edition")}
        self.names = SheetForm(data, initial=names, prefix="sheet")
        self.names.fields["kind"].disabled = kind_fixed
        self.criteria = CriterionFormSet(data, initial=initial["criteria"], prefix="criteria")
        self.cutoffs = CutoffFormSet(data, initial=initial["cutoffs"], prefix="cutoffs")

    def is_valid(self):
        """Every part, so that all errors show at once."""
        return all([self.names.is_valid(), self.criteria.is_valid(), self.cutoffs.is_valid()])

    @property
    def edition(self):
        """The edition that the writer of a bound editor saw; None when the page did not say."""
        return getattr(self.names, "cleaned_data", {}).get("edition")

    def forget_edition(self):
        """No edition counts as seen: a plain save of this page is told of what is there."""
        self.names.data = self.names.data.copy()
        self.names.data[self.names.add_prefix("edition")] = "0"

    def content(self):
        """The keyword arguments of `services.drafts.write_draft`, of a valid editor."""
        return {
            "name": self.names.cleaned_data["name"],
            "name_en": self.names.cleaned_data["name_en"],
            "kind": self.names.cleaned_data["kind"],
            "criteria": [(_criterion(form.cleaned_data), _options(form)) for form in self._criteria()],
            "cutoffs": [Cutoff(**_without_marks(form.cleaned_data)) for form in self.cutoffs.kept()],
        }

    def looked_at(self):
        """A `Look` at what stands on the page, saved or not: its totals, and what is wrong with it and where."""
        if not self.bound:
            definition = self.sheet.definition()
            rows = [(form.prefix, [option.prefix for option in form.options.forms]) for form in self.criteria.forms]
            cutoffs = [form.prefix for form in self.cutoffs.forms]
            found = problems(definition, self.sheet.kind)
            return Look(definition, rows, cutoffs, found, [])
        self.is_valid()
        forms_ = self._criteria()
        tiers = sorted(
            (form for form in self.cutoffs.kept() if form.cleaned_data.get("minimum") is not None),
            key=lambda form: form.cleaned_data["minimum"],
            reverse=True,
        )
        rows = [(form.prefix, [option.prefix for option in form.options.kept()]) for form in forms_]
        definition = rules.Sheet(
            criteria=tuple(_plain(form, at) for at, form in enumerate(forms_)),
            tiers=bands.ranked(
                (form.cleaned_data.get("code", ""), form.cleaned_data["minimum"], "", "") for form in tiers
            ),
        )
        wrong = {form.prefix for form in forms_ if _unread(form) or any(map(_unread, form.options.kept()))}
        some_tier_wrong = any(map(_unread, self.cutoffs.kept()))
        found = [
            problem
            for problem in problems(definition, self.names.cleaned_data.get("kind", ""))
            # What follows from a value that cannot be read says nothing new.
            if not (problem.at[0] == "criteria" and len(problem.at) > 1 and rows[problem.at[1]][0] in wrong)
            and not (problem.at[0] == "cutoffs" and some_tier_wrong)
        ]
        return Look(definition, rows, [form.prefix for form in tiers], found, list(self._errors(forms_)))

    def _criteria(self):
        return [form for form in self.criteria.kept() if not form.taken_away]

    def _errors(self, criteria):
        """(place in words, id on the page, text) of every value that cannot be read."""
        for form in [self.criteria, self.cutoffs]:
            for text in form.non_form_errors():
                yield _("Scoring sheet"), form.prefix, text
        yield from _errors_of(self.names, _("Scoring sheet"))
        for at, form in enumerate(criteria, start=1):
            place = form.cleaned_data.get("name") or _("Criterion %(number)s") % {"number": at}
            yield from _errors_of(form, place)
            for text in form.options.non_form_errors():
                yield place, form.prefix, text
            for option in form.options.kept():
                yield from _errors_of(option, place)
        for form in self.cutoffs.kept():
            yield from _errors_of(form, _("Cut-offs"))


def _unread(form):
    """A value that the checks look at cannot be read."""
    return bool({"fact", "question", "value", "code", "lower", "upper", "points", "minimum"} & set(form.errors))


def _errors_of(form, place):
    for name, texts in form.errors.items():
        for text in texts:
            if name == "__all__":
                yield place, form.prefix, text
            else:
                yield f"{place} · {form.fields[name].label or name}", form.add_prefix(name), text


class Look:
    """What a page says of the sheet on it: totals, problems with the id of their place, the share of each criterion."""

    def __init__(self, definition, rows, cutoffs, found, errors):
        self.definition = definition
        ids = {("criteria",): "criteria", ("cutoffs",): "cutoffs"}
        for at, (prefix, options) in enumerate(rows):
            ids[("criteria", at)] = prefix
            ids |= {("criteria", at, place): option for place, option in enumerate(options)}
        ids |= {("cutoffs", at): prefix for at, prefix in enumerate(cutoffs)}
        self.problems = [
            *({"place": str(place), "id": spot, "text": str(text)} for place, spot, text in errors),
            *({"place": one.place, "id": ids[one.at], "text": one.text} for one in found),
        ]
        self.shares = [
            {
                "id": rows[at][0],
                "label": criterion.label or _("Criterion %(number)s") % {"number": at + 1},
                "most": criterion.most,
                "least": criterion.least,
                "share": round(100 * criterion.most / definition.highest) if definition.highest else 0,
            }
            for at, criterion in enumerate(definition.criteria)
        ]

    @property
    def tiers(self):
        """The tiers, best first, each with where it begins and ends on a scale from 0 to 100."""
        top = max([self.definition.highest, 1, *(tier.minimum for tier in self.definition.tiers)])
        ceiling, found = top, []
        for tier in self.definition.tiers:
            found.append(
                {
                    "code": tier.code,
                    "from": tier.minimum,
                    "x": round(100 * tier.minimum / top, 2),
                    "width": round(100 * (ceiling - tier.minimum) / top, 2),
                    "tone": (tier.rank - 1) % 6 + 1,
                }
            )
            ceiling = tier.minimum
        return found

    @property
    def places(self):
        """{id: [texts]}: what the page shows beside each place."""
        found = {}
        for problem in self.problems:
            found.setdefault(problem["id"], []).append(problem["text"])
        return found


def _plain(form, at):
    """A criterion of the page as plain values; what cannot be read counts as empty."""
    data = form.cleaned_data
    asked = data.get("fact") == ASKED
    fact = "" if asked else data.get("fact", "")
    return rules.Criterion(
        fact=fact,
        # A key that is still to be made differs from all others.
        question=(data.get("question") or f"?{at}") if asked else "",
        kind=(CriterionKind.CHOICE if asked else KIND.get(fact, CriterionKind.CHOICE)).value,
        label=data.get("name", ""),
        options=tuple(
            _plain_option(option.cleaned_data, form, place) for place, option in enumerate(form.options.kept())
        ),
    )


def _plain_option(data, form, place):
    kind = form.source_kind
    return rules.Option(
        points=data.get("points") or 0,
        value=(data.get("code") or f"?{place}") if kind == ASKED else data.get("value", "") if kind == "choice" else "",
        lower=data.get("lower") if kind in ("number", "years") else None,
        upper=data.get("upper") if kind in ("number", "years") else None,
        label=data.get("name", ""),
    )


def _content(sheet):
    """The sheet as initial values of the formsets."""
    return {
        "criteria": [
            {
                "fact": ASKED if criterion.source == Source.ASKED else criterion.fact,
                "question": criterion.question,
                "stale_after": criterion.stale_after,
                "name": criterion.name,
                "name_en": criterion.name_en,
                "order": at,
                "options": [
                    {name: getattr(option, name) for name in ("name", "name_en", "points")}
                    | {"code" if criterion.source == Source.ASKED else "value": option.value, "order": place}
                    | {name: _bound(getattr(option, name)) for name in ("lower", "upper")}
                    for place, option in enumerate(criterion.options.all(), start=1)
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
    names = {"name": cleaned["name"], "name_en": cleaned["name_en"]}
    if cleaned["fact"] == ASKED:
        return Criterion(
            source=Source.ASKED.value,
            kind=CriterionKind.CHOICE.value,
            question=cleaned["question"],
            stale_after=cleaned["stale_after"],
            **names,
        )
    fact = Fact(cleaned["fact"])
    return Criterion(source=Source.FACT.value, fact=fact.value, kind=KIND[fact].value, **names)


def _options(form):
    """Unsaved options; what does not belong to the kind of the source is dropped."""
    kind = form.source_kind
    options = []
    for row in form.options.kept():
        data = row.cleaned_data
        option = Option(name=data["name"], name_en=data["name_en"], points=data["points"])
        if kind == ASKED:
            option.value = data["code"]
        elif kind == CriterionKind.CHOICE:
            option.value = data["value"]
        else:
            option.lower, option.upper = data["lower"], data["upper"]
        options.append(option)
    return options


def _without_marks(cleaned):
    return {name: value for name, value in cleaned.items() if name != "DELETE"}
