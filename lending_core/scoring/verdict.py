"""The one verdict on a score, and what it rests on: separation, promise, applicants."""

import functools
import tomllib
from dataclasses import dataclass

import polars as pl

from lending_core.scoring import standards
from lending_core.scoring.calibration import Performance
from lending_core.scoring.performance import Metrics
from lending_core.scoring.stability import Shift
from lending_core.settings import reference_file

# From fine to urgent; `too_early`: too little is known of its loans, and nothing else is wrong.
WORDS = ("holds", "too_early", "watch", "act")


@dataclass(frozen=True)
class Limits:
    """From where on a finding counts; `data/reference/monitoring.toml`."""

    bads_min: int
    ks_drop_max: float
    kept_riskier_act: float
    features_watch: int


@dataclass(frozen=True)
class Verdict:
    """`word` (of `WORDS`) is that of the most urgent finding; `findings` are codes with the word
    that each asks for, the most urgent first, none where all is well."""

    word: str
    findings: tuple[tuple[str, str], ...]


@functools.cache
def limits() -> Limits:
    """The limits in force."""
    table = tomllib.loads(reference_file("monitoring.toml").read_text("utf-8"))
    return Limits(**table["verdict"])


def verdict(
    measured: Performance | None,
    at_training: Metrics | None,
    bands: pl.DataFrame,
    shift: Shift | None,
    features: pl.DataFrame | None,
) -> Verdict:
    """`bands` of `monitoring.promise_by_band`, `features` of `stability.features_now`; None (or no
    row) where nothing can be said.

    Findings: too_early, few_bads; separates_weakly, too_good (KS suspects a leak),
    fell_since_training; riskier, safer (all loans, beyond doubt), bands_riskier;
    score_moved, score_moved_far, features_moved.
    """
    found = [
        *_separation(measured, at_training),
        *_promise(measured, bands),
        *_applicants(shift, features),
    ]
    ordered = tuple(sorted(found, key=lambda each: -WORDS.index(each[1])))
    return Verdict(ordered[0][1] if ordered else "holds", ordered)


def _separation(measured: Performance | None, at_training: Metrics | None) -> list[tuple[str, str]]:
    if measured is None:
        return [("too_early", "too_early")]
    if measured.bads < limits().bads_min:
        return [("few_bads", "too_early")]
    is_beyond_doubt = standards.verdict("auc", measured.auc.high) == "weak"
    is_weak = "weak" in (
        standards.verdict("auc", measured.auc.value),
        standards.verdict("ks", measured.ks.value),
    )
    found = [("separates_weakly", "act" if is_beyond_doubt else "watch")] if is_weak else []
    if standards.verdict("ks", measured.ks.low) == "suspect":
        found.append(("too_good", "act"))
    if at_training and measured.ks.high < (1 - limits().ks_drop_max) * at_training.ks:
        found.append(("fell_since_training", "watch"))
    return found


def _promise(measured: Performance | None, bands: pl.DataFrame) -> list[tuple[str, str]]:
    if measured is None:
        return []
    if measured.kept.low > 1:
        is_far = measured.kept.value >= limits().kept_riskier_act
        return [("riskier", "act" if is_far else "watch")]
    if measured.kept.high < 1:
        return [("safer", "watch")]
    is_off = "verdict" in bands.columns and "riskier" in bands["verdict"]
    return [("bands_riskier", "watch")] if is_off else []


def _applicants(shift: Shift | None, features: pl.DataFrame | None) -> list[tuple[str, str]]:
    found = []
    if shift is not None and shift.verdict == "act":
        found.append(("score_moved_far", "act"))
    elif shift is not None and shift.verdict == "watch":
        found.append(("score_moved", "watch"))
    if features is not None:
        moved = int((features["verdict"] == "act").sum())
        if moved >= limits().features_watch:
            found.append(("features_moved", "watch"))
    return found
