"""What is kept of a name to find it: pinyin, initials, given name, every one or two neighbouring characters."""

import re
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

# Of a firm's name without its place so many readings are kept: it is a second way to type it.
FIRM_READINGS = 4
# At least so much of a firm's name is left when its place is taken off: 北京公司 stays as it is.
SHORTEST_FIRM = 2
LEGAL_FORM = re.compile("(?:股份有限|有限责任|有限|集团有限|集团)?公司$|(?:有限|普通)合伙企业?$|个体工商户$")
# Places that firms name without 省 or 市: provinces and the cities that firms come from.
PLACES = """
    北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川
    贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 内蒙古 香港 澳门 台湾
    石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 长治 晋城 临汾 运城 呼和浩特 包头 鄂尔多斯
    沈阳 大连 鞍山 抚顺 丹东 锦州 营口 盘锦 长春 四平 通化 延边 哈尔滨 齐齐哈尔 牡丹江 佳木斯 大庆
    南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 昆山 江阴 常熟 张家港
    杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 义乌 合肥 芜湖 蚌埠 淮南 马鞍山 安庆 滁州 阜阳
    福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 晋江 南昌 景德镇 萍乡 九江 新余 赣州 吉安 宜春 上饶
    济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
    郑州 开封 洛阳 平顶山 安阳 新乡 焦作 许昌 南阳 商丘 信阳 周口 驻马店
    武汉 黄石 十堰 宜昌 襄阳 荆门 孝感 荆州 黄冈 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 郴州 永州 怀化
    广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 江门 茂名 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳
    南宁 柳州 桂林 梧州 北海 钦州 玉林 海口 三亚 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 宜宾 达州
    贵阳 遵义 昆明 曲靖 玉溪 大理 拉萨 西安 宝鸡 咸阳 渭南 延安 汉中 榆林 兰州 天水 西宁 银川 乌鲁木齐
    """.split()  # noqa: SIM905 a table of places is read as a text
PLACE = re.compile(
    f"(?:{'|'.join(PLACES)})(?:省|市|(?:壮族|回族|维吾尔)?自治区)?|[\u4e00-\u9fff]{{2,6}}?(?:省|自治区|自治州|市|区|县)"
)


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


def _combinations(choices, join, most=READINGS_LIMIT):
    """Joined readings, the first characters varying fastest (a surname matters more than the last character)."""
    turned = product(*reversed(choices))
    return dict.fromkeys(join(reversed(parts)) for parts in islice(turned, most))


def _full(said, most=READINGS_LIMIT):
    return list(_combinations([readings for readings, _chinese in said], " ".join, most))


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


def without_place(text):
    """What a firm calls itself: a plain name without the places it begins with; empty when it begins with none.

    深圳市南山区慕容餐饮有限公司 gives 慕容餐饮有限公司. Names as short as those of people have no place.
    """
    if len(text) <= LONGEST_PERSON:
        return ""
    end, legal = 0, LEGAL_FORM.search(text)
    name_ends = legal.start() if legal else len(text)
    while (place := PLACE.match(text, end)) and place.end() <= name_ends - SHORTEST_FIRM:
        # 中山市中山药业 is called 中山药业.
        if end and text.startswith(place.group()[:2]):
            break
        end = place.end()
    return text[end:] if end else ""


def _firm(text):
    """The keys of a firm's name without its place; of the legal form only the ordinary reading."""
    if not (own := without_place(text)):
        return []
    legal = LEGAL_FORM.search(own)
    said = _syllables(own[: legal.start()] if legal else own)
    if legal:
        said += [((readings[0],), chinese) for readings, chinese in _syllables(legal.group())]
    full = _full(said, FIRM_READINGS)
    return [*full, *_initials(said, full)[:FIRM_READINGS]]


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
    most 32 of a sort. A firm is kept a second time without the places its name begins with: 深圳市慕容餐饮有限公司
    gives mu rong can yin you xian gong si and :mrcyyxgs:… as well, at most four of a sort. Names without any Chinese
    character give their own letters. Only the first 40 characters count.
    """
    text = plain_name(name)[:LETTERS_LIMIT]
    if not text or text.isascii():
        return _cut([text]) if text else []
    said = _syllables(text)
    full = _full(said)
    return _cut([*full, *_initials(said, full), *_given(text, said), *_firm(text)])


def name_grams(name):
    """Every single character and every pair of neighbours of a name, sorted: the index for a search inside names."""
    text = plain_name(name)
    grams = dict.fromkeys(text) | dict.fromkeys(text[place : place + 2] for place in range(len(text) - 1))
    return sorted(islice(grams, GRAMS_LIMIT))
