"""Models are built from loans whose time to turn bad is over, and say what they were built on."""

from dataclasses import replace
from datetime import date

import pytest

from lending_core.errors import InvalidInput
from lending_core.operations.model_exchange import exported, import_model
from lending_core.operations.model_life import ModelOrder, appoint_challenger, validate_model
from lending_core.operations.model_silent import score_past
from lending_core.operations.model_training import (
    TrainingOrder,
    data_is_as_it_was,
    rejected_sample,
    train_model,
    training_sample,
)
from lending_core.operations.models import model_of_version, model_row, trace_of_model
from lending_core.scoring import challenger, challenger_training, model_card
from lending_core.scoring.challenger import Challenger
from lending_core.scoring.compile import assess
from lending_core.scoring.model_card import ModelCard, text_hash
from lending_core.scoring.plan import TrainingPlan, house_plan
from lending_core.scoring.scorecard import Scorecard
from lending_core.scoring.standards import Target
from lending_core.store.engine import Store
from tests.builders import APPROVER, AT, MAKER, VIEWER, a_book
from tests.operations.matured import lend_and_wait
from tests.operations.models import statuses

LOANS = 2_400
HOUSE = Target(31, 6)
WITH_GREY = Target(31, 6, grey_from_days=15)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = a_book(tmp_path_factory.mktemp("matured") / "book.duckdb")
    lend_and_wait(store, LOANS)
    return store


@pytest.fixture(scope="module")
def steps() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def version(store: Store, steps: list[tuple[int, int]]) -> int:
    """A scorecard trained on the book."""
    order = TrainingOrder("scorecard", house_plan())
    return train_model(store, MAKER, order, at=AT, progress=lambda *step: steps.append(step))


