"""Accounts of people: what is known of one, when it is locked, and when a session is over."""

import functools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput
from lending_core.settings import reference_file

_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,62}[a-z0-9]")
# What a person at a desk may be; programs sign in nowhere.
STAFF_ROLES = tuple(role for role in Role if role not in (Role.MINI_PROGRAM, Role.SYSTEM))


@dataclass(frozen=True)
class Account:
    """An account as its newest step left it; `changed_at` is when that was, UTC without a zone."""

    user_name: str
    role: Role
    funder_code: str | None
    is_closed: bool
    changed_at: datetime

    @property
    def actor(self) -> Actor:
        """The person of this account at work."""
        return Actor(self.user_name, self.role, self.funder_code)


@dataclass(frozen=True)
class SignIn:
    """One attempt to sign in by password, and how it ended."""

    is_successful: bool
    recorded_at: datetime


def user_name_of(text: str) -> str:
    """The name as accounts bear it: lower case. Raises `InvalidInput` for what is no name, and for
    the product's own, under which nobody else may stand in the ledger."""
    name = text.strip().lower()
    if name == SYSTEM.user_name or not _NAME.fullmatch(name):
        raise InvalidInput("user_name")
    return name


def check_role(role: Role, funder_code: str | None) -> None:
    """Raises `InvalidInput` unless a lender is named for the role that stands for one, and none
    for any other; `ValueError` for a role of nobody."""
    if role not in STAFF_ROLES:
        raise ValueError(f"nobody signs in as {role}")
    if (role is Role.FUNDER) != (funder_code is not None):
        raise InvalidInput("role_funder")


def locked_until(attempts: Iterable[SignIn]) -> datetime | None:
    """Until when passwords are refused after these attempts (oldest first); None while they are
    not: enough wrong ones in a row lock, and each later one is not even tried."""
    limits = _document()["lock"]
    wrong = 0
    newest: datetime | None = None
    for attempt in attempts:
        wrong = 0 if attempt.is_successful else wrong + 1
        newest = attempt.recorded_at
    if newest is None or wrong < limits["failures_max"]:
        return None
    return newest + timedelta(minutes=limits["minutes"])


def is_over(account: Account, signed_in_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session that began and was last touched then is over (instants in UTC without a
    zone): the account was closed or changed since, or the session grew too old or stood idle."""
    limits = _document()["session"]
    return (
        account.is_closed
        or account.changed_at > signed_in_at
        or now - signed_in_at > timedelta(hours=limits["hours"])
        or now - seen_at > timedelta(minutes=limits["idle_minutes"])
    )


def is_too_old(made_at: datetime, now: datetime) -> bool:
    """Whether a password that works once was made too long ago to work at all (UTC)."""
    return now - made_at > timedelta(days=one_time_days())


def one_time_days() -> int:
    """For how many days a password that works once waits for its first use."""
    return int(_document()["password"]["one_time_days"])


def refusal_seconds() -> float:
    """How long a refusal to sign in takes at least, so that its time tells nothing."""
    return float(_document()["lock"]["seconds_min"])


def claimed_role(claims: Mapping[str, Any]) -> tuple[Role, str | None]:
    """The role and lender that the identity provider's claims name.

    Raises `InvalidInput` when they name no role of the console, or more than one.
    """
    names = _document()["provider"]
    claimed = claims.get(names["role_claim"]) or ()
    words = [claimed] if isinstance(claimed, str) else [str(word) for word in claimed]
    prefix = names["role_prefix"]
    known = {word.removeprefix(prefix) for word in words if word.startswith(prefix)}
    roles = [role for role in STAFF_ROLES if role.value in known]
    if len(roles) != 1:
        raise InvalidInput("claimed_role", count=len(roles))
    funder_code = claims.get(names["funder_claim"])
    funder = str(funder_code) if roles[0] is Role.FUNDER and funder_code else None
    check_role(roles[0], funder)
    return roles[0], funder


@functools.cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("access.toml").read_text("utf-8"))
