"""Passwords: what a good one is, and the hash that is all anybody keeps of it."""

import functools
import secrets
import tomllib
from typing import TYPE_CHECKING

from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# 20 letters: more than can be tried, and still typed once.
_ONE_TIME_BYTES = 15


def check_password(password: str, user_name: str) -> None:
    """Raises `InvalidInput` for a password that is too short, too long or says the user's name."""
    limits = tomllib.loads(reference_file("access.toml").read_text("utf-8"))["password"]
    if not limits["length_min"] <= len(password) <= limits["length_max"]:
        raise InvalidInput("password_length", least=limits["length_min"], most=limits["length_max"])
    if user_name.casefold() in password.casefold() or len(set(password)) < limits["length_min"] / 2:
        raise InvalidInput("password_guessed")


def hashed(password: str) -> str:
    """Argon2id hash of a password, with its salt and costs in the text (RFC 9106)."""
    return _hasher().hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one behind the hash. None takes as long and is never right, so that
    nobody learns from the time it takes which accounts there are."""
    from argon2.exceptions import Argon2Error

    try:
        return bool(_hasher().verify(password_hash or _nobodys(), password)) and bool(password_hash)
    except Argon2Error:
        return False


def one_time_password() -> str:
    """A password nobody can guess, for somebody to sign in with once."""
    return secrets.token_urlsafe(_ONE_TIME_BYTES)


@functools.cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@functools.cache
def _nobodys() -> str:
    return hashed(one_time_password())
