"""The forms of an import by mapping: the file, and the grid that says where each column comes from."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from customers import choices
from customers.choices import CustomKind
from customers.forms.imports import ImportForm
from customers.models import Mapping, MappingEdition
from customers.rules.cells import plain, read_yes_no
from customers.rules.codes import CODES
from customers.rules.custom import NO, YES, OwnColumn
from customers.rules.extract import LAYOUTS, TITLES, read_header, read_row
from customers.rules.extract import heading as compared
from customers.rules.foreign import DELIMITERS, ENCODINGS, HEADER_ROW_LIMIT
from customers.rules.mapping import LEAVE, PLACE, REJECT, BadMapping, is_date, is_number, parse, row_reader
from customers.rules.masking import veil_name, veil_text
from customers.rules.matching import FORMS, how_written, words_of
from customers.rules.reasons import reason_text
from customers.services.custom_fields import layout_of
from customers.services.mapping.drafts import DISTINCT_LIMIT, SAMPLE_ROWS, values_found
from staff.choices import BranchLevel, Market, Role

ROWS_SHOWN, VALUES_SHOWN, SHOWN_LENGTH = 20, 3, 40
CONSTANT, TEMPLATE, HEADING, KEPT = "constant", "template", "h:", "kept"
LABELS = {
    "kind": choices.Kind,
    "id_type": choices.IdType,
    "gender": choices.Gender,
    "occupation": choices.Occupation,
    "marital_status": choices.MaritalStatus,
    "education": choices.Education,
    "ease_of_contact": choices.EaseOfContact,
    "influence": choices.Influence,
    "relation": choices.RelationKind,
    "category": choices.Category,
    "dimension": choices.Dimension,
    "status": choices.HoldingStatus,
    "direction": choices.Direction,
    "level": BranchLevel,
    "market": Market,
    "role": Role,
}
CONVERSIONS = {
    "birth_date": ("age_at_as_of", "resident_id_date", "czech_birth_number_date"),
    "gender": ("resident_id_sex", "czech_birth_number_sex"),
}
CONVERSION_NAMES = {
    "age_at_as_of": gettext_lazy("age in years (approximate)"),
    "resident_id_date": gettext_lazy("in a resident identity number"),
    "resident_id_sex": gettext_lazy("in a resident identity number"),
    "czech_birth_number_date": gettext_lazy("in a Czech birth number"),
    "czech_birth_number_sex": gettext_lazy("in a Czech birth number"),
}
NUMBER_FORMS = {
    "comma": (gettext_lazy("1.234,50 (decimal comma)"), {"decimal": ","}),
    "round": (gettext_lazy("with more decimals, to be rounded"), {"round": True}),
    "wan": (gettext_lazy("in units of 10,000 (万)"), {"factor": "10000", "round": True}),
    "thousand": (gettext_lazy("in thousands"), {"factor": "1000", "round": True}),
    "fen": (gettext_lazy("in hundredths (分)"), {"factor": "0.01", "round": True}),
    "share": (gettext_lazy("as a share of 1, wanted in per cent"), {"factor": "100", "round": True}),
}


class BeginForm(forms.Form):
    """A foreign file, what it is about, and perhaps a mapping that reads it."""

    prefix = "begin"
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=100,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.asc,.dat,.xlsx,.gz,.zip"}),
        help_text=gettext_lazy("Any CSV or XLSX with one row for each thing, as it is or in a .gz or .zip."),
    )
    target = forms.ChoiceField(label=gettext_lazy("Contains"), choices=list(TITLES.items()), initial="customers")
    mapping = forms.ModelChoiceField(
        Mapping.objects.none(),
        label=gettext_lazy("Mapping"),
        required=False,
        empty_label=gettext_lazy("Work it out from the file"),
    )
    as_of = ImportForm.base_fields["as_of"]

    def __init__(self, *args, mappings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mapping"].queryset = mappings

    def clean_file(self):
        """Not too large for a web server."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT_BYTES:
            limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES)
            raise forms.ValidationError(
                _("The file is larger than %(limit)s; ask for it to be loaded on the server."), params={"limit": limit}
            )
        return file

    clean_as_of = ImportForm.clean_as_of

    def edition(self):
        """The last edition of the chosen mapping, or None."""
        mapping = self.cleaned_data.get("mapping")
        return MappingEdition.objects.filter(mapping=mapping).order_by("-number").first() if mapping else None


