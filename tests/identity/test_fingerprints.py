"""What applicants came with is compared by keyed fingerprints, and cannot be read back."""

import hashlib
import hmac

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.errors import InvalidInput
from lending_core.identity.fingerprints import (
    SHARED,
    fingerprint,
    fingerprints,
    read_address,
    read_device,
    spelled,
)

KEY = b"k" * 32
GIVEN = {
    "device": "sim0000000000001",
    "phone": "+86 138 0000 0001",
    "bank_card": "6200 0000 0000 0005",
    "address": "样本路 1 号，2 室",
}


def test_a_fingerprint_is_the_hmac_of_kind_and_value() -> None:
    expected = hmac.new(KEY, b"phone:13800000001", hashlib.sha256).hexdigest()

    assert fingerprint(KEY, "phone", "13800000001") == expected


def test_another_key_another_kind_or_another_value_gives_another_fingerprint() -> None:
    made = {
        fingerprint(KEY, "phone", "13800000001"),
        fingerprint(b"x" * 32, "phone", "13800000001"),
        fingerprint(KEY, "device", "13800000001"),
        fingerprint(KEY, "phone", "13800000002"),
    }

    assert len(made) == 4


def test_a_frame_gets_a_column_per_kind_and_null_stays_null() -> None:
    applicants = pl.DataFrame(
        {"id_number": ["1", "2"], "device": ["d", None], **dict.fromkeys(SHARED[1:], "x")}
    )

    columns = {series.name: series.to_list() for series in fingerprints(KEY, applicants)}

    assert list(columns) == [f"{kind}_fingerprint" for kind in ("person", *SHARED)]
    assert columns["person_fingerprint"][1] == fingerprint(KEY, "person", "2")
    assert columns["device_fingerprint"] == [fingerprint(KEY, "device", "d"), None]


def test_things_are_compared_in_one_spelling_and_what_is_missing_is_null() -> None:
    assert spelled(GIVEN) == {
        "device": "sim0000000000001",
        "phone": "13800000001",
        "bank_card": "6200000000000005",
        "address": "样本路1号2室",
    }
    assert spelled(dict.fromkeys(SHARED, "")) == dict.fromkeys(SHARED)


@pytest.mark.parametrize(
    "text", ["广州市 天河路１号 a 座", "广州市天河路1号A座", "广州市，天河路1号，A座"]
)
def test_an_address_is_the_same_however_it_is_written(text: str) -> None:
    assert read_address(text) == "广州市天河路1号A座"


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        ("device", "short", "device_shape"),
        ("device", "has a space", "device_shape"),
        ("phone", "12345678901", "phone_shape"),
        ("bank_card", "6200000000000006", "bank_card_checksum"),
        ("address", "…，、", "address_shape"),
        ("address", "样" * 101, "address_shape"),
    ],
)
def test_what_cannot_be_one_is_refused(kind: str, text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        spelled({**GIVEN, kind: text})

    assert refusal.value.reason == reason


@given(st.from_regex(r"[A-Za-z0-9_-]{8,64}", fullmatch=True))
def test_a_device_is_taken_as_it_is(device: str) -> None:
    assert read_device(device) == device


@given(st.text(min_size=1, max_size=40))
def test_an_address_keeps_its_spelling_once_it_has_it(text: str) -> None:
    try:
        outcome = read_address(text)
    except InvalidInput as refusal:
        outcome = refusal.reason

    assert outcome == "address_shape" or read_address(outcome) == outcome
