"""The declined join the sample as the accepted of their score behaved, without any dice."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lending_core.scoring.plan import house_plan
from lending_core.scoring.reject_inference import with_rejects
from lending_core.scoring.train import train
from tests.scoring.cards import a_card, a_feature
from tests.scoring.samples import SAMPLED, a_sample

# Scores 590 and 610: default probabilities 5.7 % and 4.4 %.
CARD = a_card(a_feature("inquiries_3m", [3.0], [610, 590, 600]))


def a_plan(method: str, uplift: float = 2.0):
    return replace(house_plan(), reject_inference=method, parcelling_uplift=uplift)


def accepted() -> pl.DataFrame:
    """Ten of 610 points, one of them bad; ten of 590 points, three of them bad."""
    is_bad = [True] + [False] * 9 + [True] * 3 + [False] * 7
    return pl.DataFrame({"inquiries_3m": [0] * 10 + [5] * 10, "is_bad": is_bad})


def test_fuzzy_splits_each_declined_by_the_cards_default_probability():
    declined = pl.DataFrame({"inquiries_3m": [0, 5]})

    rows = with_rejects(CARD, accepted(), declined, a_plan("fuzzy"))

    low, high = (CARD.scale.default_probability(score) for score in (610, 590))
    assert rows.weights[20:].tolist() == [1 - low, 1 - high, low, high]
    assert rows.is_bad[20:].tolist() == [False, False, True, True]
    assert rows.inferred_bads == pytest.approx(low + high, abs=1e-15)
    assert rows.weights[:20].tolist() == [1.0] * 20


def test_parcelling_takes_the_bad_rate_of_the_same_scores_times_the_uplift():
    declined = pl.DataFrame({"inquiries_3m": [0, 5]})

    rows = with_rejects(CARD, accepted(), declined, a_plan("parcelling", uplift=2.0))

    assert rows.weights[22:] == pytest.approx([0.2, 0.6], abs=1e-15)


def test_nobody_is_taken_to_be_bad_for_sure():
    declined = pl.DataFrame({"inquiries_3m": [5]})

    rows = with_rejects(CARD, accepted(), declined, a_plan("parcelling", uplift=10.0))

    assert rows.weights[20:] == pytest.approx([0.01, 0.99], abs=1e-15)


def test_with_rejects_the_model_card_shows_both_results():
    sample, declined = a_sample(3_000), a_sample(1_000, seed=9).drop("is_bad")

    off = train(sample, a_plan("off"), version=2, features=SAMPLED)
    chosen = train(
        sample, a_plan("parcelling"), version=2, features=SAMPLED, rejects=declined
    ).model_card

    assert off.model_card.reject_inference is None
    assert chosen.reject_inference.off_development == off.model_card.development
    assert chosen.reject_inference.rejects == 1_000
    assert chosen.development.rows == 3_000
    assert chosen.development.mean_default_probability > off.model_card.development.bad_rate


def test_rejects_that_weigh_nothing_change_no_bin():
    sample, plan = a_sample(3_000), a_plan("fuzzy")
    nobody = a_sample(1, seed=9).drop("is_bad").clear()

    trained = train(sample, plan, version=2, features=SAMPLED, rejects=nobody)

    assert trained.model_card.reject_inference is None
    assert np.isclose(trained.card.development.bad_rate, sample["is_bad"].mean())


def test_a_model_card_commits_to_the_declined_it_learnt_from():
    sample, declined = a_sample(2_000), a_sample(500, seed=9).drop("is_bad")
    fewer = declined.head(499)

    cards = [
        train(sample, a_plan("fuzzy"), version=2, features=SAMPLED, rejects=each).model_card
        for each in (declined, fewer, declined)
    ]

    assert cards[0].data_sha256 == cards[2].data_sha256
    assert cards[0].data_sha256 != cards[1].data_sha256
