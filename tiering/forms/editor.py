"""The whole scoring sheet as one form, and what it says of itself while one types (Django admin shows it)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiering.choices import CriterionKind, Fact, Source
from tiering.forms.sheet import ASKED, CriterionFormSet, CutoffFormSet, SheetForm
from tiering.models import Criterion, Cutoff, Option
from tiering.rules import bands
from tiering.rules import sheet as rules
from tiering.rules.checks import plain, problems
from tiering.rules.facts import KIND

# Colours of the scale of cut-offs from the best tier down (static/css/sheet.css).
TONES = (4, 1, 3, 6, 5, 2)


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
            place = _said(form.cleaned_data) or _("Criterion %(number)s") % {"number": at}
            yield from _errors_of(form, place)
            for text in form.options.non_form_errors():
                yield place, form.prefix, text
            for option in form.options.kept():
                yield from _errors_of(option, place)
        for form in self.cutoffs.kept():
            yield from _errors_of(form, _("Cut-offs"))


def _unread(form):
    """A value that the checks look at cannot be read."""
    return bool({"fact", "question", "value", "code", "lower", "upper", "minimum"} & set(form.errors))


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
                    "tone": TONES[min(tier.rank, len(TONES)) - 1],
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
        label=_said(data),
        options=tuple(
            _plain_option(option.cleaned_data, form, place) for place, option in enumerate(form.options.kept())
        ),
    )


def _said(data):
    """The name in the reader's language, Chinese where no English one was given."""
    english = data.get("name_en") if (get_language() or "").startswith("en") else ""
    return english or data.get("name", "")


def _plain_option(data, form, place):
    kind = form.source_kind
    return rules.Option(
        points=data.get("points") or 0,
        value=(data.get("code") or f"?{place}") if kind == ASKED else data.get("value", "") if kind == "choice" else "",
        lower=data.get("lower") if kind in ("number", "years") else None,
        upper=data.get("upper") if kind in ("number", "years") else None,
        label=_said(data),
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
