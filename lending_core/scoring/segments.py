"""Who gets through: approval by segment, with what became of those who did."""

import polars as pl

from lending_core.scoring.calibration import wilson_of

DIMENSIONS = ("product_code", "channel", "scenario", "kind", "month")
# Fewer applicants say nothing about a segment's approval (assumption).
APPLICANTS_MIN = 30


def by_segment(scored: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """One row per segment, most applicants first (months: oldest first).

    Needs outcome, score, default_probability, is_bad and the column of the dimension; `month` is
    that of applied_on. Columns: segment (text), applicants, approved, approval_share with low_share
    and high_share (Wilson's 95 % interval; null with fewer than `APPLICANTS_MIN`), mean_score,
    promised_share (mean default probability of all applicants), loans (of known outcome), bads,
    bad_share (null with fewer than `APPLICANTS_MIN` such loans).
    """
    named = scored.with_columns(segment=_segment(dimension))
    rows = (
        named.group_by("segment")
        .agg(
            applicants=pl.len(),
            approved=(pl.col("outcome") == "approve").sum(),
            mean_score=pl.col("score").mean(),
            promised_share=pl.col("default_probability").mean(),
            loans=pl.col("is_bad").count(),
            bads=pl.col("is_bad").sum(),
        )
        .with_columns(intervals("approved", "applicants", APPLICANTS_MIN, "approval"))
        .with_columns(bad_share=pl.when(pl.col("loans") >= APPLICANTS_MIN).then(_BAD_RATE))
    )
    if dimension == "month":
        return rows.sort("segment")
    return rows.sort("applicants", "segment", descending=[True, False])


def of_segment(scored: pl.DataFrame, dimension: str, segment: str) -> pl.DataFrame:
    """The applications of one segment of `by_segment`."""
    return scored.filter(_segment(dimension) == segment)


def intervals(part: str, whole: str, whole_min: int, name: str) -> list[pl.Expr]:
    """`<name>_share` of two columns of counts, with `<name>_low_share` and `<name>_high_share`;
    null where the whole is less than `whole_min`."""
    share = pl.col(part) / pl.col(whole)
    low, high = wilson_of(share, pl.col(whole))
    is_enough = pl.col(whole) >= max(whole_min, 1)
    return [
        pl.when(is_enough).then(share).alias(f"{name}_share"),
        pl.when(is_enough).then(low).alias(f"{name}_low_share"),
        pl.when(is_enough).then(high).alias(f"{name}_high_share"),
    ]


def _segment(dimension: str) -> pl.Expr:
    if dimension == "month":
        return pl.col("applied_on").dt.strftime("%Y-%m")
    return pl.col(dimension)


_BAD_RATE = pl.col("bads") / pl.col("loans")
