import pytest

from customers.rules.pinyin import SURNAMES
from customers.rules.spelling import SYLLABLES, means, spellings


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((typed, "曾小满") for typed in ("z", "zeng", "zengx", "zengxm", "zengxman", "zengxiaom", "zengxiaoman")),
        *((typed, "曾小满") for typed in ("zxm", "zxiaom", "zxiaoman", "zxman", "zxia", "zxiao", "xiao", "xiaoman")),
        *((typed, "曾小满") for typed in ("cengxm", "cxiaoman", "cxm", "xiaom", "zeng xm", "Zeng XM", "ｚｅｎｇｘｍ")),
        *((typed, "张安") for typed in ("zhangan", "zhang'an", "zhan", "za", "zan", "an", "zh")),
        *((typed, "张学友") for typed in ("zhxy", "zhxyou", "zxy", "xueyou", "zhxueyou", "zhx")),
        *((typed, "方安") for typed in ("fangan", "fan", "fangan", "fa")),
        *((typed, "王敏") for typed in ("wmin", "wangm", "wm", "min")),
        *((typed, "欧阳娜娜") for typed in ("ouyangnn", "oynana", "nana", "oyna", "ouynn")),
        *((typed, "单雄信") for typed in ("shanxx", "dxiongx", "shxx", "xiongxin")),
        *((typed, "重庆小面有限公司") for typed in ("chongqingxm", "cqxiaomian", "cqxmyxgs")),
        *((typed, "深圳市慕容餐饮有限公司") for typed in ("mrcy", "murongcy", "mrcyyxgs", "mrcanyin", "szsmrcy")),
        *((typed, "John Smith") for typed in ("john", "johnsm")),
    ],
)
def test_whatever_mixture_is_typed_means_the_name(typed, name):
    assert means(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(
            (typed, "曾小满")
            for typed in ("zengm", "zm", "xm", "zengxn", "zao", "man", "engxm", "zengxmm", "zhxm", "oman")
        ),
        *((typed, "张三丰") for typed in ("zangsf", "shsf", "feng", "zhangf")),
        *((typed, "John Smith") for typed in ("smith", "jsmith")),
        *((typed, "曾小满") for typed in ("", "  ", "zeng1", "曾x", "zeng%")),
    ],
)
def test_other_letters_do_not_mean_the_name(typed, name):
    assert not means(typed, name)


def test_a_text_begins_in_few_ways():
    for typed in ("zhangxiaoming", "xianxianxianxian", "a" * 60, "chongqingxiaomianyouxiangongsi", "ananananananan"):
        assert len(spellings(typed)) <= 20


def test_every_surname_is_a_syllable():
    assert set(SURNAMES.values()) <= SYLLABLES
