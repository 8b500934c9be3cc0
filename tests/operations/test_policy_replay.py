"""A draft replayed on the past: totals agree with the plain replay, and people are found again."""

import polars as pl
import pytest

from lending_core.operations.origination import submit_application
from lending_core.operations.policies import affected, replay, what_if
from lending_core.policy.comparison import totals
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.tables import bands_frame, with_bands
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, VIEWER, a_book, a_submission


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return a_book(tmp_path_factory.mktemp("book") / "book.duckdb")


def closed_policy() -> Policy:
    bands = bands_frame(opening_policy()).with_columns(admits=pl.lit("none"))
    return with_bands(opening_policy(), bands)


def test_the_replay_in_parts_has_the_totals_of_the_plain_one(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="one", at=AT)

    whole = totals(replay(store, VIEWER, opening_policy()))

    (plain,) = what_if(store, VIEWER, opening_policy()).rows(named=True)
    assert {name: whole[name] for name in plain} == plain


def test_whoever_a_draft_declines_is_listed_with_what_they_asked_for(store: Store) -> None:
    application_id = submit_application(store, ANALYST, a_submission(), key="one", at=AT)

    counts, applicants = affected(store, VIEWER, opening_policy(), closed_policy())

    (row,) = applicants.rows(named=True)
    assert counts["outcome_worse"] == 1
    assert sum(counts.values()) == 1
    assert (row["application_id"], row["draft_limit_fen"]) == (application_id, 0)
    assert row["product_code"] == "weilidai"


def test_a_draft_that_changes_nothing_affects_nobody(store: Store) -> None:
    submit_application(store, ANALYST, a_submission(), key="one", at=AT)

    counts, applicants = affected(store, VIEWER, opening_policy(), opening_policy())

    assert (sum(counts.values()), applicants.height) == (0, 0)
