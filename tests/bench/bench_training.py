"""Training: a scorecard of 200,000 rows and 30 features, and how much of the truth it finds."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from lending_core.scoring.compile import assess
from lending_core.scoring.performance import metrics
from lending_core.scoring.plan import Candidate, house_plan
from lending_core.scoring.train import train
from tests.scoring.samples import SAMPLED, a_sample

ROWS = 200_000
FEATURES = 30


def run() -> list[dict[str, Any]]:
    """Thirty features: those of the sample, and blurred copies of them."""
    sample, candidates = _widened(a_sample(ROWS))
    steps: list[int] = []
    start = time.perf_counter()
    card = train(
        sample,
        house_plan(),
        version=2,
        features=candidates,
        progress=lambda done, _: steps.append(done),
    ).card
    taken = time.perf_counter() - start
    later, _ = _widened(a_sample(ROWS, seed=8))
    by_truth = later.select(
        "is_bad", score=-pl.col("true_probability").rank("dense").cast(pl.Int64)
    )
    found, possible = metrics(assess(card, later)), metrics(by_truth)
    if found is None or possible is None or steps[-1] != FEATURES:
        raise ValueError("the training has not done its work")
    return [
        {
            "name": f"train a scorecard on {ROWS:,} rows and {len(candidates)} features",
            "figure": taken,
            "aim": "at most 120",
            "unit": "s",
        },
        {
            "name": "AUC on later applicants, of that of the true default probability",
            "figure": 100 * found.auc / possible.auc,
            "aim": "at least 95",
            "unit": "%",
        },
    ]


def _widened(sample: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Candidate, ...]]:
    random = np.random.default_rng(5)
    candidates = list(SAMPLED)
    for source in (SAMPLED * 3)[: FEATURES - len(SAMPLED)]:
        copy = replace(source, name=f"copy_{len(candidates)}")
        noise = pl.Series(random.normal(1.0, 0.5, sample.height))
        sample = sample.with_columns((pl.col(source.name) * noise).alias(copy.name))
        candidates.append(copy)
    return sample, tuple(candidates)
