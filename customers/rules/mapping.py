"""What a mapping says, and how it turns a row of a foreign file into a row of the extract.

A definition is JSON::

    {"target": "customers",
     "file": {"encoding": "", "delimiter": "", "sheet": "", "header_row": 1},
     "columns": {
       "customer_no": {"template": "UCI{row:06}"},
       "kind": {"constant": "individual"},
       "occupation": {"from": "job", "codes": {"management": "executive"}, "unknown": "leave"},
       "birth_date": {"from": "birthday", "dates": ["DD.MM.YY"], "pivot": 26},
       "annual_income": {"from": "income", "number": {"decimal": ",", "factor": "10000", "round": true}},
       "gender": {"from": "birth_number", "convert": "czech_birth_number_sex"}}}

Each column has one source: `from` a heading, a `constant`, or a `template` of headings in braces (``{row}`` counts the
rows, ``{line}`` is the line of the file, ``{heading:06}`` fills with zeros). A code translated into an empty text is
unknown without a warning.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial

from django.utils.translation import gettext_lazy as _

from customers.choices import CustomKind
from customers.rules.cells import Bad, plain
from customers.rules.converters import CONVERTERS, DATE_FORMAT, date_in
from customers.rules.custom import with_columns
from customers.rules.extract import LAYOUTS, TITLES
from customers.rules.foreign import DELIMITERS, ENCODINGS, HEADER_ROW_LIMIT, Options
from customers.rules.reasons import Refused

LEAVE, REJECT = "leave", "reject"
SIZE_LIMIT, CODES_LIMIT, TEXT_LIMIT = 1024 * 1024, 5000, 300
# A field of the bank's own, by its code.
OWN = re.compile(r"x_[a-z][a-z0-9_]{0,29}")
MEMORY_LIMIT = 50_000
PLACE = re.compile(r"\{([^{}:]+)(?::0?(\d{1,2}))?\}")
COUNTED = ("row", "line")
SIGNS = str.maketrans("", "", "¥￥$€£ \u00a0\u202f\u2009'’元")
POWERS = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "%": Decimal(1), "％": Decimal(1)}
DATES = {"birth_date", "opened_on", "known_since", "matures_on", "booked_on", "period", "until", "ends_on", "starts_on"}
WHOLE = {"children"}
MONEY = {
    "annual_income",
    "balance",
    "credit_limit",
    "interest_income",
    "fee_income",
    "interest_cost",
    "operating_cost",
    "turnover",
    "amount",
}
NUMBERS = MONEY | WHOLE | {"rate"}


def is_date(column):
    """Whether the values of a column are days."""
    return column.name in DATES or getattr(column, "kind", "") == CustomKind.DATE


def is_number(column):
    """Whether the values of a column are numbers."""
    return column.name in NUMBERS or getattr(column, "kind", "") == CustomKind.NUMBER


SENTENCES = {
    "no_json": _("This is not a mapping: a JSON object with target and columns is needed."),
    "too_large": _("The mapping is larger than a mapping is."),
    "target": _("“%(value)s” is no file of the extract."),
    "column": _("%(target)s have no column %(column)s."),
    "no_field": _("No field of the bank's own is called %(column)s, or it is no longer in use."),
    "source": _("%(column)s needs one source: a column, a fixed value or a pattern."),
    "spec": _("What the mapping says of %(column)s cannot be read."),
    "heading": _("The file has no column “%(heading)s”, from which %(column)s is to be taken."),
    "missing": _("Say where these columns come from: %(columns)s."),
    "dates": _("%(column)s: “%(value)s” is not a way to write dates."),
    "convert": _("%(column)s: nobody knows the conversion “%(value)s”."),
    "options": _("How the file is written cannot be read from the mapping."),
    "no_mapping": _("There is no mapping of the name “%(name)s”, and no such file."),
}


class BadMapping(ValueError):
    """A mapping that cannot be used; `code` is a key of `SENTENCES`, the text is in the reader's language."""

    def __init__(self, code, **particulars):
        super().__init__(code)
        self.code = code
        self.particulars = particulars

    def __str__(self):
        return str(SENTENCES[self.code]) % self.particulars


