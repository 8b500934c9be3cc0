"""Bins are optbinning's own, edges included."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from optbinning import OptimalBinning

from lending_core.scoring.binning import Cut, Outcomes, cut
from lending_core.scoring.plan import Candidate, house_plan
from lending_core.scoring.scorecard import Dropped

UTILISATION = Candidate("credit_utilisation", risk="ascending", digits=2)
INQUIRIES = Candidate("inquiries_3m", risk="ascending", digits=0)


def found_in(candidate: Candidate, values: Any, is_bad: np.ndarray) -> Cut:
    outcomes = Outcomes(is_bad, np.ones(is_bad.size))
    return cut(candidate, pl.Series(values), outcomes, house_plan())


def a_column(rows: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(11)
    values = np.round(random.beta(2, 3, rows) * 1.3, 2)
    is_bad = random.random(rows) < 1 / (1 + np.exp(3.5 - 3 * values))
    values[:200] = np.nan
    return values, is_bad


def test_counts_bins_weights_and_information_are_those_of_optbinning():
    values, is_bad = a_column()
    reference = OptimalBinning(
        monotonic_trend="ascending",
        max_n_bins=house_plan().bins_max,
        min_prebin_size=house_plan().bin_share_min,
        split_digits=2,
        random_state=0,
    ).fit(values, is_bad)
    table = reference.binning_table
    table.build()

    found = found_in(UTILISATION, values, is_bad)

    assert found.splits.tolist() == reference.splits.tolist()
    # optbinning keeps an empty bin for special codes before the missing one.
    assert np.delete(table.n_event, -2).tolist() == found.bads.tolist()
    assert np.delete(table.n_nonevent, -2).tolist() == found.goods.tolist()
    assert found.information_value == pytest.approx(table.iv, abs=1e-12)
    woes = reference.transform(values, metric="woe", metric_missing="empirical")
    present = ~np.isnan(values)
    assert found.woes[found.row_bins][present] == pytest.approx(woes[present], abs=1e-12)


def test_a_value_on_an_edge_is_where_optbinning_puts_it():
    values, is_bad = a_column()
    found = found_in(UTILISATION, values, is_bad)
    reference = OptimalBinning(user_splits=found.splits).fit(values, is_bad)

    on_edges = reference.transform(found.splits, metric="indices")

    assert on_edges.tolist() == [found.row_bins[values == edge][0] for edge in found.splits]


def test_bad_rates_rise_with_a_feature_of_ascending_risk():
    values, is_bad = a_column()

    found = found_in(UTILISATION, values, is_bad)

    rates = (found.bads / (found.goods + found.bads))[:-1]
    assert np.all(np.diff(rates) > 0)


def test_whole_numbers_have_whole_edges():
    random = np.random.default_rng(2)
    values = random.poisson(2.2, 4_000).astype(float)
    is_bad = random.random(4_000) < 1 / (1 + np.exp(3 - 0.4 * values))

    found = found_in(INQUIRIES, values, is_bad)

    assert found.splits.tolist() == np.floor(found.splits).tolist()
    assert found.bads.sum() == is_bad.sum()


def test_risk_against_the_register_gives_no_bins():
    values, is_bad = a_column()

    assert found_in(UTILISATION, -values, is_bad) == Dropped("credit_utilisation", "no_split")


@pytest.mark.parametrize("value", [np.nan, 3.0])
def test_a_feature_that_says_nothing_gives_no_bins(value: float):
    values = np.full(200, value)
    is_bad = np.arange(200) < 80

    assert found_in(INQUIRIES, values, is_bad) == Dropped("inquiries_3m", "constant")


def test_missing_never_counts_as_safer_than_the_average():
    safe_when_missing = Cut(
        "x", np.array([1.0]), np.array([50, 50, 90]), np.array([5, 15, 1]), None
    )

    assert safe_when_missing.woes[-1] == 0.0


def test_what_nobody_can_withhold_counts_as_it_was_seen_when_missing() -> None:
    never_late = Cut(
        "x",
        np.array([1.0]),
        np.array([50, 50, 90]),
        np.array([5, 15, 1]),
        np.array([]),
        may_be_withheld=False,
    )

    assert never_late.woes[-1] == pytest.approx(np.log(90 / 1 * 21 / 190))


def test_a_bin_without_bads_has_no_weight():
    pure = Cut("x", np.array([1.0]), np.array([50, 50, 9]), np.array([10, 10, 0]), None)

    assert pure.woes[-1] == 0.0


def test_whole_edges_of_numbers_that_are_not_whole_stand_apart():
    random = np.random.default_rng(5)
    values = random.normal(size=2_000)
    is_bad = random.random(2_000) < 1 / (1 + np.exp(1.5 - values))

    found = found_in(Candidate("balance", digits=0), values, is_bad)

    assert found.splits.tolist() == sorted(set(found.splits.tolist()))


@pytest.mark.parametrize(
    ("candidate", "values"),
    [
        (Candidate("account", codes=(-1.0, -2.0)), [-1.0, -2.0] * 500),
        (Candidate("street", kind="category"), [f"street {at}" for at in range(1_000)]),
    ],
)
def test_codes_alone_or_rare_values_alone_give_no_bins(candidate: Candidate, values: list):
    is_bad = np.arange(1_000) % 7 == 0

    found = found_in(candidate, values, is_bad)

    assert found == Dropped(candidate.name, "no_split")
