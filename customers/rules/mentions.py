"""Colleagues named in a note: @ and a name or a staff number. Chinese puts no space after it: names are beginnings."""

import re

# Not within a word of Latin letters, so that an e-mail address names nobody.
NAMED = re.compile(r"(?<![A-Za-z0-9_.])@([\w·]{1,60})")
LONGEST_NAME = 60


def mentioned_words(text):
    """The words that follow an @, each once, in their order; the name is the word or its beginning."""
    return list(dict.fromkeys(NAMED.findall(text)))


def beginnings(word):
    """What the name in a word may be, the longest first."""
    return [word[:length] for length in range(min(len(word), LONGEST_NAME), 0, -1)]


def parts_of(text, names):
    """The text in pieces, [(piece, whether it names one of `names`)], for showing it."""
    pieces, last = [], 0
    for found in NAMED.finditer(text):
        name = next((part for part in beginnings(found[1]) if part in names), None)
        if name is None:
            continue
        end = found.start() + 1 + len(name)
        pieces += [(text[last : found.start()], False), (text[found.start() : end], True)]
        last = end
    return [piece for piece in [*pieces, (text[last:], False)] if piece[0]]
