"""What the screen of scores reads: the very scores that decided, and those of any other model."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import NotAllowed, NotFound
from lending_core.operations.models import save_model
from lending_core.operations.score_reports import (
    audited_applications,
    feature_bins,
    scored_applications,
    training,
)
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment
from tests.builders import ANALYST, AT, BUSINESS_ON
from tests.scoring.cards import a_card, a_feature

AUDITOR = Actor("auditor", Role.AUDITOR)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The simulated book, and a second model that reads one feature and has decided nobody."""
    folder = tmp_path_factory.mktemp("scores")
    store = open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))
    with store.transaction() as transaction:
        rival = a_card(a_feature("inquiries_3m", [1.0, 3.0], [640, 600, 520, 500]))
        save_model(transaction, Moment(SYSTEM, BUSINESS_ON, AT), rival, note="rival")
    return store


def newest(store: Store) -> int:
    return int(store.read("model_versions")["model_version"][0])


def test_the_scores_of_a_model_are_those_it_decided_with(store: Store) -> None:
    scored = scored_applications(store, ANALYST, 1)

    decided = store.read_sql(
        "select application_id, score, default_probability from assessment "
        "where model_version = 1 order by application_id"
    )
    columns = ["application_id", "score", "default_probability"]
    assert scored.filter("is_own").select(columns).equals(decided)


def test_every_application_is_scored_by_a_model_that_decided_nobody(store: Store) -> None:
    scored = scored_applications(store, ANALYST, newest(store))

    assert scored.height == store.read_sql("select count(*) from application").item()
    assert scored["is_own"].all()
    assert set(scored["score"].unique()) == {640, 600, 520, 500}


def test_only_loans_that_have_matured_have_an_outcome(store: Store) -> None:
    scored = scored_applications(store, ANALYST, 1)

    judged = scored.drop_nulls("is_bad")
    assert judged["is_funded"].all()
    assert 0 < judged.height < scored["is_funded"].sum()


def test_bins_of_every_application_have_the_points_of_its_score(store: Store) -> None:
    version = newest(store)

    bins = feature_bins(store, ANALYST, version)

    (feature,) = bins.card.features
    points = bins.places["inquiries_3m"].replace_strict(
        {at: each.points for at, each in enumerate(feature.bins)}
    )
    assert points.to_list() == scored_applications(store, ANALYST, version)["score"].to_list()


def test_an_expert_card_was_built_on_nothing(store: Store) -> None:
    assert training(store, ANALYST, 1).first_on is None


def test_a_version_that_nobody_saved_is_refused(store: Store) -> None:
    with pytest.raises(NotFound) as refusal:
        scored_applications(store, ANALYST, 99)

    assert refusal.value.reason == "model_unknown"


def test_an_audit_reads_sex_from_the_17th_digit_and_gives_no_number(store: Store) -> None:
    audited = audited_applications(store, AUDITOR, 1)

    numbers = store.opened(
        store.read_sql(
            "select application_id, id_number from application "
            "inner join customer on application.customer_id = customer.customer_id"
        )
    )
    odd = pl.col("id_number").str.slice(16, 1).cast(pl.Int32) % 2 == 1
    sexes = audited.join(numbers, on="application_id").select(said="sex", is_male=odd).unique()
    assert sorted(sexes.rows()) == [("female", False), ("male", True)]
    assert not {"id_number", "name", "phone"} & set(audited.columns)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.RISK_MAKER, Role.RISK_APPROVER])
def test_only_the_auditor_reads_groups_of_people(store: Store, role: Role) -> None:
    with pytest.raises(NotAllowed):
        audited_applications(store, Actor("somebody", role), 1)
