"""Policies made by chance, and cards, decide a whole book on Spark as on the store: outcomes,
limits, rates, terms and reasons of every applicant, and what they are worth to the fen."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import policy_optimise, policy_replay, warning_readings
from lending_core.operations.console import book
from lending_core.operations.policy_outcomes import Window as Days
from lending_core.operations.policy_outcomes import outcomes
from lending_core.operations.policy_replay import Window
from lending_core.operations.portable import outside_of, policy_statements
from lending_core.operations.score_reports import scored_sql
from lending_core.policy.compile import trail_query
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.replay_people import Cell
from lending_core.products.catalogue import catalogue
from lending_core.scoring.compile import assess
from lending_core.scoring.scorecard import Scorecard
from lending_core.store import lake
from lending_core.store.engine import Store, open_store
from lending_core.store.spark import SparkReports
from tests.policy.generated import sound_policies
from tests.scoring.cards import a_card, a_feature, a_trained_card
from tests.store import spark_server
from tests.store.both_engines import assert_same, on_both

MISSING = spark_server.missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
POLICIES = 40
TODAY = opening_policy()
# Every score from 300 to 900 has its default probability on both engines.
STEPS = a_card(
    a_feature("inquiries_3m", [1.0, 2.0, 3.0, 4.0], [330, 251, 187, 94, 3, 121]),
    a_feature("credit_utilisation", [n / 40 for n in range(1, 40)], [*range(540, 180, -9), 301]),
    a_feature("account_tenure_months", [6.0, 18.0, 37.0], [0, 1, 2, 3, 4]),
)


@pytest.fixture(scope="module")
def store(simulated_book: Path) -> Iterator[Store]:
    store = open_store(simulated_book)
    yield store
    store.close()


@pytest.fixture(scope="module")
def spark(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkReports]:
    folder = tmp_path_factory.mktemp("spark")
    at = datetime(2026, 11, 1, 8, tzinfo=UTC)
    name = lake.export(store, folder / "lake", lambda *_: None, at=at).book
    with spark_server.running(folder / "server", is_cheap=False) as address:
        reports = SparkReports(address, folder / "lake", name)
        yield reports
        reports.close()


@pytest.mark.parametrize("policy", sound_policies(POLICIES))
def test_a_policy_made_by_chance_decides_and_is_worth_the_same(
    policy: Policy, store: Store, spark: SparkReports
) -> None:
    trail = trail_query(policy, catalogue().values()).sql("duckdb")

    def asked(store: Store) -> tuple[Any, ...]:
        return (
            store.reports.read_sql(trail),
            policy_replay.changes(store, SYSTEM, TODAY, policy, Window()),
            policy_replay.applicants(store, SYSTEM, TODAY, policy, (Window(), Cell("draft"))),
        )

    expected, found = on_both(store, spark, asked)

    assert_same(found, expected)
    assert outside_of(list(policy_statements(policy))) == []


@pytest.mark.parametrize("card", [STEPS, a_trained_card()], ids=["steps", "trained"])
def test_a_card_scores_every_application_as_the_expression_that_decides(
    card: Scorecard, store: Store, spark: SparkReports
) -> None:
    found = spark.read_sql(scored_sql(card))

    known = store.read("scored_feature").sort("application_id")
    columns = ["application_id", "score", "default_probability"]
    assert found.equals(store.read_sql(scored_sql(card)))
    assert found.select(columns).equals(assess(card, known).select(columns))


def test_every_stored_decision_is_decided_again(store: Store, spark: SparkReports) -> None:
    expected, found = on_both(store, spark, lambda store: policy_replay.reproduced(store, SYSTEM))

    assert_same(found, expected)
    assert found["differences"].to_list() == [0]


def test_measures_of_early_warning_are_the_same(store: Store, spark: SparkReports) -> None:
    expected, found = on_both(
        store, spark, lambda store: warning_readings.read(store, book(store), date(2025, 11, 1))
    )

    assert_same(found, expected)
    assert found.measured["measure"].n_unique() > 5


def test_what_came_of_a_version_is_the_same(store: Store, spark: SparkReports) -> None:
    expected, found = on_both(
        store, spark, lambda store: outcomes(store, (1,), Days(date(2025, 11, 1)))
    )

    assert_same(pl.DataFrame([asdict(found[1])]), pl.DataFrame([asdict(expected[1])]))


def test_every_choice_of_limits_and_prices_comes_to_the_same(
    store: Store, spark: SparkReports
) -> None:
    expected, found = on_both(
        store, spark, lambda store: policy_optimise.tried(store, SYSTEM, TODAY, Window())
    )

    assert_same(found, expected)
