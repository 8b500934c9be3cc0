"""A business licence's number proves itself, in its form of today and in the one before."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.identity.business_licence import (
    CHARACTERS,
    SPECIMENS,
    check_character,
    read_business_licence,
    registration_check_digit,
    specimen_licences,
)

BODIES = st.text(CHARACTERS, min_size=9, max_size=9).map("92440300".__add__)
CODES = BODIES.map(lambda body: body + check_character(body))
OLD_BODIES = st.text("0123456789", min_size=8, max_size=8).map("440300".__add__)
OLD_NUMBERS = OLD_BODIES.map(lambda body: body + registration_check_digit(body))
FAULTS = {"licence_shape", "licence_region", "licence_checksum"}


def reason(text: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        read_business_licence(text)
    return refusal.value.reason


# Codes that listed companies and textbooks print.
@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("91350100M000100Y43", "35"),
        ("91110000600037341L", "11"),
        (" 9144 0300 1922 0382 16", "44"),
        ("91440300708461136t", "44"),
        ("110108000000016", "11"),
    ],
)
def test_published_numbers_are_valid(text: str, region: str) -> None:
    licence = read_business_licence(text)

    assert (licence.region_code, licence.is_specimen) == (region, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "licence_shape"),
        ("91350100M000100Y4", "licence_shape"),
        ("91350100M000100Y433", "licence_shape"),
        # A ministry is no business, and the letter I is not among the characters.
        ("11350100M000100Y43", "licence_shape"),
        ("91350100I000100Y43", "licence_shape"),
        ("91000100M000100Y43", "licence_region"),
        ("000108000000016", "licence_region"),
        ("91350100M000100Y44", "licence_checksum"),
        ("110108000000017", "licence_checksum"),
    ],
)
def test_each_fault_has_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


@given(CODES, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_always_caught(code: str, place: int, wrong: str) -> None:
    changed = code[:place] + wrong + code[place + 1 :]

    assert changed == code or reason(changed) in FAULTS


@given(CODES, st.integers(0, 16))
def test_swapped_neighbours_are_always_caught(code: str, place: int) -> None:
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert changed == code or reason(changed) in FAULTS


@given(OLD_NUMBERS, st.integers(0, 14), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_an_old_number_is_always_caught(
    number: str, place: int, wrong: str
) -> None:
    changed = number[:place] + wrong + number[place + 1 :]

    assert changed == number or reason(changed) in FAULTS


@given(st.integers(0, SPECIMENS - 1))
def test_a_specimen_is_a_valid_licence_of_no_place(sequence: int) -> None:
    licence = read_business_licence(specimen_licences(pl.Series([sequence]))[0])

    assert licence.is_specimen
    assert int(licence.number[8:17]) == sequence


@given(st.text(max_size=20))
def test_any_text_is_a_licence_or_is_refused(text: str) -> None:
    try:
        outcome = read_business_licence(text).number
    except InvalidInput as refusal:
        outcome = refusal.reason

    assert outcome in FAULTS or read_business_licence(outcome).number == outcome


def test_a_specimens_sequence_has_nine_digits() -> None:
    with pytest.raises(ValueError, match="nine digits"):
        specimen_licences(pl.Series([SPECIMENS]))
