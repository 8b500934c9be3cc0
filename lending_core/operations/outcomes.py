"""Which loans have shown what they are: the outcome that scores are trained on and judged by."""

from datetime import date

import polars as pl

from lending_core.dates import add_months, month_end, newest_month_end
from lending_core.scoring import standards
from lending_core.store.engine import Store, Transaction


def matured_until(on: date, window_months: int | None = None) -> date:
    """Loans paid out up to this day have had, `on` a day, the whole time to count as bad: the
    window of the house's target unless another is given."""
    window = standards.target().window_months if window_months is None else window_months
    return month_end(add_months(newest_month_end(on), -window))


def matured_outcomes(reader: Store | Transaction, on: date) -> pl.DataFrame:
    """One row per application whose loan has matured: application_id, is_bad."""
    target = standards.target()
    return reader.read(
        "matured_outcome",
        window_months=target.window_months,
        bad_days_past_due=target.days_past_due,
        disbursed_until=matured_until(on),
    )
