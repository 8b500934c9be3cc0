"""Every row is scored once, by a model that was built without it."""

import numpy as np
import polars as pl
import pytest

from lending_core.scoring.cross_validation import cross_validate, fold_places, scorecard_method
from lending_core.scoring.performance import metrics
from lending_core.scoring.plan import house_plan
from tests.scoring.samples import SAMPLED, a_sample


def test_goods_and_bads_are_dealt_out_evenly_and_again_the_same() -> None:
    is_bad = pl.Series([True] * 11 + [False] * 22)

    places = fold_places(is_bad, 5, np.random.default_rng(3))

    assert np.bincount(places[:11]).tolist() == [3, 2, 2, 2, 2]
    assert np.bincount(places[11:]).tolist() == [5, 5, 4, 4, 4]
    assert places.tolist() == fold_places(is_bad, 5, np.random.default_rng(3)).tolist()
    assert places.tolist() != fold_places(is_bad, 5, np.random.default_rng(4)).tolist()


def test_no_model_sees_the_rows_that_it_is_tested_on() -> None:
    sample = pl.DataFrame({"number": range(12), "is_bad": [True, False] * 6})
    seen: list[tuple[int, ...]] = []

    def method(rest: pl.DataFrame, left_out: pl.DataFrame):
        seen.append(tuple(sorted([*rest["number"], *(100 + left_out["number"])])))
        return left_out.with_columns(score=-pl.col("is_bad").cast(pl.Int32)), ("a",)

    places = np.arange(12) // 4

    found = cross_validate(sample, method, "any", places)

    assert seen[0] == (*range(4, 12), *range(100, 104))
    assert [each.applicants for each in found.folds] == [4, 4, 4]
    assert (found.mean("auc"), found.together.applicants, found.features) == (1.0, 12, ("a",))


def test_scorecards_find_less_on_rows_that_they_have_not_seen() -> None:
    sample = a_sample(3_000)
    places = fold_places(sample["is_bad"], 2, np.random.default_rng(1))
    features = [each for each in SAMPLED if each.name in {"inquiries_3m", "credit_utilisation"}]

    found = cross_validate(sample, scorecard_method(house_plan(), features), "scorecard", places)

    by_truth = sample.select("is_bad", score=-(pl.col("true_probability") * 1e6).cast(pl.Int64))
    assert 0.55 < found.together.auc < metrics(by_truth).auc
    assert found.mean("gini") == pytest.approx(2 * found.mean("auc") - 1)
