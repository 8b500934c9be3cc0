"""What the overdue screen asks: figures, the lists behind them, and files."""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.operations import listing, overdue, reports
from lending_core.operations.listing import Asked, Order
from lending_core.operations.overdue import Entered, FirstMissed, LoansAt
from lending_core.operations.reports import BookFilter
from lending_core.portfolio.delinquency import by_stage
from lending_core.servicing.buckets import bucket_codes
from lending_core.store.engine import Store, open_store
from tests.builders import ANALYST, VIEWER

ALL = BookFilter()
NEWEST_ON = date(2026, 10, 31)
EVERY_LOAN = LoansAt(ALL, NEWEST_ON)
LARGEST = Order("principal_fen")
GUANGDONG = BookFilter(region_codes=("44",))


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One book for all of these: they only read."""
    folder = tmp_path_factory.mktemp("overdue")
    return open_store(Path(shutil.copy(simulated_book, folder / "book.duckdb")))


def test_the_stages_of_the_flows_are_the_stages_of_the_book(store: Store) -> None:
    flows = overdue.stage_flows(store, ANALYST, ALL)

    stages = by_stage(flows)

    assert_frame_equal(stages, reports.bucket_by_month(store, ANALYST, ALL))


def test_what_flowed_out_of_a_month_is_what_stood_there_before(store: Store) -> None:
    flows = overdue.stage_flows(store, ANALYST, ALL)
    came = flows.drop_nulls("previous_bucket").group_by("month_end_on").agg(pl.col("loans").sum())
    stood = by_stage(flows).group_by("month_end_on").agg(pl.col("loans").sum())

    before = stood.sort("month_end_on")["loans"].to_list()[:-1]

    assert came.sort("month_end_on")["loans"].to_list() == before


def test_every_figure_leads_to_as_many_loans_as_it_counts(store: Store) -> None:
    stages = by_stage(overdue.stage_flows(store, ANALYST, GUANGDONG))
    newest = stages.filter(pl.col("month_end_on") == NEWEST_ON)
    cohort = overdue.first_payments(store, ANALYST, ALL).row(3, named=True)
    entry = overdue.late_entries(store, ANALYST, GUANGDONG).row(3, named=True)

    groups = {
        "stage": LoansAt(GUANGDONG, NEWEST_ON, bucket_codes()[1:]),
        "late 7": FirstMissed(ALL, cohort["cohort_on"], 7),
        "late 30": FirstMissed(ALL, cohort["cohort_on"], 30),
        "entered": Entered(GUANGDONG, entry["month_end_on"]),
        "went on": Entered(GUANGDONG, entry["month_end_on"], True),
        "collected": Entered(GUANGDONG, entry["month_end_on"], False),
    }

    assert {name: overdue.count_of(store, ANALYST, group) for name, group in groups.items()} == {
        "stage": newest.filter(pl.col("bucket") != "C")["loans"].sum(),
        "late 7": cohort["late_7_loans"],
        "late 30": cohort["late_30_loans"],
        "entered": entry["entered_loans"],
        "went on": entry["went_on_loans"],
        "collected": entry["entered_loans"] - entry["went_on_loans"],
    }


@pytest.mark.parametrize("dimension", overdue.DIMENSIONS)
def test_the_parts_of_the_book_add_up_to_it(store: Store, dimension: str) -> None:
    parts = overdue.late_parts(store, ANALYST, ALL, NEWEST_ON, dimension)
    stages = by_stage(overdue.stage_flows(store, ANALYST, ALL))

    whole = stages.filter(pl.col("month_end_on") == NEWEST_ON)["principal_fen"].sum()

    assert parts["principal_fen"].sum() == whole
    assert (
        parts["part"].drop_nulls().unique().sort().to_list()
        == (overdue.part_values(store, ANALYST, NEWEST_ON)[dimension])
    )


def test_pages_one_after_the_other_are_the_whole_list_in_order(store: Store) -> None:
    loans = overdue.count_of(store, ANALYST, EVERY_LOAN)
    starts = range(0, loans, listing.PAGE_ROWS)

    pages = pl.concat(
        overdue.loans_of(store, ANALYST, EVERY_LOAN, Asked(LARGEST, first)) for first in starts
    )

    whole = pl.concat(overdue.all_loans_of(store, ANALYST, EVERY_LOAN, LARGEST))
    assert_frame_equal(pages, whole)
    assert pages.height == loans > listing.PAGE_ROWS
    assert pages["principal_fen"].is_sorted(descending=True)
    assert pages["loan_id"].n_unique() == loans


def test_a_file_of_an_empty_group_still_has_its_columns(store: Store) -> None:
    nobody = LoansAt(BookFilter(bands=("no such band",)), NEWEST_ON)

    frames = list(overdue.all_loans_of(store, ANALYST, nobody, LARGEST))

    assert [frame.height for frame in frames] == [0]
    assert {"loan_id", "name", "principal_fen"} <= set(frames[0].columns)


def test_pages_and_files_mask_people_by_role(store: Store) -> None:
    page = overdue.loans_of(store, VIEWER, EVERY_LOAN, Asked(LARGEST))
    file = pl.concat(overdue.all_loans_of(store, VIEWER, EVERY_LOAN, LARGEST))

    assert page["name"].str.contains("*", literal=True).all()
    assert file["phone"].str.contains("*", literal=True).all()


def test_a_list_is_sorted_by_its_own_columns_only(store: Store) -> None:
    with pytest.raises(ValueError, match="name"):
        overdue.loans_of(store, ANALYST, EVERY_LOAN, Asked(Order("name")))
