"""Training finds a known truth, rounds it to a calibrated card, and refuses what says nothing."""

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.errors import InvalidInput
from lending_core.scoring.compile import assess
from lending_core.scoring.features import register
from lending_core.scoring.performance import metrics
from lending_core.scoring.plan import Candidate, Progress, house_plan
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.train import train
from tests.scoring.cards import a_trained_card
from tests.scoring.samples import SAMPLED, a_sample


def trained(sample: pl.DataFrame, progress: Progress | None = None) -> Scorecard:
    return train(sample, house_plan(), version=2, features=SAMPLED, progress=progress).card


def of_truth(sample: pl.DataFrame) -> float:
    """AUC of the true default probability."""
    by_truth = sample.select(
        "is_bad", score=-pl.col("true_probability").rank("dense").cast(pl.Int64)
    )
    return metrics(by_truth).auc


def test_on_later_applicants_it_finds_most_of_what_can_be_found():
    card = trained(a_sample(20_000))
    later = a_sample(20_000, seed=8)

    found = metrics(assess(card, later)).auc

    assert 0.96 * of_truth(later) < found <= of_truth(later)


def test_the_mean_probability_is_the_bad_rate_within_half_a_point():
    development = a_trained_card().development

    assert development.mean_default_probability == pytest.approx(development.bad_rate, rel=0.007)


def test_every_coefficient_has_the_sign_of_its_bins():
    assert max(feature.coefficient for feature in a_trained_card().features) < 0


@pytest.mark.parametrize("feature", a_trained_card().features, ids=lambda each: each.name)
def test_points_move_with_risk_as_the_register_says(feature):
    points = [each.points for each in feature.ranges]
    is_ascending_risk = register()[feature.name].risk == "ascending"

    assert points == sorted(points, reverse=is_ascending_risk)


def test_the_score_is_the_sum_of_the_points():
    assessed = assess(a_trained_card(), a_sample(1_000, seed=4))

    assert assessed["score"].equals(assessed["points"].list.sum(), null_equal=False)


def test_what_was_kept_and_what_was_dropped_are_all_features():
    card = a_trained_card()
    kept = [feature.name for feature in card.features]
    dropped = [each.name for each in card.development.dropped]

    assert {*kept, *dropped} == {each.name for each in SAMPLED}
    assert "worst_status_24m" in kept
    assert "account_tenure_months" in dropped


def test_the_same_sample_gives_the_same_card_whatever_the_order_of_columns():
    sample = a_sample(5_000)

    assert trained(sample.select(reversed(sample.columns))) == a_trained_card()


def test_metrics_of_the_card_are_those_of_its_scores():
    card = a_trained_card()

    assert card.development.metrics == metrics(assess(card, a_sample(5_000)))


def test_a_feature_that_nobody_has_or_that_never_varies_is_left_out():
    sample = a_sample(3_000).with_columns(
        inquiries_3m=pl.lit(None), credit_utilisation=pl.lit(0.5), worst_status_24m=pl.lit(0)
    )

    dropped = {each.name: each.reason for each in trained(sample).development.dropped}

    assert dropped["inquiries_3m"] == "constant"
    assert dropped["credit_utilisation"] == "constant"


def test_a_feature_whose_sign_contradicts_its_bins_is_left_out():
    random = np.random.default_rng(3)
    inquiries = random.poisson(2.2, 20_000)
    lenders = inquiries + random.poisson(2.0, 20_000)
    log_odds = -3 + 0.9 * inquiries - 0.25 * lenders
    is_bad = random.random(20_000) < 1 / (1 + np.exp(-log_odds))
    sample = a_sample(20_000).with_columns(
        pl.Series("inquiries_3m", inquiries),
        pl.Series("lenders_with_balance", lenders),
        pl.Series("is_bad", is_bad),
    )

    card = trained(sample)

    assert [feature.name for feature in card.features] == ["inquiries_3m"]
    assert {each.name: each.reason for each in card.development.dropped}[
        "lenders_with_balance"
    ] == "wrong_sign"


def test_missing_is_worth_no_more_than_the_average():
    assert max(feature.missing.woe for feature in a_trained_card().features) <= 0.0


