"""Conditions that lists are narrowed by: a tree of *all of* and *any of*, of field, operator and values.

A tree is written in two ways that say the same: as JSON (kept with saved lists) and, short enough for an address, as

    all(kind.is.individual;any(standing.score.above.80;person.occupation.in.executive.clerk))

Fields are plain data (`Field`) that a caller gives; nothing here knows a table. A condition that cannot be understood
(a field that is gone, a value that is no date) is kept as it is with a sentence that says why, so that nothing that a
person typed is lost; a tree with such a condition finds nobody.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

DEEPEST = 4
MOST_CONDITIONS = 40
MOST_VALUES = 60
MOST_LETTERS = 4_000
LONGEST_VALUE = 80
MOST_DAYS = 3_660
LARGEST = Decimal("9999999999999999.99")

# Kinds of fields.
CHOICE, SEVERAL, YES_NO, NUMBER, MONEY, DAY, BIRTHDAY, WORDS = (
    *("choice", "several", "yes_no", "number", "money"),
    *("day", "birthday", "words"),
)


@dataclass(frozen=True)
class Operator:
    """A way to compare: its word, and how many values it takes (None: one or more)."""

    code: str
    label: object
    takes: int | None = 1
    days: bool = False


OPERATORS = {
    operator.code: operator
    for operator in (
        Operator("is", pgettext_lazy("condition", "is")),
        Operator("not", pgettext_lazy("condition", "is not")),
        Operator("in", gettext_lazy("is one of"), None),
        Operator("out", gettext_lazy("is none of"), None),
        Operator("unknown", gettext_lazy("is unknown"), 0),
        Operator("known", gettext_lazy("is known"), 0),
        Operator("yes", gettext_lazy("yes"), 0),
        Operator("no", gettext_lazy("no"), 0),
        Operator("least", gettext_lazy("at least")),
        Operator("most", gettext_lazy("at most")),
        Operator("above", gettext_lazy("more than")),
        Operator("below", gettext_lazy("less than")),
        Operator("between", gettext_lazy("between"), 2),
        Operator("from", gettext_lazy("on or after")),
        Operator("until", gettext_lazy("on or before")),
        Operator("next", gettext_lazy("in the next … days"), 1, days=True),
        Operator("last", gettext_lazy("in the last … days"), 1, days=True),
        Operator("older", gettext_lazy("more than … days ago"), 1, days=True),
        Operator("later", gettext_lazy("more than … days ahead"), 1, days=True),
        Operator("today", gettext_lazy("today"), 0),
        Operator("week", gettext_lazy("this week"), 0),
        Operator("month", gettext_lazy("this month"), 0),
        Operator("next_month", gettext_lazy("next month"), 0),
        Operator("year", gettext_lazy("this year"), 0),
        Operator("contains", gettext_lazy("contains")),
        Operator("starts", gettext_lazy("starts with")),
    )
}
MISSING = ("unknown", "known")
COMPARED = ("is", "least", "most", "above", "below", "between")
OFFERED = {
    CHOICE: ("is", "not", "in", "out", *MISSING),
    SEVERAL: ("is", "not", "in", "out", *MISSING),
    YES_NO: ("yes", "no"),
    NUMBER: (*COMPARED, *MISSING),
    MONEY: (*COMPARED, *MISSING),
    DAY: (
        *("next", "last", "older", "later", "today", "week", "month", "next_month", "year"),
        *("is", "from", "until", "between", *MISSING),
    ),
    BIRTHDAY: ("next", "today", "month", *MISSING),
    WORDS: ("contains", "starts", "is", *MISSING),
}


@dataclass(frozen=True)
class Field:
    """Something that can be asked for: `code`, its words, its kind, and for choices what there is, code → words."""

    code: str
    label: object
    kind: str
    choices: dict = field(default_factory=dict)
    # A choice that is no choice may be an old one; it is still asked for.
    closed: bool = True
    section: object = ""
    # Whether "unknown" can be asked: a column that always says something cannot be unknown.
    optional: bool = True

    @property
    def operators(self):
        """The operators it offers, in the order of a drop-down."""
        codes = OFFERED[self.kind]
        return [OPERATORS[code] for code in codes if self.optional or code not in MISSING]

    @property
    def values_are_personal(self):
        """Whether what is compared was typed, and may be a name."""
        return self.kind == WORDS


@dataclass(frozen=True)
class Condition:
    """One question: field and operator by code, values as they were typed; `problem` says why it cannot be asked."""

    field: str
    operator: str
    values: tuple = ()
    problem: str = ""

    def as_json(self):
        """As it is kept."""
        return {"field": self.field, "op": self.operator, "value": list(self.values)}


@dataclass(frozen=True)
class Group:
    """All (`every`) or any of its parts; without parts it asks nothing."""

    every: bool = True
    parts: tuple = ()
    problem: str = ""

    def as_json(self):
        """As it is kept."""
        return {"all" if self.every else "any": [part.as_json() for part in self.parts]}

    @property
    def conditions(self):
        """Every condition below, from the top down."""
        for part in self.parts:
            if isinstance(part, Group):
                yield from part.conditions
            else:
                yield part

    @property
    def problems(self):
        """What cannot be asked, in sentences."""
        found = [self.problem] if self.problem else []
        for part in self.parts:
            found += part.problems if isinstance(part, Group) else [part.problem] if part.problem else []
        return found


EMPTY = Group()


class Unreadable(ValueError):
    """A text that is no tree of conditions; its words are for people."""


def parse_json(data, fields):
    """The tree that JSON data says, checked against `fields` (code → Field); raises Unreadable for anything else."""
    counted = [0]
    return _group(data, fields, 1, counted) if data else EMPTY


def _group(data, fields, depth, counted):
    if not isinstance(data, dict) or len(data) != 1 or next(iter(data)) not in {"all", "any"}:
        raise Unreadable(_("This is no filter: it must say all or any."))
    if depth > DEEPEST:
        raise Unreadable(_("Groups stand at most %(n)s deep in each other.") % {"n": DEEPEST})
    ((word, rows),) = data.items()
    if not isinstance(rows, list):
        raise Unreadable(_("This is no filter: a group is a list of conditions."))
    parts = []
    for row in rows:
        counted[0] += 1
        if counted[0] > MOST_CONDITIONS:
            raise Unreadable(_("A filter has at most %(n)s conditions.") % {"n": MOST_CONDITIONS})
        if isinstance(row, dict) and "field" in row:
            values = row.get("value", [])
            values = values if isinstance(values, list) else [values]
            if any(isinstance(value, dict | list) for value in values):
                raise Unreadable(_("This is no filter: a value is a text or a number."))
            texts = ["" if value is None else str(value) for value in values]
            parts.append(checked(str(row["field"]), str(row.get("op", "")), texts, fields))
        else:
            parts.append(_group(row, fields, depth + 1, counted))
    return Group(word == "all", tuple(parts))


def compact(tree):
    """The tree as the text of an address; `parse_compact` reads it back."""
    word = "all" if tree.every else "any"
    return f"{word}({';'.join(_compact(part) for part in tree.parts)})"


def _compact(part):
    if isinstance(part, Group):
        return compact(part)
    return ".".join(_escaped(text) for text in (part.field, part.operator, *part.values))


def _escaped(text):
    return quote(text, safe="-_~ ").replace(".", "%2E").replace(" ", "+")


TOKEN = re.compile(r"(all|any)\(|[;)]|[^;()]+")


def parse_compact(text, fields):
    """The tree that the text of an address says; raises Unreadable."""
    if not text:
        return EMPTY
    if len(text) > MOST_LETTERS:
        raise Unreadable(_("This filter is too long for an address."))
    pieces, place = [], 0
    for match in TOKEN.finditer(text):
        if match.start() != place:
            break
        pieces.append(match.group())
        place = match.end()
    if place != len(text):
        raise Unreadable(_("This address holds a filter that cannot be read."))
    stack, data = [], None
    for piece in pieces:
        if piece in {"all(", "any("}:
            stack.append({piece[:-1]: []})
        elif piece == ")":
            if not stack:
                raise Unreadable(_("This address holds a filter that cannot be read."))
            done = stack.pop()
            if stack:
                next(iter(stack[-1].values())).append(done)
            elif data is None:
                data = done
            else:
                raise Unreadable(_("This address holds a filter that cannot be read."))
        elif piece != ";":
            if not stack:
                raise Unreadable(_("This address holds a filter that cannot be read."))
            code, operator, *values = [unquote(part.replace("+", " ")) for part in piece.split(".")] + [""] * (
                "." not in piece
            )
            next(iter(stack[-1].values())).append({"field": code, "op": operator, "value": values})
    if stack or data is None:
        raise Unreadable(_("This address holds a filter that cannot be read."))
    return parse_json(data, fields)


def checked(code, operator, values, fields):
    """A condition with its values brought into one form (2026-11-21, 50000.00), or with its problem."""
    values = tuple(" ".join(value.replace("\x00", "").split())[:LONGEST_VALUE] for value in values[:MOST_VALUES])
    if code not in fields:
        return Condition(code[:64], operator[:16], values, _("There is no such thing to filter by any more."))
    known = fields[code]
    if operator not in {one.code for one in known.operators}:
        return Condition(code, operator[:16], values, _("%(field)s: choose how to compare.") % {"field": known.label})
    kind = OPERATORS[operator]
    values = tuple(value for value in values if value != "")
    if kind.takes is None and not values:
        return Condition(code, operator, values, _("%(field)s: choose at least one.") % {"field": known.label})
    if kind.takes is not None:
        if len(values) < kind.takes:
            return Condition(code, operator, values, _("%(field)s: a value is missing.") % {"field": known.label})
        values = values[: kind.takes]
    try:
        read = tuple(written(read_value(value, known, kind)) for value in values)
    except ValueError as error:
        return Condition(code, operator, values, _("%(label)s: %(text)s") % {"label": known.label, "text": error})
    if operator == "between" and read_value(read[0], known, kind) > read_value(read[1], known, kind):
        read = (read[1], read[0])
    return Condition(code, operator, read)


def read_value(text, known, operator):
    """What a value means to its field: a date, a Decimal, a number of days or a code. Raises ValueError, in words."""
    if operator.days:
        return _whole(text, 0, MOST_DAYS)
    if known.kind == DAY:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            raise ValueError(_("“%(text)s” is no day; write 2026-12-31.") % {"text": text}) from None
    if known.kind in {NUMBER, MONEY}:
        return _amount(text, known.kind)
    if known.kind in {CHOICE, SEVERAL} and known.closed and text not in known.choices:
        raise ValueError(_("“%(text)s” is not one of the choices.") % {"text": text})
    return text


def _whole(text, least, most):
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 6 and least <= int(plain) <= most):
        raise ValueError(_("a number of days from %(least)s to %(most)s.") % {"least": least, "most": most})
    return int(plain)


def _amount(text, kind):
    plain, times = text.replace(",", "").replace("，", "").replace("¥", "").strip(), 1
    for letter, value in (("万", 10_000), ("亿", 100_000_000)):
        if kind == MONEY and plain.endswith(letter):
            plain, times = plain[:-1], value
    try:
        amount = Decimal(plain) * times if len(plain) <= 24 else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise ValueError(_("“%(text)s” is no number.") % {"text": text})
    return amount


def written(value):
    """A value in its one form."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else str(value)