class OptionsForm(forms.Form):
    """How the file is written, and what it contains."""

    target = forms.ChoiceField(label=gettext_lazy("Contains"), choices=list(TITLES.items()))
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=gettext_lazy("Delimiter"), required=False)
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Header in row"),
        min_value=0,
        max_value=HEADER_ROW_LIMIT,
        help_text=gettext_lazy("0: the file has no header."),
    )

    def __init__(self, *args, foreign, **kwargs):
        super().__init__(*args, **kwargs)
        found = _("found: %(what)s")
        encoding = foreign.encoding.removesuffix("-sig")
        mark = next((name for name, sign in DELIMITERS.items() if sign == foreign.delimiter), foreign.delimiter)
        self.fields["encoding"].choices = [("", found % {"what": encoding}), *((name, name) for name in ENCODINGS)]
        self.fields["delimiter"].choices = [("", found % {"what": mark}), *((name, name) for name in DELIMITERS)]
        self.fields["sheet"].choices = [("", _("the first one")), *((name, name) for name in foreign.sheets)]
        for name in ("encoding", "delimiter") if foreign.sheets else ("sheet",):
            del self.fields[name]


@dataclass
class Line:
    """A column of the extract in the grid."""

    name: str
    title: str
    required: bool
    # A field of the bank's own.
    own: bool = False
    source: str = ""
    text: str = ""
    form: str = ""
    forms: list = field(default_factory=list)
    # [(what stands there, what becomes of it, why not)]
    samples: list = field(default_factory=list)
    # [(their word, rows, our code)]; None: too many different words for codes.
    codes: list | None = field(default_factory=list)
    our_codes: list = field(default_factory=list)
    unknown: str = LEAVE
    has_codes: bool = False
    # What a fixed value may be: [(value, words)].
    values: list = field(default_factory=list)


