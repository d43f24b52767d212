"""Days as strangers write them, and what can be read out of a number that means more than it says."""

import re
from datetime import date, timedelta

from customers.rules.cells import plain
from customers.rules.identity import birth_date_of, sex_of
from customers.rules.reasons import Refused

EXCEL = "excel"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = {
    "YYYY": r"(?P<y>\d{4})",
    "YY": r"(?P<y>\d{2})",
    "MON": r"(?P<mon>[A-Za-z]{3})[a-z]*",
    "MM": r"(?P<m>\d{2})",
    "M": r"(?P<m>\d{1,2})",
    "DD": r"(?P<d>\d{2})",
    "D": r"(?P<d>\d{1,2})",
}
WORD = re.compile("YYYY|YY|MON|MM|M|DD|D")
TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
# A year, a month and perhaps a day, in any order, at most three characters between them; or a spreadsheet's number.
DATE_FORMAT = re.compile(rf"{EXCEL}|(?=.*YY)(?=.*M)(?:(?:YYYY|YY|MON|MM|M|DD|D)[^A-Za-z%\\]{{0,3}}){{2,3}}")
EXCEL_DAY_0, EXCEL_LAST = date(1899, 12, 30), 110_000
# Birth numbers of nine and fewer digits were given out before 1954.
CZECH_TEN_DIGITS_FROM = 54
WOMEN = 50
AGE_LIMIT = 130


def date_in(text, form, *, pivot):
    """The day in `text` written as `form` says (DD.MM.YYYY, YYMMDD, D-MON-YY, excel), or None.

    A year of two digits up to `pivot` belongs to this century. A time behind the day is passed over; without a day the
    month's first is meant.
    """
    if form == EXCEL:
        digits = text.split(".")[0]
        if digits.isascii() and digits.isdigit() and 0 < int(digits) <= EXCEL_LAST:
            return EXCEL_DAY_0 + timedelta(days=int(digits))
        return None
    match = pattern_of(form).fullmatch(text)
    if match is None:
        return None
    parts = match.groupdict()
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year <= pivot else 1900
    try:
        month = MONTHS.index(parts["mon"].casefold()) + 1 if parts.get("mon") else int(parts.get("m") or 0)
        return date(year, month, int(parts.get("d") or 1))
    except ValueError:
        return None


PATTERNS = {}


def pattern_of(form):
    """The regular expression of a way to write days."""
    if form not in PATTERNS:
        pieces, end = [], 0
        for match in WORD.finditer(form):
            pieces += [re.escape(form[end : match.start()]), PARTS[match[0]]]
            end = match.end()
        PATTERNS[form] = re.compile("".join(pieces) + re.escape(form[end:]) + TIME, re.ASCII)
    return PATTERNS[form]


def _birth_number(cell, pivot):
    """(birth date, is a woman) of a Czech birth number YYMMDD[/NNN[N]]; women have 50 added to the month."""
    digits = plain(cell).replace("/", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (6, 9, 10)):
        raise Refused("bad_birth_number")
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    woman = month > WOMEN
    month -= WOMEN if woman else 0
    recent = year <= pivot if pivot is not None else len(digits) == 10 and year < CZECH_TEN_DIGITS_FROM
    try:
        return date(year + (2000 if recent else 1900), month, day), woman
    except ValueError:
        raise Refused("bad_birth_number") from None


def czech_birth_number_date(cell, *, on, pivot):
    """The birth date in a Czech birth number."""
    return _birth_number(cell, pivot)[0].isoformat()


def czech_birth_number_sex(cell, *, on, pivot):
    """The sex in a Czech birth number."""
    return "female" if _birth_number(cell, pivot)[1] else "male"


def resident_id_date(cell, *, on, pivot):
    """The birth date in a resident identity number."""
    born = birth_date_of(plain(cell))
    if born is None:
        raise Refused("bad_id_date")
    return born.isoformat()


def resident_id_sex(cell, *, on, pivot):
    """The sex in a resident identity number."""
    sex = sex_of(plain(cell))
    if sex is None:
        raise Refused("bad_id_date")
    return sex


def age_at_as_of(cell, *, on, pivot):
    """The middle of the year in which somebody of this age on the day of the file was born: approximate."""
    text = plain(cell).removesuffix("岁").removesuffix(".0").strip()
    if not (text.isascii() and text.isdigit() and int(text) <= AGE_LIMIT):
        raise Refused("bad_age")
    year = on.year - int(text)
    day = on.replace(year=year, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=year)
    return (day - timedelta(days=183)).isoformat()


CONVERTERS = {
    "czech_birth_number_date": czech_birth_number_date,
    "czech_birth_number_sex": czech_birth_number_sex,
    "resident_id_date": resident_id_date,
    "resident_id_sex": resident_id_sex,
    "age_at_as_of": age_at_as_of,
}
APPROXIMATE = {"age_at_as_of"}
