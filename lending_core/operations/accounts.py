"""Who may sign in, as what: accounts opened, changed and closed by administrators."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access import passwords
from lending_core.access.accounts import Account, check_role, user_name_of
from lending_core.access.permissions import SYSTEM, Actor, Permission, Role, require
from lending_core.errors import InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

# The account of the first start, and of whoever lost the way in.
FIRST_ADMINISTRATOR = "administrator"
_WORDS = {"funder_code": pl.String, "issuer": pl.String, "subject": pl.String}


@dataclass(frozen=True)
class AccountOrder:
    """An account as it should be: its name, its role, and the lender it stands for, if any."""

    user_name: str
    role: Role
    funder_code: str | None = None

    def __post_init__(self) -> None:
        check_role(self.role, self.funder_code)


@dataclass(frozen=True)
class _Step:
    """What is asked for an account; `order` where it becomes another."""

    step: str
    user_name: str
    order: AccountOrder | None = None


def accounts(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per account: user_name, step (the newest), role, funder_code, issuer, changed_by,
    recorded_at, position (number of that step), and signed_in_at (null: never) with failures_count
    since."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    found = store.read("account", user_name=None)
    return found.join(
        store.read("newest_sign_in"), on="user_name", how="left", maintain_order="left"
    ).with_columns(pl.col("failures_count").fill_null(0))


def account_history(store: Store, actor: Actor, user_name: str) -> pl.DataFrame:
    """One row per step of an account, newest first: step, role, funder_code, changed_by,
    recorded_at."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    return store.read("account_history", user_name=user_name)


def account(reader: Store | Transaction, user_name: str) -> Account:
    """The account as it is now. Raises `NotFound`."""
    rows = reader.read("account", user_name=user_name).rows(named=True)
    if not rows:
        raise NotFound("account_unknown", user_name=user_name)
    row = rows[0]
    return Account(
        user_name,
        Role(row["role"]),
        row["funder_code"],
        row["step"] == "closed",
        row["recorded_at"],
    )


def lender_codes(store: Store, actor: Actor) -> list[str]:
    """For whom an account may stand: the lenders of the register."""
    require(actor, Permission.MANAGE_ACCOUNTS)
    return store.read("lender_code")["funder_code"].to_list()


def open_account(store: Store, actor: Actor, order: AccountOrder, *, at: datetime) -> str:
    """Opens an account; returns the password that opens it once, which nobody can read again.

    Raises `InvalidInput` for what is no name, `InvalidState` for a name that is taken.
    """
    _require_own_account(actor)
    made = _made_password()
    with store.transaction() as transaction:
        return _opened(transaction, _moment(transaction, actor, at), order, made)


def change_role(store: Store, actor: Actor, order: AccountOrder, *, at: datetime) -> None:
    """Gives an account another role; sessions under the one before end. Nobody changes their own.

    Raises `NotFound`; `InvalidState` for an own account, or when no administrator would be left.
    """
    _take(store, actor, _Step("role_changed", order.user_name, order), at=at)


def close_account(store: Store, actor: Actor, user_name: str, *, at: datetime) -> None:
    """Closes an account: its sessions end, its passwords open nothing. Raises as `change_role`."""
    _take(store, actor, _Step("closed", user_name), at=at)


def reopen_account(store: Store, actor: Actor, user_name: str, *, at: datetime) -> None:
    """Opens a closed account again, as it was. Raises as `change_role`."""
    _take(store, actor, _Step("reopened", user_name), at=at)


def unlock_account(store: Store, actor: Actor, user_name: str, *, at: datetime) -> None:
    """Forgets the wrong passwords of an account. Raises as `change_role`."""
    _take(store, actor, _Step("unlocked", user_name), at=at)


def reset_password(store: Store, actor: Actor, user_name: str, *, at: datetime) -> str:
    """A new password that opens an account once, in the place of a lost one; sessions end.
    Raises as `change_role`."""
    _require_own_account(actor)
    made = _made_password()
    with store.transaction() as transaction:
        # Together: between the two the password that was lost would still open the account.
        _save_step_asked(transaction, _moment(transaction, actor, at), _Step("unlocked", user_name))
        return _one_time_password(transaction, user_name, made, at)


def first_administrator(store: Store, *, at: datetime) -> str | None:
    """Opens the first account of a house without any; returns its password, None where there are
    accounts. For the edge that starts the console: whoever reads its terminal owns the house."""
    if not store.read("account", user_name=None).is_empty():
        return None
    made = _made_password()
    with store.transaction() as transaction:
        order = AccountOrder(FIRST_ADMINISTRATOR, Role.ADMINISTRATOR)
        return _opened(transaction, _moment(transaction, SYSTEM, at), order, made)


