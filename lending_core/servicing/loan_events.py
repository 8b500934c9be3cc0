"""What may happen to a loan after it was paid out, and which of it counts on a day as known."""

from datetime import date

import polars as pl

# In the order in which events of one day take effect: price and draws, what is charged and let go,
# money, and then what makes the plan anew of what the money left. A payment may settle a fee of its
# own day.
EVENT_KINDS = (
    "rate_change",
    "draw",
    "fee",
    "waiver",
    "payment",
    "refund",
    "holiday",
    "restructure",
    "charge_off",
    "recovery",
)
REVERSAL = "reversal"

# The payment that settles all; others do what is offered with money beyond what is due.
PAYOFF = "payoff"
RESTRUCTURES = ("re_age", "extend", "re_amortise")
# Payments of one day: money for what is due counts before money ahead of it, the payoff last.
PAYMENT_TURNS = {
    "next_dues": 0,
    "lower_instalment": 1,
    "fewer_instalments": 2,
    PAYOFF: 3,
}

LOAN_EVENT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "loan_event_id": pl.Int64,
    "loan_id": pl.Int64,
    "kind": pl.String,
    "effective_on": pl.Date,
    "amount_fen": pl.Int64,
    "strategy": pl.String,
    "component": pl.String,
    "annual_rate": pl.Decimal(9, 6),
    "instalments": pl.Int64,
    "reverses_event_id": pl.Int64,
    "recorded_on": pl.Date,
}


def loan_events(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Events as a frame of `LOAN_EVENT_SCHEMA`; what a row leaves out is null."""
    complete = [{name: row.get(name) for name in LOAN_EVENT_SCHEMA} for row in rows]
    return pl.DataFrame(complete, schema=LOAN_EVENT_SCHEMA)


def effective(events: pl.DataFrame, *, as_of: date, known_on: date) -> pl.DataFrame:
    """The events that count, in the order in which they take effect within each loan.

    Counts what takes effect by `as_of` and was recorded by `known_on`, less what a reversal known
    by then took back: a reversed event never happened. The order is that of the days, then of
    `EVENT_KINDS`, then of `PAYMENT_TURNS`, then of amounts; that of recording decides only where
    all these are the same.
    """
    known = events.filter(pl.col("recorded_on") <= known_on)
    reversed_ids = known.filter(pl.col("kind") == REVERSAL)["reverses_event_id"].drop_nulls()
    return (
        known.lazy()
        .filter(
            pl.col("kind") != REVERSAL,
            pl.col("effective_on") <= as_of,
            ~pl.col("loan_event_id").is_in(reversed_ids.implode()),
        )
        .with_columns(
            turn=pl.col("kind").cast(pl.Enum(EVENT_KINDS)).to_physical(),
            money_turn=pl.col("strategy").replace_strict(PAYMENT_TURNS, default=0),
        )
        .sort("effective_on", "turn", "money_turn", "amount_fen", "loan_event_id", nulls_last=True)
        .drop("turn", "money_turn")
        .collect()
    )
