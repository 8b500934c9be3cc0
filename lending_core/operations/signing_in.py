"""Signing in: by password, vouched for by the house's identity provider, or as a demonstration
role over simulated data; and whether a session still holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import polars as pl

from lending_core.access import passwords
from lending_core.access.accounts import (
    Account,
    SignIn,
    claimed_role,
    is_over,
    is_too_old,
    locked_until,
    user_name_of,
)
from lending_core.access.permissions import SYSTEM, Actor
from lending_core.errors import InvalidInput, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.accounts import (
    AccountOrder,
    account,
    save_new,
    save_password,
    save_step,
)
from lending_core.operations.console import book, demo_accounts
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

Way = Literal["demonstration", "account"]


@dataclass(frozen=True)
class Session:
    """Who signed in and how, when that was and when the session was last touched (UTC)."""

    user_name: str
    way: Way
    signed_in_at: datetime
    seen_at: datetime


def signed_in(store: Store, session: Session, *, is_demonstration: bool, at: datetime) -> Actor:
    """The person of a session as they are now: a role that was taken away acts at once.

    `is_demonstration`: whether the console lets demonstration roles in. Raises `NotFound` where the
    account is gone, `NotAllowed` where the session is over.
    """
    found = _of_session(store, session, is_demonstration=is_demonstration, at=at)
    return replace(found, is_reading=store.is_reading)


def _of_session(store: Store, session: Session, *, is_demonstration: bool, at: datetime) -> Actor:
    if session.way == "demonstration":
        return _demonstration_role(store, session.user_name, is_demonstration=is_demonstration)
    found = account(store, session.user_name)
    instants = (utc_naive(session.signed_in_at), utc_naive(session.seen_at), utc_naive(at))
    newest = store.read("newest_password", user_name=found.user_name)["recorded_at"]
    # Whoever chose another password may have done so because somebody else knew the one before.
    if is_over(found, *instants) or (newest > instants[0]).any():
        raise NotAllowed("session_over")
    return found.actor


def sign_in(store: Store, user_name: str, password: str, *, at: datetime) -> bool:
    """Signs in by password and writes down that it was tried; returns whether the person must
    choose an own password first.

    Raises `NotAllowed` where name and password do not belong together, the account is locked, or
    there is none: without saying which, so that nobody learns what accounts there are. Of a right
    password that works once and is too old, it says so.
    """
    return bool(_tried(store, user_name, password, at)["is_one_time"])


def choose_password(store: Store, user_name: str, old: str, new: str, *, at: datetime) -> None:
    """Puts an own password in the place of `old`, which is asked again; earlier sessions end.

    Raises as `sign_in`; `InvalidInput` for one that is too short, easily guessed, or the old one.
    """
    passwords.check_password(new, user_name)
    known = _tried(store, user_name, old, at)
    if new == old:
        raise InvalidInput("password_same")
    chosen_hash = passwords.hashed(new)
    with store.transaction() as transaction:
        found = _open_account(transaction, user_name)
        if found is None or _password(transaction, found) != known:
            raise NotAllowed("sign_in_failed")
        save_password(transaction, found.user_name, chosen_hash, is_one_time=False, at=at)
        number = transaction.read("account", user_name=found.user_name)["position"].item()
        moment = Moment(found.actor, book(transaction).open_on, at)
        chosen = ("account", number, {"step": "password_chosen"})
        append_events(transaction, moment, "account_changed", [chosen])


def sign_in_by_provider(store: Store, claims: Mapping[str, Any], *, at: datetime) -> str:
    """Signs in whom the identity provider vouches for, with the role its claims name; returns the
    account's name. The first time opens the account; another role than before changes it.

    Raises `InvalidInput` for claims without one role; `NotAllowed` for a closed account, and for a
    name that belongs to somebody else.
    """
    if claims.get("exp", 0) <= at.timestamp():
        # The browser keeps the provider's word for longer than the provider stands by it.
        raise NotAllowed("session_over")
    role, funder_code = claimed_role(claims)
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    with store.transaction() as transaction:
        known = _vouched(transaction, issuer, subject)
        user_name = known or _claimed_name(transaction, claims)
        order = AccountOrder(user_name, role, funder_code)
        moment = Moment(SYSTEM, book(transaction).open_on, at)
        vouched = {"issuer": issuer, "subject": subject}
        if known is None:
            save_new(transaction, moment, order, **vouched)
        found = account(transaction, user_name)
        if found.is_closed:
            raise NotAllowed("session_over")
        if (found.role, found.funder_code) != (role, funder_code):
            save_step(transaction, moment, order, "role_changed", **vouched)
        _save_attempt(transaction, found, "provider", True, at)
        return user_name


def person_named(store: Store, user_name: str) -> Actor:
    """The person of an account, else the demonstration role of that name: for the command line,
    whose user holds the database anyway. Raises `NotFound`."""
    if store.read("account", user_name=user_name).is_empty():
        return _demonstration_role(store, user_name, is_demonstration=True)
    return account(store, user_name).actor


def _demonstration_role(store: Store, user_name: str, *, is_demonstration: bool) -> Actor:
    roles = {role.user_name: role for role in demo_accounts(store)} if is_demonstration else {}
    if user_name not in roles:
        raise NotFound("user_unknown", user_name=user_name)
    return roles[user_name]


def _tried(store: Store, user_name: str, password: str, at: datetime) -> dict[str, Any]:
    """The row of the password that opened the account, once the attempt is written down. Raises as
    `sign_in`."""
    found = _open_account(store, user_name)
    known = _password(store, found)
    # Outside the transaction: this takes long, on purpose, and nobody else could write meanwhile.
    is_right = passwords.is_right(known.get("password_hash"), password)
    is_over = (
        bool(known) and known["is_one_time"] and is_too_old(known["recorded_at"], utc_naive(at))
    )
    opens = is_right and not is_over
    is_tried = found is not None and _keep_attempt(store, found, known, opens, at)
    if not (is_right and is_tried):
        raise NotAllowed("sign_in_failed")
    if is_over:
        raise NotAllowed("one_time_password_over")
    return known


def _keep_attempt(
    store: Store, found: Account, known: dict[str, Any], opens: bool, at: datetime
) -> bool:
    """Writes an attempt down; False where it does not count: the account is locked by now, closed,
    or given another password meanwhile."""
    with store.transaction() as transaction:
        if _is_locked(transaction, found, at):
            return False
        is_same = _open_account(transaction, found.user_name) is not None
        is_same = is_same and _password(transaction, found) == known
        _save_attempt(transaction, found, "password", opens and is_same, at)
    return is_same


def _open_account(reader: Store | Transaction, user_name: str) -> Account | None:
    """The account of this name while it is open; None also for what cannot be a name."""
    try:
        found = account(reader, user_name_of(user_name))
    except (InvalidInput, NotFound):
        return None
    return None if found.is_closed else found


def _is_locked(transaction: Transaction, found: Account, at: datetime) -> bool:
    rows = transaction.read("sign_in_attempt", user_name=found.user_name).rows(named=True)
    until = locked_until(SignIn(**row) for row in rows)
    return until is not None and until > utc_naive(at)


def _password(reader: Store | Transaction, found: Account | None) -> dict[str, Any]:
    """The newest password's row; empty where there is none."""
    if found is None:
        return {}
    rows = reader.read("newest_password", user_name=found.user_name).rows(named=True)
    return rows[0] if rows else {}


