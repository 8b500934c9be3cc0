"""Cached reads of funders, matching and settlement, each a question to `reads.answer`."""

import polars as pl

from lending_core.operations import funder_register, reports
from pages.ui.reads import answer


def rooms() -> pl.DataFrame:
    """One row per funder, cheapest first: what it has lent, its quota, what it may still lend today
    and later."""
    terms = register().select("funder_code", "daily_quota_fen")
    found = answer(reports.funder_room).join(terms, on="funder_code", how="left")
    today = pl.min_horizontal("room_fen", "daily_quota_fen")
    return found.sort("annual_cost", "funder_code").with_columns(
        annual_cost_rate=pl.col("annual_cost"),
        used_share=pl.col("outstanding_fen") / pl.col("quota_fen"),
        room_today_fen=today,
        room_later_fen=pl.col("room_fen") - today,
    )


def register() -> pl.DataFrame:
    """One row per funder with the terms in force: see `funder_register.register`."""
    return answer(funder_register.register)


def versions(funder_code: str | None = None) -> pl.DataFrame:
    """One row per version, newest first: see `funder_register.versions_of_funder`."""
    return answer(funder_register.versions_of_funder, funder_code)
