"""Every measure of a score with its interval, redone by hand or by scikit-learn."""

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import brier_score_loss

from lending_core.scoring.calibration import kept, performance, wilson
from lending_core.scoring.performance import metrics


def loans(goods: list[int], bads: list[int], promised: float = 0.1) -> pl.DataFrame:
    """One loan per score."""
    return pl.DataFrame(
        {
            "score": goods + bads,
            "default_probability": [promised] * (len(goods) + len(bads)),
            "is_bad": [False] * len(goods) + [True] * len(bads),
        }
    )


def test_gini_and_its_interval_follow_auc() -> None:
    scored = loans([600, 610, 620, 640, 660] * 4, [540, 600, 610] * 2)

    measured = performance(scored)

    known = metrics(scored)
    assert measured is not None
    assert known is not None
    assert (measured.auc.value, measured.ks.value) == (known.auc, known.ks)
    assert (measured.gini.value, measured.gini.low) == (2 * known.auc - 1, 2 * known.auc_low - 1)


def test_lift_is_that_of_the_worst_tenth() -> None:
    scored = loans([600] * 90, [500] * 10)

    measured = performance(scored)

    low, high = wilson(10, 10)
    assert measured is not None
    assert (measured.lift.value, measured.lift.low, measured.lift.high) == pytest.approx(
        (10.0, low * 10, high * 10)
    )


def test_loans_at_the_edge_of_the_tenth_count_in_part() -> None:
    scored = loans([500] * 10 + [600] * 70, [500] * 10 + [600] * 10)

    measured = performance(scored)

    # Of 100 loans the 20 worst are alike: half of their ten bads are in the worst tenth.
    assert measured is not None
    assert measured.lift.value == pytest.approx(5 / 20 / 0.1)


def test_a_promise_kept_is_one() -> None:
    measured = kept(loans([600] * 90, [600] * 10, promised=0.1))

    assert measured.value == pytest.approx(1.0)
    assert (measured.low, measured.high) == pytest.approx((0.5523, 1.7437), abs=1e-4)


def test_brier_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(4)
    promised = random.random(500).round(3)
    is_bad = random.random(500) < promised
    scored = pl.DataFrame({"score": 600, "default_probability": promised, "is_bad": is_bad})

    measured = performance(scored)

    assert measured is not None
    assert measured.brier.value == pytest.approx(brier_score_loss(is_bad, promised), abs=1e-12)


def test_unknown_outcomes_are_left_out_and_too_few_say_nothing() -> None:
    unknown = loans([600] * 9, [500]).with_columns(is_bad=pl.lit(None, pl.Boolean))

    assert performance(pl.concat([loans([600] * 9, [500]), unknown])) is None


@pytest.mark.parametrize(("part", "whole", "ends"), [(0, 10, (0.0, 0.2775)), (10, 10, (0.7225, 1))])
def test_wilson_stays_within_nothing_and_all(
    part: int, whole: int, ends: tuple[float, float]
) -> None:
    assert wilson(part, whole) == pytest.approx(ends, abs=1e-4)
