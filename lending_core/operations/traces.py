"""What applications came with, kept as fingerprints, and how many others came with the same."""

import hashlib
import secrets

import polars as pl

from lending_core.identity.fingerprints import (
    KEY_BYTES,
    PERSON,
    SHARED,
    fingerprint,
    fingerprints,
)
from lending_core.identity.fraud import LINK_FEATURES
from lending_core.operations.console import book
from lending_core.store.engine import Transaction

# What `keep_traces` needs of each applicant, besides application_id; null: not given.
TRACED = ("id_number", *SHARED)


def keep_traces(transaction: Transaction, applicants: pl.DataFrame) -> pl.DataFrame:
    """Keeps fingerprints of what numbered applicants came with; returns the applicants with
    `LINK_FEATURES`, and without what they came with.

    `applicants`: application_id, ascending in the order of application, and `TRACED`. The rows of
    `application` must be written. One query counts for one applicant and for a month of them.
    """
    key = fingerprint_key(transaction)
    traces = applicants.select(
        "application_id",
        *fingerprints(key, applicants),
        bank_card_last4=pl.col("bank_card").str.tail(4),
    )
    transaction.append("application_trace", traces)
    links = transaction.read(
        "applicant_link", first_application_id=applicants["application_id"].min()
    )
    known = applicants.drop(*TRACED, *LINK_FEATURES, strict=False)
    return known.join(links, on="application_id", how="left", maintain_order="left")


def append_customers(transaction: Transaction, customers: pl.DataFrame) -> None:
    """Adds rows of `customer` in plain, which the store encrypts, with what finds each by the ID
    number."""
    key = fingerprint_key(transaction)
    found_by = [fingerprint(key, PERSON, number) for number in customers["id_number"].to_list()]
    transaction.append(
        "customer", customers.with_columns(person_fingerprint=pl.Series(found_by, dtype=pl.String))
    )


def fingerprint_key(transaction: Transaction) -> bytes:
    """The key of this book's fingerprints, made when it is first asked for.

    A simulated book's follows from its seed, so that the same seed gives the same book: its people
    do not exist. A real one's is drawn: nobody may redo it.
    """
    rows = transaction.opened(transaction.read("fingerprint_key"))["key_hex"].to_list()
    if rows:
        return bytes.fromhex(rows[0])
    current = book(transaction)
    if current.is_simulated:
        key = hashlib.sha256(f"fingerprints of book {current.seed}".encode()).digest()
    else:
        key = secrets.token_bytes(KEY_BYTES)
    transaction.append("fingerprint_key", pl.DataFrame({"key_hex": [key.hex()]}))
    return key
