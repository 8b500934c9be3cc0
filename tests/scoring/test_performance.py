"""Separation and stability: by hand on small numbers, against scikit-learn on many."""

import math

import numpy as np
import polars as pl
import pytest
from optbinning import OptimalBinning
from sklearn.metrics import roc_auc_score, roc_curve

from lending_core.scoring.performance import by_band, information_value, metrics, psi


def scores(seed: int, rows: int = 3_000) -> pl.DataFrame:
    """Scores with many ties, bads lower on average."""
    random = np.random.default_rng(seed)
    is_bad = random.random(rows) < 0.2
    score = np.round(random.normal(600 - 30 * is_bad, 40)).astype(np.int32)
    return pl.DataFrame({"score": score, "is_bad": is_bad})


@pytest.mark.parametrize("seed", range(5))
def test_auc_gini_and_ks_are_those_of_scikit_learn(seed: int):
    scored = scores(seed)
    is_bad, risk = scored["is_bad"].to_numpy(), -scored["score"].to_numpy()
    false_rate, true_rate, _ = roc_curve(is_bad, risk, drop_intermediate=False)

    found = metrics(scored)

    assert found.auc == pytest.approx(roc_auc_score(is_bad, risk), abs=1e-12)
    assert found.gini == pytest.approx(2 * roc_auc_score(is_bad, risk) - 1, abs=1e-12)
    assert found.ks == pytest.approx(np.max(np.abs(true_rate - false_rate)), abs=1e-12)


def test_the_interval_is_delongs_pair_by_pair():
    scored = scores(1, rows=400)
    good = scored.filter(~pl.col("is_bad"))["score"].to_numpy()
    bad = scored.filter(pl.col("is_bad"))["score"].to_numpy()
    wins = (good[:, None] > bad) + 0.5 * (good[:, None] == bad)
    error = math.sqrt(
        wins.mean(axis=0).var(ddof=1) / bad.size + wins.mean(axis=1).var(ddof=1) / good.size
    )

    found = metrics(scored)

    assert found.auc_high - found.auc == pytest.approx(1.959963984540054 * error, abs=1e-12)
    assert found.auc - found.auc_low == pytest.approx(1.959963984540054 * error, abs=1e-12)


def test_separation_by_hand():
    scored = pl.DataFrame(
        {"score": [500, 520, 520, 540, 560], "is_bad": [True, True, False, False, False]}
    )

    found = metrics(scored)

    assert (found.applicants, found.bads) == (5, 2)
    assert found.auc == pytest.approx(5.5 / 6)
    assert found.ks == pytest.approx(2 / 3)


def test_unknown_outcomes_are_left_out():
    scored = scores(2, rows=200)
    with_unknown = pl.concat([scored, scored.with_columns(is_bad=pl.lit(None, pl.Boolean))])

    assert metrics(with_unknown) == metrics(scored)
    assert by_band(with_unknown).equals(by_band(scored))


@pytest.mark.parametrize(
    "is_bad", [[True] * 4, [False] * 4, [True, False, False, False], [None] * 4]
)
def test_without_two_of_each_there_are_no_metrics(is_bad: list[bool | None]):
    scored = pl.DataFrame({"score": [1, 2, 3, 4], "is_bad": pl.Series(is_bad, dtype=pl.Boolean)})

    assert metrics(scored) is None


def test_bands_by_hand():
    scored = pl.DataFrame(
        {"score": [539, 540, 559, 580, 599], "is_bad": [True, True, False, False, False]}
    )

    bands = by_band(scored)

    assert bands.to_dict(as_series=False) == {
        "band_from": [520, 540, 560, 580],
        "band_to": [540, 560, 580, 600],
        "applicants": [1, 2, 0, 2],
        "goods": [0, 1, 0, 2],
        "bads": [1, 1, 0, 0],
        "goods_share": [0.0, 1 / 3, 0.0, 2 / 3],
        "bads_share": [0.5, 0.5, 0.0, 0.0],
        "bad_rate": [1.0, 0.5, None, 0.0],
        "lift": [2.5, 1.25, None, 0.0],
        "bads_captured": [0.5, 1.0, 1.0, 1.0],
    }


def test_scores_below_zero_have_bands_too():
    bands = by_band(pl.DataFrame({"score": [-1, 0], "is_bad": [True, False]}))

    assert bands["band_from"].to_list() == [-20, 0]


def test_no_known_outcome_gives_no_bands():
    assert by_band(scores(1).clear()).height == 0


def test_information_value_is_that_of_optbinning():
    random = np.random.default_rng(5)
    values = random.normal(size=4_000)
    is_bad = random.random(4_000) < 1 / (1 + np.exp(2 - values))
    values[:300] = np.nan
    binning = OptimalBinning().fit(values, is_bad)
    bins = binning.to_dict()
    table = binning.binning_table
    table.build()

    assert information_value(bins["n_nonevent"], bins["n_event"]) == pytest.approx(
        table.iv, abs=1e-12
    )


def test_a_bin_without_bads_adds_nothing_to_information_value():
    expected = (0.5 - 0.2) * math.log(0.5 / 0.2) + (0.25 - 0.8) * math.log(0.25 / 0.8)

    assert information_value([50, 25, 25], [2, 8, 0]) == pytest.approx(expected, abs=1e-15)


def test_psi_by_hand():
    expected = 0.1 * math.log(0.6 / 0.5) - 0.1 * math.log(0.4 / 0.5)

    assert psi([50, 50], [600, 400]) == pytest.approx(expected, abs=1e-15)


def test_psi_of_an_unchanged_population_is_zero():
    assert psi([10, 20, 30], [1, 2, 3]) == 0.0


def test_an_empty_band_counts_as_a_small_share():
    expected = (0.0001 - 0.5) * math.log(0.0001 / 0.5) + 0.5 * math.log(1.0 / 0.5)

    assert psi([50, 50], [0, 10]) == pytest.approx(expected, abs=1e-12)


def test_different_bands_cannot_be_compared():
    with pytest.raises(ValueError, match="same bands"):
        psi([1, 2], [1, 2, 3])
