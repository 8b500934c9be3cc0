"""The overdue screen's questions: how much is late, how lateness moves, where it sits, and whom it
is about; each asks for its permission first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.operations import listing
from lending_core.operations.console import book
from lending_core.operations.listing import Asked, Listing, Order
from lending_core.operations.personal import masked
from lending_core.operations.reports import BookFilter
from lending_core.store.engine import Store

# What the late part of the book is told apart by.
DIMENSIONS = ("product_code", "region_code", "funder_code", "band", "scenario", "channel")
SORTABLE = (
    "principal_fen",
    "overdue_fen",
    "days_past_due",
    "lent_fen",
    "disbursed_on",
    "loan_id",
)
ON_BOOK = ("open",)


@dataclass(frozen=True)
class LoansAt:
    """Loans of a part of the book at a month end: in these stages (None: all; what is written off
    is in none) and standings, and which stood in one of `previous_buckets` a month end before
    (None: wherever)."""

    chosen: BookFilter
    month_end_on: date
    buckets: tuple[str, ...] | None = None
    standings: tuple[str, ...] = ON_BOOK
    previous_buckets: tuple[str, ...] | None = None


@dataclass(frozen=True)
class FirstMissed:
    """Loans disbursed in the month that ends on `cohort_on` whose very first instalment was not
    fully paid within so many days of its due date."""

    chosen: BookFilter
    cohort_on: date
    days: int


@dataclass(frozen=True)
class Entered:
    """Loans that became late in the month that ends on `month_end_on`; `has_gone_on`: those of them
    that reached 31 days late, or those that did not (None: all)."""

    chosen: BookFilter
    month_end_on: date
    has_gone_on: bool | None = None


LoanGroup = LoansAt | FirstMissed | Entered


def stage_flows(store: Store, actor: Actor, chosen: BookFilter) -> pl.DataFrame:
    """One row per month end (or newest closed day), stage a month end before and stage now (or how
    the loan left): previous_bucket (null: was not open), stands, loans, principal_fen, overdue_fen,
    previous_principal_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("stage_flow", **chosen.parameters())


def first_payments(store: Store, actor: Actor, chosen: BookFilter) -> pl.DataFrame:
    """One row per month of disbursement: cohort_on, due_on (the last first due date), loans,
    lent_fen, and late_7_loans, late_7_fen, late_30_loans, late_30_fen of those whose very first
    instalment was not fully paid within 7 and 30 days. Empty for an imported tape."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read(
        "first_payment", business_on=book(store).business_on, **chosen.parameters()
    )


def late_entries(store: Store, actor: Actor, chosen: BookFilter) -> pl.DataFrame:
    """One row per month of the first day late: month_end_on, entered_loans, entered_fen, and
    went_on_loans, went_on_fen of those that reached 31 days late. Empty for an imported tape."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("late_entry", is_part=chosen != BookFilter(), **chosen.parameters())


def late_parts(
    store: Store, actor: Actor, chosen: BookFilter, month_end_on: date, dimension: str
) -> pl.DataFrame:
    """One row per value of one of `DIMENSIONS` (null: not known) and stage at a month end: part,
    bucket, loans, principal_fen, overdue_fen."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read(
        "late_part", month_end_on=month_end_on, dimension=dimension, **chosen.parameters()
    )


def month_ends(store: Store, actor: Actor) -> list[date]:
    """The month ends of the book, and the newest closed day, oldest first."""
    require(actor, Permission.VIEW_BOOK)
    return store.reports.read("month_end")["month_end_on"].to_list()


def part_values(store: Store, actor: Actor, month_end_on: date) -> dict[str, list[str]]:
    """Per dimension the values that loans have at a month end, in order; none where the book does
    not tell any."""
    require(actor, Permission.VIEW_BOOK)
    found = store.reports.read("part_value", month_end_on=month_end_on)
    return {name: found[name].drop_nulls().unique().sort().to_list() for name in DIMENSIONS}


def knows_money(store: Store, actor: Actor) -> bool:
    """Whether any month end of the book tells an amount: a tape may know numbers of loans only."""
    require(actor, Permission.VIEW_BOOK)
    return not store.reports.read("known_amount").is_empty()


def count_of(store: Store, actor: Actor, group: LoanGroup) -> int:
    """How many loans a group has."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _query_of(store, group)
    return listing.count(store, found, parameters)


def told_of(
    store: Store, actor: Actor, group: LoanGroup, columns: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the columns that any loan of a group tells: a tape may not know all of them."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _query_of(store, group)
    return listing.told(store, found, columns, parameters)


def loans_of(store: Store, actor: Actor, group: LoanGroup, asked: Asked) -> pl.DataFrame:
    """One page of the loans of a group: loan_id, name and phone (masked for roles without the right
    to see them), reference (of a tape), the dimensions, standing, bucket, days_past_due,
    principal_fen, overdue_fen, lent_fen, disbursed_on. `LoansAt` tells them as they stood at the
    month end, the other groups as they stand at the newest close."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _query_of(store, group)
    return listing.page(store, actor, found, asked, parameters)


def all_loans_of(
    store: Store, actor: Actor, group: LoanGroup, order: Order
) -> Iterator[pl.DataFrame]:
    """All loans of a group in frames, for a file: the columns of `loans_of`."""
    require(actor, Permission.VIEW_BOOK)
    found, parameters = _query_of(store, group)
    return listing.frames(store, actor, found, order, parameters)


def _query_of(store: Store, group: LoanGroup) -> tuple[Listing, dict[str, Any]]:
    chosen = group.chosen.parameters()
    match group:
        case LoansAt():
            return _listing("late_loan"), {
                **chosen,
                "month_end_on": group.month_end_on,
                "buckets": _or_all(group.buckets),
                "standings": list(group.standings),
                "previous_buckets": _or_all(group.previous_buckets),
            }
        case FirstMissed():
            return _listing("first_payment_loan"), {
                **chosen,
                "cohort_on": group.cohort_on,
                "late_max": group.days,
                "business_on": book(store).business_on,
            }
        case Entered():
            return _listing("entered_loan"), {
                **chosen,
                "month_end_on": group.month_end_on,
                "went_further": group.has_gone_on,
            }


def _listing(query: str) -> Listing:
    return Listing(query, "loan_id", SORTABLE, _with_people, is_report=True)


def _or_all(codes: tuple[str, ...] | None) -> list[str] | None:
    return None if codes is None else list(codes)


def _with_people(store: Store, actor: Actor, rows: pl.DataFrame) -> pl.DataFrame:
    """Who borrowed, looked up for the rows at hand only."""
    people = store.read("loan_people", loan_ids=rows["loan_id"].unique().to_list())
    return masked(store, actor, rows.join(people, on="loan_id", how="left", maintain_order="left"))
