"""What went bad of a few loans of July, as known then and as known now; what may be asked."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput
from lending_core.operations import restating
from lending_core.operations.cohort_queries import Part
from lending_core.operations.listing import Asked as Page
from lending_core.operations.listing import Order
from lending_core.operations.reports import BookFilter
from lending_core.operations.vintages import (
    Asked,
    Behind,
    all_bad_loans,
    bad_loans,
    changed_loans,
    count_bad_loans,
    knows_amounts,
    own_segments,
    part_values,
    policy_versions_lent,
    told_of_bad_loans,
    vintage,
)
from lending_core.portfolio.vintage import MEASURES, points
from lending_core.store.engine import Store, open_store
from tests.store.loans import a_book_of_july, close, happen, lend, pay

JULY, OCTOBER = date(2026, 7, 31), date(2026, 10, 31)
JULY_1, LARGEST = date(2026, 7, 1), Page(Order("lent_fen"))
DUE_ON, DUE_FEN = date(2026, 8, 15), 34_002


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Four loans of 1,000.00. Loan 1 never pays. Loan 2 paid its first instalment in time, but the
    payment was recorded on 1 October. Loan 3 was paid off, loan 4 was written off in August."""
    store = a_book_of_july(tmp_path_factory.mktemp("july") / "book.duckdb")
    lend(store, 1, 2, 3, 4)
    pay(store, 3, DUE_ON, 101_000, strategy="payoff")
    happen(store, 4, "charge_off", date(2026, 8, 20))
    facts: dict[str, Any] = {"amount_fen": DUE_FEN, "strategy": "next_dues"}
    happen(store, 2, "payment", date(2026, 10, 1), effective_on=DUE_ON, **facts)
    close(store, OCTOBER)
    yield store
    store.close()


def bad(store: Store, **asked: Any) -> list[tuple[Any, ...]]:
    """When loans went bad: months on book, loans, amount."""
    found = vintage(store, SYSTEM, Asked(**asked))
    rows = found.bad.sort("months_on_book").select("months_on_book", "loans", "lent_fen")
    return rows.rows()


def test_a_loan_counts_at_the_first_month_end_on_which_it_was_bad(store: Store) -> None:
    # Loans 1 and 2 were 46 days late on 30 September; loan 4 was lost in August.
    assert bad(store, measure="ever30") == [(2, 2, 200_000)]
    assert bad(store, measure="ever90") == []
    assert bad(store, measure="default") == [(1, 1, 100_000)]


def test_what_was_recorded_later_counts_for_its_own_day_as_known_now(store: Store) -> None:
    # Loan 2 missed only its second instalment, and was 46 days late on 31 October.
    assert bad(store, known="now") == [(2, 1, 100_000), (3, 1, 100_000)]
    assert changed_loans(store, SYSTEM) == 1


def test_the_points_are_those_of_a_pencil(store: Store) -> None:
    found = vintage(store, SYSTEM, Asked())

    by_month = points(found.lent, found.bad, found.observed_until_on, "month", "count")

    assert by_month.select("cohort", "months_on_book", "bad", "rate").rows() == [
        ("2026-07", 0, 0, 0.0),
        ("2026-07", 1, 0, 0.0),
        ("2026-07", 2, 2, 0.5),
        ("2026-07", 3, 2, 0.5),
    ]


def test_a_month_that_is_not_over_is_not_observed(store: Store, tmp_path: Path) -> None:
    store = a_book_of_july(tmp_path / "book.duckdb")
    lend(store, 1)
    close(store, date(2026, 9, 29))

    found = vintage(store, SYSTEM, Asked())

    assert (found.observed_until_on, found.bad.height) == (date(2026, 8, 31), 0)


@pytest.mark.parametrize("known", ["then", "now"])
@pytest.mark.parametrize("segment", ["product_code", "policy_version", "own:grade"])
def test_segments_add_up_to_the_whole(store: Store, segment: str, known: str) -> None:
    whole = vintage(store, SYSTEM, Asked(known=known))

    told = vintage(store, SYSTEM, Asked(part=Part(segment), known=known))

    sums = [pl.col("loans").sum(), pl.col("lent_fen").sum()]
    assert told.lent.select(sums).rows() == whole.lent.select(sums).rows()
    assert told.bad.select(sums).rows() == whole.bad.select(sums).rows()
    assert "segment" in told.bad.columns


@pytest.mark.parametrize(
    ("chosen", "loans"),
    [
        (BookFilter(bands=("B",)), 2),
        (BookFilter(bands=("A",)), 0),
        (BookFilter(channels=("x",)), 0),
    ],
)
def test_the_filters_of_the_book_hold(store: Store, chosen: BookFilter, loans: int) -> None:
    found = vintage(store, SYSTEM, Asked(chosen=chosen))

    assert found.bad["loans"].sum() == loans


@pytest.mark.parametrize(
    ("where", "loans"),
    [
        ("lent_fen >= 100000 and band = 'B'", 2),
        ("annual_rate > 0.2", 0),
        ("loan_id = 1", 1),
        ("instalments = 3 or band = 'A'", 2),
    ],
)
def test_a_condition_may_be_asked(store: Store, where: str, loans: int) -> None:
    found = vintage(store, SYSTEM, Asked(part=Part(where=where)))

    assert found.bad["loans"].sum() == loans


