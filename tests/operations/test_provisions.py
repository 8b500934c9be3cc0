"""Provisions of a simulated book and of tapes: identities, classes, losses that repeat."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.operations.provision_figures import (
    ProvisionFigures,
    exposures,
    loans_of_part,
    month_ends,
    overlay_base,
    provision_figures,
)
from lending_core.operations.provisions import (
    Computed,
    computed,
    losses_by_scenario,
    model_of,
)
from lending_core.portfolio.provision_assumptions import assumptions
from lending_core.portfolio.provision_overlays import Overlay, overlay_fen
from lending_core.store.engine import Store, open_store
from tests.builders import VIEWER, a_book
from tests.operations.tape_rows import a_tape

ON, BEFORE = date(2026, 10, 31), date(2026, 9, 30)


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The simulated book, for looking only."""
    copy = tmp_path_factory.mktemp("provisions") / "book.duckdb"
    return open_store(Path(shutil.copy(simulated_book, copy)))


@pytest.fixture(scope="module")
def known(store: Store) -> Computed:
    return computed(store, ON)


@pytest.fixture(scope="module")
def found(store: Store) -> ProvisionFigures:
    return provision_figures(store, VIEWER, ON)


def test_every_open_loan_has_a_class_a_stage_and_a_loss(store: Store, known: Computed) -> None:
    listed = store.read("bucket_by_month", **dict.fromkeys(FILTERS))
    by_bucket = listed.filter(pl.col("month_end_on") == ON)

    loans = known.loans

    assert loans.height == by_bucket["loans"].sum()
    assert loans["principal_fen"].sum() == by_bucket["principal_fen"].sum()
    assert loans.select("asset_class", "stage", "ecl_fen").null_count().sum_horizontal()[0] == 0
    assert (loans["ecl_fen"] <= loans["exposure_fen"]).all()


FILTERS = (*("product_codes", "region_codes", "funder_codes", "bands", "scenarios", "channels"),)


def test_class_and_stage_agree_at_every_month_end(store: Store) -> None:
    newest = month_ends(store, VIEWER)[-3:]

    checks = [provision_figures(store, VIEWER, on).disagreements for on in newest]

    broken = pl.concat(checks).filter(~pl.col("is_expected"))["loans"]
    assert broken.to_list() == [0] * 9


def test_the_movement_foots_and_closes_at_the_expected_loss(found: ProvisionFigures) -> None:
    table = found.movement

    assert table is not None
    parts = table.head(table.height - 1).select(pl.selectors.ends_with("_fen").sum())
    assert parts.row(0) == table.tail(1).select(pl.selectors.ends_with("_fen")).row(0)
    assert table["all_fen"][-1] == found.ratios.provision_fen == found.ecl_fen
    assert (found.opening_on, found.opening_state) == (BEFORE, "computed")


def test_the_opening_amounts_are_what_the_month_before_closed_with(
    store: Store, found: ProvisionFigures
) -> None:
    earlier = provision_figures(store, VIEWER, BEFORE)

    assert found.movement is not None
    assert found.movement["all_fen"][0] == earlier.ratios.provision_fen


def test_the_loans_behind_a_part_sum_to_it(store: Store, found: ProvisionFigures) -> None:
    to_default, lost = (loans_of_part(store, ON, part) for part in ("to_stage_3", "written_off"))

    assert found.movement is not None
    by_part = {row["part"]: row for row in found.movement.iter_rows(named=True)}
    assert to_default["moved_fen"].sum() == by_part["to_stage_3"]["stage_3_fen"]
    assert lost["moved_fen"].sum() == by_part["written_off"]["all_fen"]


def test_the_loss_lies_between_the_best_and_the_worst_course(
    known: Computed, found: ProvisionFigures
) -> None:
    by_course = losses_by_scenario(known)

    assert by_course == found.scenarios
    assert by_course["upturn"] < found.ecl_fen < by_course["downturn"]


def test_lines_count_only_where_something_is_owed_under_them(known: Computed) -> None:
    rows = exposures(known)

    lines = rows.filter(pl.col("kind") == "line")
    assert lines.height == known.lines.height > 0
    assert lines["exposure_fen"].sum() == pytest.approx(known.lines["undrawn_fen"].sum() / 10)
    assert lines["stage"].unique().to_list() == [1]


def test_an_overlay_is_of_loans_and_undrawn_lines(known: Computed) -> None:
    rows, base = exposures(known), overlay_base(known)

    # The whole of a part's loss: no rounding, no cap in reach.
    product, stage_1 = known.lines["product_code"][0], {"stage": ["1"]}
    of_stage = overlay_fen(Overlay(1, 10**13, percent=Decimal(1), scope=stage_1), base)
    scope = {"product_code": [product], **stage_1}
    of_both = overlay_fen(Overlay(1, 10**13, percent=Decimal(1), scope=scope), base)

    in_stage = rows.filter(pl.col("stage") == 1)
    assert base["ecl_fen"].sum() == rows["ecl_fen"].sum()
    assert of_stage == in_stage["ecl_fen"].sum()
    assert of_both == in_stage.filter(pl.col("product_code") == product)["ecl_fen"].sum()


