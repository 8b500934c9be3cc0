"""Cached reads of funders, matching and settlement, each a question to `reads.answer`."""

import polars as pl

from lending_core.funding.funders import funders
from lending_core.operations import reports
from pages.ui.reads import answer


def rooms() -> pl.DataFrame:
    """One row per funder, cheapest first: what it has lent, its quota, what it may still lend today
    and later."""
    found = answer(reports.funder_room).sort("annual_cost", "funder_code")
    daily = [funders()[code].daily_quota_fen for code in found["funder_code"]]
    today = pl.min_horizontal("room_fen", pl.Series(daily, dtype=pl.Int64))
    return found.with_columns(
        annual_cost_rate=pl.col("annual_cost"),
        used_share=pl.col("outstanding_fen") / pl.col("quota_fen"),
        room_today_fen=today,
        room_later_fen=pl.col("room_fen") - today,
    )
