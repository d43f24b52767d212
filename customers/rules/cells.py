"""How one cell of an extract is read.

A reader gives the canonical text of the value, as PostgreSQL takes it (2026-12-31, 1234.50, t), None for an empty cell,
or raises Refused. Cells from CSV are text; from a workbook also numbers and truth values.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from customers.rules.identity import normal_id
from customers.rules.lunar import parse_lunar
from customers.rules.phone import parse_phone
from customers.rules.reasons import Refused

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
BREAKS = re.compile(r"[\t\r\n]+")
SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+\d+")
MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)"
    + MIDNIGHT
)
PERIOD = re.compile(r"(\d{4})(?:[-/.](\d{1,2})|(\d{2})|年(\d{1,2})月)(?:[-/.]?01)?")
NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?")
EMAIL = re.compile(r"[^@\s\"<>()\[\],;:\\]+@[^@\s\"<>()\[\],;:\\]+\.[^@\s\"<>()\[\],;:\\.]+")
# Beyond this a spreadsheet's figure no longer holds every whole number.
EXACT_FLOAT = 2**53
# Readers say in `verbatim` which texts (a regular expression of bytes, for text in UTF-8) they give back as they stand,
# or as PostgreSQL takes them for the same. It never takes in a delimiter, a quotation mark or the end of a line.
DAY = rb"(?:18[5-9][0-9]|(?:19|2[01])[0-9]{2})-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
DAY += rb"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
LEAP_DAY = rb"(?:(?:19|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)-02-29"
LETTER = rb"(?:[!#-+.-:<-\[\]-~-]|[\xe4-\xe9][\x80-\xbf]{2})"


class Bad(NamedTuple):
    """A cell of a foreign file that its mapping could not read: what stood there, why, and whether the row falls."""

    text: str
    reason: str
    reject: bool


def plain(cell):
    """The text of a cell from CSV (text) or XLSX (text, number, truth), or None when it is empty."""
    if isinstance(cell, str):
        return cell.strip() or None
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < EXACT_FLOAT else repr(cell)
    return str(cell)


def text_reader(limit):
    """Free text on one line of at most `limit` characters."""

    def read(cell):
        text = plain(cell)
        if text is None:
            return None
        if CONTROL.search(text):
            text = BREAKS.sub(" ", text)
            if CONTROL.search(text):
                raise Refused("control_character")
        if len(text) > limit:
            raise Refused("too_long")
        return text

    read.verbatim = rb"(?=[^,;\t\r\n]{1,%d}[,;\t\r\n])%b++(?: %b++)*+" % (limit, LETTER, LETTER)
    return read


def key_reader(limit):
    """A number that names something (客户号, 账号): text that no spreadsheet may have turned into a figure."""
    read_text = text_reader(limit)

    def read(cell):
        if isinstance(cell, float) and not (cell.is_integer() and abs(cell) < EXACT_FLOAT):
            raise Refused("number_ruined")
        text = read_text(cell)
        if text is not None and SCIENTIFIC.fullmatch(text):
            raise Refused("number_ruined")
        return text

    read.verbatim = rb"[A-Za-z0-9_./-]{1,%d}+" % limit
    return read


def read_id_no(cell):
    """An identity number as text. A figure is refused: eighteen digits do not survive in a spreadsheet's number."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        raise Refused("number_ruined")
    text = text_reader(40)(cell)
    if text is None:
        return None
    if SCIENTIFIC.fullmatch(text) or re.fullmatch(r"\d{15,}\.0+", text):
        raise Refused("number_ruined")
    return normal_id(text) or None


@lru_cache(maxsize=65536)
def _date(text):
    match = DATE.fullmatch(unicodedata.normalize("NFKC", text))
    if not match:
        raise Refused("bad_date")
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        value = date(year, month, day)
    except ValueError:
        raise Refused("bad_date") from None
    if not 1850 <= year <= 2200:
        raise Refused("date_out_of_range")
    return value.isoformat()


def read_date(cell):
    """A day from 1850 to 2200: 2026-12-31, 20261231, 2026/12/31 (also 2026.12.31 and 2026年12月31日)."""
    text = plain(cell)
    return None if text is None else _date(text)


read_date.verbatim = rb"(?:%b|%b)" % (DAY, LEAP_DAY)


