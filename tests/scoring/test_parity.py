"""What is shown, what decides, what is exported and what is taken in again are the same numbers."""

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.scoring.compile import assess
from lending_core.scoring.document import entry_scorecard, from_json, to_json
from lending_core.scoring.scorecard import Scorecard, ScoredFeature
from tests.scoring.cards import a_card, a_category, a_feature, a_trained_card
from tests.scoring.parity import TEXTS, applicants_at_the_edges, queried, shown, used, walked
from tests.scoring.samples import a_sample

MILLION = 1_000_000

numbers = st.floats(allow_nan=False, allow_infinity=False)
whole_points = st.integers(min_value=-200, max_value=300)
texts = st.sampled_from([text for text in TEXTS if text is not None]) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5
)


def groups_of(values: st.SearchStrategy) -> st.SearchStrategy[dict[tuple, int]]:
    """Up to three groups, each value in one of them."""
    listed = st.lists(values, unique=True, min_size=1, max_size=6)
    return listed.flatmap(
        lambda each: st.lists(whole_points, min_size=1, max_size=min(3, len(each))).map(
            lambda points: {
                tuple(each[at :: len(points)]): value for at, value in enumerate(points)
            }
        )
    )


@st.composite
def number_features(draw: st.DrawFn, name: str) -> ScoredFeature:
    splits = sorted(set(draw(st.lists(numbers, min_size=1, max_size=5))))
    points = draw(st.lists(whole_points, min_size=len(splits) + 2, max_size=len(splits) + 2))
    return a_feature(name, splits, points, draw(st.just({}) | groups_of(numbers)))


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    """Numbers with and without special codes, and a category whose name is a word of SQL."""
    category = a_category("order", draw(groups_of(texts)), draw(whole_points))
    names = ("debt_to_income", "credit_utilisation")
    return a_card(*[draw(number_features(name)) for name in names], category)


def a_card_of_everything() -> Scorecard:
    return a_card(
        a_feature("credit_utilisation", [0.35, 0.8], [120, 110, 70, 100]),
        a_feature("pay_0", [1.0, 2.0], [90, 60, 20, 50], {(-2.0, -1.0): 95, (999.0,): 10}),
        a_category("housing", {("own", "for free"): 110, ("租房", "it's \\ theirs"): 80}, 100),
        a_feature("merchant_receipts_monthly_fen", [123_456_789.0], [1, 2, 3]),
    )


CARDS = pytest.mark.parametrize(
    "card",
    [entry_scorecard(), a_trained_card(), a_card_of_everything()],
    ids=["entry", "trained", "everything"],
)


@settings(max_examples=20, deadline=None)
@given(cards())
def test_any_card_scores_edges_codes_categories_and_extremes_alike_everywhere(card: Scorecard):
    applicants = applicants_at_the_edges(card)

    expected = walked(card, applicants)

    assert used(card, applicants) == expected
    assert used(from_json(to_json(card)), applicants) == expected
    assert queried(card, applicants) == expected
    assert queried(card, applicants, written_for="spark") == expected


@CARDS
def test_what_is_shown_is_what_decides_and_what_is_exported(card: Scorecard):
    applicants = applicants_at_the_edges(card)

    expected = walked(card, applicants)

    assert shown(card, applicants) == [points for points, _, _ in expected]
    assert used(card, applicants) == expected
    assert queried(card, applicants) == expected
    assert queried(card, applicants, written_for="spark") == expected
    assert used(from_json(to_json(card)), applicants) == expected


def test_applicants_of_every_day_score_alike_everywhere():
    applicants = a_sample(2_000, seed=3)

    expected = walked(a_trained_card(), applicants)

    assert used(a_trained_card(), applicants) == expected
    assert queried(a_trained_card(), applicants) == expected


def test_one_row_scores_as_a_million_rows():
    card = a_card_of_everything()
    few = applicants_at_the_edges(card)
    which = np.arange(MILLION) % few.height

    alone = pl.concat([assess(card, one) for one in few.iter_slices(1)])
    crowd = assess(card, few[which])

    scored = ("points", "score", "default_probability", "model_version")
    assert crowd.select(scored).equals(alone[which].select(scored))


def test_the_probability_of_every_score_is_the_same_number_everywhere():
    names = ("inquiries_3m", "credit_utilisation", "debt_to_income")
    digits = [float(digit) for digit in range(10)]
    card = a_card(
        *[
            a_feature(name, digits[1:], [10**place * digit for digit in range(10)] + [0])
            for place, name in enumerate(names)
        ]
    )
    applicants = pl.DataFrame(list(itertools.product(digits, repeat=3)), schema=names, orient="row")

    expected = walked(card, applicants)

    assert sorted(score for _, score, _ in expected) == list(range(1000))
    assert used(card, applicants) == expected
    assert queried(card, applicants) == expected


def test_whole_fen_beyond_single_precision_keep_their_side_of_an_edge():
    card = a_card(a_feature("merchant_receipts_monthly_fen", [123456789.0], [1, 2, 3]))
    applicants = pl.DataFrame({"merchant_receipts_monthly_fen": [123456788, 123456789]})

    assert [score for _, score, _ in used(card, applicants)] == [1, 2]
    assert [score for _, score, _ in queried(card, applicants)] == [1, 2]


def test_a_category_kept_as_whole_numbers_is_read_by_its_digits():
    card = a_card(a_category("purpose", {("1", "10"): 310, ("-2",): 290}, 300))
    applicants = pl.DataFrame({"purpose": [1, 10, -2, 2, None]})

    expected = walked(card, applicants)

    assert [score for _, score, _ in expected] == [310, 310, 290, 300, 300]
    assert used(card, applicants) == expected
    assert queried(card, applicants) == expected
