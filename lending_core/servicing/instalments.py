"""Where each instalment of a loan stands: paid, late, due or still to come."""

from datetime import date

import polars as pl


def with_state(instalments: pl.DataFrame, as_of_on: date) -> pl.DataFrame:
    """The rows with `instalment_state`: paid, overdue, due_today or upcoming.

    Needs due_on, total_fen, paid_fen, is_paid_off (the loan was paid off early). The due date
    itself is day 0: an instalment is overdue from the next day on (facts section 10).
    """
    is_paid = pl.col("is_paid_off") | (pl.col("paid_fen") >= pl.col("total_fen"))
    return instalments.with_columns(
        instalment_state=pl.when(is_paid)
        .then(pl.lit("paid"))
        .when(pl.col("due_on") < as_of_on)
        .then(pl.lit("overdue"))
        .when(pl.col("due_on") == as_of_on)
        .then(pl.lit("due_today"))
        .otherwise(pl.lit("upcoming"))
    )
