"""A plain walk over the bins, the polars expression and the SQL give the same numbers."""

import itertools
import math

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.scoring.compile import assess, points_expressions, score_query
from lending_core.scoring.document import entry_scorecard
from lending_core.scoring.scorecard import Scorecard, points_column
from tests.scoring.cards import a_card, a_feature, a_trained_card
from tests.scoring.samples import a_sample

NAMES = ("inquiries_3m", "credit_utilisation", "debt_to_income", "receipts_variation")
EXTREMES = (None, math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7976931348623157e308)

splits = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5).map(
    lambda each: sorted(set(each))
)
whole_points = st.integers(min_value=-200, max_value=300)


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    features = []
    for name in NAMES[: draw(st.integers(1, 4))]:
        edges = draw(splits)
        size = len(edges) + 2
        points = draw(st.lists(whole_points, min_size=size, max_size=size))
        features.append(a_feature(name, edges, points))
    return a_card(*features)


def values_around_edges(card: Scorecard) -> pl.DataFrame:
    """Each edge, the numbers next to it on both sides, and the extremes, for every feature."""
    columns = {
        feature.name: [
            *EXTREMES,
            *[
                value
                for scored in feature.ranges[:-1]
                for value in (
                    scored.upper,
                    math.nextafter(scored.upper, -math.inf),
                    math.nextafter(scored.upper, math.inf),
                )
            ],
        ]
        for feature in card.features
    }
    rows = itertools.zip_longest(*columns.values())
    return pl.DataFrame(
        list(rows), schema={name: pl.Float64 for name in columns}, orient="row", strict=False
    )


def walked(card: Scorecard, applicants: pl.DataFrame) -> list[tuple]:
    """Points, score and default probability by a walk over the bins."""
    rows = []
    for applicant in applicants.iter_rows(named=True):
        points = [each.bin_of(applicant[each.name]).points for each in card.features]
        score = sum(points)
        rows.append((points, score, card.scale.default_probability(score)))
    return rows


def expressed(card: Scorecard, applicants: pl.DataFrame) -> list[tuple]:
    return assess(card, applicants).select("points", "score", "default_probability").rows()


def queried(card: Scorecard, applicants: pl.DataFrame) -> list[tuple]:
    names = ", ".join(points_column(each.name) for each in card.features)
    query = score_query(card, "applicants").sql("duckdb")
    with duckdb.connect() as connection:
        connection.register("applicants", applicants.with_row_index("row"))
        return connection.execute(
            f"select [{names}], score, default_probability from ({query}) order by row"
        ).fetchall()


@settings(max_examples=40, deadline=None)
@given(cards())
def test_walk_expression_and_sql_agree_on_edges_and_extremes(card: Scorecard):
    applicants = values_around_edges(card)

    expected = walked(card, applicants)

    assert expressed(card, applicants) == expected
    assert queried(card, applicants) == expected


@pytest.mark.parametrize("card", [entry_scorecard(), a_trained_card()])
def test_walk_expression_and_sql_agree_on_applicants(card: Scorecard):
    applicants = a_sample(2_000, seed=3)

    expected = walked(card, applicants)

    assert expressed(card, applicants) == expected
    assert queried(card, applicants) == expected


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
    assert expressed(card, applicants) == expected
    assert queried(card, applicants) == expected


def test_a_value_on_an_edge_belongs_to_the_bin_above_it():
    applicants = pl.DataFrame(
        {"inquiries_3m": [2, 3, None], "credit_utilisation": [0.35, 0.3499, math.nan]}
    )

    assessed = assess(a_card(), applicants)

    assert assessed["points"].to_list() == [[300, 310], [280, 320], [290, 300]]
    assert assessed["score"].to_list() == [610, 600, 590]


def test_the_anchor_score_is_one_bad_in_twenty_and_fifty_points_double_the_odds():
    card = a_card(a_feature("inquiries_3m", [1.0, 2.0], [650, 600, 550, 600]))

    assessed = assess(card, pl.DataFrame({"inquiries_3m": [0, 1, 2]}))

    assert assessed["default_probability"].to_list() == [0.025641026, 0.05, 0.095238095]


def test_the_columns_added_are_those_of_the_assessment_table():
    assessed = assess(a_card(), a_sample(3))

    assert dict(assessed.schema.items() - a_sample(3).schema.items()) == {
        "model_version": pl.Int32,
        "score": pl.Int32,
        "default_probability": pl.Float64,
        "points": pl.List(pl.Int32),
    }


def test_one_applicant_scores_as_in_the_crowd():
    crowd = a_sample(300)
    card = a_trained_card()

    alone = pl.concat([assess(card, crowd[at]) for at in range(300)])

    assert alone.equals(assess(card, crowd))


def test_nobody_to_score_is_an_empty_frame():
    assert assess(a_trained_card(), a_sample(3).clear()).height == 0


def test_a_column_of_nulls_only_is_missing():
    applicants = pl.DataFrame({"inquiries_3m": [None], "credit_utilisation": [None]})

    assert assess(a_card(), applicants)["points"].to_list() == [[290, 300]]


def test_whole_fen_beyond_single_precision_keep_their_side_of_an_edge():
    card = a_card(a_feature("merchant_receipts_monthly_fen", [123456789.0], [1, 2, 3]))
    applicants = pl.DataFrame({"merchant_receipts_monthly_fen": [123456788, 123456789]})

    assert assess(card, applicants)["score"].to_list() == [1, 2]
    assert [score for _, score, _ in queried(card, applicants)] == [1, 2]


def test_points_expressions_keep_the_order_of_the_card():
    names = [expression.meta.output_name() for expression in points_expressions(a_card())]

    assert names == ["inquiries_3m_points", "credit_utilisation_points"]


def test_the_query_is_also_written_for_other_engines():
    text = score_query(a_card(), "application_feature").sql("spark")

    assert "CAST(`credit_utilisation` AS DOUBLE) < CAST('0.35' AS DOUBLE) THEN 320" in text