@dataclass(frozen=True)
class Spec:
    """Where a column of the extract comes from, and how its values are read."""

    source: str = ""
    constant: str = ""
    template: str = ""
    codes: dict = field(default_factory=dict)
    unknown: str = LEAVE
    dates: tuple = ()
    pivot: int | None = None
    decimal: str = "."
    factor: Decimal | None = None
    round: bool = False
    convert: str = ""


@dataclass(frozen=True)
class Mapping:
    """A definition that was checked."""

    target: str
    options: Options
    columns: dict  # name → Spec
    # Columns of the bank's own fields (`rules.custom`), known where a file is read.
    own: tuple = ()

    @property
    def layout(self):
        """The file of the extract that comes out."""
        return with_columns(LAYOUTS[self.target], self.own)


# ---- from JSON and back ----------------------------------------------------------------------------------------------


def parse_text(text):
    """The Mapping in a JSON text. Raises BadMapping."""
    if len(text) > SIZE_LIMIT:
        raise BadMapping("too_large")
    try:
        return parse(json.loads(text))
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadMapping):
            raise
        raise BadMapping("no_json") from error


def parse(definition, *, own=()):
    """The Mapping in a definition from outside. Raises BadMapping; columns are not compared with a file yet.

    `own` are the columns of the bank's own fields; without them such columns pass as they are.
    """
    if not isinstance(definition, dict) or not isinstance(definition.get("columns"), dict):
        raise BadMapping("no_json")
    target = definition.get("target")
    if not isinstance(target, str) or target not in LAYOUTS:
        raise BadMapping("target", value=str(target)[:40])
    options = _options(definition.get("file", {}))
    known = {column.name for column in LAYOUTS[target].columns}
    columns = {}
    for name, said in definition["columns"].items():
        if name not in known and not (target == "customers" and OWN.fullmatch(str(name))):
            raise BadMapping("column", target=TITLES[target], column=str(name)[:40])
        columns[name] = _spec(name, said)
    return Mapping(target, options, columns, own if target == "customers" else ())


def _options(said):
    try:
        options = Options(**said)
        header_row = int(options.header_row)
    except (TypeError, ValueError):
        raise BadMapping("options") from None
    texts = (options.encoding, options.delimiter, options.sheet)
    if not all(isinstance(text, str) and len(text) <= 40 for text in texts):
        raise BadMapping("options")
    if options.encoding not in ("", *ENCODINGS) or not (options.delimiter == "" or _is_mark(options.delimiter)):
        raise BadMapping("options")
    if not 0 <= header_row <= HEADER_ROW_LIMIT:
        raise BadMapping("options")
    return Options(options.encoding, options.delimiter, options.sheet, header_row)


def _is_mark(text):
    return text in DELIMITERS or (len(text) == 1 and text.isprintable() and not text.isalnum() and text != '"')


