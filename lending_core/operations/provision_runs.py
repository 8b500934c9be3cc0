"""Provisions prepared by one person and signed off by another; the ledger keeps their hash."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState, NotAllowed, NotFound
from lending_core.ledger.chain import canonical, utc_naive
from lending_core.operations.console import book
from lending_core.operations.personal import of_the_house
from lending_core.operations.provision_figures import (
    LINE,
    LOAN,
    ProvisionFigures,
    exposures,
    figures,
)
from lending_core.operations.provision_reasons import check_reason
from lending_core.operations.provisions import computed, facts_of_model
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

SUBJECT = "provision"


@dataclass(frozen=True)
class RunOrder:
    """Provisions of a month end, and what there is to say of them. Raises `InvalidInput` without a
    reason."""

    month_end_on: date
    reason: str

    def __post_init__(self) -> None:
        check_reason(self.reason)


def prepare_provisions(store: Store, actor: Actor, order: RunOrder, *, at: datetime) -> int:
    """Computes the provisions of a month end and keeps them line by line for a second person to
    sign off; returns the run's number. A run that waits is replaced: it is returned.

    Raises `InvalidState` where the month is not over, no loan was open, the book tells no amounts,
    or its provisions are signed off already.
    """
    require(actor, Permission.PREPARE_PROVISIONS)
    with store.transaction() as transaction:
        _check_may_run(transaction, order.month_end_on)
        known = computed(transaction, order.month_end_on)
        if known.loans.is_empty() or not known.knows_amounts:
            raise InvalidState("provisions_no_amounts", on=order.month_end_on)
        moment = Moment(actor, book(transaction).open_on, at)
        _return_waiting(transaction, moment, order.month_end_on)
        run_id = transaction.next_id("provision_run", "run_id")
        rows = _rows(exposures(known), run_id)
        totals = _totals(figures(transaction, known))
        facts = {**totals, "loans_hash": hash_of(rows)}
        run = {
            "run_id": run_id,
            "month_end_on": order.month_end_on,
            "model": canonical(facts_of_model(known.model)),
            "figures": canonical(totals),
            "loans_hash": facts["loans_hash"],
            "reason": order.reason.strip(),
            "prepared_by": actor.user_name,
            "recorded_at": utc_naive(at),
        }
        transaction.append("provision_run", pl.DataFrame([run]))
        transaction.append("provision_loan", rows)
        append_events(transaction, moment, "provisions_prepared", [(SUBJECT, run_id, facts)])
        return run_id


def sign_off_provisions(store: Store, actor: Actor, run_id: int, *, at: datetime) -> None:
    """A second person signs a run off: its amounts stand as the month's provisions.

    Raises `NotAllowed` for who prepared it, `NotFound`, `InvalidState` unless it waits and its
    lines are those that were prepared.
    """
    require(actor, Permission.SIGN_OFF_PROVISIONS)
    with store.transaction() as transaction:
        moment, run = _second_person(transaction, actor, run_id, at)
        if hash_of(_kept(transaction, run_id)) != run["loans_hash"]:
            raise InvalidState("provisions_changed", run_id=run_id)
        _step(transaction, moment, run_id, ("signed_off", None))
        facts = {"loans_hash": run["loans_hash"], "figures": run["figures"]}
        append_events(transaction, moment, "provisions_signed_off", [(SUBJECT, run_id, facts)])


def return_provisions(
    store: Store, actor: Actor, run_id: int, reason: str, *, at: datetime
) -> None:
    """A second person sends a run back, to be prepared again. Raises as `sign_off_provisions`, and
    `InvalidInput` without a reason."""
    require(actor, Permission.SIGN_OFF_PROVISIONS)
    check_reason(reason)
    with store.transaction() as transaction:
        moment, _ = _second_person(transaction, actor, run_id, at)
        _step(transaction, moment, run_id, ("returned", reason.strip()))
        append_events(transaction, moment, "provisions_returned", [(SUBJECT, run_id, {})])


def provision_runs(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per run, newest first: run_id, month_end_on, run_state (prepared, signed_off or
    returned), ecl_fen, overlay_fen, required_fen, reason, prepared_by, recorded_at, stepped_by,
    stepped_at, answer_reason, loans_hash."""
    require(actor, Permission.VIEW_BOOK)
    runs = of_the_house(store, actor, store.read("provision_run"))
    told = [json.loads(text) for text in runs["figures"]]
    names = ("ecl_fen", "overlay_fen", "required_fen")
    amounts = {name: pl.Series([each[name] for each in told], dtype=pl.Int64) for name in names}
    return runs.drop("figures", "model").with_columns(**amounts)


