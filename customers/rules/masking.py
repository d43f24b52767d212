"""What a page shows of personal data: never the whole, never the input itself, never half a character."""

import re
import unicodedata

STAR = "*"
LONG_NUMBER = re.compile(r"(?:\d[ -]?){10,}[\dXx]")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _letters(text):
    """The text as what people call letters: a base character with the marks that belong to it."""
    letters = []
    for character in text:
        joined = unicodedata.combining(character) or 0xFE00 <= ord(character) <= 0xFE0F or character == "\u200d"
        if letters and joined:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _hide(letters, first, last):
    middle = STAR * (len(letters) - first - last)
    return "".join(letters[:first]) + middle + "".join(letters[len(letters) - last :])


def _different(masked, text):
    return masked if masked != text else masked + STAR


def mask_phone(number):
    """``138****1234`` for a mobile, the last four digits hidden for anything else; short numbers wholly hidden."""
    if not number:
        return ""
    main = number.split(";ext=", 1)[0]
    text = main[3:] if main.startswith("+86") else main
    letters = _letters(text)
    if len(letters) == 11 and text.isascii() and text.isdigit() and text.startswith("1"):
        masked = _hide(letters, 3, 4)
    elif len(letters) >= 8:
        masked = "".join(letters[: min(4, len(letters) - 6)]) + STAR * (len(letters) - min(4, len(letters) - 6))
    else:
        masked = STAR * len(letters)
    return _different(masked, number)


def mask_id(id_no):
    """A number of 18 characters keeps 3 and 4, others 2 and 2 from eight characters on, short ones nothing."""
    if not id_no:
        return ""
    letters = _letters(id_no)
    if len(letters) == 18:
        masked = _hide(letters, 3, 4)
    elif len(letters) >= 8:
        masked = _hide(letters, 2, 2)
    else:
        masked = STAR * len(letters)
    return _different(masked, id_no)


def mask_email(email):
    """The first letters of the name (at most three, never more than half) and the domain."""
    if not email:
        return ""
    name, at, domain = email.rpartition("@")
    letters = _letters(name if at else email)
    kept = "".join(letters[: min(3, len(letters) // 2)])
    return _different(f"{kept}***{at}{domain if at else ''}", email)


def mask_address(address):
    """The beginning (province and city, at most six characters and at most a third), the rest hidden."""
    if not address:
        return ""
    letters = _letters(address)
    kept = min(6, len(letters) // 3)
    return _different("".join(letters[:kept]) + STAR * min(len(letters) - kept, 6), address)


def veil_name(name):
    """A name of which only the first letter is shown, to those who may see no customer."""
    if not name:
        return ""
    letters = _letters(name)
    return letters[0] + STAR * min(max(len(letters) - 1, 1), 4)


def veil_text(text):
    """Text of a column nobody knows: what looks like a number of a person, a phone or an e-mail address is masked."""
    if LONG_NUMBER.search(text):
        return mask_id(text)
    return mask_email(text) if MAIL.search(text) else text
