"""What may happen to a loan, what may not, and that a preview is what a booking leaves."""

from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending_core.errors import InvalidInput, LendingError, NotAllowed, NotFound
from lending_core.operations.console import book
from lending_core.operations.loan_events import (
    LoanEvent,
    events_of_loan,
    payoff,
    preview,
    record,
    state_of_loan,
)
from lending_core.servicing.positions import LoanState
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, MAKER, VIEWER, a_book
from tests.operations.journeys import lent, rows, run_to

FIRST_DUE_ON = date(2026, 12, 1)
NINE_DAYS_LATE = date(2026, 12, 9)
KEYS = count()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A loan of 8,000 yuan in ten parts of 800, nine days after its first due date, unpaid."""
    return a_book(tmp_path / "book.duckdb", late)


def late(store: Store) -> None:
    lent(store)
    run_to(store, NINE_DAYS_LATE)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for looking only."""
    return a_book(tmp_path_factory.mktemp("shared") / "book.duckdb", late)


def now(store: Store) -> LoanState:
    on = book(store).open_on
    return state_of_loan(store, ANALYST, 1, as_of=on, known_on=on)


def event(store: Store, kind: str, amount_fen: int | None = None, **facts: Any) -> LoanEvent:
    return LoanEvent(1, kind, book(store).open_on, amount_fen=amount_fen, **facts)


def test_a_payment_is_recorded_with_who_and_when_and_in_the_ledger(store: Store) -> None:
    number = record(store, ANALYST, event(store, "payment", 300_00), key="one", at=AT)

    row = events_of_loan(store, ANALYST, 1).row(0, named=True)
    ledger = rows(store, "event").sort("event_id").row(-1, named=True)
    assert (row["loan_event_id"], row["amount_fen"]) == (number, 300_00)
    assert (row["recorded_by"], row["recorded_on"]) == ("analyst", date(2026, 12, 10))
    assert (ledger["action"], ledger["subject_id"]) == ("loan_payment", 1)


def test_the_same_key_twice_books_once_and_answers_the_same(store: Store) -> None:
    first = record(store, ANALYST, event(store, "payment", 300_00), key="one", at=AT)
    again = record(store, ANALYST, event(store, "payment", 300_00), key="one", at=AT)

    assert first == again
    assert rows(store, "loan_event").height == 1


def test_the_same_key_with_another_amount_is_refused(store: Store) -> None:
    record(store, ANALYST, event(store, "payment", 300_00), key="one", at=AT)

    with pytest.raises(InvalidInput) as refusal:
        record(store, ANALYST, event(store, "payment", 300_01), key="one", at=AT)

    assert refusal.value.reason == "operation_key_spent"
    assert rows(store, "loan_event").height == 1


