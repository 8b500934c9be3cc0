"""The simulated book as people drive it: built, moved on by a month, filled in bulk, in arrears."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed
from lending_core.ledger.chain import Event, first_break
from lending_core.operations.applicants import (
    SAMPLE_NAMES,
    BulkRun,
    run_applicants,
    sample_applicant,
)
from lending_core.operations.catching_up import close_through
from lending_core.operations.closing import close_day
from lending_core.operations.console import book, open_console
from lending_core.operations.demonstration import SimulationPlan, build_book, stop_paying
from lending_core.operations.months import run_month
from lending_core.operations.origination import accept_offer, submit_application
from lending_core.settings import LAKE, Settings, from_environment
from lending_core.store.engine import Store
from tests.builders import (
    ANALYST,
    AT,
    BUSINESS_ON,
    GOOD_RECORD,
    OPEN_ON,
    VIEWER,
    a_book,
    a_read_offer,
    a_submission,
)

PLAN = SimulationPlan(customers=150, months=3, seed=11, until_on=date(2026, 10, 31))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return dataclasses.replace(from_environment(), database_path=tmp_path / "built.duckdb")


def a_loan(store: Store) -> int:
    application_id = submit_application(store, ANALYST, a_submission(), key="submit", at=AT)
    return accept_offer(store, ANALYST, a_read_offer(store, application_id), key="accept", at=AT)


def months_of(store: Store, loan_id: int) -> pl.DataFrame:
    return store.read("months_of_loan", loan_id=loan_id)


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[int, int]]]:
    """A book of the plan, and what was said while it was built."""
    path = tmp_path_factory.mktemp("built") / "book.duckdb"
    seen: list[tuple[int, int]] = []
    settings = dataclasses.replace(from_environment(), database_path=path)
    build_book(
        settings, PLAN, replace=False, progress=lambda done, of, _month: seen.append((done, of))
    )
    return path, seen


@pytest.fixture
def built(built_once: tuple[Path, list[tuple[int, int]]], settings: Settings) -> Settings:
    """A copy of it."""
    shutil.copy(built_once[0], settings.database_path)
    return settings


def test_a_built_book_has_run_to_its_last_month(
    built: Settings, built_once: tuple[Path, list[tuple[int, int]]]
) -> None:
    store = open_built(built)

    assert built_once[1] == [(1, 3), (2, 3), (3, 3)]
    assert (book(store).first_business_on, book(store).business_on) == (
        date(2026, 8, 1),
        date(2026, 10, 31),
    )
    assert store.read_sql("select count(*) as n from customer")["n"][0] == 150


def test_the_same_seed_gives_the_same_ledger(built: Settings, tmp_path: Path) -> None:
    again = dataclasses.replace(built, database_path=tmp_path / "again.duckdb")
    build_book(again, PLAN, replace=False)

    heads = [open_built(each).read("newest_event")["hash"][0] for each in (built, again)]

    assert heads[0] == heads[1]


def test_a_book_is_not_overwritten_unless_asked(built: Settings) -> None:
    other = SimulationPlan(customers=20, months=1, seed=12, until_on=date(2026, 10, 31))
    with pytest.raises(InvalidState) as refusal:
        build_book(built, PLAN, replace=False)

    build_book(built, other, replace=True)

    assert refusal.value.reason == "book_exists"
    assert book(open_built(built)).seed == 12


def test_no_book_is_simulated_into_the_file_of_a_console_over_a_lake(settings: Settings) -> None:
    over_a_lake = dataclasses.replace(settings, engine=LAKE)

    with pytest.raises(InvalidState) as refusal:
        build_book(over_a_lake, PLAN, replace=True)

    assert refusal.value.reason == "lake_console"
    assert not settings.database_path.exists()


def open_built(settings: Settings) -> Store:
    return open_console(settings)


@pytest.mark.parametrize(("customers", "months"), [(0, 3), (1_000_001, 3), (10, 0), (10, 121)])
def test_a_plan_has_bounds(customers: int, months: int) -> None:
    with pytest.raises(InvalidInput):
        SimulationPlan(customers, months, 1, date(2026, 10, 31))


def test_a_borrower_who_stops_paying_grows_older_in_arrears(store: Store) -> None:
    loan_id = a_loan(store)
    stop_paying(store, ANALYST, loan_id, at=AT)

    run_month(store, ANALYST, at=AT)
    run_month(store, ANALYST, at=AT)
    run_month(store, ANALYST, at=AT)

    # Lent on 1 November, the open day: due on 1 December, 30 days before the end of that month.
    aged = months_of(store, loan_id).select("month_end_on", "days_past_due", "bucket")
    assert aged.rows() == [
        (date(2026, 11, 30), 0, "C"),
        (date(2026, 12, 31), 30, "M1"),
        (date(2027, 1, 31), 61, "M3"),
    ]


def test_stopping_twice_is_the_same_as_once_and_counts_from_the_open_day(store: Store) -> None:
    loan_id = a_loan(store)

    stop_paying(store, ANALYST, loan_id, at=AT)
    stop_paying(store, ANALYST, loan_id, at=AT)

    stops = store.read_sql("select customer_id, stopped_on from simulated_stop")
    assert stops.rows() == [(1, OPEN_ON)]


def test_a_month_is_run_by_those_who_may(store: Store) -> None:
    with pytest.raises(NotAllowed):
        run_month(store, VIEWER, at=AT)

    assert book(store).business_on == BUSINESS_ON


def test_two_clicks_on_the_same_date_run_one_month(store: Store) -> None:
    run_month(store, ANALYST, at=AT, seen_on=BUSINESS_ON)

    with pytest.raises(InvalidState) as refusal:
        run_month(store, ANALYST, at=AT, seen_on=BUSINESS_ON)

    assert refusal.value.reason == "month_already_run"
    assert book(store).business_on == date(2026, 11, 30)


def test_a_real_book_is_never_simulated(store: Store) -> None:
    current = book(store)
    with store.transaction() as transaction:
        transaction.clear("book")
        real = dataclasses.asdict(current) | {"is_simulated": False, "name": "ours"}
        transaction.append("book", pl.DataFrame([real]))

    with pytest.raises(InvalidState) as refusal:
        run_month(store, ANALYST, at=AT)

    assert refusal.value.reason == "book_is_real"


def test_a_bulk_run_decides_everybody(store: Store) -> None:
    steps: list[tuple[int, int]] = []

    decided = run_applicants(
        store,
        ANALYST,
        BulkRun("bulk", 60),
        at=AT,
        progress=lambda done, of: steps.append((done, of)),
    )

    stored = store.read_sql("select count(*) as n from decision")["n"][0]
    assert (decided.height, stored, steps) == (60, 60, [(60, 60)])
    assert set(decided["outcome"]) <= {"approve", "review", "decline"}


def test_loans_of_a_bulk_run_are_paid_out_on_the_open_day_and_aged_by_its_close(
    store: Store,
) -> None:
    run_applicants(store, ANALYST, BulkRun("bulk", 60), at=AT)

    close_day(store, ANALYST, OPEN_ON, at=AT)

    loans = store.read_sql("select loan_id, disbursed_on from loan order by loan_id")
    aged = store.read_sql("select loan_id, month_end_on from loan_month order by loan_id")
    assert loans.height > 0
    assert aged.rows() == loans.rows()
    assert set(loans["disbursed_on"]) == {OPEN_ON}


def test_a_month_of_which_days_are_closed_runs_to_its_end(store: Store) -> None:
    run_applicants(store, ANALYST, BulkRun("bulk", 60), at=AT)
    close_through(store, ANALYST, date(2026, 11, 10), at=AT)

    run_month(store, ANALYST, at=AT)

    closed = store.read_sql("select closed_on from closed_day order by closed_on")["closed_on"]
    assert book(store).business_on == date(2026, 11, 30)
    assert closed.to_list() == [date(2026, 11, day) for day in range(1, 31)]


def test_a_bulk_run_started_again_decides_nobody_twice(store: Store) -> None:
    first = run_applicants(store, ANALYST, BulkRun("bulk", 20), at=AT)
    second = run_applicants(store, ANALYST, BulkRun("bulk", 20), at=AT)

    assert second.equals(first)
    assert store.read_sql("select count(*) as n from application")["n"][0] == 20


def test_a_bulk_run_has_bounds() -> None:
    with pytest.raises(InvalidInput):
        BulkRun("bulk", 0)


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_a_sample_is_one_whole_applicant_and_writes_nothing(store: Store, name: str) -> None:
    sample = sample_applicant(store, ANALYST, name, seed=3)

    assert [sample.customers.height, sample.requests.height, sample.features.height] == [1, 1, 1]
    assert store.read_sql("select count(*) as n from customer")["n"][0] == 0


def test_the_chain_holds_after_everything(store: Store) -> None:
    stop_paying(store, ANALYST, a_loan(store), at=AT)
    run_applicants(store, ANALYST, BulkRun("bulk", 30), at=AT)
    run_month(store, ANALYST, at=AT)

    events = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    chain = (Event(**row) for row in events.sort("event_id").rows(named=True))
    assert first_break(chain) is None


def test_what_nobody_decides_lapses_with_its_month(store: Store) -> None:
    unknown = {**GOOD_RECORD, "has_current_overdue": None}
    submission = a_submission(observed=unknown)
    application_id = submit_application(store, ANALYST, submission, key="referred", at=AT)

    run_month(store, ANALYST, at=AT)

    case = store.read("application_case", application_id=application_id).row(0, named=True)
    assert (case["review_outcome"], case["review_reason"]) == ("decline", "lapsed")
    assert case["line_id"] is None
