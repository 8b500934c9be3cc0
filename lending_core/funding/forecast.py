"""Whether the funders' rooms suffice for what is to come: the pipeline matched like a batch."""

from dataclasses import replace

import polars as pl

from lending_core.funding.batch import Batch, Offer
from lending_core.funding.matching import fund

SEGMENT = ("product_code", "region_code", "band", "annual_rate", "instalments")
# Expected money is cut into loans of this size (facts section 11: an average ticket is 8,000 to
# 9,700 yuan); a smaller one says no more and takes longer.
TICKET_FEN = 1_000_000


def shortfall(
    batch: Batch, pipeline: pl.DataFrame, *, days: int = 1, ticket_fen: int = TICKET_FEN
) -> pl.DataFrame:
    """One row per segment of the pipeline, in its order: the segment's columns, volume_fen,
    funded_fen, short_fen, and of what is short the reason that stops most of it, with the funder
    that is nearest (null where nothing is short).

    `pipeline`: one row per segment (product_code, region_code, band, annual_rate, instalments) with
    `volume_fen`, what is expected to be lent within `days`. The batch gives offers, agreements,
    rules and objective; its own loans are not counted. Daily quotas count for every day; rooms do
    not grow by what is repaid meanwhile.
    """
    segments = pipeline.with_row_index("segment").with_columns(pl.col("segment").cast(pl.Int64))
    tickets = _tickets(segments, ticket_fen)
    offers = tuple(_over(offer, days) for offer in batch.offers)
    left = fund(replace(batch, loans=tickets, offers=offers)).left
    short = left.join(tickets.select("loan_id", "segment"), on="loan_id").group_by("segment")
    return (
        segments.join(short.agg(short_fen=pl.col("principal_fen").sum()), on="segment", how="left")
        .join(_reasons(left, tickets), on="segment", how="left", maintain_order="left")
        .sort("segment")
        .with_columns(pl.col("short_fen").fill_null(0))
        .select(
            *SEGMENT,
            "volume_fen",
            (pl.col("volume_fen") - pl.col("short_fen")).alias("funded_fen"),
            *("short_fen", "reason", "funder_code"),
        )
    )


def _tickets(segments: pl.DataFrame, ticket_fen: int) -> pl.DataFrame:
    """Loans of one size, and one of what is over, for each segment."""
    counts = (pl.col("volume_fen") + (ticket_fen - 1)) // ticket_fen
    cut = segments.with_columns(place=pl.int_ranges(0, counts)).explode("place").drop_nulls("place")
    rest = pl.col("volume_fen") - pl.col("place") * ticket_fen
    return cut.with_columns(
        principal_fen=pl.min_horizontal(rest, pl.lit(ticket_fen)),
        loan_id=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def _reasons(left: pl.DataFrame, tickets: pl.DataFrame) -> pl.DataFrame:
    """The reason and funder behind most of what is short in each segment."""
    return (
        left.join(tickets.select("loan_id", "segment"), on="loan_id")
        .group_by("segment", "reason", "funder_code")
        .agg(pl.col("principal_fen").sum())
        .sort(
            *("segment", "principal_fen", "reason", "funder_code"),
            descending=[False, True, False, False],
        )
        .unique("segment", keep="first", maintain_order=True)
        .select("segment", "reason", "funder_code")
    )


def _over(offer: Offer, days: int) -> Offer:
    daily = offer.funder.daily_quota_fen
    if daily is None:
        return offer
    return replace(offer, funder=replace(offer.funder, daily_quota_fen=daily * days))