def recovered_administrator(store: Store, *, at: datetime) -> str:
    """A password that opens the first administrator's account once, whatever became of it: for the
    command line, whose user holds the database anyway."""
    password = first_administrator(store, at=at)
    if password is not None:
        return password
    made = _made_password()
    with store.transaction() as transaction:
        moment = _moment(transaction, SYSTEM, at)
        order = AccountOrder(FIRST_ADMINISTRATOR, Role.ADMINISTRATOR)
        if transaction.read("account", user_name=FIRST_ADMINISTRATOR).is_empty():
            return _opened(transaction, moment, order, made)
        save_step(transaction, moment, order, "role_changed")
        return _one_time_password(transaction, FIRST_ADMINISTRATOR, made, at)


def save_new(transaction: Transaction, moment: Moment, order: AccountOrder, **vouched: str) -> str:
    """Writes a new account without a password; returns its name. Raises as `open_account`."""
    user_name = user_name_of(order.user_name)
    if not transaction.read("account", user_name=user_name).is_empty():
        raise InvalidState("account_exists", user_name=user_name)
    named = AccountOrder(user_name, order.role, order.funder_code)
    save_step(transaction, moment, named, "opened", **vouched)
    return user_name


def save_step(
    transaction: Transaction, moment: Moment, order: AccountOrder, step: str, **vouched: str
) -> None:
    """Writes a step of an account and its event, which names role and step, not the person.
    Raises `NotFound` for an unknown lender."""
    known = transaction.read("lender_code")["funder_code"]
    if order.funder_code is not None and order.funder_code not in known:
        raise NotFound("funder_unknown", funder_code=order.funder_code)
    position = transaction.next_id("account_step", "position")
    row: dict[str, Any] = {
        "user_name": order.user_name,
        "step": step,
        "role": order.role.value,
        "funder_code": order.funder_code,
        "issuer": vouched.get("issuer"),
        "subject": vouched.get("subject"),
        "changed_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
        "position": position,
    }
    transaction.append("account_step", pl.DataFrame([row], schema_overrides=_WORDS))
    facts = {"step": step, "role": order.role.value}
    append_events(transaction, moment, "account_changed", [("account", position, facts)])


def _made_password() -> tuple[str, str]:
    """A password that works once, and its hash: made before a transaction begins, for hashing takes
    long on purpose, and nobody else could write meanwhile."""
    password = passwords.one_time_password()
    return password, passwords.hashed(password)


def _opened(
    transaction: Transaction, moment: Moment, order: AccountOrder, made: tuple[str, str]
) -> str:
    user_name = save_new(transaction, moment, order)
    return _one_time_password(transaction, user_name, made, moment.at)


def _one_time_password(
    transaction: Transaction, user_name: str, made: tuple[str, str], at: datetime
) -> str:
    password, password_hash = made
    save_password(transaction, user_name, password_hash, is_one_time=True, at=at)
    return password


def save_password(
    transaction: Transaction, user_name: str, password_hash: str, *, is_one_time: bool, at: datetime
) -> None:
    """Writes an account's next password, as its hash."""
    row = {
        "user_name": user_name,
        "password_hash": password_hash,
        "is_one_time": is_one_time,
        "recorded_at": utc_naive(at),
        "position": transaction.next_id("account_password", "position"),
    }
    transaction.append("account_password", pl.DataFrame([row]))


def _take(store: Store, actor: Actor, asked: _Step, *, at: datetime) -> None:
    _require_own_account(actor)
    with store.transaction() as transaction:
        _save_step_asked(transaction, _moment(transaction, actor, at), asked)


def _save_step_asked(transaction: Transaction, moment: Moment, asked: _Step) -> None:
    now = account(transaction, asked.user_name)
    after = asked.order or AccountOrder(now.user_name, now.role, now.funder_code)
    _check_step(transaction, moment.actor, now, after, asked.step)
    save_step(transaction, moment, after, asked.step)


def _require_own_account(actor: Actor) -> None:
    require(actor, Permission.MANAGE_ACCOUNTS)
    if actor.is_demonstration:
        # Whoever entered without a password would otherwise leave with a way in that lasts.
        raise NotAllowed("demonstration_accounts")


def _check_step(
    transaction: Transaction, actor: Actor, now: Account, after: AccountOrder, step: str
) -> None:
    if step != "unlocked" and now.user_name == actor.user_name:
        raise InvalidState("own_account")
    if now.is_closed != (step == "reopened"):
        raise InvalidState("account_closed" if now.is_closed else "account_open")
    leaves = step == "closed" or after.role is not Role.ADMINISTRATOR
    if now.role is Role.ADMINISTRATOR and leaves and _administrators(transaction) == 1:
        raise InvalidState("last_administrator")


def _administrators(transaction: Transaction) -> int:
    found = transaction.read("account", user_name=None)
    in_charge = (pl.col("role") == Role.ADMINISTRATOR.value) & (pl.col("step") != "closed")
    return found.filter(in_charge).height


def _moment(transaction: Transaction, actor: Actor, at: datetime) -> Moment:
    return Moment(actor, book(transaction).open_on, at)
