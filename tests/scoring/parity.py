"""Applicants who stand where engines like to differ, and the ways by which a card scores them."""

import itertools
import math
from collections.abc import Sequence

import duckdb
import polars as pl
import sqlglot

from lending_core.scoring.compile import assess, score_query
from lending_core.scoring.explain import explain
from lending_core.scoring.scorecard import Scorecard, ScoredFeature, points_column

NUMBERS = (None, math.nan, math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7976931348623157e308)
TEXTS = (None, "", " ", "nan", "None", "NULL", "0", "'", '"', "\\", "\n", "ﬁ", "A", "a", "e\u0301")

# Points, score and default probability of each applicant.
Scored = list[tuple[list[int], int, float]]


def applicants_at_the_edges(card: Scorecard) -> pl.DataFrame:
    """For every feature what it lists and its edges, what lies next to these, and the extremes;
    one value a row, the columns filled up with null."""
    columns = {feature.name: _values(feature) for feature in card.features}
    types = {
        feature.name: pl.String if feature.is_category else pl.Float64 for feature in card.features
    }
    rows = list(itertools.zip_longest(*columns.values()))
    return pl.DataFrame(rows, schema=types, orient="row", strict=False)


def walked(card: Scorecard, applicants: pl.DataFrame) -> Scored:
    """By a walk over the bins."""
    rows = []
    for applicant in applicants.iter_rows(named=True):
        points = [each.bin_of(applicant[each.name]).points for each in card.features]
        rows.append((points, sum(points), card.scale.default_probability(sum(points))))
    return rows


def used(card: Scorecard, applicants: pl.DataFrame) -> Scored:
    """By the expression that decides."""
    return assess(card, applicants).select("points", "score", "default_probability").rows()


def shown(card: Scorecard, applicants: pl.DataFrame) -> list[list[int]]:
    """Points of each applicant as the screen explains them."""
    assessed = assess(card, applicants)
    return [explain(card, one)["points"].to_list() for one in assessed.iter_slices(1)]


def queried(card: Scorecard, applicants: pl.DataFrame, written_for: str = "duckdb") -> Scored:
    """By the exported SQL; what is written for another engine is translated back to run here."""
    exported = score_query(card, "applicants").sql(written_for)
    query = sqlglot.transpile(exported, read=written_for, write="duckdb")[0]
    names = ", ".join(f'"{points_column(each.name)}"' for each in card.features)
    with duckdb.connect() as connection:
        connection.register("applicants", applicants.with_row_index("row"))
        return connection.execute(
            f"select [{names}], score, default_probability from ({query}) order by row"
        ).fetchall()


def _values(feature: ScoredFeature) -> Sequence[str | float | None]:
    listed = [each for group in feature.groups for each in group.listed]
    if feature.is_category:
        return [*TEXTS, *listed, *(f"{each} " for each in listed), *(f"x{each}" for each in listed)]
    edges = [*listed, *(each.upper for each in feature.ranges[:-1])]
    next_to = [
        math.nextafter(float(edge), towards) for edge in edges for towards in (-math.inf, math.inf)
    ]
    return [*NUMBERS, *edges, *next_to]