def run_is_as_it_was(store: Store, actor: Actor, run_id: int) -> bool:
    """Whether the lines kept of a run still have the hash that the ledger knows."""
    require(actor, Permission.VIEW_BOOK)
    return hash_of(_kept(store, run_id)) == _run(store, run_id)["loans_hash"]


def hash_of(rows: pl.DataFrame) -> str:
    """Of the lines of a run, in their order."""
    lines = rows.drop("run_id", strict=False).select(sorted(rows.drop("run_id").columns))
    return hashlib.sha256(lines.write_csv().encode()).hexdigest()


def _rows(rows: pl.DataFrame, run_id: int) -> pl.DataFrame:
    """As `provision_loan` keeps them. Loans first, then lines, by number."""
    is_line = pl.col("kind") == LINE
    return (
        rows.sort(is_line, "number")
        .with_columns(
            run_id=pl.lit(run_id, pl.Int64),
            loan_id=pl.when(pl.col("kind") == LOAN).then("number"),
            line_id=pl.when(is_line).then("number"),
            stage=pl.col("stage").cast(pl.Int32),
            probability_12m=pl.col("probability_12m").fill_null(0.0).round(9),
        )
        .drop("kind", "number")
    )


def _kept(reader: Store | Transaction, run_id: int) -> pl.DataFrame:
    return _rows(reader.read("provision_loan_of_run", run_id=run_id), run_id)


def _totals(found: ProvisionFigures) -> dict[str, Any]:
    """The amounts of a run for its record and the ledger."""
    by_stage = found.groups.group_by("stage").agg(pl.col("ecl_fen").sum()).sort("stage")
    return {
        "month_end_on": found.month_end_on,
        "ecl_fen": found.ecl_fen,
        "overlay_fen": found.overlay_fen,
        "required_fen": found.ratios.required_fen,
        "by_stage": {str(stage): fen for stage, fen in by_stage.iter_rows()},
        "scenarios": found.scenarios,
        "overlays": found.overlays.filter(pl.col("counts"))["overlay_id"].to_list(),
    }


def _check_may_run(transaction: Transaction, month_end_on: date) -> None:
    known = transaction.read("book_month_end")["month_end_on"].to_list()
    if month_end_on not in known:
        raise InvalidState("provisions_no_month", on=month_end_on)
    runs = transaction.read("provision_run").filter(
        pl.col("month_end_on") == month_end_on, pl.col("run_state") == "signed_off"
    )
    if not runs.is_empty():
        raise InvalidState("provisions_signed_off", on=month_end_on)


def _return_waiting(transaction: Transaction, moment: Moment, month_end_on: date) -> None:
    """A newer run takes the place of one that waits."""
    waiting = transaction.read("provision_run").filter(
        pl.col("month_end_on") == month_end_on, pl.col("run_state") == "prepared"
    )
    for run_id in waiting["run_id"]:
        _step(transaction, moment, run_id, ("returned", None))
        append_events(transaction, moment, "provisions_returned", [(SUBJECT, run_id, {})])


def _run(reader: Store | Transaction, run_id: int) -> dict[str, Any]:
    found = reader.read("provision_run").filter(pl.col("run_id") == run_id).rows(named=True)
    if not found:
        raise NotFound("provisions_unknown", run_id=run_id)
    return found[0]


def _second_person(
    transaction: Transaction, actor: Actor, run_id: int, at: datetime
) -> tuple[Moment, dict[str, Any]]:
    run = _run(transaction, run_id)
    if run["run_state"] != "prepared":
        raise InvalidState("provisions_answered", run_id=run_id)
    if run["prepared_by"] == actor.user_name:
        raise NotAllowed("provision_own_work")
    return Moment(actor, book(transaction).open_on, at), run


def _step(
    transaction: Transaction, moment: Moment, run_id: int, answer: tuple[str, str | None]
) -> None:
    row = {
        "run_id": run_id,
        "step": answer[0],
        "reason": answer[1],
        "stepped_by": moment.actor.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    transaction.append(
        "provision_run_step", pl.DataFrame([row], schema_overrides={"reason": pl.String})
    )
