"""How early each rule would have fired on a shock that was tried out, and how often falsely.

A shock and usual times are run with the same people and the same luck, so what fires in the shock
and is silent at the same month of the same segment in usual times, fires because of the shock. What
fires in usual times is a false alarm.
"""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

import polars as pl

from lending_core.portfolio.early_warning import judged, whole_book
from lending_core.portfolio.early_warning_rules import WarningRule

# The economy that a shock is held against.
USUAL = "base"
BACK_TEST_SCHEMA: dict[str, type[pl.DataType]] = {
    "path": pl.String,
    "rule": pl.String,
    "futures": pl.Int64,
    "fired": pl.Int64,
    "months_median": pl.Float64,
    "judged": pl.Int64,
    "alarms": pl.Int64,
    "whole_judged": pl.Int64,
    "whole_alarms": pl.Int64,
}
_SPOKEN = ("quiet", "watch", "act")
_FIRED = ("watch", "act")
_AT = ["rule", "segment_kind", "segment", "measured_on", "future"]


def back_test(
    history: pl.DataFrame,
    ahead: Mapping[str, pl.DataFrame],
    shock_months: Mapping[str, int],
    rules: Iterable[WarningRule],
) -> pl.DataFrame:
    """One row per path and rule: `BACK_TEST_SCHEMA`.

    `history`: readings of the book so far. `ahead`: per path (`USUAL` and shocks) the readings of
    its months ahead, with `future`. `shock_months`: how many months ahead each shock begins, 0 the
    first. `fired`: futures in which a rule fired for the shock in any segment; `months_median`:
    months from the shock's first month to that, over these futures, None where there is none;
    `judged`, `alarms`: months of a segment in usual times that the rule spoke of, and fired in
    (`whole_`: of the book as a whole), the same in every row of a rule.
    """
    kept = tuple(rules)
    found = {path: _judged_ahead(history, readings, kept) for path, readings in ahead.items()}
    usual = found[USUAL]
    return pl.DataFrame(
        [
            {
                "path": path,
                "rule": rule.code,
                "futures": ahead[path]["future"].n_unique(),
                **_first_months(_of(found[path], rule), _of(usual, rule), shock_months[path]),
                **_false_alarms(_of(usual, rule)),
            }
            for path in found
            if path != USUAL
            for rule in kept
        ],
        schema=BACK_TEST_SCHEMA,
    )


def _judged_ahead(
    history: pl.DataFrame, readings: pl.DataFrame, rules: Iterable[WarningRule]
) -> pl.DataFrame:
    """Verdicts of the months ahead, with `future`."""
    frames = []
    for (future,), own in readings.group_by("future", maintain_order=True):
        known = pl.concat([history, own.select(history.columns)])
        first_on = own["measured_on"].min()
        later = judged(known, rules).filter(pl.col("measured_on") >= first_on)
        frames.append(later.with_columns(future=pl.lit(future, pl.Int64)))
    return pl.concat(frames)


def _of(found: pl.DataFrame, rule: WarningRule) -> pl.DataFrame:
    return found.filter(pl.col("rule") == rule.code)


def _first_months(shock: pl.DataFrame, usual: pl.DataFrame, shock_month: int) -> dict[str, Any]:
    silent = usual.filter(~pl.col("verdict").is_in(_FIRED)).select(_AT)
    months = sorted(shock["measured_on"].unique())
    shocked = months[shock_month:]
    fired = (
        shock.filter(pl.col("verdict").is_in(_FIRED) & pl.col("measured_on").is_in(shocked))
        .join(silent, on=_AT, how="semi")
        .group_by("future")
        .agg(first_on=pl.col("measured_on").min())
    )
    waited = [shocked.index(on) for on in fired["first_on"]]
    return {"fired": len(waited), "months_median": float(median(waited)) if waited else None}


def _false_alarms(usual: pl.DataFrame) -> dict[str, int]:
    spoken = usual.filter(pl.col("verdict").is_in(_SPOKEN))
    fired = spoken.filter(pl.col("verdict").is_in(_FIRED))
    return {
        "judged": spoken.height,
        "alarms": fired.height,
        "whole_judged": spoken.filter(whole_book()).height,
        "whole_alarms": fired.filter(whole_book()).height,
    }
