"""Scoring: the compiled expression against optbinning's own scorecard, and one applicant alone."""

import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
from optbinning import BinningProcess
from optbinning import Scorecard as Reference
from sklearn.linear_model import LogisticRegression

from lending_core.scoring.compile import assess
from lending_core.scoring.plan import house_plan
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.train import train
from tests.scoring.samples import SAMPLED, a_sample

APPLICANTS = 1_000_000
TRAINING_ROWS = 20_000


def run() -> list[dict[str, Any]]:
    """Both cards use the same features, trained on the same sample, and score the same frame."""
    sample = a_sample(TRAINING_ROWS)
    card = train(sample, house_plan(), version=2, features=SAMPLED).card
    reference = _reference(card, sample)
    crowd = a_sample(APPLICANTS, seed=8)
    frame = _pandas(card, crowd)
    ours = _seconds(lambda: assess(card, crowd), times=10)
    theirs = _seconds(lambda: reference.score(frame), times=3)
    alone = _seconds(lambda: assess(card, crowd[:1]), times=50)
    return [
        {
            "name": "score 1,000,000 applicants: optbinning's score / ours with points and PD",
            "figure": theirs / ours,
            "aim": "at least 20",
            "unit": "times faster",
        },
        {
            "name": "score 1,000,000 applicants",
            "figure": ours,
            "aim": "at most 2",
            "unit": "s",
        },
        {
            "name": "score one applicant",
            "figure": alone * 1_000,
            "aim": "at most 10",
            "unit": "ms",
        },
    ]


def _reference(card: Scorecard, sample: pl.DataFrame) -> Reference:
    frame = _pandas(card, sample)
    scorecard = Reference(
        BinningProcess(list(frame.columns), max_n_bins=7, min_prebin_size=0.03),
        LogisticRegression(),
        scaling_method="pdo_odds",
        scaling_method_params={"pdo": 50, "odds": 19, "scorecard_points": 600},
    )
    return scorecard.fit(frame, sample["is_bad"].to_numpy(), metric_missing="empirical")


def _pandas(card: Scorecard, applicants: pl.DataFrame) -> pd.DataFrame:
    names = [feature.name for feature in card.features]
    return applicants.select(pl.col(names).cast(pl.Float64)).to_pandas()


def _seconds(work: Callable[[], object], times: int) -> float:
    """Shortest time of a piece of work: what it costs when nothing else runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)
