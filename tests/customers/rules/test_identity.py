from datetime import date

import pytest

from customers.rules.identity import birth_date_of, credit_code, normal_id, resident_id, sex_of
from customers.rules.reasons import Refused

ON = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("11010519491231002x", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X"),
        (" 110105 19491231 002x ", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),
        # Region codes that no list of today knows: a renamed place, a Hong Kong resident.
        ("500102199003070011", None),
        ("810000199408230021", "810000199408230021"),
    ],
)
def test_resident_id_is_taken_in_its_normal_form(text, stored):
    if stored is None:
        with pytest.raises(Refused) as refused:
            resident_id(text, on=ON)
        assert refused.value.reason == "bad_id_checksum"
    else:
        assert resident_id(text, on=ON) == stored


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "bad_id_length"),
        ("1101051949123100", "bad_id_length"),
        ("1101051949123100299", "bad_id_length"),
        ("11010519491231002Y", "bad_id_length"),
        ("1101051949123١002X", "bad_id_length"),
        ("11010519490230002X", "bad_id_date"),
        ("110105209912310020", "bad_id_date"),
        ("110105180012310020", "bad_id_date"),
        ("110105194912310021", "bad_id_checksum"),
        ("110105490230002", "bad_id_date"),
    ],
)
def test_resident_id_is_refused_with_its_reason(text, reason):
    with pytest.raises(Refused) as refused:
        resident_id(text, on=ON)
    assert refused.value.reason == reason
    assert str(refused.value)


def test_birth_after_the_given_day_is_refused():
    assert resident_id("11010519491231002X", on=date(1949, 12, 31))
    with pytest.raises(Refused):
        resident_id("11010519491231002X", on=date(1949, 12, 30))


@pytest.mark.parametrize(
    ("text", "born", "sex"),
    [
        ("11010519491231002X", date(1949, 12, 31), "female"),
        ("110105491231001", date(1949, 12, 31), "male"),
        ("110105194913310020", None, None),
        ("P1234567", None, None),
    ],
)
def test_birth_date_and_sex_come_from_the_number(text, born, sex):
    assert birth_date_of(text) == born
    assert sex_of(text) == sex


@pytest.mark.parametrize("code", ["91110000600037341L", "91440300708461136T", "N2110105MA00123459"])
def test_credit_code_is_taken(code):
    assert credit_code(code.lower()) == code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91110000600037341", "bad_credit_code"),
        ("9111000060003734IL", "bad_credit_code"),
        ("911100006000373410", "bad_credit_checksum"),
    ],
)
def test_credit_code_is_refused_with_its_reason(code, reason):
    with pytest.raises(Refused) as refused:
        credit_code(code)
    assert refused.value.reason == reason


def test_normal_id_keeps_only_what_is_compared():
    assert normal_id(" 1101-05 x") == "110105X"
