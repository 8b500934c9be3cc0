"""A challenger scores whoever is decided and whoever was, and changes nothing for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lending_core.errors import InvalidState
from lending_core.operations import model_silent
from lending_core.operations.model_life import ModelOrder, retire_model
from lending_core.operations.model_silent import score_past
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, a_book, a_submission
from tests.operations.models import a_card, challenger


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = a_book(tmp_path / "book.duckdb")
    yield store
    store.close()


def apply(store: Store, key: str) -> int:
    return submit_application(store, ANALYST, a_submission(), key=key, at=AT)


def silent(store: Store) -> list[tuple[int, int, int]]:
    """Application, challenger, and points above the champion's score."""
    return store.read_sql(
        """
        select application_id, silent_assessment.model_version,
            silent_assessment.score - assessment.score as above
        from silent_assessment inner join assessment using (application_id)
        order by 1, 2
        """
    ).rows()


def test_every_challenger_scores_whoever_is_decided(store: Store) -> None:
    challenger(store, a_card(extra_points=7))
    challenger(store, a_card(extra_points=-3))

    apply(store, "first")

    assert silent(store) == [(1, 2, 7), (1, 3, -3)]


def test_what_a_challenger_says_decides_nothing(store: Store) -> None:
    apply(store, "before")
    challenger(store, a_card(extra_points=-500))

    apply(store, "after")

    said = store.read_sql(
        "select distinct outcome, limit_fen, annual_rate, model_version, score"
        " from decision inner join assessment using (application_id)"
    )
    assert said.height == 1


def test_a_retired_challenger_is_silent_altogether(store: Store) -> None:
    version = challenger(store)
    retire_model(store, APPROVER, ModelOrder(version, "no better"), at=AT)

    apply(store, "first")

    assert silent(store) == []


def test_the_past_is_scored_once_and_goes_on_where_it_was_stopped(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_silent, "BATCH", 2)
    numbers = [apply(store, "1"), apply(store, "2"), apply(store, "3")]
    version = challenger(store, a_card(extra_points=7))
    numbers.append(apply(store, "4"))
    told: list[tuple[int, int]] = []

    with pytest.raises(KeyboardInterrupt):
        score_past(store, APPROVER, version, at=AT, progress=_stop)
    rest = score_past(
        store, APPROVER, version, at=AT, progress=lambda done, total: told.append((done, total))
    )
    again = score_past(store, APPROVER, version, at=AT)

    assert (rest, again, told) == (1, 0, [(1, 1)])
    assert silent(store) == [(number, version, 7) for number in numbers]
    assert store.read_sql("select 1 from event where action = 'past_scored'").height == 2


def test_only_a_challenger_scores_the_past(store: Store) -> None:
    with pytest.raises(InvalidState):
        score_past(store, APPROVER, 1, at=AT)


def _stop(*_: int) -> None:
    raise KeyboardInterrupt