def _spec(name, said):
    if not isinstance(said, dict):
        raise BadMapping("spec", column=name)
    source, constant, template = (said.get(key, "") for key in ("from", "constant", "template"))
    if not all(isinstance(text, str) and len(text) <= TEXT_LIMIT for text in (source, constant, template)):
        raise BadMapping("spec", column=name)
    if sum(bool(text) for text in (source, constant, template)) != 1:
        raise BadMapping("source", column=name)
    codes, number, dates = said.get("codes", {}), said.get("number", {}), said.get("dates", [])
    if not isinstance(codes, dict) or not isinstance(number, dict) or not isinstance(dates, list):
        raise BadMapping("spec", column=name)
    if len(codes) > CODES_LIMIT or not all(isinstance(ours, str) for ours in codes.values()):
        raise BadMapping("spec", column=name)
    for form in dates:
        if not isinstance(form, str) or not DATE_FORMAT.fullmatch(form):
            raise BadMapping("dates", column=name, value=str(form)[:40])
    convert = said.get("convert", "")
    if convert and convert not in CONVERTERS:
        raise BadMapping("convert", column=name, value=str(convert)[:40])
    pivot, unknown = said.get("pivot"), said.get("unknown", LEAVE)
    if not (pivot is None or (isinstance(pivot, int) and -1 <= pivot <= 99)) or unknown not in (LEAVE, REJECT):
        raise BadMapping("spec", column=name)
    try:
        factor = Decimal(str(number["factor"])) if number.get("factor") else None
    except InvalidOperation:
        raise BadMapping("spec", column=name) from None
    if number.get("decimal", ".") not in (".", ",") or (factor is not None and not factor.is_finite()):
        raise BadMapping("spec", column=name)
    return Spec(
        source,
        constant,
        template,
        {_code_key(theirs): ours for theirs, ours in codes.items()},
        unknown,
        tuple(dates),
        pivot,
        number.get("decimal", "."),
        factor,
        bool(number.get("round")),
        convert,
    )


def as_json(mapping):
    """The definition of a Mapping, without what says nothing."""
    columns = {}
    for name, spec in mapping.columns.items():
        said = {"from": spec.source, "constant": spec.constant, "template": spec.template, "codes": spec.codes}
        said |= {"dates": list(spec.dates), "convert": spec.convert}
        number = {"decimal": spec.decimal if spec.decimal != "." else "", "round": spec.round}
        number |= {"factor": str(spec.factor) if spec.factor is not None else ""}
        said["number"] = {key: value for key, value in number.items() if value}
        columns[name] = {key: value for key, value in said.items() if value}
        if spec.pivot is not None:
            columns[name]["pivot"] = spec.pivot
        if spec.unknown != LEAVE:
            columns[name]["unknown"] = spec.unknown
    return {"target": mapping.target, "file": asdict(mapping.options), "columns": columns}


def complaints(mapping, headings):
    """What keeps a mapping from being used with a file of these headings, as BadMappings; empty when it can be used."""
    found = []
    for name, spec in mapping.columns.items():
        wanted = [spec.source] if spec.source else [word for word, _zeros in PLACE.findall(spec.template)]
        for word in wanted:
            if word not in headings and not (spec.template and word in COUNTED):
                found.append(BadMapping("heading", heading=word, column=name))
    known = {column.name for column in mapping.layout.columns}
    found += [BadMapping("no_field", column=name) for name in mapping.columns if name not in known]
    missing = [
        f"{column.alias.split('|')[0]} {column.name}"
        for column in mapping.layout.columns
        if column.required and column.name not in mapping.columns
    ]
    if missing:
        found.append(BadMapping("missing", columns=", ".join(missing)))
    return found


# ---- rows ------------------------------------------------------------------------------------------------------------


def row_reader(mapping, headings, *, on, whole=True):
    """A function (cells, row number, line) → cells of the extract in the order of `mapping.columns`.

    What a mapping cannot read is a `Bad` cell. `on` is the day of the file. Raises BadMapping, unless `whole` is false
    and the mapping is still being made.
    """
    if whole and (found := complaints(mapping, headings)):
        raise found[0]
    place = {heading: index for index, heading in enumerate(headings)}
    known = {column.name: column for column in mapping.own}
    readers = [_column_reader(name, spec, place, on, known.get(name)) for name, spec in mapping.columns.items()]
    width = len(headings)

    def read(cells, row, line):
        if len(cells) != width:
            if len(cells) < width or any(plain(cell) is not None for cell in cells[width:]):
                return [Bad(f"{len(cells)} ≠ {width}", "row_width", True)]
            cells = cells[:width]
        return [reader(cells, row, line) for reader in readers]

    return read


