"""What people type of a name's pinyin: each syllable whole, begun or by its first letter, in any mixture.

The keys of `customers.rules.pinyin.search_keys` stand in an index that answers how a key begins. What was typed is
turned into the few beginnings that a key may have, each with a test of the same key for the rest: an index finds some
hundred or thousand keys of a million customers, the test keeps the right ones.
"""

import re
from functools import lru_cache

from customers.rules.pinyin import GIVEN, INITIALS, plain_name, search_keys

SYLLABLES = frozenset(
    """
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng
    cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu
    cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo
    e ei en eng er fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan
    guang gui gun guo ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian
    jiang jiao jie jin jing jiong jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan
    kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian liang liao lie lin ling liu lo long lou lu
    luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang
    nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan pang pao
    pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun
    ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang
    shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta
    tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu
    xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu yuan
    yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua
    zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo
    """.split()  # noqa: SIM905 a table of syllables is read as a text
)
BEGINNINGS = frozenset(syllable[:length] for syllable in SYLLABLES for length in range(1, len(syllable) + 1))
LONGEST_SYLLABLE = max(map(len, SYLLABLES))
DOUBLE_INITIALS = ("zh", "ch", "sh")
# So many initials tell a million customers well enough apart; more would only multiply the ways to split a text.
INITIALS_LOOKED_UP = 3
# The rest of a longer text is not tested: nobody's pinyin agrees so far and then differs.
LETTERS_TESTED = 30


def spellings(text):
    """How a key may begin that means the typed letters, with a test of the whole key: ((beginning, pattern), ...).

    An empty pattern: the beginning alone says it. Nothing for a text that is more than letters. "zengxm" may be
    "zengxm…" (of a name that is not Chinese), ":zengxm…" (six initials), or "zeng x…" with an m for the third syllable;
    "zxiaom" may be ":zxm…" standing for z… xiao m…, "<xiao m…" is tried for a given name.
    """
    typed = plain_name(text)
    if not (typed.isascii() and typed.isalpha()):
        return ()
    found = {typed: "", INITIALS + typed: "", GIVEN + typed: ""}
    whole = _mixture(typed)
    for length in range(1, min(len(typed), LONGEST_SYLLABLE + 1)):
        if typed[:length] in SYLLABLES:
            for sort in ("", GIVEN):
                found[f"{sort}{typed[:length]} {typed[length]}"] = f"^{sort}{whole}"
    for first in (typed[:1], typed[:2]):
        rest = typed[len(first) :]
        if not rest or (len(first) > 1 and first not in DOUBLE_INITIALS):
            continue
        if len(rest) > 1 and rest in BEGINNINGS:
            found[GIVEN + rest] = f".<(?:[a-z]+ )*{first}"
        for initials in _initials(rest, INITIALS_LOOKED_UP - 1):
            short = INITIALS + first[0] + initials
            if len(initials) == INITIALS_LOOKED_UP - 1 or (len(first) > 1 and len(initials) == len(rest)):
                found.setdefault(short, f".:{whole}")
    return tuple(found.items())


def means(text, name):
    """Whether typed letters mean a name: the same answer as the index gives."""
    ways = spellings(text)
    return any(
        key.startswith(beginning) and (not pattern or re.search(pattern, key))
        for key in _keys(name)
        for beginning, pattern in ways
    )


@lru_cache(maxsize=512)
def _keys(name):
    return tuple(search_keys(name))


def _mixture(typed):
    """A pattern for syllables whose beginnings, one after the other, give the typed letters."""
    return "(?:[^ :<]* )?".join(typed[:LETTERS_TESTED])


def _initials(typed, most):
    """The initials that a text may stand for, at most so many: each syllable whole or its initial, the last begun."""
    if not typed or not most:
        return {""}
    found = set()
    for length in range(1, min(len(typed), LONGEST_SYLLABLE) + 1):
        part, rest = typed[:length], typed[length:]
        whole = part in SYLLABLES or part in DOUBLE_INITIALS or (length == 1 and part in BEGINNINGS)
        if whole or (not rest and part in BEGINNINGS):
            found |= {part[0] + more for more in _initials(rest, most - 1)}
    return found
