"""Phone numbers: one stored form, the last four digits for searching, and a doubt instead of a refusal."""

import re
import unicodedata
from dataclasses import dataclass

MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
# A mobile number as it is stored.
STORED = re.compile(r"\+861[3-9][0-9]{9}")
EXTENSION = re.compile(r"(?:转|轉|分机|ext\.?|x|#)\s*:?\s*(\d{1,8})$|(?<=\d{4})-(\d{1,5})$", re.IGNORECASE)
NO_DIGITS = re.compile(r"[^0-9]+")
FILLER = re.compile(r"[\s()\-.·]+")


@dataclass(frozen=True)
class Phone:
    """A number as it is stored, and whether a numbering plan knows it."""

    number: str
    valid: bool


def parse_phone(text):
    """The stored form of a phone number: E.164, with ``;ext=801`` behind it when there is an extension.

    A number no plan knows (service numbers, typing errors) is kept as it was written with `valid` False, so that the
    page can warn: the person who typed it may know better.
    """
    if STORED.fullmatch(text):
        return Phone(text, True)
    raw = unicodedata.normalize("NFKC", text).strip()
    compact = FILLER.sub("", raw)
    match = MOBILE.fullmatch(compact)
    if match:
        return Phone(f"+86{match[1]}", True)
    import phonenumbers  # noqa: PLC0415 (23 MB of tables that most requests never need)

    main, extension = raw, ""
    match = EXTENSION.search(raw)
    if match and len(re.sub(r"\D", "", raw[: match.start()])) >= 5:
        main, extension = raw[: match.start()].rstrip(" -,，"), match[1] or match[2]
    try:
        parsed = phonenumbers.parse(main, "CN")
    except phonenumbers.NumberParseException:
        return Phone(raw, False)
    if not phonenumbers.is_valid_number(parsed):
        return Phone(raw, False)
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return Phone(f"{number};ext={extension}" if extension else number, True)


def phone_digits(number):
    """Only the digits of a stored number, without extension and without the +86 of the country."""
    main = number.split(";ext=", 1)[0]
    digits = NO_DIGITS.sub("", main)
    return digits[2:] if main.startswith("+86") else digits


def tail(number):
    """The last four digits of a stored number, by which people ask for it; shorter numbers have none."""
    digits = phone_digits(number)
    return digits[-4:] if len(digits) >= 7 else ""
