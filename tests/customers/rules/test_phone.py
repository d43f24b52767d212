import pytest

from customers.rules.phone import parse_phone, phone_digits, tail


@pytest.mark.parametrize(
    ("text", "number", "valid", "last"),
    [
        ("13812345678", "+8613812345678", True, "5678"),
        ("+86 138-1234-5678", "+8613812345678", True, "5678"),
        ("１３８１２３４５６７８", "+8613812345678", True, "5678"),
        ("17012345678", "+8617012345678", True, "5678"),
        ("0755-83195555-801", "+8675583195555;ext=801", True, "5555"),
        ("010-62345678转123", "+861062345678;ext=123", True, "5678"),
        ("(010) 6234 5678 ext. 9", "+861062345678;ext=9", True, "5678"),
        ("400-820-8820", "+864008208820", True, "8820"),
        ("+852 2123 4567", "+85221234567", True, "4567"),
        ("95588", "95588", False, ""),
        ("电话不详", "电话不详", False, ""),
        ("12812345678", "12812345678", False, "5678"),
    ],
)
def test_phone_has_one_stored_form_and_a_tail(text, number, valid, last):
    phone = parse_phone(text)
    assert (phone.number, phone.valid) == (number, valid)
    assert tail(phone.number) == last


def test_digits_of_a_number_are_the_same_with_and_without_the_country():
    assert phone_digits("+8613812345678") == phone_digits("13812345678") == "13812345678"
    assert phone_digits("+8675583195555;ext=801") == "75583195555"


def test_stored_form_stays_when_parsed_again():
    for text in ("13812345678", "400-820-8820", "+852 2123 4567"):
        number = parse_phone(text).number
        assert parse_phone(number).number == number