class MappingGrid:
    """Where each column of the extract comes from: shown, and read back from what was posted."""

    def __init__(self, *, foreign, definition, on, named=None):
        self.foreign, self.definition, self.on = foreign, definition, on
        # {column: [(value, words)]} of columns that name rows of the bank, such as branches.
        self.named = named or {}
        self.layout = layout_of(definition["target"])
        self.own = tuple(column for column in self.layout.columns if isinstance(column, OwnColumn))

    @cached_property
    def mapping(self):
        """The definition, read. Raises BadMapping."""
        return parse(self.definition, own=self.own)

    # ---- reading what was posted

    def posted(self, data):
        """The definition as somebody has filled the grid in. Raises BadMapping."""
        columns = {}
        for column in self.layout.columns:
            said = self._posted_column(column, data)
            if said is not None:
                columns[column.name] = said
        definition = {"target": self.layout.kind, "file": self.definition.get("file", {}), "columns": columns}
        parse(definition)
        return definition

    def _posted_column(self, column, data):
        name = column.name
        source, text = data.get(f"source-{name}", ""), data.get(f"text-{name}", "").strip()
        before = self.definition["columns"].get(name, {})
        if source == CONSTANT:
            return {"constant": text} if text else None
        if source == TEMPLATE:
            kept = {key: value for key, value in before.items() if key not in ("from", "constant", "template")}
            return ({"template": text} | kept) if text else None
        if not source.startswith(HEADING):
            return None
        heading = source.removeprefix(HEADING)
        said = {"from": heading}
        if before.get("from") != heading:
            return said | self._guess(column, heading)
        said |= self._written(name, data.get(f"form-{name}", ""), before)
        codes = {}
        for place in range(DISTINCT_LIMIT + 1):
            theirs = data.get(f"their-{name}-{place}")
            if theirs is None:
                break
            ours = data.get(f"code-{name}-{place}", "?")
            if ours != "?":
                codes[theirs] = ours if ours != "-" else ""
        if not any(key.startswith(f"their-{name}-") for key in data):
            codes = before.get("codes", {})
        said |= {"codes": codes} if codes else {}
        if data.get(f"unknown-{name}", before.get("unknown", LEAVE)) == REJECT:
            said["unknown"] = REJECT
        return said

    def _guess(self, column, heading):
        if heading not in self.foreign.headings:
            return {}
        place = self.foreign.headings.index(heading)
        values = [text for cells in self._sample if place < len(cells) and (text := plain(cells[place])) is not None]
        return how_written(column, heading, values, on=self.on)

    @staticmethod
    def _written(name, form, before):
        if form == KEPT:
            return {key: before[key] for key in ("dates", "pivot", "number", "convert") if key in before}
        kind, _colon, value = form.partition(":")
        pivot = {"pivot": before["pivot"]} if "pivot" in before else {}
        if kind == "dates":
            return {"dates": [value]} | pivot
        if kind == "convert":
            return {"convert": value} | pivot
        if kind == "number" and value in NUMBER_FORMS:
            return {"number": NUMBER_FORMS[value][1]}
        return {}

    # ---- showing

    @cached_property
    def _sample(self):
        return [cells for _line, cells in islice(self.foreign.rows(), SAMPLE_ROWS)]

    @cached_property
    def read(self):
        """([the first rows as they would be], [what is wrong]): cells by name, each (text, why not)."""
        try:
            mapping = self.mapping
            fitting = {name: spec for name, spec in mapping.columns.items() if self._fits(spec)}
            reader = row_reader(replace(mapping, columns=fitting), self.foreign.headings, on=self.on, whole=False)
        except BadMapping:
            return []
        header, *_rest = read_header(self.layout, list(fitting))
        rows = []
        for number, cells in enumerate(self._sample[:ROWS_SHOWN], 1):
            row, problems = read_row(header, reader(cells, number, number), on=self.on)
            wrong = {problem.column: (problem.value, reason_text(problem.reason)) for problem in problems}
            rows.append(
                {name: (self._result(name, row.get(name)), wrong.get(name, ("", ""))[1]) for name in fitting}
                | ({"": ("", wrong[""][1])} if "" in wrong else {})
            )
        return rows

    @property
    def read_rows(self):
        """The first rows as they would be, each a list of (text, why not) in the order of the lines that are mapped."""
        shown = []
        for row in self.read:
            cells = [row.get(line.name, ("", "")) for line in self.lines if line.source]
            if "" in row and cells:
                cells[0] = row[""]
            shown.append(cells)
        return shown

    def _fits(self, spec):
        words = [spec.source] if spec.source else [word for word, _zeros in PLACE.findall(spec.template)]
        return all(word in self.foreign.headings or (spec.template and word in ("row", "line")) for word in words)

    def _result(self, name, value):
        if value is None:
            return ""
        column = next(column for column in self.layout.columns if column.name == name)
        if column.read is read_yes_no:
            return _("Yes") if value == "t" else _("No")
        if column.mask:
            return column.mask(value)
        if isinstance(column, OwnColumn) and not column.codes and column.column == "text":
            return veil_text(value)[:SHOWN_LENGTH]
        if name == "name" and self.layout.kind == "customers":
            return veil_name(value)
        return str(dict(our_codes(column)).get(value, value))[:SHOWN_LENGTH]

    @cached_property
    def lines(self):
        """One Line for each column of the extract."""
        wanted = [
            said["from"]
            for column in self.layout.columns
            if (said := self.definition["columns"].get(column.name, {})).get("from")
            and is_coded(column)
            and not said.get("convert")
        ]
        found = values_found(self.foreign, wanted)
        return [self._line(column, found) for column in self.layout.columns]

    def _line(self, column, found):
        name, said = column.name, self.definition["columns"].get(column.name, {})
        line = Line(name, title_of(column), column.required, isinstance(column, OwnColumn))
        line.text = said.get("constant") or said.get("template") or ""
        line.source = (
            (CONSTANT if said.get("constant") else TEMPLATE if said.get("template") else f"{HEADING}{said.get('from')}")
            if said
            else ""
        )
        line.forms, line.form = self._forms(column, said)
        line.unknown = said.get("unknown", LEAVE)
        line.samples = self._samples(name, said)
        line.values = our_codes(column) if is_coded(column) else self.named.get(name, [])
        if is_coded(column) and said.get("from") in found:
            line.has_codes, line.our_codes = True, our_codes(column)
            values = found[said["from"]]
            line.codes = None if values is None else self._codes(column, said, values)
        return line

    def _codes(self, column, said, values):
        codes = {theirs.strip().casefold(): ours for theirs, ours in said.get("codes", {}).items()}
        rows = []
        for value, number in values:
            ours = codes.get(value.strip().casefold())
            if ours is None:
                try:
                    ours = column.read(value)
                except ValueError:
                    ours = "?"
            rows.append((value, number, ours or "-"))
        return rows

    def _samples(self, name, said):
        shown, seen = [], set()
        place = self.foreign.headings.index(said["from"]) if said.get("from") in self.foreign.headings else None
        for cells, row in zip(self._sample, self.read, strict=False):
            raw = self._veiled(place, cells[place]) if place is not None and place < len(cells) else ""
            result = row.get(name, ("", ""))
            if (raw, result) not in seen and (raw or any(result)):
                seen.add((raw, result))
                shown.append((raw, *result))
            if len(shown) == VALUES_SHOWN:
                break
        return shown

    @staticmethod
    def _forms(column, said):
        name = column.name
        if is_date(column):
            known = [(f"dates:{form}", form) for form in FORMS]
            usual = _("2026-12-31, 20261231, 2026/12/31")
        elif is_number(column):
            known = [(f"number:{key}", label) for key, (label, _said) in NUMBER_FORMS.items()]
            usual = "1,234.50"
        else:
            known, usual = [], _("as it stands there")
        known += [(f"convert:{key}", CONVERSION_NAMES[key]) for key in CONVERSIONS.get(name, ())]
        if not known:
            return [], ""
        chosen = ""
        if said.get("convert"):
            chosen = f"convert:{said['convert']}"
        elif said.get("dates"):
            chosen = f"dates:{said['dates'][0]}" if len(said["dates"]) == 1 else KEPT
        elif said.get("number"):
            chosen = next((f"number:{key}" for key, (_l, form) in NUMBER_FORMS.items() if form == said["number"]), KEPT)
        if chosen not in ("", *(key for key, _label in known)):
            chosen = KEPT
        kept = [(KEPT, _("as the mapping says"))] if chosen == KEPT else []
        return [("", usual), *kept, *known], chosen

    @cached_property
    def raw_rows(self):
        """The first rows as they stand in the file, personal data veiled."""
        return [
            [self._veiled(place, cell) for place, cell in enumerate(cells[: len(self.foreign.headings)])]
            for cells in self._sample[:ROWS_SHOWN]
        ]

    def _veiled(self, place, cell):
        text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in plain(cell) or "")
        mask = self._masks.get(place)
        return mask(text) if mask else veil_text(text)[:SHOWN_LENGTH]

    @cached_property
    def _masks(self):
        """{place of a heading: how it is veiled}: what is read as personal data, and what is headed like it."""
        masks, customers = {}, LAYOUTS["customers"]
        for place, title in enumerate(self.foreign.headings):
            for column in customers.columns:
                named = compared(title) in words_of(column)
                read = self.layout.kind == "customers" and self.definition["columns"].get(column.name, {}).get("from")
                if named or read == title:
                    if column.mask:
                        masks[place] = column.mask
                    elif column.name == "name" and self.layout.kind in ("customers", "staff"):
                        masks[place] = veil_name
        return masks


def title_of(column):
    """A column of the extract in the reader's language."""
    if isinstance(column, OwnColumn):
        return column.label
    if (get_language() or "").startswith("zh"):
        return column.alias.split("|")[0]
    return column.name.replace("_", " ").capitalize()


def is_coded(column):
    """Whether their words for it are translated into ours."""
    return column.coded if isinstance(column, OwnColumn) else column.name in CODES


def our_codes(column):
    """[(our code, its words)] of a column, in the reader's language."""
    if isinstance(column, OwnColumn):
        words = {YES: _("yes"), NO: _("no")} if column.kind == CustomKind.YESNO else {}
        return [(code, words.get(code, code)) for code in column.codes] if column.coded else []
    name = column.name
    if name not in LABELS:
        return [(code, code) for code in CODES.get(name, ())]
    return [(value, label) for value, label in LABELS[name].choices if value in CODES[name]]