WRONG = {
    "amount_not_positive": {"kind": "payment", "amount_fen": -1},
    "before_disbursement": {
        "kind": "payment",
        "amount_fen": 1,
        "effective_on": date(2026, 10, 31),
    },
    "event_in_future": {"kind": "payment", "amount_fen": 1, "effective_on": date(2026, 12, 11)},
    "event_day_closed": {
        "kind": "fee",
        "amount_fen": 1,
        "reason": "late notice",
        "effective_on": date(2026, 12, 9),
    },
    "reason_missing": {"kind": "fee", "amount_fen": 1},
    "payoff_differs": {"kind": "payment", "amount_fen": 1, "strategy": "payoff"},
    "payment_above_dues": {"kind": "payment", "amount_fen": 99_999_00},
    "early_repayment_outside": {
        "kind": "payment",
        "amount_fen": 100,
        "strategy": "lower_instalment",
    },
    "loan_not_charged_off": {"kind": "recovery", "amount_fen": 100},
    "fee_above_cap": {"kind": "fee", "amount_fen": 99_999_00, "reason": "court"},
    "waiver_component": {
        "kind": "waiver",
        "amount_fen": 1,
        "component": "principal",
        "reason": "hardship",
    },
    "waiver_above_due": {
        "kind": "waiver",
        "amount_fen": 99_999_00,
        "component": "interest",
        "reason": "hardship",
    },
    "refund_above_excess": {"kind": "refund", "amount_fen": 1},
    "rate_outside_cap": {
        "kind": "rate_change",
        "annual_rate": Decimal("0.2401"),
        "reason": "agreed",
    },
    "rate_digits": {
        "kind": "rate_change",
        "annual_rate": Decimal("0.1234567"),
        "reason": "agreed",
    },
    "holiday_length": {"kind": "holiday", "instalments": 4, "reason": "illness"},
    "restructure_kind": {"kind": "restructure", "strategy": "payoff", "reason": "illness"},
    "added_instalments": {"kind": "restructure", "strategy": "extend", "reason": "illness"},
    "charge_off_too_early": {"kind": "charge_off", "reason": "lost"},
    "reversal_target": {"kind": "reversal", "reverses_event_id": 7, "reason": "wrong loan"},
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_may_not_happen_is_refused_and_leaves_nothing(shared: Store, reason: str) -> None:
    facts = {"effective_on": book(shared).open_on, **WRONG[reason]}

    with pytest.raises(LendingError) as refusal:
        record(shared, MAKER, LoanEvent(1, **facts), key=reason, at=AT)

    assert refusal.value.reason == reason
    assert rows(shared, "loan_event").is_empty()


def test_an_unknown_loan_is_not_found(shared: Store) -> None:
    with pytest.raises(NotFound):
        record(shared, MAKER, LoanEvent(404, "payment", FIRST_DUE_ON, 1), key="x", at=AT)


def test_a_line_of_somebody_late_is_frozen_for_draws(shared: Store) -> None:
    with pytest.raises(LendingError) as refusal:
        record(shared, MAKER, event(shared, "draw", 1_000_00), key="draw", at=AT)

    assert refusal.value.reason in {"line_frozen", "customer_past_due"}


def test_who_may_record_payments_may_not_change_a_contract(shared: Store) -> None:
    with pytest.raises(NotAllowed):
        record(shared, VIEWER, event(shared, "payment", 1_00), key="v", at=AT)
    with pytest.raises(NotAllowed):
        record(shared, ANALYST, event(shared, "holiday", instalments=1), key="a", at=AT)


def test_reversing_twice_is_refused(store: Store) -> None:
    number = record(store, ANALYST, event(store, "payment", 300_00), key="one", at=AT)
    back = event(store, "reversal", reverses_event_id=number, reason="wrong loan")
    record(store, MAKER, back, key="back", at=AT)

    with pytest.raises(LendingError) as refusal:
        record(store, MAKER, back, key="again", at=AT)

    assert refusal.value.reason == "already_reversed"


def test_a_payoff_takes_exactly_what_is_asked(store: Store) -> None:
    asked = payoff(1, now(store), book(store).open_on)

    record(store, ANALYST, asked, key="payoff", at=AT)

    left = now(store).positions.row(0, named=True)
    assert (left["payoff_fen"], left["principal_fen"], left["is_open"]) == (0, 0, False)


def test_early_repayments_stand_side_by_side(shared: Store) -> None:
    due = now(shared).positions.row(0, named=True)
    amount = due["overdue_fen"] + due["penalty_fen"] + 2_400_00

    found = {
        strategy: preview(shared, ANALYST, event(shared, "payment", amount, strategy=strategy))
        for strategy in ("next_dues", "lower_instalment", "fewer_instalments")
    }

    plans = {name: each.after.instalments for name, each in found.items()}
    interest = {name: plan["interest_fen"].sum() for name, plan in plans.items()}
    # 7,200 were ahead; 2,400 less are three instalments of 800 fewer.
    assert {name: plan.height for name, plan in plans.items()} == {
        "next_dues": 10,
        "lower_instalment": 10,
        "fewer_instalments": 7,
    }
    assert interest["fewer_instalments"] < interest["lower_instalment"] < interest["next_dues"]


amounts = st.integers(1, 9_000_00)
WISHES = st.one_of(
    st.builds(dict, kind=st.just("payment"), amount_fen=amounts),
    st.builds(
        dict,
        kind=st.just("payment"),
        amount_fen=amounts,
        strategy=st.sampled_from(["lower_instalment", "fewer_instalments"]),
    ),
    st.builds(dict, kind=st.just("fee"), amount_fen=st.integers(1, 5_00), reason=st.just("x")),
    st.builds(dict, kind=st.just("holiday"), instalments=st.integers(1, 3), reason=st.just("x")),
    st.builds(
        dict,
        kind=st.just("restructure"),
        strategy=st.sampled_from(["re_age", "extend", "re_amortise"]),
        instalments=st.integers(0, 6),
        reason=st.just("x"),
    ),
)


def seen(store: Store, asked: LoanEvent) -> tuple[Any, ...]:
    """What a preview shows; of what is refused, why."""
    try:
        return facts(preview(store, MAKER, asked).after)
    except LendingError as refusal:
        return (refusal.reason,)


def left_by(store: Store, asked: LoanEvent, key: str) -> tuple[Any, ...]:
    """What a booking leaves, taken back at once; of what is refused, why."""
    try:
        number = record(store, MAKER, asked, key=key, at=AT)
    except LendingError as refusal:
        return (refusal.reason,)
    found = facts(now(store))
    back = event(store, "reversal", reverses_event_id=number, reason="only a test")
    record(store, MAKER, back, key=f"{key} back", at=AT)
    return found


def facts(state: LoanState) -> tuple[Any, ...]:
    """A state without the numbers of its events."""
    settled = state.allocations.drop("loan_event_id")
    return (state.positions.rows(), state.instalments.rows(), settled.rows())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The same, for writing again and again."""
    return a_book(tmp_path_factory.mktemp("written") / "book.duckdb", late)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(wish=WISHES)
def test_a_preview_is_what_the_booking_leaves(written: Store, wish: dict[str, Any]) -> None:
    asked = event(written, **wish)

    assert seen(written, asked) == left_by(written, asked, f"key {next(KEYS)}")
