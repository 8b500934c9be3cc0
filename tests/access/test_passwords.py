"""What a good password is, and that only its hash is kept."""

import pytest

from lending_core.access import passwords
from lending_core.errors import InvalidInput


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password_length"),
        ("x" * 129, "password_length"),
        ("Lin.Wei-123456", "password_guessed"),
        ("aaaaabbbbbccccc", "password_guessed"),
    ],
)
def test_a_weak_password_is_refused(password: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        passwords.check_password(password, "lin.wei")

    assert refusal.value.reason == reason


def test_a_few_words_in_a_row_are_enough() -> None:
    passwords.check_password("three brown foxes", "lin")


def test_a_hash_opens_for_its_password_only_and_never_says_it() -> None:
    kept = passwords.hashed("three brown foxes")

    assert passwords.is_right(kept, "three brown foxes")
    assert not passwords.is_right(kept, "three brown boxes")
    assert kept.startswith("$argon2id$")
    assert "foxes" not in kept


def test_nobodys_password_is_never_right() -> None:
    assert not passwords.is_right(None, "three brown foxes")


def test_passwords_for_one_sign_in_differ_and_pass_as_good() -> None:
    first, second = passwords.one_time_password(), passwords.one_time_password()

    passwords.check_password(first, "administrator")
    assert first != second