def _save_attempt(
    transaction: Transaction, found: Account, way: str, is_successful: bool, at: datetime
) -> None:
    position = transaction.next_id("sign_in", "position")
    row = {
        "user_name": found.user_name,
        "way": way,
        "is_successful": is_successful,
        "recorded_at": utc_naive(at),
        "position": position,
    }
    transaction.append("sign_in", pl.DataFrame([row]))
    # Who gave a wrong password is nobody known.
    moment = Moment(found.actor if is_successful else SYSTEM, book(transaction).open_on, at)
    facts = {"way": way, "is_successful": is_successful}
    append_events(transaction, moment, "sign_in_tried", [("sign_in", position, facts)])


def _vouched(transaction: Transaction, issuer: str, subject: str) -> str | None:
    """Name of the account that was opened for this person of the provider."""
    found = transaction.read("vouched_account", issuer=issuer, subject=subject)
    return found["user_name"][0] if found.height else None


def _claimed_name(transaction: Transaction, claims: Mapping[str, Any]) -> str:
    claimed = claims.get("preferred_username") or claims.get("email") or claims["sub"]
    user_name = user_name_of(str(claimed))
    if not transaction.read("account", user_name=user_name).is_empty():
        # An account with a password is somebody's: a name alone does not take it over.
        raise NotAllowed("account_of_another", user_name=user_name)
    return user_name
