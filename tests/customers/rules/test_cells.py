from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules import cells
from customers.rules.codes import CODES
from customers.rules.reasons import Refused

read_rate = cells.number_reader(digits=3, decimals=4)
READERS = {
    "text": cells.text_reader(20),
    "key": cells.key_reader(20),
    "id": cells.read_id_no,
    "date": cells.read_date,
    "period": cells.read_period,
    "money": cells.read_money,
    "income": cells.read_positive_money,
    "count": cells.read_count,
    "rate": read_rate,
    "yes_no": cells.read_yes_no,
    "occupation": cells.code_reader(CODES["occupation"]),
    "risk": cells.code_reader(CODES["risk_level"]),
    "currency": cells.read_currency,
    "lunar": cells.read_lunar,
    "phone": cells.read_phone,
    "email": cells.read_email,
}


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        ("text", "  王　伟\u3000", "王　伟"),
        ("text", "a\r\nb\tc", "a b c"),
        ("text", "𠮷䶮😀", "𠮷䶮😀"),
        ("text", "\u3000 ", None),
        ("text", None, None),
        ("key", "000123", "000123"),
        ("key", 100045.0, "100045"),
        ("key", True, "1"),
        ("id", "11010519491231002x", "11010519491231002X"),
        ("date", "2026-12-31", "2026-12-31"),
        ("date", "20261231", "2026-12-31"),
        ("date", "2026/1/5", "2026-01-05"),
        ("date", "2026年12月31日", "2026-12-31"),
        ("date", "２０２６-12-31", "2026-12-31"),
        ("date", 20261231.0, "2026-12-31"),
        ("date", "2026-12-31 00:00:00", "2026-12-31"),
        ("period", "2026-12", "2026-12-01"),
        ("period", "202612", "2026-12-01"),
        ("period", "2026/1", "2026-01-01"),
        ("money", "1234.5", "1234.5"),
        ("money", "-1,234,567.89", "-1234567.89"),
        ("money", "１２３．４５", "123.45"),
        ("money", "12.500", "12.5"),
        ("money", "-0.00", "0"),
        ("money", 1234.56, "1234.56"),
        ("money", 0.1 + 0.2, "0.3"),
        ("money", 1e7, "10000000"),
        ("money", "9" * 16 + ".99", "9" * 16 + ".99"),
        ("count", "3", "3"),
        ("count", 3.0, "3"),
        ("rate", "3.8512", "3.8512"),
        ("yes_no", "是", "t"),
        ("yes_no", False, "f"),
        ("occupation", "商务经营", "business_owner"),
        ("occupation", "Business_Owner", "business_owner"),
        ("risk", 3.0, "3"),
        ("risk", "R3", "3"),
        ("currency", "usd", "USD"),
        ("currency", "人民币", "CNY"),
        ("lunar", "闰6-1", "闰06-01"),
        ("phone", 13812345678.0, "+8613812345678"),
        ("email", "a.b@example.com", "a.b@example.com"),
    ],
)
def test_cell_is_read(reader, cell, value):
    assert READERS[reader](cell) == value


@pytest.mark.parametrize(
    ("reader", "cell", "reason"),
    [
        ("text", "a\x00b", "control_character"),
        ("text", "a\x1bb", "control_character"),
        ("text", "x" * 21, "too_long"),
        ("key", "1.10105E+17", "number_ruined"),
        ("key", 1.1010519491231e17, "number_ruined"),
        ("key", 12.5, "number_ruined"),
        ("id", 1.1010519491231e17, "number_ruined"),
        ("id", 110105491231002.0, "number_ruined"),
        ("id", "1.1010519491231E+17", "number_ruined"),
        ("id", "110105194912310020.0", "number_ruined"),
        ("date", "2026-02-30", "bad_date"),
        ("date", "31.12.2026", "bad_date"),
        ("date", "2026-1231", "bad_date"),
        ("date", 46387.0, "bad_date"),
        ("date", "1849-12-31", "date_out_of_range"),
        ("date", "9999-12-31", "date_out_of_range"),
        ("period", "2026-13", "bad_period"),
        ("period", "2026", "bad_period"),
        ("money", "12.345", "bad_money"),
        ("money", "1,23", "bad_money"),
        ("money", "12元", "bad_money"),
        ("money", "NaN", "bad_money"),
        ("money", float("inf"), "bad_money"),
        ("money", 12.345, "bad_money"),
        ("money", "9" * 17, "too_large"),
        ("income", "-1", "negative"),
        ("count", "-1", "negative"),
        ("count", "1.5", "bad_number"),
        ("count", "100", "too_large"),
        ("yes_no", "maybe", "bad_yes_no"),
        ("occupation", "retired", "bad_code"),
        ("risk", "6", "bad_code"),
        ("currency", "US$", "bad_code"),
        ("lunar", "13-40", "bad_lunar_date"),
        ("email", "a@b", "bad_email"),
        ("email", "a b@example.com", "bad_email"),
    ],
)
def test_bad_cell_is_refused_with_its_reason(reader, cell, reason):
    with pytest.raises(Refused) as refused:
        READERS[reader](cell)
    assert refused.value.reason == reason


FIGURES = st.from_regex(r"[0-9eE+.,/-]{0,20}", fullmatch=True)
CELLS = st.one_of(st.text(max_size=40), FIGURES, st.floats(), st.booleans(), st.none(), st.integers())


@given(cell=CELLS)
def test_whatever_stands_in_a_cell_is_read_or_refused(cell):
    for read in READERS.values():
        value = None
        # Anything but Refused would be a traceback in the middle of somebody's load.
        with suppress(Refused):
            value = read(cell)
        assert value is None or (isinstance(value, str) and value and "\x00" not in value)
