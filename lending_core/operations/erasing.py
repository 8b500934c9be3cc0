"""Erasure: which of a person's data goes, which the law keeps and until when, and taking it away.

Whoever never borrowed is erased by destroying the person's key: no text of theirs opens any more,
wherever rows were copied. Of whoever borrowed, identity and transactions stay for as long as the
law says, and what serves no purpose any more goes.
"""

import functools
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.dates import add_months
from lending_core.ledger.chain import utc_naive
from lending_core.operations.lines import ERASURE, FROZEN, save_statuses
from lending_core.operations.renewing import renew_commitments
from lending_core.settings import reference_file
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

IDENTITY, TRANSACTIONS, COLLECTIONS, TRACES = "identity", "transactions", "collections", "traces"
WORDS, LINES = "words", "lines"
_KINDS = (IDENTITY, TRANSACTIONS, COLLECTIONS, TRACES, WORDS)
# Why something goes or stays.
ASKED, IN_FORCE, UNUSED = "no_purpose", "relation_goes_on", "line_unused"
_GONE = "erased"
_FINGERPRINTS = ("device", "phone", "bank_card", "address")


@dataclass(frozen=True)
class Item:
    """A kind of data of a person: whether it goes, by which reason, and until when it stays (None:
    it goes, or the end is not known yet)."""

    item: str
    is_erased: bool
    reason: str
    kept_until_on: date | None = None


@functools.cache
def kept_years() -> dict[str, int]:
    """For how many years the law keeps each kind of data, from `privacy.toml`."""
    told = tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))["kept"]
    return {kind: each["years"] for kind, each in told.items()}


def items(standing: dict[str, Any]) -> tuple[Item, ...]:
    """What becomes of the data of a person (a row of `person_standing`) who is to be erased now."""
    if any(standing[each] for each in ("open_loans", "waiting_applications", "waiting_offers")):
        return tuple(Item(kind, False, IN_FORCE) for kind in _KINDS)
    # Nothing is drawn under these: a limit alone is no reason to keep anybody's data.
    lines = (Item(LINES, True, UNUSED),) if standing["active_lines"] else ()
    goes = (*lines, Item(TRACES, True, ASKED), Item(WORDS, True, ASKED))
    if not standing["loans"]:
        return (Item(IDENTITY, True, ASKED), *goes)
    kept = (_after_loans(standing, IDENTITY), _after_loans(standing, TRANSACTIONS))
    return (*kept, *_collections(standing), *goes)


def erase(
    transaction: Transaction, moment: Moment, people: Sequence[tuple[int, tuple[Item, ...]]]
) -> None:
    """Takes away what the items of these customers say, commits anew to what is left, and keeps
    what went and what stayed. The caller asked for the right and writes the event."""
    whole = [customer for customer, found in people if _goes(found, IDENTITY)]
    traced = [customer for customer, found in people if _goes(found, TRACES)]
    _erase_traces(transaction, moment, traced)
    _erase_words(transaction, moment, traced)
    _close_lines(transaction, moment, [each for each, found in people if _goes(found, LINES)])
    _erase_people(transaction, moment, whole)
    rows = [
        {"customer_id": customer, **vars(each), "recorded_at": utc_naive(moment.at)}
        for customer, found in people
        for each in found
    ]
    kinds = {"kept_until_on": pl.Date}
    transaction.append("erased_item", pl.DataFrame(rows, schema_overrides=kinds))


def _after_loans(standing: dict[str, Any], kind: str) -> Item:
    ended_on = standing["last_paid_on"] or standing["joined_on"]
    return Item(kind, False, f"kept_{kind}", _years_after(ended_on, kept_years()[kind]))


def _collections(standing: dict[str, Any]) -> tuple[Item, ...]:
    last_on = standing["last_contact_on"]
    if last_on is None:
        return ()
    until_on = _years_after(last_on, kept_years()[COLLECTIONS])
    return (Item(COLLECTIONS, False, "kept_collections", until_on),)


def _years_after(on: date, years: int) -> date:
    return add_months(on, 12 * years)


def _goes(found: tuple[Item, ...], kind: str) -> bool:
    return any(each.item == kind and each.is_erased for each in found)


def _close_lines(transaction: Transaction, moment: Moment, customers: list[int]) -> None:
    """Nobody draws under the lines of these customers any more, and no review opens them again."""
    lines = transaction.read("active_line_of_customer", customer_ids=customers)
    if lines.is_empty():
        return
    closed = lines.with_columns(status=pl.lit(FROZEN))
    save_statuses(transaction, moment, closed, pl.lit(ERASURE))
    facts = {"status": FROZEN, "reason": ERASURE}
    happenings = [("line", line_id, facts) for line_id in lines["line_id"]]
    append_events(transaction, moment, "line_status_set", happenings)


def _erase_people(transaction: Transaction, moment: Moment, customers: list[int]) -> None:
    """Destroys the keys: what they encrypted stays where it is and never opens again."""
    if not customers:
        return
    nobody = pl.DataFrame(
        {"customer_id": customers, "person_fingerprint": [None] * len(customers)},
        schema={"customer_id": pl.Int64, "person_fingerprint": pl.String},
    )
    transaction.overwrite("customer", "customer_id", nobody)
    renew_commitments(transaction, moment, "customer", [str(each) for each in customers])
    for customer in customers:
        transaction.remove("customer_key", "customer_id", customer)


def _erase_traces(transaction: Transaction, moment: Moment, customers: list[int]) -> None:
    rows = transaction.read("trace_of_customer", customer_ids=customers)
    if rows.is_empty():
        return
    numbers = rows["application_id"]
    gone = [pl.lit(None, pl.String).alias(f"{kind}_fingerprint") for kind in _FINGERPRINTS]
    # Nobody is linked to anybody: each application is by somebody of its own.
    alone = pl.concat_str(pl.lit(f"{_GONE} "), pl.col("application_id").cast(pl.String))
    blank = rows.select(
        "application_id",
        *gone,
        alone.alias("person_fingerprint"),
        pl.lit(None, pl.String).alias("bank_card_last4"),
    )
    transaction.overwrite("application_trace", "application_id", blank)
    keys = [str(number) for number in numbers]
    renew_commitments(transaction, moment, "application_trace", keys)


def _erase_words(transaction: Transaction, moment: Moment, customers: list[int]) -> None:
    for table in ("review", "review_confirmation"):
        rows = transaction.read(f"{table}_words_of_customer", customer_ids=customers)
        if rows.is_empty():
            continue
        blank = rows.select("application_id", words=pl.lit(None, pl.String))
        transaction.overwrite(table, "application_id", blank)
        keys = [str(number) for number in rows["application_id"]]
        renew_commitments(transaction, moment, table, keys)