def _column_reader(name, spec, place, on, own):
    if spec.constant:
        value = spec.constant
        return lambda cells, row, line: value
    convert = remembered(value_reader(name, spec, on=on, own=own))
    if spec.source:
        index = place[spec.source]
        return lambda cells, row, line: convert(cells[index])
    pieces = _pieces(spec.template, place)
    plain_text = all(isinstance(piece, str) or piece[0] in COUNTED for piece in pieces)

    def build(cells, row, line):
        parts = []
        for piece in pieces:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            where, zeros = piece
            text = row if where == "row" else line if where == "line" else plain(cells[where])
            if text is None:
                return ""
            parts.append(str(text).rjust(zeros, "0"))
        return "".join(parts)

    if plain_text or not (spec.codes or spec.dates or spec.convert):
        return build
    return lambda cells, row, line: convert(build(cells, row, line))


def _pieces(template, place):
    pieces, end = [], 0
    for match in PLACE.finditer(template):
        pieces.append(template[end : match.start()])
        word = match[1]
        pieces.append((place.get(word, word), int(match[2] or 0)))
        end = match.end()
    pieces.append(template[end:])
    return [piece for piece in pieces if piece != ""]


def remembered(read):
    """`read` with a memory: most columns of a file say the same few things over and over."""
    memory = {}

    def recall(cell):
        try:
            return memory[cell]
        except KeyError:
            value = read(cell)
            if len(memory) < MEMORY_LIMIT:
                memory[cell] = value
            return value

    return recall


def value_reader(name, spec, *, on, own=None) -> Callable:
    """How one value is read: conversion, codes, date or number; what is none of these stays as it is.

    `own` is the column of a field of the bank's own.
    """
    steps = []
    if spec.convert:
        steps.append(partial(CONVERTERS[spec.convert], on=on, pivot=spec.pivot))
    if spec.codes or spec.unknown == REJECT:
        steps.append(partial(_translate, codes=spec.codes))
    if spec.dates:
        steps.append(partial(_date, forms=spec.dates, pivot=spec.pivot, on=on))
    if (is_number(own) if own else name in NUMBERS) and not spec.convert:
        steps.append(partial(_number, spec=spec, decimals=0 if name in WHOLE else 2 if name in MONEY else 4))
    if not steps:
        return lambda cell: cell
    forgiving = own.forgiving if own else name in FORGIVING

    def read(cell):
        value = cell
        try:
            for step in steps:
                if plain(value) is None:
                    return ""
                value = step(value)
        except Refused as refused:
            return Bad(plain(cell) or "", refused.reason, spec.unknown == REJECT or not forgiving)
        return value

    return read


FORGIVING = {column.name for layout in LAYOUTS.values() for column in layout.columns if column.forgiving}


def _code_key(text):
    return unicodedata.normalize("NFKC", str(text)).strip().casefold()


def _translate(cell, *, codes):
    """Their code in our words; one that the mapping does not name may be ours already."""
    return codes.get(_code_key(plain(cell)), cell)


def _date(cell, *, forms, pivot, on):
    text = plain(cell)
    for form in forms:
        found = date_in(text, form, pivot=on.year % 100 if pivot is None else pivot)
        if found is not None:
            return found.isoformat()
    raise Refused("bad_date")


def _number(cell, *, spec, decimals):
    """A number as strangers write it; what is none is left for the reader of the column to refuse."""
    text = plain(cell)
    whole = unicodedata.normalize("NFKC", text).translate(SIGNS)
    negative = (whole.startswith("(") and whole.endswith(")")) or whole.endswith("-")
    whole = whole.strip("()").removesuffix("-")
    power = POWERS.get(whole[-1:])
    if power is not None:
        whole = whole[:-1]
    whole = whole.replace(".", "").replace(",", ".") if spec.decimal == "," else whole.replace(",", "")
    try:
        value = Decimal(whole)
    except InvalidOperation:
        return cell
    if not value.is_finite() or value.adjusted() > 30:
        return cell
    value *= (power or 1) * (spec.factor or 1) * (-1 if negative else 1)
    if spec.round:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return format(value, "f")
