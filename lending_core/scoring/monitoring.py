"""Whether a score still holds: per month of application, per band against its promise, and drift.

Frames have a row per application: `applied_on`, `score`, `default_probability`, `outcome`, and
`is_bad` (null: no loan, or not known yet).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lending_core.dates import month_end
from lending_core.scoring.performance import NORMAL_95, by_band, metrics, psi
from lending_core.scoring.scorecard import Scorecard

# Fewer bads than this, seen or promised, say nothing about a single month or band (assumption).
BADS_MIN = 5
# A band with fewer loans of known outcome is left out (assumption).
BAND_LOANS_MIN = 30
# The months at either end that drift is measured between (assumption).
DRIFT_MONTHS = 3
DRIFT_BANDS = 10
SURPRISES_MAX = 50


@dataclass(frozen=True)
class Drift:
    """Population stability of the score from its first months to its last; months by first day."""

    psi: float
    first_from: date
    first_to: date
    last_from: date
    last_to: date


def by_month(scored: pl.DataFrame, matured_until: date) -> pl.DataFrame:
    """One row per month of application, oldest first.

    Columns: month_on (its first day), applications, loans (of known outcome), bads, bad_rate;
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
    low, high = _wilson(pl.col("bads"), pl.col("applicants"))
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


def drift(scored: pl.DataFrame) -> Drift | None:
    """Stability of the score between its first and its last months, over tenths of the first;
    None where it has decided in fewer than two months."""
    ends = _ends(scored)
    if ends is None:
        return None
    tenths = np.arange(1, DRIFT_BANDS) / DRIFT_BANDS
    edges = np.unique(np.quantile(ends[0]["score"].to_numpy(), tenths))
    first, last = (np.searchsorted(edges, end["score"].to_numpy(), side="right") for end in ends)
    counts = (np.bincount(bands, minlength=edges.size + 1) for bands in (first, last))
    spans = [month for end in ends for month in (end["month_on"].min(), end["month_on"].max())]
    return Drift(psi(*counts), *spans)  # type: ignore[arg-type]


def drift_by_feature(card: Scorecard, points: pl.DataFrame) -> pl.DataFrame:
    """Stability of each feature between the same months, over the points that its bins give.

    `points`: applied_on, points (in the card's feature order). Columns: feature, psi, most moved
    first; no row where there are fewer than two months.
    """
    ends = _ends(points)
    rows = [
        (feature.name, _psi_of_values(*(end["points"].list.get(at) for end in ends)))
        for at, feature in enumerate(card.features)
        if ends
    ]
    schema = {"feature": pl.String, "psi": pl.Float64}
    moved = pl.DataFrame(rows, schema=schema, orient="row")
    return moved.sort("psi", descending=True, maintain_order=True)


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


def surprises(scored: pl.DataFrame) -> pl.DataFrame:
    """Loans that went bad, the best scored first: where the score was wrong most clearly; at most
    `SURPRISES_MAX`."""
    bads = scored.filter(pl.col("is_bad"))
    return bads.sort("score", "application_id", descending=[True, False]).head(SURPRISES_MAX)


def _ends(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """The rows of the first and of the last months, with month_on; None for a single month."""
    dated = rows.with_columns(month_on=pl.col("applied_on").dt.truncate("1mo"))
    months = dated["month_on"].unique().sort()
    span = min(DRIFT_MONTHS, len(months) // 2)
    if span == 0:
        return None
    return (
        dated.filter(pl.col("month_on") <= months[span - 1]),
        dated.filter(pl.col("month_on") >= months[-span]),
    )


def _psi_of_values(first: pl.Series, last: pl.Series) -> float:
    values = pl.concat([first, last]).unique().sort().to_numpy()
    counts = (
        np.bincount(np.searchsorted(values, end.to_numpy()), minlength=values.size)
        for end in (first, last)
    )
    return psi(*counts)


def _month_row(month_on: date, rows: pl.DataFrame, matured_until: date) -> dict[str, object]:
    known = rows["is_bad"].drop_nulls()
    bads = int(known.sum())
    is_ripe = month_end(month_on) <= matured_until
    is_telling = is_ripe and bads >= BADS_MIN
    measured = metrics(rows) if is_telling else None
    return {
        "month_on": month_on,
        "applications": rows.height,
        "loans": known.len(),
        "bads": bads,
        "bad_rate": bads / known.len() if is_ripe and known.len() else None,
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


def _wilson(bads: pl.Expr, loans: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Wilson's 95 % interval of a share; it stays within 0 and 1 with few bads too."""
    share, square = bads / loans, NORMAL_95**2
    centre = (share + square / (2 * loans)) / (1 + square / loans)
    spread = (share * (1 - share) / loans + square / (4 * loans**2)).sqrt()
    reach = spread * NORMAL_95 / (1 + square / loans)
    return (centre - reach).clip(0.0, 1.0), (centre + reach).clip(0.0, 1.0)


_MONTH_SCHEMA = {
    "month_on": pl.Date,
    "applications": pl.Int64,
    "loans": pl.Int64,
    "bads": pl.Int64,
    "bad_rate": pl.Float64,
    "auc": pl.Float64,
    "auc_low": pl.Float64,
    "auc_high": pl.Float64,
    "ks": pl.Float64,
    "is_ripe": pl.Boolean,
}