@pytest.fixture(scope="module")
def boosted(store: Store) -> int:
    """A challenger trained on the book, of few trees."""
    few = replace(challenger_training.growth_rules(), rounds_max=5, folds=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(challenger_training, "growth_rules", lambda: few)
        return train_model(store, MAKER, TrainingOrder("challenger", house_plan()), at=AT)


def card_of(store: Store, version: int) -> ModelCard:
    return model_card.from_json(model_row(store, version)["model_card"])


def test_the_sample_is_labelled_by_the_target_of_the_plan(store: Store) -> None:
    house = training_sample(store, VIEWER, HOUSE)
    grey = training_sample(store, VIEWER, WITH_GREY)

    assert house.height == grey.height == LOANS
    assert house["is_bad"].null_count() == 0
    assert grey["is_bad"].null_count() == (house["worst_days_past_due"] == 20).sum()
    assert grey["is_bad"].sum() == house["is_bad"].sum()


def test_a_longer_window_leaves_younger_loans_out(store: Store) -> None:
    sample = training_sample(store, VIEWER, Target(31, 12))

    assert sample["applied_on"].max() == date(2025, 10, 15)


def test_a_trained_scorecard_waits_for_another_person(store: Store, version: int) -> None:
    assert statuses(store)[version] == "development"
    assert isinstance(model_of_version(store, VIEWER, version), Scorecard)
    assert model_row(store, version)["author"] == "risk_maker"


def test_training_tells_how_far_it_is(version: int, steps: list[tuple[int, int]]) -> None:
    assert version
    assert steps[-1][0] == steps[-1][1] == len(steps)


def test_the_model_card_names_the_data_the_document_and_later_months(
    store: Store, version: int
) -> None:
    card = card_of(store, version)

    assert (card.version, card.kind) == (version, "scorecard")
    assert card.development.rows == LOANS * 9 // 12
    assert card.out_of_time is not None
    assert card.out_of_time.first_on == date(2026, 2, 15)
    assert card.document_sha256 == trace_of_model(store, VIEWER, version).recorded_sha256
    assert card.plan == house_plan()


def test_the_data_of_a_training_can_be_built_again(store: Store, version: int) -> None:
    assert data_is_as_it_was(store, VIEWER, version) is True
    assert data_is_as_it_was(store, VIEWER, 1) is None


def test_a_corrected_fact_shows_in_the_data_of_a_training(store: Store, version: int) -> None:
    month = store.read_sql("select * from loan_month where loan_id = 1")
    with store.transaction() as transaction:
        transaction.replace("loan_month", "loan_id", month.with_columns(days_past_due=99))

    corrected = data_is_as_it_was(store, VIEWER, version)
    with store.transaction() as transaction:
        transaction.replace("loan_month", "loan_id", month)

    assert corrected is (month["days_past_due"][0] == 40)
    assert data_is_as_it_was(store, VIEWER, version) is True


def test_a_challenger_is_kept_with_its_card(store: Store, boosted: int) -> None:
    card = card_of(store, boosted)

    assert isinstance(model_of_version(store, VIEWER, boosted), Challenger)
    assert (card.kind, card.version) == ("challenger", boosted)
    assert trace_of_model(store, VIEWER, boosted).is_unchanged


def test_nothing_is_kept_of_a_training_that_was_stopped(store: Store) -> None:
    before = statuses(store)

    with pytest.raises(KeyboardInterrupt):
        train_model(store, MAKER, TrainingOrder("scorecard", house_plan()), at=AT, progress=_stop)

    assert statuses(store) == before


@pytest.mark.parametrize("target", [None, Target(31, 30)])
def test_a_plan_without_loans_to_learn_from_is_refused(store: Store, target: Target | None) -> None:
    plan: TrainingPlan = replace(house_plan(), target=target)

    with pytest.raises(InvalidInput):
        train_model(store, MAKER, TrainingOrder("scorecard", plan), at=AT)


def test_nobody_was_declined_in_this_book(store: Store) -> None:
    assert rejected_sample(store, VIEWER, HOUSE).is_empty()


def test_an_exported_scorecard_comes_back_as_it_was(store: Store, version: int) -> None:
    files = exported(store, VIEWER, version)

    again = import_model(store, MAKER, files["json"].encode(), at=AT)

    known = training_sample(store, VIEWER, HOUSE)
    card, back = (model_of_version(store, VIEWER, each) for each in (version, again))
    assert isinstance(card, Scorecard)
    assert isinstance(back, Scorecard)
    assert assess(back, known)["score"].equals(assess(card, known)["score"])
    assert replace(back, version=version) == card
    assert (statuses(store)[again], model_row(store, again)["model_card"]) == ("development", None)


def test_exported_sql_gives_the_same_scores(store: Store, version: int) -> None:
    card = model_of_version(store, VIEWER, version)
    known = training_sample(store, VIEWER, HOUSE)
    assert isinstance(card, Scorecard)

    by_sql = store.read_sql(exported(store, VIEWER, version)["duckdb"])

    assert (
        by_sql.sort("application_id")["score"].to_list() == assess(card, known)["score"].to_list()
    )


def test_a_challenger_leaves_as_json_and_as_lightgbm_reads_it(store: Store, boosted: int) -> None:
    model = model_of_version(store, VIEWER, boosted)
    assert isinstance(model, Challenger)

    files = exported(store, VIEWER, boosted)

    assert files["lightgbm"] == model.booster_text
    assert text_hash(files["json"]) == card_of(store, boosted).document_sha256


def test_trees_score_the_past_as_they_score_a_frame(store: Store, boosted: int) -> None:
    order = ModelOrder(boosted, "what would trees add")
    validate_model(store, APPROVER, order, at=AT)
    appoint_challenger(store, APPROVER, order, at=AT)

    done = score_past(store, APPROVER, boosted, at=AT)

    model = model_of_version(store, VIEWER, boosted)
    assert isinstance(model, Challenger)
    scored = challenger.assess(model, training_sample(store, VIEWER, HOUSE))
    kept = store.read_sql("select * from silent_assessment order by application_id")
    assert done == LOANS
    assert kept.equals(scored.select(kept.columns))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b"{}", b'{"booster_text": 1}', b"[" * 100_000]
)
def test_a_file_that_is_no_model_is_refused(store: Store, content: bytes) -> None:
    before = statuses(store)

    with pytest.raises(InvalidInput):
        import_model(store, MAKER, content, at=AT)

    assert statuses(store) == before


def _stop(*_: int) -> None:
    raise KeyboardInterrupt