@pytest.mark.parametrize(("bads", "goods"), [(119, 200), (0, 200), (200, 49), (0, 0)])
def test_too_few_outcomes_are_refused(bads: int, goods: int):
    outcomes = pl.Series("is_bad", [True] * bads + [False] * goods, dtype=pl.Boolean)
    sample = a_sample(bads + goods).with_columns(outcomes)

    with pytest.raises(InvalidInput) as refusal:
        trained(sample)

    assert refusal.value.facts == {"bads": bads, "goods": goods, "bads_min": 120, "goods_min": 50}


def test_just_enough_of_each_are_enough():
    random = np.random.default_rng(1)
    is_bad = np.arange(170) < 120
    sample = a_sample(170).with_columns(
        pl.Series("is_bad", is_bad), pl.Series("inquiries_3m", random.poisson(1 + 4 * is_bad))
    )

    assert "inquiries_3m" in [feature.name for feature in trained(sample).features]


def test_a_sample_in_which_nothing_separates_is_refused():
    sample = a_sample(3_000).with_columns(pl.lit(1).alias(each.name) for each in SAMPLED)

    with pytest.raises(InvalidInput) as refusal:
        trained(sample)

    assert refusal.value.reason == "training_nothing_separates"


def test_progress_counts_the_features() -> None:
    steps: list[tuple[int, int]] = []

    trained(a_sample(3_000), progress=lambda done, total: steps.append((done, total)))

    assert steps == list(itertools.product(range(1, 14), [13]))


def dated(sample: pl.DataFrame) -> pl.DataFrame:
    """A month of applications after the other, from January 2025 on, 300 a month."""
    month = pl.int_range(pl.len()) // 300
    return sample.with_columns(
        applied_on=pl.lit(date(2025, 1, 15)).dt.offset_by(pl.format("{}mo", month))
    )


def test_the_last_months_test_and_the_window_and_grey_rows_stay_out():
    sample = dated(a_sample(3_000)).with_columns(
        is_bad=pl.when(pl.int_range(pl.len()) % 50 != 0).then("is_bad")
    )
    plan = replace(
        house_plan(),
        sample_from=date(2025, 2, 1),
        sample_to=date(2025, 9, 30),
        out_of_time_months=2,
    )

    card = train(sample, plan, version=2, features=SAMPLED).model_card

    days = (card.development.first_on, card.development.last_on)
    assert days == (date(2025, 2, 15), date(2025, 7, 15))
    assert (card.development.rows, card.development.grey) == (1_764, 36)
    assert (card.out_of_time.first_on, card.out_of_time.last_on) == (
        date(2025, 8, 15),
        date(2025, 9, 15),
    )
    assert (card.out_of_time.rows, card.out_of_time.grey) == (588, 12)
    assert card.out_of_time.metrics.auc < card.development.metrics.auc


def test_categories_and_codes_get_groups_of_their_own_that_score():
    random = np.random.default_rng(4)
    housing = random.choice(["own", "rent", "parents"], 4_000, p=[0.5, 0.4, 0.1])
    balance = np.where(random.random(4_000) < 0.2, -1.0, random.normal(50, 10, 4_000).round())
    log_odds = -1.5 + 1.2 * (housing == "rent") + 1.5 * (balance == -1) - 0.03 * balance
    sample = pl.DataFrame(
        {
            "housing": housing,
            "balance": balance,
            "is_bad": random.random(4_000) < 1 / (1 + np.exp(-log_odds)),
        }
    )
    features = (
        Candidate("housing", kind="category"),
        Candidate("balance", risk="descending", codes=(-1.0, -2.0), digits=0),
    )

    card = train(sample, house_plan(), version=2, features=features).card

    home, money = card.features
    listed = sorted(value for group in home.groups for value in group.values)
    assert listed == ["own", "parents", "rent"]
    assert [each.codes for each in money.groups] == [(-1.0,)]
    assert money.groups[0].points < money.ranges[-1].points
    assert home.bin_of("rent").points < home.bin_of("own").points
    assert money.groups[0].event_rate == sample.filter(pl.col("balance") == -1)["is_bad"].mean()


def test_calibration_brings_the_mean_to_the_bad_rate():
    model = train(a_sample(3_000), house_plan(), version=2, features=SAMPLED).model_card

    calibration, bad_rate = model.calibration, model.development.bad_rate
    assert abs(calibration.mean_after - bad_rate) <= abs(calibration.mean_before - bad_rate)
    assert calibration.brier_after == model.development.brier
