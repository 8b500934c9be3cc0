"""A bank card's number proves itself, and its first digits say whose scheme it is."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import LANGUAGES, InvalidInput
from lending_core.identity.bank_card import (
    SPECIMENS,
    BankCard,
    check_digit,
    read_bank_card,
    schemes,
    specimen_cards,
)

# The first digit 9 belongs to no scheme, so any length will do.
NUMBERS = st.text("0123456789", min_size=10, max_size=17).map(
    lambda digits: f"9{digits}{check_digit(f'9{digits}')}"
)
PLACES = st.integers(0, 10)


def reason(text: str) -> str:
    with pytest.raises(InvalidInput) as refusal:
        read_bank_card(text)
    return refusal.value.reason


# The numbers that the schemes publish for tests.
@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("6200 0000 0000 0005", "unionpay"),
        ("4111-1111-1111-1111", "visa"),
        ("5500000000000004", "mastercard"),
        ("2223000048400011", "mastercard"),
        ("378282246310005", "american_express"),
        ("3530111333300000", "jcb"),
        ("30569309025904", "diners_club"),
        ("６２００ 0000 0000 0005", "unionpay"),
        ("955550000000000009", None),
        ("0000000000000018", "specimen"),
    ],
)
def test_the_first_digits_name_the_scheme(text: str, scheme: str | None) -> None:
    assert read_bank_card(text).scheme == scheme


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "bank_card_shape"),
        ("62000000000", "bank_card_shape"),
        ("62000000000000000005", "bank_card_shape"),
        ("6200x00000000005", "bank_card_shape"),
        ("٦200000000000005", "bank_card_shape"),
        ("411111111111111", "bank_card_length"),
        ("37828224631000", "bank_card_length"),
        ("6200000000000006", "bank_card_checksum"),
    ],
)
def test_each_fault_has_its_reason(text: str, expected: str) -> None:
    assert reason(text) == expected


def test_only_the_last_four_digits_may_be_seen() -> None:
    assert BankCard("6200000000001234", "unionpay").last4 == "1234"


def test_every_scheme_is_named_in_both_languages() -> None:
    assert all(set(LANGUAGES) <= set(scheme) for scheme in schemes().values())


@given(NUMBERS, PLACES, st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(number: str, place: int, wrong: str) -> None:
    changed = f"9{number[1:][:place]}{wrong}{number[place + 2 :]}"

    assert changed == number or reason(changed) == "bank_card_checksum"


@given(NUMBERS, PLACES)
def test_swapped_neighbours_are_caught_but_for_0_and_9(number: str, place: int) -> None:
    pair = number[place + 1 : place + 3]
    changed = f"{number[: place + 1]}{pair[::-1]}{number[place + 3 :]}"

    assert set(pair) in ({"0", "9"}, set(pair[:1])) or reason(changed) == "bank_card_checksum"


@given(st.integers(0, SPECIMENS - 1))
def test_a_specimen_is_a_valid_card_of_no_bank(sequence: int) -> None:
    card = read_bank_card(specimen_cards(pl.Series([sequence]))[0])

    assert (card.scheme, int(card.number[:-1])) == ("specimen", sequence)


@given(st.text(max_size=24))
def test_any_text_is_a_card_or_is_refused(text: str) -> None:
    refusals = {"bank_card_shape", "bank_card_length", "bank_card_checksum"}

    try:
        outcome = read_bank_card(text).number
    except InvalidInput as refusal:
        outcome = refusal.reason

    assert outcome in refusals or read_bank_card(outcome).number == outcome


def test_a_specimens_sequence_fits_its_digits() -> None:
    with pytest.raises(ValueError, match="out of its range"):
        specimen_cards(pl.Series([SPECIMENS]))
