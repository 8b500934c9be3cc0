"""Two models on the same applications: paired AUC pair by pair, and swaps of exactly as many."""

import math

import numpy as np
import polars as pl
import pytest

from lending_core.scoring.comparison import (
    CELLS,
    admitted,
    agreement,
    deciders,
    joined,
    pair,
    swap_set,
)


def both(seed: int = 5, rows: int = 400) -> pl.DataFrame:
    """Two scores of the same risk, the second with less noise; outcomes of the first half known."""
    random = np.random.default_rng(seed)
    risk = random.normal(size=rows)
    is_bad = random.random(rows) < 1 / (1 + np.exp(1.5 - risk))
    scores = [(600 - 20 * (risk + noise * random.normal(size=rows))).round() for noise in (2, 1)]
    known = pl.Series(np.arange(rows) < rows // 2)
    return pl.DataFrame(
        {
            "application_id": range(1, rows + 1),
            "first_score": pl.Series(scores[0], dtype=pl.Int32),
            "second_score": pl.Series(scores[1], dtype=pl.Int32),
            "first_probability": 0.2,
            "second_probability": 0.1,
            "told": is_bad,
        }
    ).with_columns(is_bad=pl.when(known).then("told"))


def test_the_interval_of_the_difference_is_delongs_pair_by_pair() -> None:
    rows = both()
    known = rows.drop_nulls("is_bad")
    is_bad = known["is_bad"].to_numpy()
    wins = []
    for name in ("first_score", "second_score"):
        scores = known[name].to_numpy()
        good, bad = scores[~is_bad], scores[is_bad]
        wins.append((good[:, None] > bad) + 0.5 * (good[:, None] == bad))
    more = wins[1] - wins[0]
    error = math.sqrt(
        more.mean(axis=0).var(ddof=1) / is_bad.sum()
        + more.mean(axis=1).var(ddof=1) / (~is_bad).sum()
    )

    found = pair(rows)

    assert found is not None
    assert found.difference.value == pytest.approx(more.mean(), abs=1e-12)
    assert found.difference.high - found.difference.value == pytest.approx(
        1.959963984540054 * error, abs=1e-12
    )
    assert found.loans == 200


def test_a_model_beside_itself_is_not_told_apart() -> None:
    rows = both().with_columns(second_score="first_score")

    found = pair(rows)

    assert found is not None
    assert (found.difference.value, found.difference.low, found.is_told_apart) == (0.0, 0.0, False)


def test_without_outcomes_there_is_nothing_to_compare() -> None:
    assert pair(both().with_columns(is_bad=pl.lit(None, pl.Boolean))) is None


@pytest.mark.parametrize("share", [0.0, 0.25, 0.401, 1.0])
def test_both_models_let_in_exactly_as_many(share: float) -> None:
    marked = admitted(both(), share)

    cells = dict(marked["cell"].value_counts().iter_rows())
    assert cells.get("first_only", 0) == cells.get("second_only", 0)
    assert cells.get("both", 0) + cells.get("first_only", 0) == round(share * 400)


def test_the_swap_set_by_hand() -> None:
    rows = pl.DataFrame(
        {
            "application_id": [1, 2, 3, 4],
            "first_score": [700, 650, 650, 500],
            "second_score": [700, 500, 690, 650],
            "first_probability": [0.01, 0.02, 0.03, 0.2],
            "second_probability": [0.01, 0.25, 0.02, 0.02],
            "is_bad": [False, True, None, None],
        }
    )

    cells = swap_set(admitted(rows, 0.5))

    assert cells.select("cell", "applications", "loans", "bads", "bad_share").rows() == [
        ("both", 1, 1, 0, 0.0),
        ("first_only", 1, 1, 1, 1.0),
        ("second_only", 1, 0, 0, None),
        ("none", 1, 0, 0, None),
    ]
    assert cells["second_share"].to_list() == [0.01, 0.25, 0.02, 0.02]


def test_an_empty_cell_keeps_its_place() -> None:
    cells = swap_set(admitted(both(), 1.0))

    assert cells.select("cell", "applications").rows() == list(
        zip(CELLS, (400, 0, 0, 0), strict=True)
    )


def test_whoever_let_the_judged_loans_in_is_known() -> None:
    rows = pl.DataFrame(
        {"decided_by_version": [1, 2, 2, 2, 1], "is_bad": [True, False, True, False, None]}
    )

    assert deciders(rows) == {1: 0.25, 2: 0.75}


def test_ranks_of_a_model_beside_itself_agree() -> None:
    same = both().with_columns(second_score="first_score")

    assert agreement(same) == pytest.approx(1.0)
    assert agreement(same.with_columns(second_score=pl.lit(600))) is None


def test_two_scored_frames_are_joined_by_application() -> None:
    first = pl.DataFrame(
        {"application_id": [1, 2], "score": [600, 500], "default_probability": [0.1, 0.2]}
    )

    rows = joined(first, first.reverse().with_columns(score=pl.col("score") + 1))

    assert rows.select("first_score", "second_score").rows() == [(600, 601), (500, 501)]
