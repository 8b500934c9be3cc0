"""The month-end risk pack: made when a month is closed or when somebody asks, and kept as made."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.dates import newest_month_end
from lending_core.errors import LANGUAGES, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.funder_register import funder_names
from lending_core.operations.risk_pack_sections import sections
from lending_core.portfolio.pack import Pack
from lending_core.portfolio.pack_pdf import pdf_bytes
from lending_core.portfolio.pack_workbook import xlsx_bytes
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

Kind = Literal["pdf", "xlsx"]
KINDS: dict[Kind, Any] = {"pdf": pdf_bytes, "xlsx": xlsx_bytes}


@dataclass(frozen=True)
class PackFile:
    """A file as it was made, and the SHA-256 that stands in the ledger."""

    name: str
    content: bytes
    content_hash: str


def make_risk_pack(store: Store, actor: Actor, *, at: datetime) -> date:
    """Makes the pack of the newest month that is over, in both languages, as PDF and as workbook;
    returns its month end. Files of before stay. Raises `NotAllowed` for who may not close days, and
    `InvalidState` where no month is over or nothing was lent by then."""
    require(actor, Permission.CLOSE_DAY)
    current = book(store)
    month_end_on = newest_month_end(current.business_on)
    parts = sections(store, actor, month_end_on)
    if not parts:
        raise InvalidState("pack_of_nothing", on=month_end_on)
    pack = Pack(
        current.name,
        current.is_simulated,
        current.currency,
        month_end_on,
        at,
        actor.user_name,
        parts,
        funder_names(store),
    )
    _keep(store, pack, Moment(actor, current.open_on, at))
    return month_end_on


def close_with_pack(store: Store, on: date, *, at: datetime) -> None:
    """The pack of a month end that was just closed; nothing on other days or before any loan."""
    if on != newest_month_end(on):
        return
    try:
        make_risk_pack(store, SYSTEM, at=at)
    except InvalidState as refusal:
        # A month before the first loan has nothing to report, and is closed all the same.
        if refusal.reason != "pack_of_nothing":
            raise


def risk_packs(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per file, newest month and newest making first: pack_id, month_end_on, language,
    kind, content_hash, content_bytes, made_by, recorded_at."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("risk_pack_list")


def pack_file(store: Store, actor: Actor, pack_id: int) -> PackFile:
    """One file. Raises `NotAllowed` and `NotFound`."""
    require(actor, Permission.VIEW_BOOK)
    rows = store.read("risk_pack_file", pack_id=pack_id).rows(named=True)
    if not rows:
        raise NotFound("pack_unknown", pack_id=pack_id)
    row = rows[0]
    name = f"risk_pack_{row['month_end_on']:%Y-%m}_{row['language']}.{row['kind']}"
    return PackFile(name, bytes(row["content"]), row["content_hash"])


def _keep(store: Store, pack: Pack, moment: Moment) -> None:
    made = [
        (language, kind, written(pack, language))
        for language in LANGUAGES
        for kind, written in KINDS.items()
    ]
    hashes = [hashlib.sha256(content).hexdigest() for _, _, content in made]
    with store.transaction() as transaction:
        first_id = transaction.next_id("risk_pack", "pack_id")
        rows = [
            {
                "pack_id": first_id + place,
                "month_end_on": pack.month_end_on,
                "language": language,
                "kind": kind,
                "content": content,
                "content_hash": hashes[place],
                "made_by": pack.made_by,
                "recorded_at": utc_naive(pack.at),
            }
            for place, (language, kind, content) in enumerate(made)
        ]
        transaction.append("risk_pack", pl.DataFrame(rows))
        facts = {"month_end_on": pack.month_end_on.isoformat(), "content_hashes": hashes}
        append_events(transaction, moment, "risk_pack_made", [("book", 1, facts)])
