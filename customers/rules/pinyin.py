"""How a name is found: by pinyin, by initials, by any one or two neighbouring characters."""

import unicodedata
from functools import lru_cache
from itertools import groupby, islice, product

READINGS_LIMIT = 32
LETTERS_LIMIT = 40
KEY_LIMIT = 120
GRAMS_LIMIT = 200
# Surnames whose reading differs from the character's ordinary one (the dictionary gives the ordinary one).
SURNAMES = {
    "曾": "zeng", "单": "shan", "單": "shan", "仇": "qiu", "区": "ou", "區": "ou", "查": "zha", "朴": "piao",
    "盖": "ge", "蓋": "ge", "翟": "zhai", "解": "xie", "覃": "qin", "乐": "yue", "樂": "yue", "任": "ren",
    "华": "hua", "華": "hua", "尹": "yin", "缪": "miao", "繆": "miao", "种": "chong", "秘": "bi", "冼": "xian",
    "繁": "po", "洗": "xian", "员": "yun", "員": "yun", "隗": "wei", "黑": "he", "召": "shao", "折": "she",
    "郇": "xun", "郗": "xi", "逄": "pang", "幺": "yao", "么": "yao", "那": "na", "佘": "she", "晁": "chao",
    "宓": "mi", "芮": "rui", "葛": "ge", "阚": "kan", "闞": "kan", "车": "che", "車": "che", "句": "gou",
    "尉": "wei", "应": "ying", "應": "ying", "宁": "ning", "寧": "ning", "重": "chong", "薄": "bo",
    "燕": "yan", "纪": "ji", "紀": "ji", "过": "guo", "過": "guo", "长": "chang",
}  # fmt: skip


def plain_name(name):
    """The name as it is searched: half-width, lower case, without spaces and separating dots."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in text if not letter.isspace() and letter not in "·•.,，。()（）-_'’\"")


@lru_cache(maxsize=8192)
def _readings(character):
    """Every reading of one character without tones, the ordinary one first; a letter or digit reads as itself."""
    from pypinyin import Style, pinyin  # noqa: PLC0415 (0.2 s of dictionaries that most requests never need)

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else (character,)


@lru_cache(maxsize=65536)
def _in_context(text):
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return tuple(lazy_pinyin(text, errors=list))


def _ordinary(text):
    """The reading of each character in its context (重庆 is chong qing), one for each character.

    Letters and digits read as themselves; what stands between them is remembered, for a bank's names are few.
    """
    found = []
    for ascii_only, run in groupby(text, str.isascii):
        part = "".join(run)
        found += part if ascii_only else _in_context(part)
    return found


def _combinations(choices, join):
    """Joined readings, the first characters varying fastest (a surname matters more than the last character)."""
    turned = product(*reversed(choices))
    return dict.fromkeys("".join(join(part) for part in reversed(parts)) for parts in islice(turned, READINGS_LIMIT))


def search_keys(name):
    """The pinyin and the initials by which a name may be typed, the likeliest first.

    Characters with several readings give several keys (曾国藩: zengguofan, cengguofan, zgf, cgf), at most 32 a sort.
    Names without any Chinese character give their own letters. Only the first 40 characters count.
    """
    text = plain_name(name)[:LETTERS_LIMIT]
    if not text:
        return []
    ordinary = _ordinary(text)
    if len(ordinary) != len(text):
        ordinary = [_readings(character)[0] for character in text]
    choices = [
        tuple(dict.fromkeys((usual, *_readings(character)))) for character, usual in zip(text, ordinary, strict=True)
    ]
    if text[0] in SURNAMES and len(text) <= 4:
        choices[0] = tuple(dict.fromkeys((SURNAMES[text[0]], *choices[0])))
    initials = [tuple(dict.fromkeys(reading[0] for reading in readings)) for readings in choices]
    keys = _combinations(choices, str) | _combinations(initials, str)
    return list(dict.fromkeys(key[:KEY_LIMIT] for key in keys))


def name_grams(name):
    """Every single character and every pair of neighbours of a name, sorted: the index for a search inside names."""
    text = plain_name(name)
    grams = dict.fromkeys(text) | dict.fromkeys(text[place : place + 2] for place in range(len(text) - 1))
    return sorted(islice(grams, GRAMS_LIMIT))
