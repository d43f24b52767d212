import pytest

from customers.rules.pinyin import (
    COMPOUND_SURNAMES,
    SURNAMES,
    name_grams,
    plain_name,
    search_keys,
    spoken_keys,
    without_place,
)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("曾国藩", {"zeng guo fan", "ceng guo fan", ":zgf:zeng guo fan", ":cgf:ceng guo fan"}),
        ("单雄信", {"shan xiong xin", "dan xiong xin", ":sxx:shan xiong xin", "<xiong xin<shan dan chan"}),
        ("仇英", {"qiu ying", "chou ying", ":qy:qiu ying:qiu yang"}),
        ("欧阳娜娜", {"ou yang na na", "<na na<ou", "<yang na na<ou"}),
        ("吕布", {"lv bu", ":lb:lv bu", "<bu<lv"}),
        ("重庆小面有限公司", {"chong qing xiao mian you xian gong si"}),
        ("ABC公司", {"abc gong si", ":abcgs:abc gong si"}),
        ("王·伟", {"wang wei", "<wei<wang yu"}),
    ],
)
def test_name_is_kept_in_each_of_its_readings(name, keys):
    assert keys <= set(search_keys(name))


def test_name_without_chinese_is_kept_as_its_letters():
    assert search_keys("John Smith") == ["johnsmith"]


def test_organisation_has_no_given_name():
    assert not any("<" in key for key in search_keys("重庆小面有限公司"))


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("深圳市慕容餐饮有限公司", "慕容餐饮有限公司"),
        ("深圳慕容餐饮股份有限公司", "慕容餐饮股份有限公司"),
        ("广东省深圳市南山区慕容餐饮有限公司", "慕容餐饮有限公司"),
        ("内蒙古自治区呼和浩特市伊利集团有限公司", "伊利集团有限公司"),
        ("深圳市南山区张记面馆", "张记面馆"),
        ("中山市中山药业有限公司", "中山药业有限公司"),
        *(
            (name, "")
            for name in (
                "慕容餐饮有限公司",
                "北京公司",
                "深圳市公司",
                "海南",
                "乐山南区",
                "abc公司",
                "",
                "城市花园有限公司",
            )
        ),
    ],
)
def test_firm_is_called_without_its_place(name, own):
    assert without_place(name) == own


def test_second_name_of_a_firm_adds_few_keys():
    more = set(search_keys("深圳市慕容餐饮有限公司")) - set(search_keys("深圳市慕容餐饮有限公司"[:2] * 6))
    own = {key for key in more if key.startswith(("mu", ":m"))}
    assert {"mu rong can yin you xian gong si", ":mrcyyxgs:mu rong can yin you xian gong si"} <= own
    assert len(own) <= 8


def test_surname_reading_comes_first():
    assert search_keys("曾敏")[0] == "zeng min"
    assert spoken_keys("翟敏")[0] == "zhai min"


@pytest.mark.parametrize("name", ["", "  ", "𠮷", "😀", "䶮", "长" * 400, "乐行长" * 20])
def test_odd_names_give_few_short_keys(name):
    keys = search_keys(name)
    assert len(keys) <= 96
    assert all(keys)
    assert all(len(key) <= 120 for key in keys)


def test_surnames_stand_in_the_table_as_plain_letters():
    assert all(len(surname) == 2 for surname in COMPOUND_SURNAMES)
    assert all(len(surname) == 1 and reading.isascii() and reading.islower() for surname, reading in SURNAMES.items())


def test_grams_are_single_letters_and_neighbours():
    assert name_grams("王 伟国") == sorted(["王", "伟", "国", "王伟", "伟国"])
    assert name_grams("ＡＢ") == ["a", "ab", "b"]
    assert name_grams("") == []
    assert all(len(gram) <= 2 for gram in name_grams("𠮷野家" * 100))


def test_plain_name_is_half_width_and_lower_case():
    assert plain_name(" Ａcme（北京）有限 ") == "acme北京有限"
