"""A copy of the book for tests: other people in the place of its own and of the staff's."""

import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.identity.fingerprints import PERSON, fingerprint
from lending_core.ledger.chain import link
from lending_core.ledger.tables import fact_tables
from lending_core.operations.console import book, has_book, open_console
from lending_core.operations.traces import fingerprint_key
from lending_core.settings import Settings
from lending_core.simulate.borrowers import stand_ins
from lending_core.simulate.draws import Draws
from lending_core.store.cipher import MARK
from lending_core.store.engine import Transaction, open_store
from lending_core.store.events import Moment, append_events
from lending_core.store.fact_rows import schema
from lending_core.store.opening import rewrite
from lending_core.store.vault import sealed_tables

# What staff wrote and what people came with: the columns that are emptied, by table and its key.
_EMPTIED: Mapping[str, tuple[str, ...]] = {
    "contact_attempt": ("contact_id", "reason", "note"),
    "collection_hold": ("hold_id", "note"),
    "collection_hold_end": ("hold_id", "note"),
    "complaint": ("complaint_id", "note"),
    "review": ("application_id", "words"),
    "review_confirmation": ("application_id", "words"),
    "application_trace": ("application_id", "bank_card_last4"),
}
# What stands in the place of words that may not be missing.
_REMOVED = "***"
# Columns with names of accounts.
_BY_WHOM = re.compile(r"(_by|^actor|^author|^owner)$")
# Columns of an event that follow from the others and from the event before.
_LINKS = ("event_id", "previous_hash", "hash")
# What the copy goes without: staff and their passwords, mini-programs and their tokens (no test may
# tell anybody outside anything), who saw whom, and the sealed ledger, whose rows are no more what
# was sealed.
_LEFT_OUT = (
    *("account_step", "account_password", "sign_in", "personal_access", "data_request"),
    *("api_client", "api_token", "api_token_end", "api_application", "api_webhook"),
    *("api_webhook_end", "api_delivery", "api_attempt"),
    *("erased_item", "retention_run", "tape_reject", "fingerprint_key", "ledger_block"),
    *("ledger_segment", "ledger_row", "ledger_commitment", "ledger_salt", "ledger_head"),
    *("ledger_witness", "ledger_written", "ledger_written_row", "ledger_key"),
)
_TRACES = ("person", "device", "phone", "bank_card", "address")
_SEEDS = 2**31


def extract(settings: Settings, out: Path, *, at: datetime) -> int:
    """Writes a copy of the book to a new file, with simulated people in the place of its people:
    each the same everywhere in the copy, and marked as simulated. Returns how many there are.

    Raises `InvalidState` where there is no book, or a file in the place of the copy.
    """
    if out.exists():
        raise InvalidState("extract_exists", path=out)
    store = open_console(settings)
    try:
        if not has_book(store):
            raise InvalidState("no_book")
        out.parent.mkdir(parents=True, exist_ok=True)
        store.copy_to(out)
        with store.transaction() as transaction:
            moment = Moment(SYSTEM, book(transaction).open_on, at)
            append_events(transaction, moment, "extract_made", [("book", 1, {})])
    finally:
        store.close()
    copy = open_store(out, key=settings.database_key, memory_limit=settings.memory_limit)
    try:
        with copy.transaction() as transaction:
            people = _replace_people(transaction)
    finally:
        copy.close()
    rewrite(out, key=settings.database_key)
    return people


def _replace_people(transaction: Transaction) -> int:
    transaction.change_keys()
    for table in _LEFT_OUT:
        transaction.clear(table)
    _empty(transaction)
    _rename_staff(transaction)
    _mix_traces(transaction)
    known = transaction.read("customer_kind")
    people = stand_ins(known, Draws(secrets.randbelow(_SEEDS)))
    key = fingerprint_key(transaction)
    found_by = [fingerprint(key, PERSON, number) for number in people["id_number"].to_list()]
    rows = people.with_columns(
        person_fingerprint=pl.Series(found_by, dtype=pl.String), is_simulated=pl.lit(value=True)
    )
    transaction.overwrite("customer", "customer_id", rows)
    for table in sealed_tables():
        transaction.seal(table)
    return people.height


def _empty(transaction: Transaction) -> None:
    for table, (key, *columns) in _EMPTIED.items():
        keys = transaction.evaluate(f'select distinct "{key}" from "{table}"')  # noqa: S608
        blank = keys.with_columns(pl.lit(None, pl.String).alias(name) for name in columns)
        transaction.overwrite(table, key, blank)
    for table in sealed_tables().keys() - _EMPTIED.keys() - set(_LEFT_OUT) - {"customer"}:
        for column in sealed_tables()[table].columns:
            transaction.evaluate(
                f'update "{table}" set "{column}" = \'{_REMOVED}\' '  # noqa: S608
                f"where starts_with(\"{column}\", '{MARK}')"
            )


def _rename_staff(transaction: Transaction) -> None:
    """Whoever has an account is `staff 1` and so on, the same everywhere; roles of the
    demonstration keep their names. The chain of events is linked anew."""
    columns = [
        (table, column.name)
        for table, known in schema(transaction).items()
        for column in known
        if table in fact_tables() and _BY_WHOM.search(column.name)
    ]
    names: set[str] = set()
    for table, column in columns:
        found = transaction.evaluate(f'select distinct "{column}" as name from "{table}"')  # noqa: S608
        names |= set(found["name"].drop_nulls())
    roles = set(transaction.read("demo_account")["user_name"])
    people = sorted(names - roles - {SYSTEM.user_name})
    if not people:
        return
    aliases = [f"staff {number}" for number in range(1, len(people) + 1)]
    named = pl.DataFrame({"name": people, "alias": aliases})
    for table, column in columns:
        transaction.evaluate(
            f'update "{table}" set "{column}" = named.alias from named '  # noqa: S608
            f'where "{table}"."{column}" = named.name',
            named=named,
        )
    _link_anew(transaction)


def _link_anew(transaction: Transaction) -> None:
    previous, links = None, []
    events = transaction.evaluate("select * from event order by event_id")
    for row in events.iter_rows(named=True):
        facts = {name: row[name] for name in row if name not in _LINKS}
        previous = link(previous, **facts)
        links.append((previous.event_id, previous.previous_hash, previous.hash))
    transaction.overwrite("event", "event_id", pl.DataFrame(links, schema=_LINKS, orient="row"))


def _mix_traces(transaction: Transaction) -> None:
    """Who shares what stays as it is, under fingerprints that lead to nothing outside the copy."""
    key = secrets.token_bytes(32)
    columns = [f"{kind}_fingerprint" for kind in _TRACES]
    names = ", ".join(f'"{name}"' for name in columns)
    rows = transaction.evaluate(f"select application_id, {names} from application_trace")  # noqa: S608
    mixed = rows.with_columns(
        pl.Series(name, [text and _mixed(key, text) for text in rows[name].to_list()], pl.String)
        for name in columns
    )
    transaction.overwrite("application_trace", "application_id", mixed)


def _mixed(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
