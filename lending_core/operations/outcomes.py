"""Which loans have shown what they are: the outcome that scores are trained on and judged by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl

from lending_core.dates import add_months, month_end, newest_month_end
from lending_core.operations.console import newest_event_id
from lending_core.scoring import standards
from lending_core.store.engine import Store
from lending_core.store.query_files import query_text


def matured_until(on: date, window_months: int | None = None) -> date:
    """Loans paid out up to this day have had, `on` a day, the whole time to count as bad: the
    window of the house's target unless another is given."""
    window = standards.target().window_months if window_months is None else window_months
    return month_end(add_months(newest_month_end(on), -window))


def matured_outcomes(store: Store, on: date) -> pl.DataFrame:
    """One row per application whose loan has matured: application_id, is_bad."""
    return store.reports.read("matured_outcome", **_window(on))


@contextmanager
def matured_table(store: Store, on: date) -> Iterator[str]:
    """Name of a table with `matured_outcomes`, held where reports over the whole book are
    answered."""
    key = f"matured {newest_event_id(store)} {on}"
    with store.reports.kept(key, query_text("matured_outcome"), **_window(on)) as matured:
        yield matured


def _window(on: date) -> dict[str, Any]:
    target = standards.target()
    return {
        "window_months": target.window_months,
        "bad_days_past_due": target.days_past_due,
        "disbursed_until": matured_until(on),
    }
