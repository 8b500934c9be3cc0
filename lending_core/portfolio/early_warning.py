"""Where the book leaves what is usual: every rule, over every segment and month, at once.

The same frame says what alerts the newest day raises, what a chart of a measure draws as its
limits, and when a rule would have fired on months that were tried out.

Control limits of a share: the mean p of the months before (half a case more, so that it is never
0), sigma = phi x sqrt(p (1 - p) / units), where phi, at least 1, is how much more the months before
scattered than chance alone (Laney's p' chart). Of a value that counts nothing: mean and standard
deviation of the months before.
"""

from collections.abc import Iterable

import polars as pl

from lending_core.portfolio.early_warning_rules import WHOLE, Measure, WarningRule

READING_SCHEMA: dict[str, type[pl.DataType]] = {
    "measure": pl.String,
    "segment_kind": pl.String,
    "segment": pl.String,
    "measured_on": pl.Date,
    "value": pl.Float64,
    "units": pl.Int64,
    "cases": pl.Int64,
    "chance": pl.Float64,
}
JUDGED_SCHEMA: dict[str, type[pl.DataType]] = {
    "rule": pl.String,
    **READING_SCHEMA,
    "usual": pl.Float64,
    "low_watch": pl.Float64,
    "low_act": pl.Float64,
    "high_watch": pl.Float64,
    "high_act": pl.Float64,
    "strength": pl.Float64,
    "verdict": pl.String,
}
# How urgent, most first; `near`: not yet, but on its way before the month is over.
SEVERITIES = ("act", "watch", "near")
_SEGMENT = ("segment_kind", "segment")


def judged(readings: pl.DataFrame, rules: Iterable[WarningRule]) -> pl.DataFrame:
    """One row per rule, segment and month that it looks at: `JUDGED_SCHEMA`.

    `usual`: what the value is held against, null for a level. `low_`, `high_`: beyond which it is
    worth a look or cannot wait. `strength`: the value, its change, or its distance in sigma, signed
    so that more is worse. `verdict`: act, watch or quiet; `few`: too few to say; `young`: too short
    a history. Needs `READING_SCHEMA`, a month that is not over as the newest of its segment.
    """
    frames = [_judged(readings, rule) for rule in rules]
    return pl.concat(frames) if frames else pl.DataFrame(schema=JUDGED_SCHEMA)


def firing(found: pl.DataFrame, rules: Iterable[WarningRule]) -> pl.DataFrame:
    """Rows of `judged` in which its rule fired: verdict act or watch."""
    codes = [rule.code for rule in rules]
    return found.filter(pl.col("rule").is_in(codes) & pl.col("verdict").is_in(SEVERITIES))


def share_of_cases(measure: Measure, counted: pl.DataFrame) -> pl.DataFrame:
    """Readings of a measure that is a share of counts: `READING_SCHEMA`.

    Needs segment_kind, segment, measured_on, units, cases; segments without units are left out.
    """
    return counted.filter(pl.col("units") > 0).select(
        pl.lit(measure.code).alias("measure"),
        *_SEGMENT,
        "measured_on",
        (pl.col("cases") / pl.col("units")).alias("value"),
        pl.col("units").cast(pl.Int64),
        pl.col("cases").cast(pl.Int64),
        pl.lit(None, pl.Float64).alias("chance"),
    )


def whole_book() -> pl.Expr:
    """Rows of the book as a whole, no part of it."""
    return pl.col("segment_kind") == WHOLE


def _judged(readings: pl.DataFrame, rule: WarningRule) -> pl.DataFrame:
    series = readings.filter(
        (pl.col("measure") == rule.measure) & pl.col("segment_kind").is_in(rule.segments)
    ).sort(*_SEGMENT, "measured_on")
    held = series.with_columns(_against(rule)).with_columns(
        strength=_strength(rule), **_limits(rule)
    )
    return held.with_columns(
        rule=pl.lit(rule.code),
        usual=pl.lit(None, pl.Float64) if rule.kind == "level" else pl.col("usual"),
        verdict=_verdict(rule),
    ).select(pl.col(name).cast(kind) for name, kind in JUDGED_SCHEMA.items())


def _against(rule: WarningRule) -> list[pl.Expr]:
    """usual and scale: a strength is (value - usual) / scale."""
    before = pl.col("value").shift(1)
    if rule.kind == "level":
        return [pl.lit(0.0).alias("usual"), pl.lit(1.0).alias("scale")]
    if rule.kind == "change":
        mean = before.rolling_mean(rule.months, min_samples=rule.months)
        return [mean.over(_SEGMENT).alias("usual"), pl.lit(1.0).alias("scale")]
    if rule.chart == "p":
        return _share_against(rule)
    mean = before.rolling_mean(rule.months, min_samples=rule.months_min)
    sigma = before.rolling_std(rule.months, min_samples=rule.months_min)
    return [
        mean.over(_SEGMENT).alias("usual"),
        sigma.over(_SEGMENT).clip(rule.sigma_min).alias("scale"),
    ]


def _share_against(rule: WarningRule) -> list[pl.Expr]:
    units, cases = pl.col("units").cast(pl.Float64), pl.col("cases").cast(pl.Float64)

    def sum_before(what: pl.Expr) -> pl.Expr:
        shifted = what.shift(1).rolling_sum(rule.months, min_samples=rule.months_min)
        return shifted.over(_SEGMENT)

    all_units, all_cases = sum_before(units), sum_before(cases)
    months = sum_before(pl.lit(1.0) + units * 0)
    mean = (all_cases + 0.5) / (all_units + 1)
    chance = mean * (1 - mean)
    squares = sum_before(cases**2 / units) - 2 * mean * all_cases + mean**2 * all_units
    phi = (squares / ((months - 1) * chance)).clip(1.0).sqrt()
    return [mean.alias("usual"), (phi * (chance / units).sqrt()).alias("scale")]


def _strength(rule: WarningRule) -> pl.Expr:
    scale = pl.when(pl.col("scale") > 0).then(pl.col("scale"))
    distance = (pl.col("value") - pl.col("usual")) / scale
    signed = {"up": distance, "down": -distance, "both": distance.abs()}
    return signed[rule.direction]


def _limits(rule: WarningRule) -> dict[str, pl.Expr]:
    nothing = pl.lit(None, pl.Float64)
    limits = {}
    for name, times in (("watch", rule.watch), ("act", rule.act)):
        width = pl.col("scale") * times
        limits[f"low_{name}"] = nothing if rule.direction == "up" else pl.col("usual") - width
        limits[f"high_{name}"] = nothing if rule.direction == "down" else pl.col("usual") + width
    return limits


def _verdict(rule: WarningRule) -> pl.Expr:
    cases = pl.col("cases").fill_null(rule.cases_min)
    is_high = pl.col("value") >= pl.col("usual")
    is_few = (pl.col("units") < rule.units_min) | (is_high & (cases < rule.cases_min))
    is_chance = (pl.col("value") <= pl.col("chance")).fill_null(False)
    return (
        pl.when(pl.col("strength").is_null())
        .then(pl.lit("young"))
        .when(is_few)
        .then(pl.lit("few"))
        .when((pl.col("strength") >= rule.act) & ~is_chance)
        .then(pl.lit("act"))
        .when((pl.col("strength") >= rule.watch) & ~is_chance)
        .then(pl.lit("watch"))
        .otherwise(pl.lit("quiet"))
    )
