"""Identity numbers: resident identity (GB 11643) and unified social credit code (GB 32100).

Region codes are not checked: permits for Hong Kong, Macao and Taiwan residents, foreigners' cards, and places that were
renamed or merged all carry codes that today's list does not know.
"""

import unicodedata
from datetime import date
from operator import mul

from customers.rules.reasons import Refused

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECK = "10X98765432"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_VALUE = {letter: value for value, letter in enumerate(CREDIT_ALPHABET)}


def normal_id(text):
    """The number as it is compared: half-width, upper case, without spaces and hyphens."""
    if text.isascii():
        return "".join(text.upper().split()).replace("-", "")
    text = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in text if not letter.isspace() and letter != "-")


def _ascii_digits(text):
    return text.isascii() and text.isdigit()


def _check_digit(body):
    total = sum(map(mul, map(int, body), RESIDENT_WEIGHTS))
    return RESIDENT_CHECK[total % 11]


def _birth_date(number):
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Refused("bad_id_date") from None


def resident_id(text, *, on):
    """The 18 characters of a resident identity number; an old one of 15 digits is converted.

    Raises Refused when length, birth date (real, from 1850, not after the day `on`) or check digit do not hold.
    """
    number = normal_id(text)
    if len(number) == 15 and _ascii_digits(number):
        body = f"{number[:6]}19{number[6:]}"
        number = body + _check_digit(body)
    if len(number) != 18 or not _ascii_digits(number[:17]) or not (_ascii_digits(number[17]) or number[17] == "X"):
        raise Refused("bad_id_length")
    born = _birth_date(number)
    if born > on or born.year < 1850:
        raise Refused("bad_id_date")
    if _check_digit(number[:17]) != number[17]:
        raise Refused("bad_id_checksum")
    return number


def birth_date_of(id_no):
    """The birth date in a resident identity number of 18 characters (15 in the old form), or None."""
    number = normal_id(id_no)
    if len(number) == 15:
        number = f"{number[:6]}19{number[6:]}"
    if len(number) not in (17, 18) or not _ascii_digits(number[:17]):
        return None
    try:
        return _birth_date(number)
    except Refused:
        return None


def sex_of(id_no):
    """``male`` or ``female`` as the number's order digit says (odd is male), or None."""
    if birth_date_of(id_no) is None:
        return None
    number = normal_id(id_no)
    order = number[14] if len(number) == 15 else number[16]
    return "male" if int(order) % 2 else "female"


def credit_code(text):
    """The 18 characters of a unified social credit code, upper case.

    Any letter of the alphabet may stand in the first places: codes of rural collectives begin with N. Raises Refused.
    """
    code = normal_id(text)
    if len(code) != 18 or any(letter not in CREDIT_VALUE for letter in code):
        raise Refused("bad_credit_code")
    total = sum(CREDIT_VALUE[letter] * pow(3, place, 31) for place, letter in enumerate(code[:17]))
    if CREDIT_ALPHABET[-total % 31] != code[17]:
        raise Refused("bad_credit_checksum")
    return code
