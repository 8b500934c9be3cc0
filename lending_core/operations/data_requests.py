"""What people ask for about their own data: a copy of all of it, or that it be erased."""

import functools
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidInput, InvalidState, NotFound
from lending_core.ledger.chain import utc_naive
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.erasing import Item, erase, items
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.unmasking import Wish, keep_access
from lending_core.settings import reference_file
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

EXPORT, ERASURE = "export", "erasure"
_DATA_REQUEST = "data_request"
# The table that leads from a customer to rows by each link.
_ROOTS = {"application_id": "application", "loan_id": "loan", "line_id": "credit_line"}


@dataclass(frozen=True)
class Request:
    """Who asks, and how the person proved to be the customer (a code of `proofs`)."""

    customer_id: int
    proof: str


@dataclass(frozen=True)
class Copy:
    """All data held on a person: frames by table, in plain, and the same as a JSON document."""

    tables: Mapping[str, pl.DataFrame]
    json: str


@functools.cache
def proofs() -> tuple[str, ...]:
    """How a person may prove to be the customer, from `privacy.toml`."""
    return tuple(_document()["request"]["proofs"])


REQUEST_ORDERS = ("request_id", "customer_id", "recorded_at")
NEWEST_REQUESTS = Asked(Order("request_id"))
_REQUESTS = Listing("data_request", "request_id", REQUEST_ORDERS)


def data_requests(store: Store, actor: Actor, asked: Asked = NEWEST_REQUESTS) -> pl.DataFrame:
    """One page of requests that were handled: request_id, customer_id, request_kind, proof,
    handled_by, recorded_at."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    return listing.page(store, actor, _REQUESTS, asked, {})


def count_requests(store: Store, actor: Actor) -> int:
    """How many requests were handled."""
    require(actor, Permission.VIEW_ACCESS_LOG)
    return listing.count(store, _REQUESTS, {})


def export_person(store: Store, actor: Actor, request: Request, *, at: datetime) -> Copy:
    """All data held on a person, in plain, for the person; kept as a request and as an access.

    Raises `NotAllowed`, `NotFound`, and `InvalidInput` without proof of who asks.
    """
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    with store.transaction() as transaction:
        _check(transaction, request)
        moment = Moment(actor, book(transaction).open_on, at)
        tables = _held(transaction, request.customer_id)
        request_id = _keep(transaction, moment, request, EXPORT)
        wish = Wish(request.customer_id, _DATA_REQUEST)
        keep_access(transaction, moment, wish, f"request {request_id}", utc_naive(at))
        happened = ("customer", request.customer_id, {"request_id": request_id})
        append_events(transaction, moment, "personal_data_exported", [happened])
    return Copy(tables, _json(request.customer_id, tables, at))


def erasure_preview(store: Store, actor: Actor, customer_id: int) -> tuple[Item, ...]:
    """What would go and what would stay, with the reason, were the person erased now. Raises as
    `erase_person`."""
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    return items(_standing(store, customer_id))


def erase_person(store: Store, actor: Actor, request: Request, *, at: datetime) -> tuple[Item, ...]:
    """Erases what the law lets go of a person's data; returns what went and what stayed, and why.

    Raises `NotAllowed`, `NotFound`, `InvalidInput` without proof of who asks, and `InvalidState`
    where the person is erased already, or nothing may go while the relation goes on.
    """
    require(actor, Permission.HANDLE_DATA_REQUESTS)
    with store.transaction() as transaction:
        _check(transaction, request)
        found = items(_standing(transaction, request.customer_id))
        if not any(each.is_erased for each in found):
            raise InvalidState("erasure_too_early", customer_id=request.customer_id)
        moment = Moment(actor, book(transaction).open_on, at)
        erase(transaction, moment, [(request.customer_id, found)])
        request_id = _keep(transaction, moment, request, ERASURE)
        facts = {"request_id": request_id, "erased": [e.item for e in found if e.is_erased]}
        happened = ("customer", request.customer_id, facts)
        append_events(transaction, moment, "personal_data_erased", [happened])
    return found


def erased_items(store: Store, actor: Actor, customer_id: int) -> pl.DataFrame:
    """One row per kind of data of a person that was erased, or kept and why: item, is_erased,
    kept_reason, kept_until_on, recorded_at; newest first."""
    require(actor, Permission.VIEW_BOOK)
    return store.read("erased_item", customer_id=customer_id)


def _standing(reader: Store | Transaction, customer_id: int) -> dict[str, Any]:
    rows = reader.read("person_standing", customer_id=customer_id)
    if not rows.is_empty():
        return rows.row(0, named=True)
    if reader.read("customer_page", customer_id=customer_id).is_empty():
        raise NotFound("customer_unknown", customer_id=customer_id)
    raise InvalidState("person_erased", customer_id=customer_id)


def _check(transaction: Transaction, request: Request) -> None:
    if request.proof not in proofs():
        raise InvalidInput("request_proof", code=request.proof)
    _standing(transaction, request.customer_id)


def _keep(transaction: Transaction, moment: Moment, request: Request, kind: str) -> int:
    request_id = transaction.next_id("data_request", "request_id")
    row = {
        "request_id": request_id,
        "customer_id": request.customer_id,
        "kind": kind,
        "reason": request.proof,
        "handled_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append("data_request", pl.DataFrame([row]))
    return request_id


def _held(transaction: Transaction, customer_id: int) -> dict[str, pl.DataFrame]:
    """Rows of the person by table, those with rows only; fingerprints say nothing to anybody."""
    found = {}
    for link, tables in _document()["held"].items():
        for table in tables if link != "source" else ():
            rows = transaction.evaluate(_rows_of(table, link, customer_id))
            told = [each for each in rows.columns if not each.endswith("_fingerprint")]
            if not rows.is_empty():
                found[table] = transaction.opened(rows.select(told))
    return found


def _rows_of(table: str, link: str, customer_id: int) -> str:
    mine = exp.EQ(this=exp.column("customer_id"), expression=exp.Literal.number(customer_id))
    query = exp.select("*").from_(exp.to_table(table))
    if link not in _ROOTS:
        return query.where(mine).sql("duckdb")
    numbers = exp.select(exp.column(link)).from_(exp.to_table(_ROOTS[link])).where(mine)
    return query.where(exp.In(this=exp.column(link), query=numbers.subquery())).sql("duckdb")


def _json(customer_id: int, tables: Mapping[str, pl.DataFrame], at: datetime) -> str:
    told = {"customer_id": customer_id, "made_at": at.isoformat()}
    rows = {table: frame.to_dicts() for table, frame in tables.items()}
    return json.dumps(told | rows, ensure_ascii=False, default=str, indent=1)


@functools.cache
def _document() -> dict[str, Any]:
    return tomllib.loads(reference_file("privacy.toml").read_text("utf-8"))
