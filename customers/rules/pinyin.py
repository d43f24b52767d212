"""What is kept of a name to find it: pinyin, initials, given name, every one or two neighbouring characters."""

import unicodedata
from functools import lru_cache
from itertools import groupby, islice, product

READINGS_LIMIT = 32
LETTERS_LIMIT = 40
KEY_LIMIT = 120
GRAMS_LIMIT = 200
# How the keys of initials and of given names begin: the three sorts stand apart in the index.
INITIALS, GIVEN = ":", "<"
# Longer names are of organisations.
LONGEST_PERSON = 4
COMPOUND_SURNAMES = frozenset(
    """
    欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 司徒 夏侯 端木 长孙 長孫 宇文
    独孤 獨孤 南宫 南宮 西门 西門 呼延 轩辕 軒轅 百里 钟离 鍾離 闻人 聞人 申屠 澹台 澹臺 濮阳 濮陽 淳于 单于 單于
    太史 司空 拓跋 公冶 宗政 赫连 赫連
    """.split()  # noqa: SIM905 a table of surnames is read as a text
)
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


def _syllables(text):
    """How each syllable of a plain name may read: [(readings, whether it is Chinese)]; a run of letters is one."""
    ordinary = _ordinary(text)
    if len(ordinary) != len(text):
        ordinary = [_readings(character)[0] for character in text]
    choices = [
        tuple(dict.fromkeys((usual, *_readings(character)))) for character, usual in zip(text, ordinary, strict=True)
    ]
    if text[0] in SURNAMES and len(text) <= LONGEST_PERSON:
        choices[0] = tuple(dict.fromkeys((SURNAMES[text[0]], *choices[0])))
    said, place = [], 0
    for letters, run in groupby(text, str.isascii):
        part = "".join(run)
        readings = choices[place : place + len(part)]
        said += [((part,), False)] if letters else [(reading, True) for reading in readings]
        place += len(part)
    return said


def _combinations(choices, join):
    """Joined readings, the first characters varying fastest (a surname matters more than the last character)."""
    turned = product(*reversed(choices))
    return dict.fromkeys(join(reversed(parts)) for parts in islice(turned, READINGS_LIMIT))


def _full(said):
    return list(_combinations([readings for readings, _chinese in said], " ".join))


def _initials(said, full):
    """The initials of a name in each reading, each with the full readings it stands for: ":zxm:zeng xiao man"."""
    letters = [
        tuple(dict.fromkeys(reading[0] for reading in readings)) if chinese else readings for readings, chinese in said
    ]
    stands_for = {short: [] for short in _combinations(letters, "".join)}
    for reading in full:
        syllables = zip(reading.split(" "), said, strict=True)
        short = "".join(syllable[0] if chinese else syllable for syllable, (_readings, chinese) in syllables)
        stands_for.setdefault(short, []).append(reading)
    return [INITIALS + ":".join((short, *readings)) for short, readings in stands_for.items()]


def _given(text, said):
    """A person's name without the surname, each with how the surname may read: "<xiao man<zeng ceng"."""
    if not 1 < len(text) <= LONGEST_PERSON or not all(chinese for _readings, chinese in said):
        return []
    keys = []
    for place in (1, 2) if text[:2] in COMPOUND_SURNAMES and len(text) > len("司马") else (1,):
        keys += [f"{GIVEN}{given}{GIVEN}{' '.join(said[0][0])}" for given in _full(said[place:])]
    return keys


def _cut(keys):
    return list(dict.fromkeys(key[:KEY_LIMIT] for key in keys))


def spoken_keys(name):
    """The full pinyin of a name in every reading, a space between syllables, the likeliest first, at most 32.

    曾小满: "zeng xiao man", "ceng xiao man". Letters and digits read as themselves, a run of them as one syllable.
    """
    text = plain_name(name)[:LETTERS_LIMIT]
    return _cut(_full(_syllables(text))) if text else []


def search_keys(name):
    """What is kept of a name for those who type it; customers.rules.spelling turns what they type into beginnings.

    曾小满 gives its full pinyin in every reading (zeng xiao man, ceng xiao man), its initials with what they stand for
    (:zxm:zeng xiao man, :cxm:ceng xiao man), and the given name with the surname behind it (<xiao man<zeng ceng); at
    most 32 of a sort. Names without any Chinese character give their own letters. Only the first 40 characters count.
    """
    text = plain_name(name)[:LETTERS_LIMIT]
    if not text or text.isascii():
        return _cut([text]) if text else []
    said = _syllables(text)
    full = _full(said)
    return _cut([*full, *_initials(said, full), *_given(text, said)])


def name_grams(name):
    """Every single character and every pair of neighbours of a name, sorted: the index for a search inside names."""
    text = plain_name(name)
    grams = dict.fromkeys(text) | dict.fromkeys(text[place : place + 2] for place in range(len(text) - 1))
    return sorted(islice(grams, GRAMS_LIMIT))
