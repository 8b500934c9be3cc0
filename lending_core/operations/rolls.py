"""What roll rates and the forecast read: where loans moved from one month end to the next."""

from datetime import date

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.dates import newest_month_end
from lending_core.operations import cohort_queries
from lending_core.operations.console import book
from lending_core.operations.reports import ROWS_MAX, BookFilter
from lending_core.store.engine import Store


def moves(store: Store, actor: Actor, chosen: BookFilter, where: str | None = None) -> pl.DataFrame:
    """One row per month end, stage a month earlier and state now, as `portfolio.roll_rates` takes
    them. A month counts once it is over: a part of one would roll less than a whole one. Raises
    `InvalidInput` for a condition that may not be asked."""
    require(actor, Permission.VIEW_BOOK)
    last_on = newest_month_end(book(store).business_on)
    condition = cohort_queries.checked(store, where)
    sql = cohort_queries.restricted("roll_move", condition).sql("duckdb")
    return store.read_sql(sql, last_month_end_on=last_on, **chosen.parameters())


def rolled_loans(
    store: Store,
    actor: Actor,
    chosen: BookFilter,
    month_end_on: date,
    between: tuple[str, str],
) -> pl.DataFrame:
    """Loans that stood in a stage a month earlier and in a state at a month end (`between`), most
    principal first, at most `ROWS_MAX`: loan_id, disbursed_on, month_end_on, previous_bucket,
    bucket, standing, days_past_due, previous_principal_fen, principal_fen, lent_fen, product_code,
    region_code, funder_code, band."""
    require(actor, Permission.VIEW_BOOK)
    from_bucket, to_state = between
    return store.read(
        "roll_loan",
        month_end_on=month_end_on,
        from_bucket=from_bucket,
        to_state=to_state,
        loans_max=ROWS_MAX,
        **chosen.parameters(),
    )
