import pytest

from customers.rules.pinyin import SURNAMES, name_grams, plain_name, search_keys


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("曾国藩", {"zengguofan", "zgf", "cgf"}),
        ("单雄信", {"shanxiongxin", "sxx", "dxx"}),
        ("仇英", {"qiuying", "qy", "chouying"}),
        ("区敏", {"oumin", "om", "qm"}),
        ("欧阳娜娜", {"ouyangnana", "oynn"}),
        ("吕布", {"lvbu", "lb"}),
        ("重庆小面有限公司", {"chongqingxiaomianyouxiangongsi", "cqxmyxgs"}),
        ("John Smith", {"johnsmith"}),
        ("王·伟", {"wangwei", "ww"}),
    ],
)
def test_name_is_found_by_each_of_its_keys(name, keys):
    assert keys <= set(search_keys(name))


def test_surname_reading_comes_first():
    assert search_keys("曾敏")[0] == "zengmin"
    assert search_keys("翟敏")[0] == "zhaimin"


@pytest.mark.parametrize("name", ["", "  ", "𠮷", "😀", "䶮", "长" * 400, "乐行长" * 20])
def test_odd_names_give_few_short_keys(name):
    keys = search_keys(name)
    assert len(keys) <= 64
    assert all(keys)
    assert all(len(key) <= 120 for key in keys)


def test_surnames_stand_in_the_table_as_plain_letters():
    assert all(len(surname) == 1 and reading.isascii() and reading.islower() for surname, reading in SURNAMES.items())


def test_grams_are_single_letters_and_neighbours():
    assert name_grams("王 伟国") == sorted(["王", "伟", "国", "王伟", "伟国"])
    assert name_grams("ＡＢ") == ["a", "ab", "b"]
    assert name_grams("") == []
    assert all(len(gram) <= 2 for gram in name_grams("𠮷野家" * 100))


def test_plain_name_is_half_width_and_lower_case():
    assert plain_name(" Ａcme（北京）有限 ") == "acme北京有限"
