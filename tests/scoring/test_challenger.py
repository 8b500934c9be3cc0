"""A challenger: the same sample grows the same trees, they keep the register's directions."""

import json

import numpy as np
import polars as pl
import pytest

from lending_core.errors import InvalidInput
from lending_core.scoring.challenger import (
    Challenger,
    assess,
    contributions,
    from_json,
    to_json,
)
from lending_core.scoring.challenger_training import TrainedChallenger, train_challenger
from lending_core.scoring.performance import metrics
from lending_core.scoring.plan import Candidate, house_plan
from tests.scoring.samples import a_sample

FEATURES = (
    Candidate("inquiries_3m", risk="ascending"),
    Candidate("credit_utilisation", risk="ascending"),
    Candidate("payment_stability", risk="descending"),
    Candidate("worst_status_24m", risk="ascending", codes=(7.0,)),
    Candidate("housing", kind="category"),
)


def with_housing(sample: pl.DataFrame) -> pl.DataFrame:
    """Who rents is bad more often than the rest would say."""
    renting = pl.col("is_bad") & (pl.int_range(pl.len()) % 2 == 0)
    return sample.with_columns(
        housing=pl.when(renting).then(pl.lit("rent")).otherwise(pl.lit("own"))
    )


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    return with_housing(a_sample(2_000))


@pytest.fixture(scope="module")
def trained(sample: pl.DataFrame) -> TrainedChallenger:
    return train_challenger(sample, house_plan(), version=3, features=FEATURES)


@pytest.fixture(scope="module")
def challenger(trained: TrainedChallenger) -> Challenger:
    return trained.challenger


def test_the_same_sample_grows_the_same_trees(trained: TrainedChallenger, sample: pl.DataFrame):
    assert train_challenger(sample, house_plan(), version=3, features=FEATURES) == trained


def test_a_challenger_reads_back_as_itself(challenger: Challenger):
    assert from_json(to_json(challenger)) == challenger


def test_scores_follow_the_scale_of_the_scorecards(challenger: Challenger, sample: pl.DataFrame):
    scored = assess(challenger, sample[:200])
    promised = [challenger.scale.default_probability(score) for score in scored["score"]]

    assert scored.schema["score"] == pl.Int32
    assert scored["model_version"].unique().to_list() == [3]
    assert scored["default_probability"].to_numpy() == pytest.approx(promised, rel=0.007)


def test_contributions_add_up_to_the_score_less_the_average(
    challenger: Challenger, sample: pl.DataFrame
):
    scored = assess(challenger, sample[:200])
    odds = np.log(1 / scored["default_probability"].to_numpy() - 1)

    moved = contributions(challenger, sample[:200]).sum_horizontal().to_numpy()

    rest = odds * challenger.scale.points_per_log_odds - moved
    assert rest == pytest.approx(np.full(200, rest[0]), abs=1e-3)


@pytest.mark.parametrize(
    ("name", "sign"), [("inquiries_3m", -1), ("credit_utilisation", -1), ("payment_stability", 1)]
)
def test_no_tree_goes_against_the_direction_of_the_register(
    challenger: Challenger, sample: pl.DataFrame, name: str, sign: int
):
    values = pl.Series(name, np.linspace(0, 15, 61))
    one = pl.concat([sample[7:8]] * 61).with_columns(values)

    scores = assess(challenger, one)["score"].to_numpy()

    assert np.all(np.diff(scores) * sign >= 0)


def test_missing_unheard_of_and_codes_are_missing_to_the_trees(
    challenger: Challenger, sample: pl.DataFrame
):
    one = sample[:1].with_columns(worst_status_24m=pl.lit(7), housing=pl.lit("castle"))
    none = one.with_columns(
        worst_status_24m=pl.lit(None, pl.Int64), housing=pl.lit(None, pl.String)
    )

    assert assess(challenger, one)["score"].equals(assess(challenger, none)["score"])


def test_one_row_scores_as_among_many(challenger: Challenger, sample: pl.DataFrame):
    among = assess(challenger, sample)[41:42]

    assert assess(challenger, sample[41:42]).equals(among)


def test_the_model_card_tells_of_the_same_scores(trained: TrainedChallenger, sample: pl.DataFrame):
    card = trained.model_card

    assert card.kind == "challenger"
    assert card.development.metrics == metrics(assess(trained.challenger, sample))
    assert card.calibration.mean_after == pytest.approx(sample["is_bad"].mean(), abs=1e-6)
    assert sum(each.weight for each in card.features) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("booster_text", "no trees"),
        ("booster_text", ""),
        ("version", "three"),
        ("features", []),
        ("calibration", {"intercept": 0.0, "slope": -1.0}),
        ("extra", 1),
    ],
)
def test_a_broken_document_is_refused(challenger: Challenger, field: str, value: object):
    document = json.loads(to_json(challenger)) | {field: value}

    with pytest.raises(InvalidInput):
        from_json(json.dumps(document))


def test_trees_that_read_other_features_than_they_say_are_refused(challenger: Challenger):
    document = json.loads(to_json(challenger))
    document["features"][0]["name"] = "lenders_with_balance"

    with pytest.raises(InvalidInput) as refusal:
        from_json(json.dumps(document))

    assert refusal.value.reason == "challenger_trees_broken"


def test_a_name_that_may_not_score_is_refused(challenger: Challenger):
    document = json.loads(to_json(challenger))
    document["features"][0]["name"] = "age_years"

    with pytest.raises(InvalidInput) as refusal:
        from_json(json.dumps(document))

    assert refusal.value.reason == "scorecard_feature_not_allowed"
