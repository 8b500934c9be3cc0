"""Model cards: measures redone by hand, and one text that reads back as the same card."""

from datetime import date

import polars as pl
import pytest
from sklearn.metrics import brier_score_loss

from lending_core.errors import InvalidInput
from lending_core.scoring.model_card import brier, data_hash, from_json, quality, to_json
from lending_core.scoring.plan import house_plan
from lending_core.scoring.train import Trained, train
from tests.scoring.samples import SAMPLED, a_sample


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(a_sample(3_000), house_plan(), version=2, features=SAMPLED)


def test_a_model_card_reads_back_as_itself(trained: Trained):
    assert from_json(to_json(trained.model_card)) == trained.model_card


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"kind": 1}', "nul", "[" * 100_000])
def test_a_text_that_is_no_model_card_is_refused(text: str):
    with pytest.raises(InvalidInput):
        from_json(text)


def test_weights_of_features_add_up_to_one(trained: Trained):
    uses = trained.model_card.features

    assert sum(each.weight for each in uses) == pytest.approx(1.0, abs=1e-12)
    assert [each.name for each in uses] == [each.name for each in trained.card.features]


def test_quality_by_hand():
    scored = pl.DataFrame(
        {
            "applied_on": [date(2025, 1, 5), date(2025, 3, 1), date(2025, 2, 1), date(2025, 2, 2)],
            "score": [500, 520, 600, 620],
            "default_probability": [0.5, 0.25, 0.25, 0.0],
            "is_bad": [True, True, False, False],
        }
    )

    found = quality(scored, grey=7)

    assert (found.first_on, found.last_on) == (date(2025, 1, 5), date(2025, 3, 1))
    assert (found.rows, found.goods, found.bads, found.grey) == (4, 2, 2, 7)
    assert (found.bad_rate, found.mean_default_probability) == (0.5, 0.25)
    assert found.brier == (0.25 + 0.5625 + 0.0625 + 0.0) / 4
    assert found.metrics.auc == 1.0


def test_brier_is_that_of_scikit_learn():
    sample = a_sample(1_000)
    probability, is_bad = sample["true_probability"].to_numpy(), sample["is_bad"].to_numpy()

    assert brier(probability, is_bad) == pytest.approx(
        brier_score_loss(is_bad, probability), abs=1e-15
    )


def test_the_hash_of_data_knows_each_value_but_not_the_order_of_columns():
    rows = pl.DataFrame({"b": [1.5, None], "a": ["x", "y"]})

    assert data_hash(rows) == data_hash(rows.select("a", "b"))
    assert data_hash(rows) != data_hash(rows.with_columns(b=pl.Series([1.5, 0.0])))
