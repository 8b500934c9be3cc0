"""The register keeps what was built as it was, and knows who uses it."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput
from lending_core.operations.models import (
    life_of_model,
    model_of_version,
    models,
    trace_of_model,
)
from lending_core.operations.origination import submit_application
from lending_core.scoring.document import to_json
from lending_core.scoring.model_card import text_hash
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, VIEWER, a_book, a_submission
from tests.operations.models import a_card, saved


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def test_a_model_is_read_back_under_its_number(store: Store) -> None:
    version = saved(store, a_card(extra_points=7))

    assert model_of_version(store, VIEWER, version) == replace(a_card(7), version=2)


def test_the_register_counts_the_uses_of_each_model(store: Store) -> None:
    saved(store)
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)

    used = models(store, VIEWER).select("model_version", "model_status", "applications").rows()

    assert used == [(2, "development", 0), (1, "champion", 1)]


def test_the_ledger_vouches_for_the_document(store: Store) -> None:
    version = saved(store)

    trace = trace_of_model(store, VIEWER, version)

    assert trace.is_unchanged
    assert trace.recorded_sha256 == text_hash(to_json(replace(a_card(), version=2)))


def test_a_document_changed_behind_the_register_is_noticed(store: Store) -> None:
    version = saved(store)
    row = store.read_sql("select * from model_version where model_version = 2")
    text = row["document"][0].replace('"anchor_score": 600', '"anchor_score": 601')
    with store.transaction() as transaction:
        transaction.remove("model_version", "model_version", version)
        transaction.append("model_version", row.with_columns(document=pl.lit(text)))

    assert trace_of_model(store, VIEWER, version).is_unchanged is False


def test_a_model_of_what_the_book_does_not_know_is_not_kept(store: Store) -> None:
    card = a_card()
    strange = replace(card.features[0])
    object.__setattr__(strange, "name", "shoe_size")

    with pytest.raises(InvalidInput) as refusal:
        saved(store, replace(card, features=(strange,)))

    assert refusal.value.reason == "model_feature_unknown"
    assert life_of_model(store, VIEWER, 2).is_empty()
