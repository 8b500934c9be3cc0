"""Statements of settlement: numbered, hashed, kept as issued; what is booked later changes only the
next one."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import LANGUAGES, InvalidState, NotFound
from lending_core.funding.settlement import Statement
from lending_core.funding.statement_papers import Issue, paper, sheets
from lending_core.ledger.chain import digest, utc_naive
from lending_core.operations.console import book
from lending_core.operations.funder_register import funders_in_force
from lending_core.operations.own_funding import own_code
from lending_core.operations.settlement import statement_of
from lending_core.portfolio.pack_pdf import typeset
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

Kind = Literal["pdf", "xlsx"]
KINDS: tuple[Kind, ...] = ("pdf", "xlsx")
SUBJECT = "statement"
# Told of files: how many are made, of how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class StatementFile:
    """A file as it was made, and its SHA-256, which stands in the ledger."""

    name: str
    content: bytes
    content_hash: str


def statements(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per statement, the newest first: statement_id, number, funder_code, from_on, to_on,
    figures (JSON of `Statement.figures`), content_hash, issued_on, issued_by, recorded_at."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return store.read("funder_statements", funder_code=None)


def draft(store: Store, actor: Actor, funder_code: str, to_on: date) -> Statement:
    """What the next statement of a lender would say: from the day after its newest one on. Raises
    `NotFound`, and `InvalidState` for days that are settled already or not closed."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return _next(store, funder_code, to_on)


def issue_statement(  # noqa: PLR0913 (who, of whom, until when, and who is told)
    store: Store,
    actor: Actor,
    funder_code: str,
    to_on: date,
    *,
    at: datetime,
    progress: Progress = lambda *_: None,
) -> int:
    """Issues the next statement of a lender, in both languages, as PDF and as workbook; returns its
    number. `progress` is told each file that is made; what it raises undoes them all. Raises as
    `draft`, and `NotAllowed`."""
    require(actor, Permission.ISSUE_STATEMENT)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        told = _next(transaction, funder_code, to_on)
        statement_id = transaction.next_id("funder_statement", "statement_id")
        issue = _issue(transaction, told, moment, statement_id)
        row = _row(told, issue, moment, statement_id)
        transaction.append("funder_statement", pl.DataFrame([row]))
        files = _files(told, issue, statement_id, progress)
        transaction.append("funder_statement_file", pl.DataFrame(files))
        facts = {
            "number": issue.number,
            "funder_code": funder_code,
            "from_on": told.from_on,
            "to_on": to_on,
            "content_hash": issue.content_hash,
            "file_hashes": [each["content_hash"] for each in files],
        }
        append_events(transaction, moment, "statement_issued", [(SUBJECT, statement_id, facts)])
        return statement_id


def statement_file(
    store: Store, actor: Actor, statement_id: int, language: str, kind: Kind
) -> StatementFile:
    """One file as it was issued. Raises `NotAllowed` and `NotFound`."""
    require(actor, Permission.VIEW_ACCOUNTS)
    return _file(store, None, statement_id, language, kind)


def is_as_issued(store: Store, actor: Actor, statement_id: int) -> bool:
    """Whether the journal still says of the period what the statement said."""
    require(actor, Permission.VIEW_ACCOUNTS)
    known = store.read("funder_statements", funder_code=None)
    rows = known.filter(pl.col("statement_id") == statement_id).rows(named=True)
    if not rows:
        raise NotFound("statement_unknown", statement_id=statement_id)
    row = rows[0]
    again = statement_of(store, row["funder_code"], row["from_on"], row["to_on"])
    return bool(_hash(again) == row["content_hash"])


def own_statements(store: Store, actor: Actor) -> pl.DataFrame:
    """The rows of `statements` of the actor's own lender."""
    return store.read("funder_statements", funder_code=own_code(actor))


def own_statement_file(
    store: Store, actor: Actor, statement_id: int, language: str, kind: Kind
) -> StatementFile:
    """One file of a statement of the actor's own lender. Raises `NotFound` for another's."""
    return _file(store, own_code(actor), statement_id, language, kind)


def _next(reader: Store | Transaction, funder_code: str, to_on: date) -> Statement:
    current = book(reader)
    if funder_code not in funders_in_force(reader):
        raise NotFound("funder_unknown", funder_code=funder_code)
    newest = reader.read("funder_statements", funder_code=funder_code).head(1)
    from_on = current.first_business_on
    if not newest.is_empty():
        from_on = newest["to_on"].item() + timedelta(days=1)
    if not from_on <= to_on <= current.business_on:
        raise InvalidState("statement_days", from_on=from_on, to_on=current.business_on)
    return statement_of(reader, funder_code, from_on, to_on)


def _issue(transaction: Transaction, told: Statement, moment: Moment, statement_id: int) -> Issue:
    current = book(transaction)
    funder = funders_in_force(transaction)[told.funder_code]
    return Issue(
        number=f"S-{told.to_on.year}-{statement_id:05d}",
        names={language: getattr(funder, f"name_{language}") for language in LANGUAGES},
        currency=current.currency,
        is_simulated=current.is_simulated,
        content_hash=_hash(told),
        at=moment.at,
        by=moment.actor.user_name,
    )


def _row(told: Statement, issue: Issue, moment: Moment, statement_id: int) -> dict[str, Any]:
    return {
        "statement_id": statement_id,
        "number": issue.number,
        "funder_code": told.funder_code,
        "from_on": told.from_on,
        "to_on": told.to_on,
        "figures": json.dumps(told.figures, sort_keys=True),
        "content_hash": issue.content_hash,
        "issued_on": moment.business_on,
        "issued_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }


def _files(
    told: Statement, issue: Issue, statement_id: int, progress: Progress
) -> list[dict[str, Any]]:
    made: list[tuple[str, Kind, bytes]] = []
    for language in LANGUAGES:
        for kind in KINDS:
            progress(len(made), len(LANGUAGES) * len(KINDS))
            made.append((language, kind, _content(told, issue, language, kind)))
    progress(len(made), len(made))
    return [
        {
            "statement_id": statement_id,
            "language": language,
            "kind": kind,
            "content": content,
            "content_hash": hashlib.sha256(content).hexdigest(),
        }
        for language, kind, content in made
    ]


def _content(told: Statement, issue: Issue, language: str, kind: Kind) -> bytes:
    if kind == "xlsx":
        return sheets(told, issue, language)
    return typeset(paper(told, issue, language), issue.at)


def _hash(told: Statement) -> str:
    """SHA-256 over what the statement says, as hex."""
    facts = {"funder_code": told.funder_code, "from_on": told.from_on, "to_on": told.to_on}
    return digest({**facts, "days": told.days.write_json(), "figures": told.figures})


def _file(
    store: Store, funder_code: str | None, statement_id: int, language: str, kind: Kind
) -> StatementFile:
    rows = store.read(
        "funder_statement_file",
        statement_id=statement_id,
        language=language,
        kind=kind,
        funder_code=funder_code,
    ).rows(named=True)
    if not rows:
        raise NotFound("statement_unknown", statement_id=statement_id)
    name = f"{rows[0]['number']}_{rows[0]['funder_code']}_{language}.{kind}"
    return StatementFile(name, bytes(rows[0]["content"]), rows[0]["content_hash"])
