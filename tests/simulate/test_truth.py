"""What simulated applicants show of themselves is enough to find most of who goes bad."""

import numpy as np
import polars as pl

from lending_core.scoring.compile import assess
from lending_core.scoring.performance import metrics
from lending_core.scoring.plan import house_plan
from lending_core.scoring.train import train
from lending_core.simulate.assumptions import assumptions
from tests.simulate.book import simulated_book

# Odds of going bad at the middle of the true risk: about nine in a hundred of all applicants do.
MIDDLE_ODDS = 0.02


def with_outcomes(applications: pl.DataFrame) -> pl.DataFrame:
    """Each applicant's true default probability, its odds moving with the true risk as those of
    falling behind do, and an outcome drawn by it."""
    random = np.random.default_rng(17)
    sensitivity = assumptions()["behaviour"]["sensitivity"][0]
    odds = MIDDLE_ODDS * np.exp(sensitivity * applications["true_risk"].to_numpy())
    probability = odds / (1 + odds)
    return applications.with_columns(
        true_probability=pl.Series(probability),
        is_bad=pl.Series(random.random(probability.size) < probability),
    )


def test_a_scorecard_finds_at_least_95_percent_of_what_the_true_probability_does():
    known = with_outcomes(simulated_book(8_000).applications).sample(
        fraction=1.0, shuffle=True, seed=3
    )
    half = known.height // 2
    unseen = known[half:]
    truth = unseen.select("is_bad", score=-pl.col("true_probability").rank("dense").cast(pl.Int64))

    card = train(known[:half].drop("applied_on"), house_plan(), version=2).card

    assert metrics(assess(card, unseen)).auc >= 0.95 * metrics(truth).auc
