"""The compiled card: what it adds, on which side an edge is, and how it is written elsewhere."""

import math

import polars as pl

from lending_core.scoring.compile import assess, points_expressions, score_query
from tests.scoring.cards import a_card, a_category, a_feature, a_trained_card
from tests.scoring.samples import a_sample


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


def test_points_expressions_keep_the_order_of_the_card():
    names = [expression.meta.output_name() for expression in points_expressions(a_card())]

    assert names == ["inquiries_3m_points", "credit_utilisation_points"]


def test_the_query_is_also_written_for_other_engines():
    text = score_query(a_card(), "application_feature").sql("spark")

    assert "CAST(`credit_utilisation` AS DOUBLE) < CAST('0.35' AS DOUBLE) THEN 320" in text


def test_groups_come_before_ranges_and_what_is_not_listed_is_missing():
    card = a_card(
        a_feature("pay_0", [1.0], [300, 250, 280], {(-2.0, -1.0): 310}),
        a_category("housing", {("own",): 110}, 100),
    )
    applicants = pl.DataFrame(
        {"pay_0": [-2, -1.5, 1, None], "housing": ["own", "Own", None, "rent"]}, strict=False
    )

    assessed = assess(card, applicants)

    assert assessed["points"].to_list() == [[310, 110], [300, 100], [250, 100], [280, 100]]


def test_values_of_a_category_are_quoted_as_each_engine_quotes():
    card = a_card(a_category("order", {("it's \\ theirs",): 110}, 100))

    query = score_query(card, "applicants")

    assert """CAST("order" AS TEXT) IN ('it''s \\ theirs') THEN 110""" in query.sql("duckdb")
    assert r"""CAST(`order` AS STRING) IN ('it\'s \\ theirs') THEN 110""" in query.sql("spark")
