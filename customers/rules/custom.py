"""Fields of the bank's own as columns of the file of customers: ``x_`` and the code of the field."""

import unicodedata
from dataclasses import dataclass, replace

from customers.choices import AppliesTo, CustomKind
from customers.rules.cells import number_reader, plain, read_date, text_reader
from customers.rules.extract import Column
from customers.rules.reasons import Refused

YES, NO = "yes", "no"
WORDS = {
    YES: ("yes", "y", "true", "t", "1", "是", "有", "√"),
    NO: ("no", "n", "false", "f", "0", "否", "无", "没有", "×"),
}
TEXT_LENGTH = 300
# As many as the column has room for.
DIGITS, DECIMALS = 15, 4


@dataclass(frozen=True)
class OwnColumn(Column):
    """A custom field in a file: what it is called, which answers it takes, who is asked, and where answers stand."""

    label: str = ""
    kind: str = CustomKind.TEXT
    options: tuple = ()
    applies_to: str = AppliesTo.BOTH
    # The primary key of the field, and the column of CustomValue.
    key: int = 0
    column: str = "text"

    @property
    def coded(self):
        """Whether their words are translated into ours."""
        return self.kind in {CustomKind.CHOICE, CustomKind.YESNO}

    @property
    def codes(self):
        """Our words, when there is a closed list of them."""
        return (YES, NO) if self.kind == CustomKind.YESNO else self.options


def own_column(*, key, code, names, label, kind, options=(), applies_to=AppliesTo.BOTH):
    """The column of a custom field; `names` are its headings beside its code."""
    words = {option: (option,) for option in options} if kind == CustomKind.CHOICE else WORDS
    read, column = {
        CustomKind.NUMBER: (number_reader(digits=DIGITS, decimals=DECIMALS), "number"),
        CustomKind.DATE: (read_date, "day"),
        CustomKind.CHOICE: (_word_reader(words), "text"),
        CustomKind.YESNO: (_word_reader(words), "text"),
    }.get(kind, (text_reader(TEXT_LENGTH), "text"))
    return OwnColumn(
        f"x_{code}",
        "|".join(dict.fromkeys(name.replace("|", " ") for name in (*names, code) if name)),
        read,
        forgiving=kind in {CustomKind.CHOICE, CustomKind.YESNO},
        label=label,
        kind=kind,
        options=tuple(options),
        applies_to=applies_to,
        key=key,
        column=column,
    )


def _word_reader(words):
    """One of our words; written otherwise only in width, capitals or by another word for it."""
    alike = {_folded(word): ours for ours, theirs in words.items() for word in theirs}

    def read(cell):
        text = plain(cell)
        if text is None or text in words:
            return text
        try:
            return alike[_folded(text)]
        except KeyError:
            raise Refused("bad_code") from None

    return read


def _folded(text):
    return unicodedata.normalize("NFKC", text).casefold().strip()


def with_columns(layout, own):
    """The layout with fields of the bank's own behind its columns; a heading of ours stays ours."""
    return replace(layout, columns=(*layout.columns, *own)) if own else layout