def test_an_undrawn_line_stands_in_the_region_of_the_newest_loan_under_it(
    store: Store, known: Computed
) -> None:
    by_line = store.read_sql(
        "select line_id, loan_month.region_code from loan_month inner join loan using (loan_id) "
        "where standing = 'open' and month_end_on = date '2026-10-31' "
        "qualify loan_id = max(loan_id) over (partition by line_id) order by line_id"
    )

    lines = known.lines.select("line_id", "region_code")

    assert lines.null_count().row(0) == (0, 0)
    assert lines.join(by_line, on=["line_id", "region_code"]).height == lines.height > 0


def test_a_book_without_a_closed_month_has_no_month_ends(tmp_path: Path) -> None:
    empty = a_book(tmp_path / "book.duckdb")

    assert month_ends(empty, VIEWER) == []


def test_a_tape_with_balances_runs_off_by_level_instalments(tmp_path: Path) -> None:
    """Nothing is booked there, no product is told, and what the tape does not say is assumed."""
    tape = a_tape(tmp_path / "tape.duckdb", principal_fen=100_000)

    told = provision_figures(tape, VIEWER, ON)

    assert told.knows_amounts
    assert told.booked is None
    by_bucket = told.groups.group_by("bucket").agg(pl.col("ecl_fen").sum()).sort("bucket")
    assert by_bucket["bucket"].to_list() == ["C", "M2", "M5"]
    assert by_bucket["ecl_fen"].is_sorted()
    assert by_bucket["ecl_fen"][0] > 0


def test_a_loan_that_was_paid_off_and_is_open_again_is_returned(tmp_path: Path) -> None:
    """A month before loan 1 was open, loan 2 paid off; loan 3 is there for the first time."""
    tape = a_tape(tmp_path / "tape.duckdb", principal_fen=100_000)
    was_open = row("fenfu", 1, BEFORE, 0, 100_000) | {"bucket": "C", "days_past_due": 0}
    was_paid = row("fenfu", 2, BEFORE, 100_000, 0) | {"bucket": None}
    with tape.transaction() as transaction:
        transaction.append("loan_month", pl.DataFrame([was_open, was_paid]))

    returned, new = (loans_of_part(tape, ON, part) for part in ("returned", "new"))
    table = provision_figures(tape, VIEWER, ON).movement

    assert (returned["loan_id"].to_list(), new["loan_id"].to_list()) == ([2], [3])
    assert table is not None
    assert table.filter(part="returned")["all_fen"].item() == returned["moved_fen"].item()
    assert table["all_fen"][:-1].sum() == table["all_fen"][-1]


def test_a_tape_of_counts_only_has_classes_and_no_losses(tmp_path: Path) -> None:
    tape = a_tape(tmp_path / "tape.duckdb", principal_fen=None)

    told = provision_figures(tape, VIEWER, ON)

    assert not told.knows_amounts
    assert told.scenarios == {}
    assert told.groups["ecl_fen"].null_count() == told.groups.height == 3
    assert told.groups.select("bucket", "asset_class", "stage").sort("bucket").rows() == [
        ("C", "normal", 1),
        ("M2", "special_mention", 2),
        ("M5", "substandard", 3),
    ]


def test_defaults_of_which_nothing_came_in_count_as_well(tmp_path: Path) -> None:
    """Two loans owed 1,000 each in default. Of one came 100 two months later; the other was
    written off at once, and no month tells of it any more."""
    tape = a_tape(tmp_path / "tape.duckdb", principal_fen=None)
    paid = [row("fenfu", 1, DEFAULTED_ON, 0, 100_000), row("fenfu", 1, TWO_MONTHS_ON, 10_000, 0)]
    lost = [row("weilidai", 2, DEFAULTED_ON, 0, 100_000)]
    with tape.transaction() as transaction:
        transaction.append("loan_month", pl.DataFrame(paid + lost))

    found = model_of(tape, ON, replace(assumptions(), recovery_loans_min=1)).recoveries

    assert found.loans == {"": 2, "fenfu": 1, "weilidai": 1}
    assert {code: shares[1] for code, shares in found.shares.items()} == {
        "": 10_000 / 200_000,
        "fenfu": 10_000 / 100_000,
        "weilidai": 0.0,
    }


DEFAULTED_ON, TWO_MONTHS_ON = date(2025, 9, 30), date(2025, 11, 30)


def row(product_code: str, loan_id: int, on: date, paid_fen: int, owed_fen: int) -> dict[str, Any]:
    """A loan at a month end: in default for the first time where it owes something."""
    return {
        "loan_id": loan_id,
        "month_end_on": on,
        "months_on_book": 10,
        "standing": "open" if owed_fen else "paid",
        "days_past_due": 100 if owed_fen else 0,
        "product_code": product_code,
        "entered_30": False,
        "entered_90": owed_fen > 0,
        "entered_default": owed_fen > 0,
        "principal_fen": owed_fen,
        "paid_fen": paid_fen,
        "disbursed_on": date(2024, 11, 1),
    }
