"""Two people stand behind every champion, one is enough to switch it off, and all is on record."""

from dataclasses import replace
from pathlib import Path

import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.deciding import model_in_force
from lending_core.operations.model_life import (
    ModelOrder,
    appoint_champion,
    fallback_version,
    retire_model,
    switch_off_champion,
    validate_model,
)
from lending_core.operations.models import life_of_model
from lending_core.operations.origination import submit_application
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER, a_book, a_submission
from tests.operations.models import a_card, challenger, champion, saved, statuses, validated


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def decided_by(store: Store, key: str) -> tuple[int, int]:
    """Version and score of an application submitted now."""
    submit_application(store, ANALYST, a_submission(), key=key, at=AT)
    return store.read_sql(
        "select model_version, score from assessment order by application_id desc"
    ).row(0)


def test_a_saved_model_decides_nothing_until_two_people_stand_behind_it(store: Store) -> None:
    version = saved(store, a_card(extra_points=7))
    before = decided_by(store, "before")
    opening = statuses(store)

    validate_model(store, APPROVER, ModelOrder(version, "fits"), at=AT)
    appoint_champion(store, APPROVER, ModelOrder(version, "better"), at=AT)

    assert opening == {1: "champion", 2: "development"}
    assert (before[0], decided_by(store, "after")) == (1, (2, before[1] + 7))
    assert statuses(store) == {1: "validated", 2: "champion"}


def test_every_step_says_who_took_it_and_why_and_the_ledger_keeps_no_words(store: Store) -> None:
    version = champion(store)

    life = life_of_model(store, VIEWER, version)
    events = store.read_sql(
        "select action, payload from event where subject_id = 2 and subject_kind = 'model'"
    )

    assert life.select("status", "changed_by", "reason").rows() == [
        ("development", "risk_maker", "trained"),
        ("validated", "risk_approver", "checked on later months"),
        ("champion", "risk_approver", "better on later months"),
    ]
    assert events["action"].to_list() == ["model_saved", *["model_status_set"] * 3]
    assert not events["payload"].str.contains("better").any()


def test_an_author_never_validates_even_with_the_right(store: Store) -> None:
    version = saved(store)
    promoted = replace(APPROVER, user_name=MAKER.user_name)

    with pytest.raises(NotAllowed) as refusal:
        validate_model(store, promoted, ModelOrder(version, "mine"), at=AT)

    assert refusal.value.reason == "own_model"
    assert statuses(store)[version] == "development"


def test_a_model_in_development_cannot_be_appointed(store: Store) -> None:
    version = saved(store)

    with pytest.raises(InvalidState) as refusal:
        appoint_champion(store, APPROVER, ModelOrder(version, "at once"), at=AT)

    assert refusal.value.text("en").startswith("Model 2 is development")
    assert model_in_force(store).version == 1


def test_one_person_switches_the_champion_off_at_once(store: Store) -> None:
    version = champion(store, a_card(extra_points=7))

    instead = switch_off_champion(store, MAKER, ModelOrder(version, "scores drift"), at=AT)

    assert (instead, decided_by(store, "after")[0]) == (1, 1)
    assert statuses(store) == {1: "champion", 2: "retired"}


def test_a_champion_switched_off_is_not_switched_off_again(store: Store) -> None:
    version = champion(store)
    switch_off_champion(store, MAKER, ModelOrder(version, "drift"), at=AT)

    with pytest.raises(InvalidState) as refusal:
        switch_off_champion(store, APPROVER, ModelOrder(version, "drift"), at=AT)

    assert refusal.value.reason == "model_not_champion"


def test_the_last_model_cannot_be_switched_off(store: Store) -> None:
    with pytest.raises(InvalidState) as refusal:
        switch_off_champion(store, MAKER, ModelOrder(1, "drift"), at=AT)

    assert refusal.value.reason == "model_no_fallback"
    assert fallback_version(store, VIEWER) is None


def test_a_former_champion_may_challenge_and_still_take_over(store: Store) -> None:
    former, newest = champion(store), champion(store)

    assert statuses(store) == {1: "validated", former: "validated", newest: "champion"}
    assert fallback_version(store, VIEWER) == former


def test_a_retired_model_stays_retired(store: Store) -> None:
    version = challenger(store)
    retire_model(store, APPROVER, ModelOrder(version, "no better"), at=AT)

    with pytest.raises(InvalidState):
        appoint_champion(store, APPROVER, ModelOrder(version, "after all"), at=AT)


def test_a_champion_is_not_simply_retired(store: Store) -> None:
    with pytest.raises(InvalidState):
        retire_model(store, APPROVER, ModelOrder(1, "old"), at=AT)


def test_every_order_needs_a_reason() -> None:
    with pytest.raises(InvalidInput):
        ModelOrder(1, " ")


def test_an_unknown_version_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        validate_model(store, APPROVER, ModelOrder(9, "fits"), at=AT)


def test_a_refused_step_leaves_no_trace(store: Store) -> None:
    version = validated(store)
    events = store.read_sql("select count(*) as events from event")["events"][0]

    with pytest.raises(InvalidState):
        validate_model(store, APPROVER, ModelOrder(version, "again"), at=AT)

    assert store.read_sql("select count(*) as events from event")["events"][0] == events
