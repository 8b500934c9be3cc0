"""Why an applicant has this score: points per feature, and where most were lost."""

import polars as pl

from lending_core.scoring.scorecard import Bin, Scorecard

ADVERSE_REASONS_MAX = 4


def explain(card: Scorecard, assessed: pl.DataFrame) -> pl.DataFrame:
    """One row per feature of the card, in its order, for the one row of `assessed`
    (`compile.assess` by this card).

    Columns: feature, value (null when missing or of a category), bin (`[3, 5)`, null when missing),
    points, best_points, points_lost. Raises `ValueError` where the stored points are not this
    card's.
    """
    (applicant,) = assessed.rows(named=True)
    values = [applicant[feature.name] for feature in card.features]
    bins = [each.bin_of(value) for each, value in zip(card.features, values, strict=True)]
    if [each.points for each in bins] != applicant["points"]:
        raise ValueError(f"points are not those of scorecard version {card.version}")
    return pl.DataFrame(
        {
            "feature": [feature.name for feature in card.features],
            "value": pl.Series(_numbers(values), dtype=pl.Float64, strict=False).fill_nan(None),
            "bin": [bin_text(each) for each in bins],
            "points": pl.Series([each.points for each in bins], dtype=pl.Int32),
            "best_points": pl.Series([each.best_points for each in card.features], dtype=pl.Int32),
        },
        schema_overrides={"bin": pl.String},
    ).with_columns(points_lost=pl.col("best_points") - pl.col("points"))


def _numbers(values: list) -> list[float | None]:
    return [None if isinstance(each, str) else each for each in values]


def against_average(explanation: pl.DataFrame, average: pl.DataFrame) -> pl.DataFrame:
    """`explanation` with average_points of approved applicants (from `average`: feature,
    average_points; null: nobody was approved yet) and lost_to_average, below zero where this
    applicant has more than they have."""
    joined = explanation.join(average, on="feature", how="left", maintain_order="left")
    return joined.with_columns(lost_to_average=pl.col("average_points") - pl.col("points"))


def adverse_reasons(explanation: pl.DataFrame) -> list[str]:
    """Features that cost the most points against the best possible, worst first, at most four;
    features that cost nothing are no reason. Ties keep the card's order."""
    lost = explanation.filter(pl.col("points_lost") > 0)
    worst = lost.sort("points_lost", descending=True, maintain_order=True)
    return worst["feature"].head(ADVERSE_REASONS_MAX).to_list()


def bin_table(card: Scorecard) -> pl.DataFrame:
    """One row per feature and bin, in the card's order, the missing bin last.

    Columns: feature, bin (null: missing), points, count_share, event_rate, woe,
    information_value (of the whole feature); the last four are null on an expert card.
    """
    rows = [
        (
            feature.name,
            None if each is feature.missing else bin_text(each),
            each.points,
            each.count_share,
            each.event_rate,
            each.woe,
            feature.information_value,
        )
        for feature in card.features
        for each in feature.bins
    ]
    return pl.DataFrame(rows, schema=_BIN_TABLE, orient="row")


def bin_text(scored: Bin) -> str | None:
    """`< 3`, `[3, 5)`, `≥ 5`, a group as `A11, A12` or `-9, -8`; `None` for the bin of missing
    values."""
    if scored.listed:
        return ", ".join(
            each if isinstance(each, str) else f"{each:.12g}" for each in scored.listed
        )
    if scored.lower is None and scored.upper is None:
        return None
    if scored.lower is None:
        return f"< {scored.upper:.12g}"
    if scored.upper is None:
        return f"≥ {scored.lower:.12g}"
    return f"[{scored.lower:.12g}, {scored.upper:.12g})"


_BIN_TABLE = {
    "feature": pl.String,
    "bin": pl.String,
    "points": pl.Int32,
    "count_share": pl.Float64,
    "event_rate": pl.Float64,
    "woe": pl.Float64,
    "information_value": pl.Float64,
}
