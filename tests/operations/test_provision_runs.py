"""Provisions prepared by one person and signed off by another, with their hash in the ledger."""

import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.ledger import verify_chain
from lending_core.operations.provision_figures import provision_figures
from lending_core.operations.provision_overlays import (
    OverlayOrder,
    approve_overlay,
    propose_overlay,
)
from lending_core.operations.provision_runs import (
    RunOrder,
    prepare_provisions,
    provision_runs,
    return_provisions,
    run_is_as_it_was,
    sign_off_provisions,
)
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, APPROVER, AT, MAKER, VIEWER

ON, BEFORE = date(2026, 10, 31), date(2026, 9, 30)
ORDER = RunOrder(ON, "October")


@pytest.fixture
def store(simulated_book: Path, tmp_path: Path) -> Store:
    return open_store(Path(shutil.copy(simulated_book, tmp_path / "book.duckdb")))


def last_event(store: Store) -> tuple[str, int, dict[str, object]]:
    row = store.read("newest_event").row(0, named=True)
    return row["action"], row["subject_id"], json.loads(row["payload"])


def test_a_run_keeps_every_loan_and_line_and_the_ledger_its_hash(store: Store) -> None:
    figures = provision_figures(store, VIEWER, ON)

    run_id = prepare_provisions(store, MAKER, ORDER, at=AT)

    runs = provision_runs(store, VIEWER)
    assert runs.select("run_id", "run_state", "ecl_fen").rows() == [
        (run_id, "prepared", figures.ecl_fen)
    ]
    kept = store.read("provision_loan_of_run", run_id=run_id)
    assert kept.height == figures.groups["loans"].sum()
    assert kept["ecl_fen"].sum() == figures.ecl_fen
    action, subject_id, facts = last_event(store)
    assert (action, subject_id) == ("provisions_prepared", run_id)
    assert facts["loans_hash"] == runs["loans_hash"][0]
    assert run_is_as_it_was(store, VIEWER, run_id)


def test_a_second_person_signs_off_and_the_next_month_opens_with_it(store: Store) -> None:
    run_id = prepare_provisions(store, MAKER, RunOrder(BEFORE, "September"), at=AT)

    sign_off_provisions(store, APPROVER, run_id, at=AT)

    found = provision_figures(store, VIEWER, ON)
    assert last_event(store)[0] == "provisions_signed_off"
    assert provision_runs(store, VIEWER)["stepped_by"].to_list() == ["risk_approver"]
    assert found.opening_state == "signed_off"
    assert found.movement is not None
    assert found.movement["all_fen"][0] == provision_runs(store, VIEWER)["ecl_fen"][0]
    assert verify_chain(store, ANALYST) is None


def test_an_overlay_on_lines_too_foots_and_is_in_the_ratios(store: Store) -> None:
    order = OverlayOrder(10**13, date(2026, 12, 31), "a hard winter", percent=Decimal("0.5"))

    approve_overlay(store, APPROVER, propose_overlay(store, MAKER, order, at=AT), at=AT)

    found = provision_figures(store, VIEWER, ON)
    assert found.overlay_fen == round(Decimal(found.ecl_fen) / 2)
    assert found.ratios.provision_fen == found.ecl_fen + found.overlay_fen
    assert found.movement is not None
    parts = found.movement["all_fen"].to_list()
    assert sum(parts[:-1]) == parts[-1] == found.ratios.provision_fen


def test_nobody_signs_off_what_they_prepared(store: Store) -> None:
    run_id = prepare_provisions(store, MAKER, ORDER, at=AT)
    same_person = Actor(MAKER.user_name, Role.RISK_APPROVER)

    with pytest.raises(NotAllowed, match="second person"):
        sign_off_provisions(store, same_person, run_id, at=AT)

    assert provision_runs(store, VIEWER)["run_state"].to_list() == ["prepared"]


def test_lines_that_were_changed_are_not_signed_off(store: Store) -> None:
    run_id = prepare_provisions(store, MAKER, ORDER, at=AT)
    kept = store.read("provision_loan_of_run", run_id=run_id)
    one = kept.head(1).select(
        "product_code",
        *("bucket", "days_past_due", "asset_class", "class_reason", "stage", "stage_reason"),
        *("probability_12m", "exposure_fen", "principal_fen", "ecl_fen", "allowance_fen"),
        run_id=pl.lit(run_id),
        loan_id=pl.lit(10**9),
    )
    with store.transaction() as transaction:
        transaction.append("provision_loan", one)

    with pytest.raises(InvalidState, match="not those that were prepared"):
        sign_off_provisions(store, APPROVER, run_id, at=AT)

    assert not run_is_as_it_was(store, VIEWER, run_id)


def test_what_is_signed_off_is_not_prepared_again(store: Store) -> None:
    run_id = prepare_provisions(store, MAKER, ORDER, at=AT)
    sign_off_provisions(store, APPROVER, run_id, at=AT)

    with pytest.raises(InvalidState, match="signed off"):
        prepare_provisions(store, MAKER, ORDER, at=AT)
    with pytest.raises(InvalidState, match="answered"):
        return_provisions(store, APPROVER, run_id, "too late", at=AT)


def test_a_newer_run_takes_the_place_of_one_that_waits(store: Store) -> None:
    first = prepare_provisions(store, MAKER, ORDER, at=AT)

    second = prepare_provisions(store, MAKER, replace(ORDER, reason="once more"), at=AT)

    states = provision_runs(store, VIEWER).select("run_id", "run_state").rows()
    assert states == [(second, "prepared"), (first, "returned")]


def test_a_returned_run_says_why(store: Store) -> None:
    run_id = prepare_provisions(store, MAKER, ORDER, at=AT)

    return_provisions(store, APPROVER, run_id, "overlay missing", at=AT)

    run = provision_runs(store, VIEWER).row(0, named=True)
    assert (run["run_state"], run["answer_reason"]) == ("returned", "overlay missing")


def test_provisions_need_a_month_that_is_over_and_a_reason(store: Store) -> None:
    with pytest.raises(InvalidState, match="month is not over"):
        prepare_provisions(store, MAKER, RunOrder(date(2026, 11, 30), "ahead"), at=AT)
    with pytest.raises(InvalidInput, match="Say why"):
        RunOrder(ON, "  ")
    with pytest.raises(NotFound):
        sign_off_provisions(store, APPROVER, 99, at=AT)
