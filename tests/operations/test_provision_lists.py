"""The loans behind provisions are listed whole, page by page, in any order, with their count."""

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lending_core.operations.listing import PAGE_ROWS, Asked, Order
from lending_core.operations.provision_figures import provision_figures
from lending_core.operations.provision_lists import (
    Moved,
    Provided,
    ProvisionGroup,
    Selection,
    all_loans_of,
    count_of,
    loans_of,
)
from lending_core.operations.provisions import computed
from lending_core.store.engine import Store, open_store
from tests.builders import VIEWER

ON = date(2026, 10, 31)
EVERY_LOAN, MOST_LOST = Provided(ON), Order("ecl_fen")


@pytest.fixture(scope="module")
def store(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The simulated book, for looking only."""
    copy = tmp_path_factory.mktemp("provisions") / "book.duckdb"
    return open_store(Path(shutil.copy(simulated_book, copy)))


def whole(store: Store, group: ProvisionGroup, order: Order) -> pl.DataFrame:
    return pl.concat(all_loans_of(store, VIEWER, group, order))


@pytest.mark.parametrize("order", [MOST_LOST, Order("days_past_due", descending=False)])
def test_pages_are_the_whole_list_in_order_whatever_ties(store: Store, order: Order) -> None:
    found = count_of(store, VIEWER, EVERY_LOAN)

    pages = pl.concat(
        loans_of(store, VIEWER, EVERY_LOAN, Asked(order, first))
        for first in range(0, found, PAGE_ROWS)
    )

    loans = computed(store, ON).loans
    expected = loans.sort(order.column, "loan_id", descending=[order.descending, False])
    assert found == loans.height > PAGE_ROWS
    assert pages["loan_id"].to_list() == expected["loan_id"].to_list()
    assert_frame_equal(whole(store, EVERY_LOAN, order), pages)


def test_the_list_holds_what_was_chosen_the_largest_loss_first(store: Store) -> None:
    group = Provided(ON, Selection(stages=(3,), buckets=("M7+",)))

    rows = loans_of(store, VIEWER, group, Asked(MOST_LOST))

    assert rows.select("stage", "bucket").unique().rows() == [(3, "M7+")]
    assert rows["ecl_fen"].is_sorted(descending=True)
    assert rows.height == count_of(store, VIEWER, group)


def test_the_loans_of_a_check_are_as_many_as_the_table_says(store: Store) -> None:
    table = provision_figures(store, VIEWER, ON).disagreements

    listed = [
        count_of(store, VIEWER, Provided(ON, Selection(check=check))) for check in table["check"]
    ]

    assert listed == table["loans"].to_list()
    assert listed[-1] > 0


def test_loans_behind_a_part_of_the_movement_come_by_their_amount_whatever_its_sign(
    store: Store,
) -> None:
    group, largest = Moved(ON, "repaid"), Order("amount_fen")

    rows = whole(store, group, largest)

    table = provision_figures(store, VIEWER, ON).movement
    assert table is not None
    assert rows.height == count_of(store, VIEWER, group) > 0
    assert rows["amount_fen"].is_sorted(descending=True)
    assert rows["moved_fen"].max() < 0  # type: ignore[operator]
    # What is left of the part are undrawn lines, which ended.
    part_fen = table.filter(part="repaid")["all_fen"].item()
    assert part_fen <= rows["moved_fen"].sum() == -rows["amount_fen"].sum()
