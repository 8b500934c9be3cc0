"""Bulk decisions on Spark: policies replayed, applications scored and loans followed from stage to
stage over a lake come to the figures of the store, to the fen. `make soak` asks what drafts change,
by policies made by chance."""

import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import policy_replay, rolls, score_reports
from lending_core.operations.policy_replay import Window
from lending_core.operations.reports import BookFilter
from lending_core.policy.document import opening_policy
from lending_core.portfolio.roll_rates import flow_rates
from lending_core.store.engine import Store
from lending_core.store.kept import KEPT_MAX
from lending_core.store.spark import SparkReports
from tests.store import spark_server
from tests.store.both_engines import assert_same, on_both

MISSING = spark_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
TODAY = opening_policy()


def test_a_policy_lends_the_same_past_to_the_fen(spark_book: Store, spark: SparkReports) -> None:
    expected, found = on_both(
        spark_book, spark, lambda store: policy_replay.replayed(store, SYSTEM, TODAY, Window())
    )

    assert_same(found, expected)


def test_a_card_scores_every_application_alike(spark_book: Store, spark: SparkReports) -> None:
    expected, found = on_both(
        spark_book, spark, lambda store: score_reports.scored_applications(store, SYSTEM, 1)
    )

    assert found.equals(expected)


def test_rates_of_rolling_are_the_same(spark_book: Store, spark: SparkReports) -> None:
    expected, found = on_both(
        spark_book, spark, lambda store: flow_rates(rolls.moves(store, SYSTEM, BookFilter()))
    )

    assert_same(found, expected)


def test_what_is_kept_is_made_again_where_the_server_closed_the_session(
    spark: SparkReports,
) -> None:
    with spark.kept("number", "select 1 as n") as number:
        spark.read_sql(f"select n from {number}")
        assert spark._session is not None
        spark._session.client.release_session()

        assert spark.read_sql(f"select n from {number}").item() == 1


def test_what_nobody_uses_makes_room(spark: SparkReports) -> None:
    def kept(number: int) -> str:
        with spark.kept(f"number {number}", f"select {number} as n") as name:
            return name if spark.read_sql(f"select n from {name}").item() == number else ""

    first, *others = (kept(number) for number in range(KEPT_MAX + 2))

    assert "" not in others
    assert spark._session is not None
    assert first not in [table.name for table in spark._session.catalog.listTables()]
    assert len(spark._held) == KEPT_MAX
