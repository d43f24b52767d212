import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.masking import mask_address, mask_email, mask_id, mask_phone

MASKS = [mask_phone, mask_id, mask_email, mask_address]


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, "+8613812345678", "138****5678"),
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "95588", "*****"),
        (mask_phone, "", ""),
        (mask_id, "11010519491231002X", "110***********002X"),
        (mask_id, "E12345678", "E1*****78"),
        (mask_id, "1234567", "*******"),
        (mask_email, "zhangwei@example.com", "zha***@example.com"),
        (mask_email, "ab@example.com", "a***@example.com"),
        (mask_address, "北京市朝阳区建国路88号院3号楼", "北京市朝阳******"),
        (mask_address, "𠮷林", "**"),
    ],
)
def test_mask_shows_only_what_is_meant(mask, text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize("mask", MASKS)
@given(text=st.text(min_size=1, max_size=60))
def test_mask_never_gives_the_text_back(mask, text):
    assert mask(text) != text
    mask(text).encode()


def test_letters_are_not_cut_from_their_marks():
    assert mask_address("e\u0301toile rue de") == "e\u0301toi******"