@lru_cache(maxsize=1024)
def _period(text):
    match = PERIOD.fullmatch(unicodedata.normalize("NFKC", text))
    if not match:
        raise Refused("bad_period")
    year, month = (int(part) for part in match.groups() if part)
    if not 1 <= month <= 12:
        raise Refused("bad_period")
    if not 1850 <= year <= 2200:
        raise Refused("date_out_of_range")
    return f"{year:04d}-{month:02d}-01"


def read_period(cell):
    """A month (2026-12, 202612, 2026/12) as its first day."""
    text = plain(cell)
    return None if text is None else _period(text)


# Without its day, which whoever writes it down must add.
read_period.verbatim = rb"(?:18[5-9][0-9]|(?:19|2[01])[0-9]{2})-(?:0[1-9]|1[0-2])"


def _number(text, reason):
    match = NUMBER.fullmatch(unicodedata.normalize("NFKC", text).replace("，", ",").replace(" ", ""))
    if not match:
        raise Refused(reason)
    sign, whole, decimals = match.groups()
    return ("-" if sign == "-" else ""), whole.replace(",", "").lstrip("0") or "0", (decimals or "").rstrip("0")


def number_reader(*, digits, decimals, reason="bad_number", lowest=None):
    """A decimal number of at most `digits` digits before and `decimals` behind the point."""

    def read(cell):
        text = plain(cell)
        if text is None:
            return None
        if isinstance(cell, float):
            rounded = round(cell, decimals)
            if abs(rounded - cell) > 1e-9 * max(1.0, abs(cell)):
                raise Refused(reason)
            text = format(Decimal(repr(rounded)), "f")
        sign, whole, behind = _number(text, reason)
        if len(behind) > decimals:
            raise Refused(reason)
        if len(whole) > digits:
            raise Refused("too_large")
        value = f"{whole}.{behind}" if behind else whole
        if sign and value != "0":
            if lowest == 0:
                raise Refused("negative")
            value = sign + value
        return value

    read.verbatim = rb"%b[0-9]{1,%d}" % (b"" if lowest == 0 else b"-?", digits)
    if decimals:
        read.verbatim += rb"(?:\.[0-9]{1,%d})?" % decimals
    return read


read_money = number_reader(digits=16, decimals=2, reason="bad_money")
read_positive_money = number_reader(digits=16, decimals=2, reason="bad_money", lowest=0)
read_count = number_reader(digits=2, decimals=0, lowest=0)


def read_yes_no(cell):
    """0 or 1, also 是 and 否."""
    text = plain(cell)
    if text is None:
        return None
    text = text.casefold()
    if text in {"1", "是", "y", "yes", "true", "t"}:
        return "t"
    if text in {"0", "否", "n", "no", "false", "f"}:
        return "f"
    raise Refused("bad_yes_no")


def code_reader(codes):
    """One of `codes` ({code: its Chinese labels}), by code or by label."""
    known = {}
    for code, labels in codes.items():
        for name in (code, *labels):
            known[name.casefold()] = code

    def read(cell):
        text = plain(cell)
        if text is None:
            return None
        code = known.get(text.casefold())
        if code is None:
            code = known.get(unicodedata.normalize("NFKC", text).casefold().replace(" ", "_"))
        if code is None:
            raise Refused("bad_code")
        return code

    read.verbatim = b"(?:%b)" % b"|".join(re.escape(code).encode() for code in codes)
    return read


def read_currency(cell):
    """Three letters (CNY); 人民币 and RMB are CNY."""
    text = plain(cell)
    if text is None:
        return None
    text = text.upper()
    if text in {"人民币", "RMB", "元"}:
        return "CNY"
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text
    raise Refused("bad_code")


read_currency.verbatim = rb"(?!RMB)[A-Z]{3}"


def read_lunar(cell):
    """A lunar birthday: MM-DD, 闰MM-DD in a leap month."""
    text = plain(cell)
    return None if text is None else str(parse_lunar(text))


def read_phone(cell):
    """A phone number in its stored form; what no numbering plan knows stays as written (see `doubts`)."""
    text = key_reader(40)(cell)
    return None if text is None else parse_phone(text).number


def read_email(cell):
    """An e-mail address."""
    text = text_reader(254)(cell)
    if text is not None and not EMAIL.fullmatch(text):
        raise Refused("bad_email")
    return text
