"""Vintage, roll rates and a book's summary as plain lists and numbers, for commands and notebooks.

Amounts are units of the book's currency with two decimals, rates have six; null: not known.
"""

from datetime import date
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.money import FEN_PER_YUAN
from lending_core.operations.console import book
from lending_core.operations.reports import BookFilter
from lending_core.operations.rolls import moves
from lending_core.operations.vintages import Asked, vintage
from lending_core.portfolio.delinquency import headline_rates
from lending_core.portfolio.roll_rates import flows, matrix
from lending_core.portfolio.vintage import Period, Weight, points
from lending_core.servicing.buckets import bucket_codes, buckets
from lending_core.store.engine import Store

# A tape that tells only how loans ended has no month ends to follow.
OUTCOMES = "outcomes"
_LATE_DAYS = (30, 60, 90)


def vintage_report(
    store: Store, actor: Actor, asked: Asked, period: Period, weight: Weight
) -> list[dict[str, Any]]:
    """One entry per cohort, oldest first: cohort, loans, amount, and points with mob, bad (loans,
    or their amount) and rate, only where the whole cohort was watched so long.

    Raises `InvalidState` for amounts that the book does not know, and for lateness in a book of
    outcomes.
    """
    refuse_unknown(store, asked, weight)
    found = vintage(store, actor, asked)
    told = points(found.lent, found.bad, found.observed_until_on, period, weight)
    return [
        {
            "cohort": cohort,
            "loans": of_cohort["loans"][0],
            "amount": _units(of_cohort["lent_fen"][0]),
            "points": [
                {
                    "mob": month,
                    "bad": bad if weight == "count" else _units(bad),
                    "rate": round(rate, 6),
                }
                for month, bad, rate in of_cohort.select("months_on_book", "bad", "rate").rows()
            ],
        }
        for (cohort,), of_cohort in told.group_by("cohort", maintain_order=True)
    ]


def roll_report(
    store: Store, actor: Actor, where: str | None, *, by_month: bool
) -> list[dict[str, Any]]:
    """One entry per stage a month earlier and state now, over all months or (with month) for each:
    from, to, count of loans, rate among all that stood in the stage. Raises `InvalidState` for a
    book of outcomes."""
    _refuse_outcomes(store)
    by = ("month_end_on",) if by_month else ()
    found = matrix(flows(moves(store, actor, BookFilter(), where), "count"), *by)
    return [
        ({"month": f"{row['month_end_on']:%Y-%m}"} if by_month else {})
        | {
            "from": row["from_state"],
            "to": row["to_state"],
            "count": row["value"],
            "rate": round(row["rate"], 6),
        }
        for row in found.rows(named=True)
    ]


def summary_report(store: Store, actor: Actor, as_of_on: date | None) -> dict[str, Any]:
    """The book at the newest month end, or closed day, that is kept up to a day: what was lent and
    what is in default by then, balance and loans, by stage, and 30+, 60+ and 90+ with every open
    loan on both sides; headline_rate: up to 180 days late on both sides. In a book of outcomes
    nothing is known of stages. Raises `InvalidState` where the book begins later."""
    require(actor, Permission.VIEW_BOOK)
    current = book(store)
    asked_on = min(as_of_on or current.business_on, current.business_on)
    stages = store.reports.read("summary_stage", as_of_on=asked_on)
    is_outcomes = current.shape == OUTCOMES
    if stages.is_empty() and not is_outcomes:
        raise InvalidState("summary_too_early", on=asked_on)
    on = asked_on if is_outcomes else stages["month_end_on"][0]
    lent = store.reports.read("summary_lent", as_of_on=on).row(0, named=True)
    return {
        "book": current.name,
        "currency": current.currency,
        "as_of": on.isoformat(),
        "lent": {"loans": lent["loans"], "amount": _units(lent["lent_fen"])},
        "default": {
            "loans": lent["default_loans"],
            "amount_lent": _units(lent["default_lent_fen"]),
            "rate_by_count": _share(lent["default_loans"], lent["loans"]),
            "rate_by_amount": _share(lent["default_lent_fen"], lent["lent_fen"]),
        },
        **(_unknown_standing() if is_outcomes else _standing(stages)),
    }


def refuse_unknown(store: Store, asked: Asked, weight: Weight) -> None:
    """Raises `InvalidState` for what the book cannot tell: amounts where it has none, lateness
    where it knows only how loans ended."""
    if asked.measure != "default":
        _refuse_outcomes(store)
    unknown = store.reports.read("amount_unknown", business_on=book(store).business_on)
    if weight == "amount" and unknown["loans"].item():
        raise InvalidState("amounts_unknown", loans=unknown["loans"].item())


def _refuse_outcomes(store: Store) -> None:
    if book(store).shape == OUTCOMES:
        raise InvalidState("lateness_unknown")


def _standing(stages: pl.DataFrame) -> dict[str, Any]:
    loans, balance = int(stages["loans"].sum()), _whole(stages["principal_fen"])
    found = {row["bucket"]: row for row in stages.rows(named=True)}
    nothing = {"loans": 0, "principal_fen": None if balance is None else 0}
    by_bucket = [
        {
            "bucket": code,
            "loans": found.get(code, nothing)["loans"],
            "balance": _units(found.get(code, nothing)["principal_fen"]),
        }
        for code in bucket_codes()
    ]
    late = {f"over_{days}": _late(stages, days, loans, balance) for days in _LATE_DAYS}
    return {"loans": loans, "balance": _units(balance), "buckets": by_bucket, **late}


def _late(stages: pl.DataFrame, days: int, loans: int, balance: int | None) -> dict[str, Any]:
    codes = [stage.bucket for stage in buckets() if stage.days_past_due_from > days]
    late = stages.filter(pl.col("bucket").is_in(codes))
    owed = None if balance is None else int(late["principal_fen"].sum())
    headline = None
    if balance is not None and f"rate_{days}" in (rates := headline_rates(stages)).columns:
        headline = rates[f"rate_{days}"][0]
    return {
        "loans": int(late["loans"].sum()),
        "balance": _units(owed),
        "rate": _share(owed, balance),
        "rate_by_count": _share(int(late["loans"].sum()), loans),
        "headline_rate": None if headline is None else round(headline, 6),
    }


def _unknown_standing() -> dict[str, Any]:
    unknown = {"loans": None, "balance": None, "buckets": None}
    return unknown | {f"over_{days}": None for days in _LATE_DAYS}


def _whole(fen: pl.Series) -> int | None:
    return None if fen.null_count() else int(fen.sum())


def _units(fen: int | None) -> float | None:
    return None if fen is None else round(int(fen) / FEN_PER_YUAN, 2)


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else round(part / whole, 6)
