"""Pages of rows that were computed: in the order asked for, ties by number, nothing twice."""

import polars as pl
import pytest

from lending_core.operations.listing import Asked, Listing, Order, in_order, page_of

# Three sums over 250 rows, so that every page has ties, and one that nobody knows.
ROWS = pl.DataFrame(
    {
        "case_id": range(250, 0, -1),
        "overdue_fen": [None, *(number % 3 for number in range(249))],
    }
)
LARGEST = Order("overdue_fen")


@pytest.fixture
def listing() -> Listing:
    return Listing("ledger_difference", "loan_id", ("loan_id", "posted_fen"), beside=("flow",))


def test_ties_are_in_order_of_their_numbers_and_what_is_unknown_is_last() -> None:
    ordered = in_order(ROWS, "case_id", LARGEST)

    first = ordered.filter(overdue_fen=2)
    assert first["case_id"].to_list() == ordered["case_id"].head(83).to_list()
    assert first["case_id"].is_sorted()
    assert ordered.row(-1) == (250, None)


def test_a_page_is_a_part_of_the_order_and_pages_are_all_of_it() -> None:
    pages = pl.concat([page_of(ROWS, "case_id", Asked(LARGEST, first)) for first in (0, 100, 200)])

    assert page_of(ROWS, "case_id", Asked(LARGEST, 200)).height == 50
    assert pages.equals(in_order(ROWS, "case_id", LARGEST))


def test_numbers_are_their_own_order() -> None:
    ordered = in_order(ROWS, "case_id", Order("case_id", descending=False))

    assert ordered["case_id"].to_list() == list(range(1, 251))


def test_what_one_column_does_not_tell_apart_more_do(listing: Listing) -> None:
    by_amount, by_loan = (listing.order(Order(name)) for name in ("posted_fen", "loan_id"))

    assert by_amount == (("posted_fen", True), ("loan_id", False), ("flow", False))
    assert by_loan == (("loan_id", True), ("flow", False))
