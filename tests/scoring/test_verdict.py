"""The one verdict: what counts, how much, and which comes first."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from lending_core.scoring.calibration import Measure, Performance
from lending_core.scoring.performance import Metrics
from lending_core.scoring.stability import Shift
from lending_core.scoring.verdict import verdict

SOUND = Performance(
    loans=2_000,
    bads=100,
    auc=Measure(0.78, 0.74, 0.82),
    gini=Measure(0.56, 0.48, 0.64),
    ks=Measure(0.42, 0.35, 0.49),
    lift=Measure(3.0, 2.4, 3.7),
    kept=Measure(1.05, 0.86, 1.27),
    brier=Measure(0.04, 0.03, 0.05),
)
TRAINED = Metrics(5_000, 250, auc=0.80, auc_low=0.77, auc_high=0.83, gini=0.60, ks=0.45)
STILL = Shift(0.02, "stable", 3_000, date(2026, 8, 1), date(2026, 10, 31))
AS_PROMISED = pl.DataFrame({"verdict": ["as_promised", "safer"]})
NO_INPUT_MOVED = pl.DataFrame({"verdict": ["stable"] * 10})


def said(**changes: Any) -> tuple[str, list[str]]:
    """The word and the findings where all is well but for `changes`."""
    usual = {
        "measured": SOUND,
        "at_training": TRAINED,
        "bands": AS_PROMISED,
        "shift": STILL,
        "features": NO_INPUT_MOVED,
    }
    found = verdict(**{**usual, **changes})
    return found.word, [code for code, _ in found.findings]


def test_a_score_that_holds_has_no_findings() -> None:
    assert said() == ("holds", [])


def test_nothing_known_is_too_early() -> None:
    assert said(measured=None) == ("too_early", ["too_early"])
    assert said(measured=replace(SOUND, bads=29)) == ("too_early", ["few_bads"])


@pytest.mark.parametrize(
    ("auc", "word"), [(Measure(0.69, 0.64, 0.74), "watch"), (Measure(0.62, 0.56, 0.68), "act")]
)
def test_a_weak_score_is_acted_upon_when_beyond_doubt(auc: Measure, word: str) -> None:
    assert said(measured=replace(SOUND, auc=auc)) == (word, ["separates_weakly"])


def test_a_score_too_good_to_be_true_is_a_leak() -> None:
    assert said(measured=replace(SOUND, ks=Measure(0.7, 0.62, 0.78))) == ("act", ["too_good"])


def test_a_fall_since_training_counts_beyond_a_fifth() -> None:
    fallen = replace(SOUND, ks=Measure(0.28, 0.22, 0.34))

    assert said(measured=fallen) == ("watch", ["fell_since_training"])
    assert said(measured=fallen, at_training=None) == ("holds", [])


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        (Measure(1.3, 1.1, 1.6), ("watch", ["riskier"])),
        (Measure(1.6, 1.3, 1.9), ("act", ["riskier"])),
        (Measure(0.6, 0.4, 0.9), ("watch", ["safer"])),
    ],
)
def test_a_promise_broken_is_said(kept: Measure, found: tuple[str, list[str]]) -> None:
    assert said(measured=replace(SOUND, kept=kept)) == found


def test_one_band_riskier_than_promised_is_watched() -> None:
    bands = pl.DataFrame({"verdict": ["riskier", "as_promised"]})

    assert said(bands=bands) == ("watch", ["bands_riskier"])


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("chance", ("holds", [])),
        ("watch", ("watch", ["score_moved"])),
        ("act", ("act", ["score_moved_far"])),
    ],
)
def test_applicants_that_moved_are_said(word: str, found: tuple[str, list[str]]) -> None:
    assert said(shift=replace(STILL, verdict=word)) == found


def test_several_inputs_that_moved_are_watched() -> None:
    two, three = (pl.DataFrame({"verdict": ["act"] * moved + ["stable"] * 8}) for moved in (2, 3))

    assert said(features=two) == ("holds", [])
    assert said(features=three) == ("watch", ["features_moved"])


def test_the_most_urgent_finding_comes_first() -> None:
    found = said(measured=None, shift=replace(STILL, verdict="act"), features=None)

    assert found == ("act", ["score_moved_far", "too_early"])