@pytest.mark.parametrize(
    "where",
    [
        "name = '王小明'",
        "loan_id in (select loan_id from loan)",
        "loan.loan_id = 1",
        "read_csv('/etc/passwd') is null",
        "1 = 1; drop table loan",
        "",
    ],
)
def test_a_condition_reaches_columns_of_a_loan_only(store: Store, where: str) -> None:
    with pytest.raises(InvalidInput):
        vintage(store, SYSTEM, Asked(part=Part(where=where)))


@pytest.mark.parametrize("chosen", [BookFilter(), BookFilter(product_codes=("jietiao_360",))])
def test_loans_are_counted_alike_with_and_without_their_lenders(
    whole_book: Store, chosen: BookFilter
) -> None:
    short = vintage(whole_book, SYSTEM, Asked(chosen=chosen)).lent
    long = vintage(whole_book, SYSTEM, Asked(chosen=chosen, part=Part(where="loan_id > 0"))).lent

    assert short.height > 0
    assert short.sort("cohort_on").equals(long.sort("cohort_on"))


def test_loans_behind_a_point_are_those_bad_by_then(store: Store) -> None:
    by_two = bad_loans(store, SYSTEM, Asked(), Behind(JULY_1, JULY, 2), LARGEST)
    by_one = bad_loans(store, SYSTEM, Asked(), Behind(JULY_1, JULY, 1), LARGEST)

    assert by_two.select("loan_id", "bad_on", "days_past_due").rows() == [
        (1, date(2026, 9, 30), 46),
        (2, date(2026, 9, 30), 46),
    ]
    assert by_one.is_empty()


@pytest.mark.parametrize(("band", "loans"), [("B", 2), ("A", 0), (None, 0)])
def test_loans_behind_a_point_of_a_segment_are_of_it(
    store: Store, band: str | None, loans: int
) -> None:
    asked, behind = Asked(part=Part("band")), Behind(JULY_1, JULY, 3, values=(band,))

    assert count_bad_loans(store, SYSTEM, asked, behind) == loans
    assert bad_loans(store, SYSTEM, asked, behind, LARGEST).height == loans


def test_a_page_begins_where_the_one_before_ended_and_the_file_has_both(store: Store) -> None:
    asked, behind, largest = Asked(), Behind(JULY_1, JULY, 3), Order("lent_fen")

    pages = [
        bad_loans(store, SYSTEM, asked, behind, Page(largest, first, rows_max=1))
        for first in (0, 1, 2)
    ]

    # Both were lent the same amount: the number of the loan decides.
    assert [page["loan_id"].to_list() for page in pages] == [[1], [2], []]
    file = pl.concat(all_bad_loans(store, SYSTEM, asked, behind, largest))
    assert file["loan_id"].to_list() == [1, 2]
    told = told_of_bad_loans(store, SYSTEM, asked, behind, ("loan_id", "lent_fen", "region_code"))
    assert told[:2] == ("loan_id", "lent_fen")


def test_the_values_of_each_dimension_are_those_that_loans_have(store: Store) -> None:
    found = part_values(store, SYSTEM)

    assert found["band"] == ["B"]
    assert found["channel"] == ["partner"]
    assert knows_amounts(store, SYSTEM)


def test_a_book_of_our_own_has_no_segments_of_a_tape(store: Store) -> None:
    assert own_segments(store, SYSTEM).is_empty()
    assert policy_versions_lent(store, SYSTEM) == []


@pytest.fixture(scope="module")
def whole_book(simulated_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(Path(shutil.copy(simulated_book, tmp_path_factory.mktemp("whole"))))
    yield store
    store.close()


class EveryLoanChanged:
    """A store of which every loan is taken for one that is told otherwise now."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def read(self, query: str, **_: Any) -> pl.DataFrame:
        table = "loan" if query == "restated_loan" else "loan_event"
        rows = self.store.read_sql(f"select * from {table}")
        names = [name for name in rows.columns if name not in ("reason", "recorded_at")]
        events = [*restating.LOAN_EVENT_SCHEMA]
        return rows.select(names if table == "loan" else events)


def test_replayed_month_ends_are_those_that_the_closes_kept(whole_book: Store) -> None:
    until_on = vintage(whole_book, SYSTEM, Asked()).observed_until_on
    kept = whole_book.read_sql("select * from loan_month")

    replayed = restating.restated_months(EveryLoanChanged(whole_book), until_on, until_on)

    names = [
        "loan_id",
        "month_end_on",
        "days_past_due",
        "principal_fen",
        *restating.ENTERED.values(),
    ]
    both = kept.select(names).join(replayed.select(names), on=names, how="semi")
    assert (both.height, both["entered_90"].sum()) == (kept.height, replayed["entered_90"].sum())


@pytest.mark.parametrize("measure", MEASURES)
def test_a_vintage_of_a_whole_book_never_falls(whole_book: Store, measure: str) -> None:
    found = vintage(whole_book, SYSTEM, Asked(measure=measure))

    by_month = points(found.lent, found.bad, found.observed_until_on, "month", "amount")

    steps = by_month.select(pl.col("rate").diff().over("cohort_on"))
    assert steps.min().item() == 0
    assert by_month.filter(pl.col("months_on_book") == 0)["bad"].sum() == 0
