"""Names, phones, and how much of them is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.identity.masking import mask_id_number, mask_name, mask_phone
from lending_core.identity.names import holder_name, is_same_name, read_name
from lending_core.identity.phone import read_phone

DIGITS = st.text("0123456789", min_size=8, max_size=18)


@pytest.mark.parametrize(
    "text",
    ["13800000001", "138 0000 0001", "+86 138-0000-0001", "0086 13800000001", "１38００００0001"],
)
def test_a_mobile_number_is_read_however_it_is_written(text: str) -> None:
    assert read_phone(text) == "13800000001"


@pytest.mark.parametrize(
    "text", ["", "12800000001", "1380000000", "138000000011", "+8513800000001"]
)
def test_anything_else_is_no_mobile_number(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_phone(text)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_number_of_the_served_ranges_is_read(number: str) -> None:
    assert read_phone(f"+86 {number[:3]}-{number[3:7]}-{number[7:]}") == number


@given(st.text(max_size=16))
def test_any_text_is_a_phone_or_is_refused(text: str) -> None:
    try:
        outcome = read_phone(text)
    except InvalidInput as refusal:
        outcome = refusal.reason

    assert outcome == "phone_shape" or read_phone(outcome) == outcome


@pytest.mark.parametrize("other", ["阿依古丽•买买提", "阿依古丽・买买提", " 阿依古丽 · 买买提 "])
def test_dots_and_spaces_do_not_make_another_name(other: str) -> None:
    assert is_same_name("阿依古丽·买买提", other)


def test_one_other_character_makes_another_name() -> None:
    assert not is_same_name("王小明", "王小朋")


@pytest.mark.parametrize("name", ["王小明", "青禾茶叶行（王小明）", "青禾茶叶行(王小明)"])
def test_a_shop_is_held_by_the_person_in_brackets(name: str) -> None:
    assert holder_name(name) == "王小明"


@pytest.mark.parametrize("text", ["", " 王 ", "王" * 51])
def test_a_name_has_a_length(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_name(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王", "*"), ("李四", "李*"), ("王小明", "王*明"), ("欧阳建国", "欧**国"), ("", "")],
)
def test_a_name_shows_its_first_and_last_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


def test_numbers_show_their_ends() -> None:
    assert mask_id_number("11010519491231002X") == "110***********00*X"
    assert mask_phone("13812345678") == "138****5678"


@given(DIGITS)
def test_a_mask_never_holds_the_original(number: str) -> None:
    assert number not in mask_id_number(number)
    assert len(mask_phone(number)) == len(number)


@given(st.text(min_size=2, max_size=20).filter(lambda name: "*" not in name))
def test_a_masked_name_never_is_the_name(name: str) -> None:
    assert mask_name(name) != name
