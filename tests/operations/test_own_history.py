"""How long ago a borrower was late here, redone by hand over a simulated book."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from lending_core.store.engine import open_store

MONTHS = pl.col("month_end_on").dt.year() * 12 + pl.col("month_end_on").dt.month()


@pytest.fixture(scope="module")
def borrowers(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """One row per borrower: what the query says, and by hand the newest month end with a loan past
    due, the newest of all (both as months), and whether a loan is past due now."""
    copy = shutil.copy(simulated_book, tmp_path_factory.mktemp("past") / "book.duckdb")
    store = open_store(Path(copy))
    history = store.read("own_history", first_customer_id=1, last_customer_id=100_000)
    months = store.read_sql(
        """
        select loan.customer_id, loan_month.month_end_on, loan_month.days_past_due
        from loan_month inner join loan using (loan_id)
        """
    )
    now = store.read_sql(
        """
        select customer_id, max(days_past_due) > 0 as is_late
        from loan_position inner join loan using (loan_id) group by customer_id
        """
    )
    store.close()
    late = months.filter(pl.col("days_past_due") > 0)
    last = late.group_by("customer_id").agg(late_month=MONTHS.max())
    return (
        history.join(last, on="customer_id", how="left")
        .join(now, on="customer_id", how="left")
        .with_columns(newest_month=pl.lit(months.select(MONTHS.max()).item()))
    )


def test_months_since_late_run_to_the_newest_month_end(borrowers: pl.DataFrame) -> None:
    earlier = borrowers.filter(pl.col("late_month").is_not_null(), ~pl.col("is_late"))

    months = earlier["newest_month"] - earlier["late_month"]

    assert months.n_unique() > 3
    assert months.equals(earlier["own_months_since_late"], check_dtypes=False, check_names=False)


def test_whoever_is_late_now_was_late_0_months_ago(borrowers: pl.DataFrame) -> None:
    late = borrowers.filter("is_late")

    assert set(late["own_months_since_late"]) == {0}


def test_whoever_was_never_late_or_never_borrowed_has_no_such_months(
    borrowers: pl.DataFrame,
) -> None:
    clean = borrowers.filter(pl.col("late_month").is_null(), ~pl.col("is_late").fill_null(False))

    assert clean["own_months_since_late"].null_count() == clean.height
    assert borrowers["own_months_since_late"].null_count() == clean.height
