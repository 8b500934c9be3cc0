"""The close of a day: once, in order, the same however days are taken together, and explained."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState, NotAllowed
from lending_core.ledger.chain import utc_naive
from lending_core.operations import accounting
from lending_core.operations.catching_up import close_through
from lending_core.operations.closing import close_day, close_days
from lending_core.operations.console import book
from lending_core.operations.loan_events import LoanEvent, payoff, record, state_of_loan
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT, BUSINESS_ON, MAKER, VIEWER, a_book
from tests.operations.journeys import lent, rows, run_to

# The loan of the journey: 8,000 yuan on the open day, ten equal parts of 800 with daily interest.
PAID_OUT_ON = BUSINESS_ON + timedelta(days=1)
FIRST_DUE_ON = date(2026, 12, 1)
LATE_ON = date(2026, 12, 11)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb", lent)


def booked(store: Store) -> dict[str, int]:
    """Sums of all postings by flow."""
    return dict(rows(store, "posting").group_by("flow").agg(pl.col("amount_fen").sum()).rows())


def pay(store: Store, amount_fen: int, on: date, key: str = "pay") -> int:
    payment = LoanEvent(1, "payment", on, amount_fen=amount_fen)
    return record(store, ANALYST, payment, key=key, at=AT)


def same_tables(one: Store, other: Store, *names: str) -> list[bool]:
    return [
        rows(one, name).sort(pl.all()).equals(rows(other, name).sort(pl.all())) for name in names
    ]


def test_the_day_of_disbursement_books_what_was_lent(store: Store) -> None:
    close_day(store, ANALYST, PAID_OUT_ON, at=AT)

    assert booked(store) == {"funding_received": 8_000_00, "principal_lent": 8_000_00}
    assert book(store).business_on == PAID_OUT_ON


def test_a_night_later_its_interest_is_earned(store: Store) -> None:
    close_through(store, ANALYST, PAID_OUT_ON + timedelta(days=1), at=AT)

    rate = rows(store, "loan")["annual_rate"][0]
    assert booked(store)["interest_accrued"] == round(8_000_00 * rate / 365)


def test_a_day_closes_once(store: Store) -> None:
    close_day(store, ANALYST, PAID_OUT_ON, at=AT)
    before = booked(store)

    with pytest.raises(InvalidState, match="closed already"):
        close_day(store, ANALYST, PAID_OUT_ON, at=AT)

    assert booked(store) == before


def test_no_day_is_skipped(store: Store) -> None:
    with pytest.raises(InvalidState, match="still open"):
        close_day(store, ANALYST, PAID_OUT_ON + timedelta(days=1), at=AT)

    assert rows(store, "closed_day").is_empty()


def test_who_may_only_look_closes_nothing(store: Store) -> None:
    with pytest.raises(NotAllowed):
        close_day(store, VIEWER, PAID_OUT_ON, at=AT)


def test_missed_days_are_caught_up_one_by_one(store: Store) -> None:
    seen: list[tuple[int, int, date]] = []

    closed = close_through(
        store,
        ANALYST,
        PAID_OUT_ON + timedelta(days=2),
        at=AT,
        progress=lambda *step: seen.append(step),
    )

    assert closed == 3
    assert [step[:2] for step in seen] == [(1, 3), (2, 3), (3, 3)]
    assert rows(store, "closed_day")["closed_on"].to_list() == [
        PAID_OUT_ON,
        PAID_OUT_ON + timedelta(days=1),
        PAID_OUT_ON + timedelta(days=2),
    ]
    assert rows(store, "event").filter(pl.col("action") == "day_closed").height == 3


def test_days_together_come_to_the_same_as_one_by_one(tmp_path: Path, store: Store) -> None:
    other = a_book(tmp_path / "other.duckdb", lent)
    last_on = date(2026, 11, 30)
    run_to(store, last_on - timedelta(days=5))
    close_through(store, SYSTEM, last_on, at=AT)
    with other.transaction() as transaction:
        close_days(transaction, Moment(SYSTEM, last_on, AT), PAID_OUT_ON)

    same = same_tables(
        store, other, "posting", "loan_position", "loan_month", "closed_day", "bucket_move"
    )

    assert same == [True] * 5


def test_the_first_day_past_due_moves_the_loan_to_m1(store: Store) -> None:
    run_to(store, FIRST_DUE_ON + timedelta(days=1))

    moves = rows(store, "bucket_move").rows(named=True)
    assert moves == [
        {
            "loan_id": 1,
            "moved_on": FIRST_DUE_ON + timedelta(days=1),
            "from_bucket": "C",
            "to_bucket": "M1",
            "days_past_due": 1,
            "principal_fen": 8_000_00,
        }
    ]


def test_a_late_payment_moves_it_back(store: Store) -> None:
    run_to(store, LATE_ON)
    everything_due = state_of_loan(
        store, ANALYST, 1, as_of=book(store).open_on, known_on=book(store).open_on
    ).positions.row(0, named=True)

    pay(store, everything_due["overdue_fen"] + everything_due["penalty_fen"], book(store).open_on)
    close_day(store, ANALYST, book(store).open_on, at=AT)

    last = rows(store, "bucket_move").sort("moved_on").row(-1, named=True)
    assert (last["from_bucket"], last["to_bucket"]) == ("M1", "C")


def test_a_back_dated_payment_corrects_what_was_booked_on_the_open_day(store: Store) -> None:
    run_to(store, LATE_ON)
    before = rows(store, "posting")
    due_fen = rows(store, "loan_position")["overdue_fen"][0]

    pay(store, due_fen, FIRST_DUE_ON)
    close_day(store, ANALYST, book(store).open_on, at=AT)

    after = rows(store, "posting")
    corrected = after.filter(pl.col("flow") == "penalty_accrued", pl.col("amount_fen") < 0)
    assert after.filter(pl.col("booked_on") <= LATE_ON).equals(before)
    assert corrected["booked_on"].to_list() == [LATE_ON + timedelta(days=1)]
    assert booked(store)["penalty_accrued"] == 0


def test_every_day_and_lender_is_in_balance_and_every_loan_agrees(store: Store) -> None:
    run_to(store, LATE_ON)
    pay(store, 500_00, book(store).open_on)
    run_to(store, date(2027, 1, 5))

    assert accounting.differences(store, MAKER, "day").is_empty()
    assert accounting.differences(store, MAKER, "flow").is_empty()


def test_what_is_kept_between_days_equals_a_replay_from_the_contract(store: Store) -> None:
    run_to(store, LATE_ON)
    pay(store, 500_00, book(store).open_on)
    last_on = date(2027, 1, 5)
    run_to(store, last_on)

    replayed = state_of_loan(store, ANALYST, 1, as_of=last_on, known_on=last_on).positions
    kept = rows(store, "loan_position")

    shared = [name for name in kept.columns if name in replayed.columns]
    money = [name for name in shared if name != "flow_totals_fen"]
    assert kept.select(money).cast(replayed.select(money).schema).equals(replayed.select(money))


def test_a_day_that_ends_no_month_is_kept_only_as_the_newest(store: Store) -> None:
    run_to(store, date(2026, 12, 3))

    days = rows(store, "loan_month")["month_end_on"].sort().to_list()

    assert days == [date(2026, 11, 30), date(2026, 12, 3)]


def test_a_loan_settled_within_the_month_has_paid_in_it(store: Store) -> None:
    close_through(store, ANALYST, PAID_OUT_ON + timedelta(days=2), at=AT)
    on = book(store).open_on
    asked = payoff(1, state_of_loan(store, ANALYST, 1, as_of=on, known_on=on), on)
    record(store, ANALYST, asked, key="payoff", at=AT)
    close_through(store, ANALYST, on + timedelta(days=1), at=AT)

    run_to(store, date(2026, 11, 30))

    month = rows(store, "loan_month").row(0, named=True)
    assert (month["month_end_on"], month["principal_fen"]) == (date(2026, 11, 30), 0)
    assert month["paid_fen"] == asked.amount_fen


def test_a_payment_taken_back_in_a_later_month_is_taken_off_that_month(store: Store) -> None:
    number = pay(store, 100_00, PAID_OUT_ON)
    run_to(store, date(2026, 11, 30))
    back = LoanEvent(
        1, "reversal", book(store).open_on, reverses_event_id=number, reason="wrong loan"
    )
    record(store, MAKER, back, key="back", at=AT)

    run_to(store, date(2026, 12, 31))

    assert rows(store, "loan_month").sort("month_end_on")["paid_fen"].to_list() == [100_00, -100_00]


def test_the_allowance_follows_the_class_at_each_month_end(store: Store) -> None:
    run_to(store, date(2026, 11, 30))

    position = rows(store, "loan_position").row(0, named=True)
    assert position["asset_class"] == "normal"
    assert booked(store)["provisioned"] == position["allowance_fen"] > 0


def test_a_settled_loan_needs_its_allowance_no_longer(store: Store) -> None:
    run_to(store, date(2026, 11, 30))
    on = book(store).open_on
    state = state_of_loan(store, ANALYST, 1, as_of=on, known_on=on)

    record(store, ANALYST, payoff(1, state, on), key="payoff", at=AT)
    close_day(store, ANALYST, on, at=AT)

    position = rows(store, "loan_position").row(0, named=True)
    assert (position["is_open"], position["allowance_fen"]) == (False, 0)
    assert booked(store)["provisioned"] == 0


def test_a_write_off_takes_the_allowance_and_leaves_the_claim(store: Store) -> None:
    run_to(store, date(2026, 11, 30))
    on = book(store).open_on
    row = {
        "loan_event_id": 99,
        "loan_id": 1,
        "kind": "charge_off",
        "effective_on": on,
        "recorded_on": on,
        "recorded_at": utc_naive(AT),
        "recorded_by": APPROVER.user_name,
    }
    with store.transaction() as transaction:
        transaction.append("loan_event", pl.DataFrame([row]))

    close_day(store, ANALYST, on, at=AT)

    position = rows(store, "loan_position").row(0, named=True)
    written_off = booked(store)["principal_written_off"] + booked(store)["interest_written_off"]
    assert (position["principal_fen"], position["allowance_fen"]) == (0, 0)
    assert position["claim_fen"] == written_off == booked(store)["provisioned"]
    assert not position["is_open"]
