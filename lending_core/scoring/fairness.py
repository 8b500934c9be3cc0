"""A fairness audit: are people of one sex, age or part of the country let in less often, scored
lower, or promised another risk than they turn out to have?

None of these may enter a score or a price (facts, section 12; PIPL 24); they are looked at here
only, by the role that may. Impact ratio: approval rate of a group over that of the group approved
most often, at least four fifths. Standardised difference: mean score less that of the others, in
standard deviations. Calibration: bads seen beside bads promised, group by group.
"""

import functools
import itertools
import math
import tomllib
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from lending_core.scoring.calibration import performance, wilson
from lending_core.scoring.monitoring import BADS_MIN
from lending_core.scoring.performance import NORMAL_95
from lending_core.settings import reference_file

DIMENSIONS = ("sex", "age_group", "region_group")
# From fine to act; `few`: too few applicants to judge.
VERDICTS = ("few", "fair", "unsure", "unfair")


@dataclass(frozen=True)
class Rules:
    """What is asked of every group, and from which whole years the age groups begin."""

    impact_ratio_min: float
    difference_max: float
    applicants_min: int
    age_from: tuple[int, ...]


@functools.cache
def rules() -> Rules:
    """The rules of `data/reference/monitoring.toml`."""
    table = tomllib.loads(reference_file("monitoring.toml").read_text("utf-8"))["fairness"]
    return Rules(**{**table, "age_from": tuple(table["age_from"])})


def age_groups() -> dict[str, int]:
    """Name of each age group (`18-24`, ..., `55+`), and the whole year from which it begins, from
    the youngest on; nobody younger is in one."""
    starts = rules().age_from
    names = [f"{low}-{high - 1}" for low, high in itertools.pairwise(starts)]
    return dict(zip([*names, f"{starts[-1]}+"], starts, strict=True))


def with_age_group(applicants: pl.DataFrame) -> pl.DataFrame:
    """With age_group (of `age_groups`) from age_years; null below the first group."""
    group = pl.lit(None, pl.String)
    for name, start in age_groups().items():
        group = pl.when(pl.col("age_years") >= start).then(pl.lit(name)).otherwise(group)
    return applicants.with_columns(age_group=group)


def audit(applicants: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """One row per group of a dimension of `DIMENSIONS`, by name; people of no known group are left
    out. Needs the dimension's column, outcome, score, default_probability, is_bad.

    Columns: group, applicants, approved, approval_share; impact_ratio with impact_low and
    impact_high (Katz' 95 % interval; the group approved most often among those with
    `applicants_min` has ratio 1 and no interval); verdict (of `VERDICTS`: `unsure` where the ratio
    is below the rule but its interval is not); score_difference (null alone); loans, bads,
    bad_share with bad_low and bad_high, promised_share, and calibration (`riskier`, `safer`,
    `as_promised`, `few`); auc (null where few).
    """
    known = applicants.drop_nulls(dimension)
    rows = [
        _group_row(str(group), rows, known.filter(pl.col(dimension) != group))
        for (group,), rows in known.sort(dimension).group_by(dimension, maintain_order=True)
    ]
    if not rows:
        return pl.DataFrame(schema=_SCHEMA)
    judged = [row for row in rows if row["applicants"] >= rules().applicants_min]
    best = max(judged, key=lambda row: row["approval_share"], default=None)
    return pl.DataFrame([row | _impact(row, best) for row in rows], schema=_SCHEMA)


def worst(audited: pl.DataFrame) -> str:
    """The most serious verdict of the groups; `few` without any."""
    return max(audited["verdict"].to_list(), key=VERDICTS.index, default="few")


def _group_row(group: str, rows: pl.DataFrame, others: pl.DataFrame) -> dict[str, Any]:
    known = rows.drop_nulls("is_bad")
    bads = int(known["is_bad"].sum())
    measured = performance(known) if bads >= BADS_MIN else None
    low, high = wilson(bads, known.height) if known.height else (None, None)
    approved = int((rows["outcome"] == "approve").sum())
    return {
        "group": group,
        "applicants": rows.height,
        "approved": approved,
        "approval_share": approved / rows.height,
        "score_difference": _difference(rows["score"], others["score"]),
        "loans": known.height,
        "bads": bads,
        "bad_share": bads / known.height if known.height else None,
        "bad_low": low,
        "bad_high": high,
        "promised_share": known["default_probability"].mean(),
        "calibration": _calibration(known, low, high),
        "auc": measured.auc.value if measured else None,
    }


def _impact(row: dict[str, Any], best: dict[str, Any] | None) -> dict[str, Any]:
    if best is None or row["applicants"] < rules().applicants_min:
        return {"impact_ratio": None, "impact_low": None, "impact_high": None, "verdict": "few"}
    if row is best or not best["approved"]:
        return {"impact_ratio": 1.0, "impact_low": None, "impact_high": None, "verdict": "fair"}
    ratio = row["approval_share"] / best["approval_share"]
    low, high = _katz(row, best, ratio)
    least = rules().impact_ratio_min
    verdict = "fair" if ratio >= least else "unsure" if high >= least else "unfair"
    return {"impact_ratio": ratio, "impact_low": low, "impact_high": high, "verdict": verdict}


def _katz(row: dict[str, Any], best: dict[str, Any], ratio: float) -> tuple[float, float]:
    """95 % interval of a ratio of two shares; of a ratio of 0 the upper end is by one approval."""
    approved = max(row["approved"], 1)
    spread = 1 / approved - 1 / row["applicants"] + 1 / best["approved"] - 1 / best["applicants"]
    reach = math.exp(NORMAL_95 * math.sqrt(max(spread, 0.0)))
    at_least = ratio or 1 / row["applicants"] / best["approval_share"]
    return ratio / reach, at_least * reach


def _difference(scores: pl.Series, others: pl.Series) -> float | None:
    """Mean less mean, in standard deviations of both together (their variances averaged)."""
    if min(scores.len(), others.len()) < 2:
        return None
    own, rest = scores.to_numpy(), others.to_numpy()
    spread = math.sqrt((own.var(ddof=1) + rest.var(ddof=1)) / 2)
    return float((np.mean(own) - np.mean(rest)) / spread) if spread else 0.0


def _calibration(known: pl.DataFrame, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "few"
    promised = known["default_probability"].to_numpy()
    bads = int(known["is_bad"].sum())
    if promised.mean() < low and bads >= BADS_MIN:
        return "riskier"
    if promised.mean() > high and promised.sum() >= BADS_MIN:
        return "safer"
    return "as_promised" if max(bads, promised.sum()) >= BADS_MIN else "few"


_SCHEMA = {
    "group": pl.String,
    "applicants": pl.Int64,
    "approved": pl.Int64,
    "approval_share": pl.Float64,
    "impact_ratio": pl.Float64,
    "impact_low": pl.Float64,
    "impact_high": pl.Float64,
    "verdict": pl.String,
    "score_difference": pl.Float64,
    "loans": pl.Int64,
    "bads": pl.Int64,
    "bad_share": pl.Float64,
    "bad_low": pl.Float64,
    "bad_high": pl.Float64,
    "promised_share": pl.Float64,
    "calibration": pl.String,
    "auc": pl.Float64,
}
