"""Ordinary lives of loans: most pay each instalment when it falls due, some late, some at once."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from tests.servicing.histories import METHODS, anything, write_off
from tests.servicing.loans import DEFAULT_ORDER, PRINCIPAL_FIRST, contract
from tests.servicing.plain_plans import Row, plan_of

Event = dict[str, object]

# The last days of months of every length, a leap day among them, and the day before a year's end.
DAYS_OF_DISBURSEMENT = (
    date(2024, 1, 31),
    date(2024, 2, 29),
    date(2025, 1, 29),
    date(2025, 4, 30),
    date(2025, 12, 31),
)
# Days from the due date to the payment: early, on the day, within grace, late, very late.
PUNCTUAL = st.sampled_from([-9, -1, 0, 0, 0, 0, 1, 3])
LATE = st.sampled_from([0, 1, 2, 12, 31, 70, 95, 130])


@st.composite
def loans(draw: st.DrawFn) -> tuple[pl.DataFrame, list[Event]]:
    """A contract and what happens to it: instalments paid as planned or late, in full, in part or
    rounded up, and up to two other things on the days of payments."""
    terms = draw(_contracts())
    payments = _payments(draw, plan_of(_plan_terms(terms), []))
    days = [payment["effective_on"] for payment in payments] + [terms["disbursed_on"][0]]
    others = [
        {**event, "effective_on": draw(st.sampled_from(days)) + timedelta(days=draw(_near))}
        for event in draw(st.lists(st.one_of(anything, write_off), max_size=2))
    ]
    first_on = terms["disbursed_on"][0]
    life = [*payments, *(event for event in others if event["effective_on"] >= first_on)]
    return terms, life


_near = st.sampled_from([0, 0, 0, 1, -1, 15, 40])


@st.composite
def _contracts(draw: st.DrawFn) -> pl.DataFrame:
    method = draw(st.sampled_from(sorted(METHODS)))
    return contract(
        principal_fen=draw(st.sampled_from([50_000, 300_000, 1_000_000, 1_234_567])),
        annual_rate=draw(st.sampled_from([Decimal(rate) for rate in ("0.072", "0.1825", "0.239")])),
        method=method,
        day_count=METHODS[method],
        instalments=draw(st.sampled_from([1, 2, 3, 6, 12])),
        carries_remainder=draw(st.booleans()),
        disbursed_on=draw(st.sampled_from(DAYS_OF_DISBURSEMENT)),
        grace_days=draw(st.sampled_from([0, 1, 3])),
        late_allocation=draw(st.sampled_from([DEFAULT_ORDER, PRINCIPAL_FIRST])),
        late_allocation_days_past_due=91,
    )


def _plan_terms(terms: pl.DataFrame) -> dict[str, object]:
    row = terms.row(0, named=True)
    names = ("principal_fen", "annual_rate", "method", "instalments", "day_count", "disbursed_on")
    return {name: row[name] for name in (*names, "carries_remainder")}


def _payments(draw: st.DrawFn, plan: list[Row]) -> list[Event]:
    delays = draw(st.sampled_from([PUNCTUAL, PUNCTUAL, LATE]))
    paid = draw(st.integers(0, len(plan)))
    first_on = plan[0][0] - timedelta(days=20)
    return [
        {
            "kind": "payment",
            "effective_on": max(first_on, due_on + timedelta(days=draw(delays))),
            "amount_fen": draw(_amount(principal + interest)),
            "strategy": draw(_strategies),
        }
        for due_on, principal, interest in plan[:paid]
        if principal + interest
    ]


_strategies = st.sampled_from(
    [None, None, None, None, None, "lower_instalment", "fewer_instalments", "payoff"]
)


def _amount(due_fen: int) -> st.SearchStrategy[int]:
    """What is due, mostly; a part of it, a round sum above it, or several at once."""
    return st.sampled_from([due_fen] * 6 + [due_fen // 2 + 1, due_fen + 99, due_fen * 3])
