"""A resident ID number proves itself, and says when its holder was born."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.identity.id_number import (
    CHECK_DIGITS,
    SPECIMEN_REGION,
    check_digit,
    id_numbers,
    read_id_number,
)

ON = date(2026, 10, 31)
BIRTHS = st.dates(date(1930, 1, 1), date(2008, 12, 31))
NUMBERS = st.builds(
    lambda birth_on, sequence: id_numbers(pl.Series([birth_on]), pl.Series([sequence]))[0],
    BIRTHS,
    st.integers(0, 999),
)


def reason(text: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        read_id_number(text, on=ON)
    return refusal.value.reason


def test_the_standard_example_is_valid() -> None:
    read = read_id_number("11010519491231002X", on=ON)

    assert (read.region_code, read.birth_on, read.sex) == ("11", date(1949, 12, 31), "female")
    assert not read.is_specimen


def test_spaces_and_a_small_x_are_accepted() -> None:
    assert read_id_number(" 110105 19491231 002x", on=ON).number == "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "id_number_shape"),
        ("11010519491231002", "id_number_shape"),
        ("11010519491231002XX", "id_number_shape"),
        ("1101051949123100A2", "id_number_shape"),
        ("00010519491231002X", "id_number_region"),
        ("110105194902300022", "id_number_date"),
        ("110105202611010022", "id_number_date"),
        ("110105194912310021", "id_number_checksum"),
        ("11010519491231003X", "id_number_checksum"),
    ],
)
def test_each_fault_has_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_whoever_is_born_today_has_a_valid_number() -> None:
    digits = "99999920261031001"

    assert read_id_number(digits + check_digit(digits), on=ON).birth_on == ON


@given(NUMBERS, st.integers(0, 17), st.sampled_from(CHECK_DIGITS))
def test_one_wrong_character_is_always_caught(number: str, place: int, wrong: str) -> None:
    changed = number[:place] + wrong + number[place + 1 :]

    assert changed == number or reason(changed) in {
        "id_number_shape",
        "id_number_region",
        "id_number_date",
        "id_number_checksum",
    }


@given(NUMBERS, st.integers(0, 16))
def test_swapped_neighbours_are_always_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert swapped == number or reason(swapped).startswith("id_number_")


@given(BIRTHS, st.integers(0, 999))
def test_a_drawn_number_says_what_it_was_drawn_from(birth_on: date, sequence: int) -> None:
    number = id_numbers(pl.Series([birth_on]), pl.Series([sequence]))[0]

    read = read_id_number(number, on=ON)

    assert (read.birth_on, read.number[:6]) == (birth_on, SPECIMEN_REGION)
    assert read.sex == ("male" if sequence % 2 else "female")
    assert read.is_specimen


def test_a_sequence_has_three_digits() -> None:
    with pytest.raises(ValueError, match="three digits"):
        id_numbers(pl.Series([ON]), pl.Series([1_000]))
