"""A scorecard compiled: to polars expressions for frames, to SQL for export and other engines.

Both give the same numbers to the last digit. Numbers are compared as double precision, null and NaN
being missing; categories are compared as text, letter by letter.
"""

import functools
import operator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
from sqlglot import exp

from lending_core.scoring.scorecard import Scorecard, ScoredFeature, points_column
from lending_core.scoring.standards import PROBABILITY_DIGITS, Scale


def points_expressions(card: Scorecard) -> list[pl.Expr]:
    """One expression per feature in the card's order: Int32, named by `points_column`."""
    return [_points(feature).alias(points_column(feature.name)) for feature in card.features]


def assess(card: Scorecard, applicants: pl.DataFrame) -> pl.DataFrame:
    """`applicants` (with a column per feature of the card, in the units of the register, text for
    a category) and:
    model_version (Int32), score (Int32), default_probability (Float64), points (List of Int32 in
    the card's feature order)."""
    # Lazy, so that what the bins of a feature have in common is computed once.
    points = applicants.lazy().select(points_expressions(card)).collect()
    # Side by side: to turn columns into lists takes a single core as long as all of the rest.
    with ThreadPoolExecutor(max_workers=1) as beside:
        listed = beside.submit(_listed, points)
        score = points.select(pl.sum_horizontal(pl.all()).cast(pl.Int32)).to_series()
        return applicants.with_columns(
            model_version=pl.lit(card.version, pl.Int32),
            score=score,
            default_probability=_default_probability(card, score),
            points=listed.result(),
        )


def score_query(card: Scorecard, source: str) -> exp.Select:
    """A query over table `source`: its columns, each feature's points (`points_column`), score,
    model_version, default_probability. `.sql("duckdb")` or another dialect makes it text."""
    points = [
        exp.alias_(_case(each), points_column(each.name), quoted=True) for each in card.features
    ]
    pointed = exp.select("*", *points).from_(exp.to_table(source))
    columns = [_column(points_column(each.name)) for each in card.features]
    total = functools.reduce(operator.add, columns)
    scored = exp.select("*", exp.alias_(total, "score")).from_(pointed.subquery("pointed"))
    return exp.select(
        "*",
        exp.alias_(exp.Literal.number(card.version), "model_version"),
        exp.alias_(_default_probability_sql(card.scale), "default_probability"),
    ).from_(scored.subquery("scored"))


def _points(feature: ScoredFeature) -> pl.Expr:
    value = pl.col(feature.name).cast(pl.String if feature.is_category else pl.Float64)
    chain: Any = pl
    for group in feature.groups:
        chain = chain.when(value.is_in(group.listed)).then(_points_literal(group.points))
    for each in feature.ranges[:-1]:
        chain = chain.when(value < each.upper).then(_points_literal(each.points))
    # No comparison holds for null, and NaN is above every edge but not a number: both fall through.
    for last in feature.ranges[-1:]:
        chain = chain.when(value.is_not_nan()).then(_points_literal(last.points))
    return chain.otherwise(_points_literal(feature.missing.points))


def _points_literal(points: int) -> pl.Expr:
    return pl.lit(points, pl.Int32)


def _listed(points: pl.DataFrame) -> pl.Series:
    """By way of an array: concat_list does the same a hundred times slower."""
    rows = points.to_numpy(order="c")
    return pl.Series(rows, dtype=pl.Array(pl.Int32, points.width)).arr.to_list()


def _default_probability(card: Scorecard, score: pl.Series) -> pl.Series:
    """Looked up by score: a card has a few hundred scores, a book millions of applicants."""
    possible = range(card.worst_score, card.best_score + 1)
    table = [card.scale.default_probability(each) for each in possible]
    return pl.Series(table, dtype=pl.Float64).gather(score - card.worst_score)


def _case(feature: ScoredFeature) -> exp.Case:
    return _case_of_category(feature) if feature.is_category else _case_of_number(feature)


def _case_of_category(feature: ScoredFeature) -> exp.Case:
    # Null is in no list, so it is missing like every value that is not listed.
    value, chain = exp.cast(_column(feature.name), "text"), exp.Case()
    for group in feature.groups:
        chain = chain.when(value.isin(*group.values), _integer(group.points))
    return chain.else_(_integer(feature.missing.points))


def _case_of_number(feature: ScoredFeature) -> exp.Case:
    value = exp.cast(_column(feature.name), "double")
    is_missing = exp.or_(value.is_(exp.null()), exp.IsNan(this=value.copy()))
    chain = exp.Case().when(is_missing, _integer(feature.missing.points))
    for group in feature.groups:
        codes = [_double(code) for code in group.codes]
        chain = chain.when(value.isin(*codes), _integer(group.points))
    for each in feature.ranges[:-1]:
        chain = chain.when(value < _double(each.upper), _integer(each.points))
    return chain.else_(_integer(feature.ranges[-1].points))


def _column(name: str) -> exp.Column:
    """Quoted, for columns of people's own files may be words of SQL."""
    return exp.column(name, quoted=True)


def _default_probability_sql(scale: Scale) -> exp.Expr:
    above = exp.paren(exp.cast(exp.column("score"), "double") - _double(scale.anchor_score))
    doublings = above / _double(scale.points_to_double_odds)
    odds = _double(scale.anchor_goods_per_bad) * exp.Pow(this=_double(2), expression=doublings)
    share = _double(1) / exp.paren(_double(1) + odds)
    return exp.Round(this=share, decimals=_integer(PROBABILITY_DIGITS))


def _integer(value: int) -> exp.Expr:
    return exp.convert(value)


def _double(value: float | None) -> exp.Expr:
    """A double spelled with all its digits: a bare 0.35 would be an exact decimal to engines."""
    return exp.cast(exp.Literal.string(repr(value)), "double")
