"""When an account is locked, when a session is over, and whom the identity provider names."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lending_core.access.accounts import (
    Account,
    SignIn,
    check_role,
    claimed_role,
    is_over,
    locked_until,
    user_name_of,
)
from lending_core.access.permissions import Role
from lending_core.errors import InvalidInput
from lending_core.ledger.chain import utc_naive

NINE = utc_naive(datetime(2026, 11, 1, 9, 0, tzinfo=UTC))
LIN = Account("lin", Role.ANALYST, None, False, NINE)


def tried(*outcomes: bool) -> list[SignIn]:
    """Attempts a minute apart from nine on."""
    return [SignIn(is_right, NINE + timedelta(minutes=n)) for n, is_right in enumerate(outcomes)]


def test_the_fifth_wrong_password_in_a_row_locks_for_a_quarter_of_an_hour() -> None:
    assert locked_until(tried(False, False, False, False)) is None
    assert locked_until(tried(*[False] * 5)) == NINE + timedelta(minutes=19)


def test_a_right_password_in_between_starts_the_count_anew() -> None:
    assert locked_until(tried(False, False, False, True, False, False)) is None


def test_after_the_lock_one_more_wrong_password_locks_again() -> None:
    later = SignIn(is_successful=False, recorded_at=NINE + timedelta(hours=1))

    assert locked_until([*tried(*[False] * 5), later]) == NINE + timedelta(hours=1, minutes=15)


@pytest.mark.parametrize(
    ("signed_in", "seen", "now", "over"),
    [
        (timedelta(minutes=1), timedelta(minutes=50), timedelta(minutes=60), False),
        (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=63), True),
        (timedelta(minutes=1), timedelta(hours=12), timedelta(hours=12, minutes=2), True),
        (timedelta(minutes=-1), timedelta(minutes=2), timedelta(minutes=3), True),
    ],
    ids=["at work", "idle", "too old", "before the account changed"],
)
def test_a_session_ends(signed_in: timedelta, seen: timedelta, now: timedelta, over: bool) -> None:
    assert is_over(LIN, NINE + signed_in, NINE + seen, NINE + now) is over


def test_a_closed_account_has_no_session() -> None:
    closed = Account("lin", Role.ANALYST, None, True, NINE)

    assert is_over(closed, NINE, NINE, NINE)


@pytest.mark.parametrize(
    ("claims", "known"),
    [
        ({"roles": ["lending:analyst", "mail:user"]}, (Role.ANALYST, None)),
        ({"roles": "lending:auditor"}, (Role.AUDITOR, None)),
        ({"roles": ["lending:funder"], "lending_funder": "tianhe"}, (Role.FUNDER, "tianhe")),
        ({"roles": ["lending:analyst"], "lending_funder": "tianhe"}, (Role.ANALYST, None)),
    ],
)
def test_the_provider_names_a_role(claims: dict[str, Any], known: tuple[Role, str | None]) -> None:
    assert claimed_role(claims) == known


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"roles": ["analyst"]},
        {"roles": ["lending:system"]},
        {"roles": ["lending:analyst", "lending:risk_approver"]},
        {"roles": ["lending:funder"]},
    ],
)
def test_claims_without_exactly_one_role_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        claimed_role(claims)


def test_a_lender_is_named_for_its_own_people_only() -> None:
    check_role(Role.FUNDER, "tianhe")
    with pytest.raises(InvalidInput):
        check_role(Role.FUNDER, None)
    with pytest.raises(InvalidInput):
        check_role(Role.VIEWER, "tianhe")
    with pytest.raises(ValueError, match="system"):
        check_role(Role.SYSTEM, None)


@pytest.mark.parametrize("text", ["", "a b", "ab", "-lin", "林", "lin'; drop", "x" * 65, " System"])
def test_what_is_no_user_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        user_name_of(text)


def test_a_user_name_is_small_letters() -> None:
    assert user_name_of(" Lin.Wei@bank.cn ") == "lin.wei@bank.cn"
