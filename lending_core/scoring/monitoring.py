"""Whether a score still holds: per month of application, per band against its promise.

Frames have a row per application: `applied_on`, `score`, `default_probability`, `outcome`, and
`is_bad` (null: no loan, or not known yet).
"""

from datetime import date

import polars as pl

from lending_core.dates import month_end
from lending_core.scoring.calibration import wilson, wilson_of
from lending_core.scoring.performance import by_band, metrics

# Fewer bads than this, seen or promised, say nothing about a single month or band (assumption).
BADS_MIN = 5
# A band with fewer loans of known outcome is left out (assumption).
BAND_LOANS_MIN = 30
SURPRISES_MAX = 50


def by_month(scored: pl.DataFrame, matured_until: date) -> pl.DataFrame:
    """One row per month of application, oldest first.

    Columns: month_on (its first day), applications, loans (of known outcome), bads, bad_rate with
    bad_rate_low and bad_rate_high (Wilson's 95 % interval);
    auc, auc_low, auc_high, ks (null with fewer than `BADS_MIN` bads, or while not every loan
    of the month can be judged); is_ripe: whether every one can, by `matured_until`.
    """
    months = scored.with_columns(month_on=pl.col("applied_on").dt.truncate("1mo"))
    rows = [
        _month_row(month_on, rows, matured_until)
        for (month_on,), rows in months.sort("month_on").group_by("month_on", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=_MONTH_SCHEMA)


def promise_by_band(scored: pl.DataFrame, width: int) -> pl.DataFrame:
    """Per band of `width` points with at least `BAND_LOANS_MIN` loans of known outcome, riskiest
    first: how many went bad beside what the card promised.

    Columns: band_from, band_to (not included), loans, bads, bad_rate, low and high (Wilson's 95 %
    interval of it), promised (mean default probability), verdict: `riskier` or `safer` than
    promised where the promise lies outside of the interval and rests on `BADS_MIN` bads, else
    `as_promised`.
    """
    known = scored.filter(pl.col("is_bad").is_not_null())
    promised = known.group_by(band_from=pl.col("score") // width * width).agg(
        promised=pl.col("default_probability").mean()
    )
    bands = by_band(scored, width).filter(pl.col("applicants") >= BAND_LOANS_MIN)
    low, high = wilson_of(pl.col("bads") / pl.col("applicants"), pl.col("applicants"))
    return (
        bands.join(promised, on="band_from", maintain_order="left")
        .with_columns(low=low, high=high)
        .select(
            "band_from",
            "band_to",
            "bads",
            "bad_rate",
            "low",
            "high",
            "promised",
            loans="applicants",
            verdict=_verdict(),
        )
    )


def distribution(scored: pl.DataFrame, by: str, width: int) -> pl.DataFrame:
    """Applications per score range and value of `by`: `outcome`, or `performance` (`good`, `bad`,
    loans of known outcome only). Columns: score_from, score_to (not included), `by`, loans."""
    bad = pl.col("is_bad")
    named = scored.with_columns(
        performance=pl.when(bad).then(pl.lit("bad")).when(bad.not_()).then(pl.lit("good")),
        score_from=pl.col("score") // width * width,
    )
    return (
        named.filter(pl.col(by).is_not_null())
        .group_by("score_from", by)
        .agg(loans=pl.len())
        .with_columns(score_to=pl.col("score_from") + width)
        .sort("score_from", by)
    )


def distribution_by_month(scored: pl.DataFrame, width: int) -> pl.DataFrame:
    """Applications per month (month_on, its first day) and score range, oldest and lowest first.
    Columns: month_on, score_from, score_to (not included), applications, share (of the month)."""
    dated = scored.with_columns(
        month_on=pl.col("applied_on").dt.truncate("1mo"),
        score_from=pl.col("score") // width * width,
    )
    return (
        dated.group_by("month_on", "score_from")
        .agg(applications=pl.len())
        .with_columns(
            score_to=pl.col("score_from") + width,
            share=pl.col("applications") / pl.col("applications").sum().over("month_on"),
        )
        .sort("month_on", "score_from")
        .select("month_on", "score_from", "score_to", "applications", "share")
    )


def surprises(scored: pl.DataFrame) -> pl.DataFrame:
    """Loans that went bad, the best scored first: where the score was wrong most clearly; at most
    `SURPRISES_MAX`."""
    bads = scored.filter(pl.col("is_bad"))
    return bads.sort("score", "application_id", descending=[True, False]).head(SURPRISES_MAX)


def _month_row(month_on: date, rows: pl.DataFrame, matured_until: date) -> dict[str, object]:
    known = rows["is_bad"].drop_nulls()
    bads = int(known.sum())
    is_ripe = month_end(month_on) <= matured_until
    is_telling = is_ripe and bads >= BADS_MIN
    measured = metrics(rows) if is_telling else None
    is_rated = is_ripe and len(known) > 0
    low, high = wilson(bads, len(known)) if is_rated else (None, None)
    return {
        "month_on": month_on,
        "applications": rows.height,
        "loans": known.len(),
        "bads": bads,
        "bad_rate": bads / known.len() if is_rated else None,
        "bad_rate_low": low,
        "bad_rate_high": high,
        "auc": measured.auc if measured else None,
        "auc_low": measured.auc_low if measured else None,
        "auc_high": measured.auc_high if measured else None,
        "ks": measured.ks if measured else None,
        "is_ripe": is_ripe,
    }


def _verdict() -> pl.Expr:
    promised, expected = pl.col("promised"), pl.col("promised") * pl.col("applicants")
    return (
        pl.when((promised < pl.col("low")) & (pl.col("bads") >= BADS_MIN))
        .then(pl.lit("riskier"))
        .when((promised > pl.col("high")) & (expected >= BADS_MIN))
        .then(pl.lit("safer"))
        .otherwise(pl.lit("as_promised"))
    )


_MONTH_SCHEMA = {
    "month_on": pl.Date,
    "applications": pl.Int64,
    "loans": pl.Int64,
    "bads": pl.Int64,
    "bad_rate": pl.Float64,
    "bad_rate_low": pl.Float64,
    "bad_rate_high": pl.Float64,
    "auc": pl.Float64,
    "auc_low": pl.Float64,
    "auc_high": pl.Float64,
    "ks": pl.Float64,
    "is_ripe": pl.Boolean,
}