def period(operator, values, on):
    """The first and last day (either may be None) that an operator on days means as of the day `on`."""
    month = on.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    monday = on - timedelta(days=on.weekday())
    days = timedelta(days=values[0]) if values and isinstance(values[0], int) else timedelta(0)
    day = timedelta(days=1)
    return {
        "next": lambda: (on, on + days),
        "last": lambda: (on - days, on),
        "older": lambda: (None, on - days - day),
        "later": lambda: (on + days + day, None),
        "today": lambda: (on, on),
        "week": lambda: (monday, monday + timedelta(days=6)),
        "month": lambda: (month, following - day),
        "next_month": lambda: (following, (following + timedelta(days=32)).replace(day=1) - day),
        "year": lambda: (date(on.year, 1, 1), date(on.year, 12, 31)),
        "is": lambda: (values[0], values[0]),
        "from": lambda: (values[0], None),
        "until": lambda: (None, values[0]),
        "between": lambda: (values[0], values[1]),
    }[operator]()


def sentence(condition, fields):
    """A condition in words: “Occupation is one of Executive, Clerk”."""
    known = fields.get(condition.field)
    if known is None:
        return _("something that is gone (%(code)s)") % {"code": condition.field}
    operator = OPERATORS.get(condition.operator)
    if operator is None:
        return str(known.label)
    values = [str(known.choices.get(value, value)) for value in condition.values]
    if operator.days:
        return f"{known.label} {str(operator.label).replace('…', values[0] if values else '…')}"
    if condition.operator == "between":
        return f"{known.label} {' – '.join(values)}"
    return " ".join(part for part in (str(known.label), str(operator.label), _(", ").join(values)) if part)
