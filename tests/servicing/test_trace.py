"""Every traced figure is the engine's, whatever happened to the loan."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.products.terms import DAY_COUNTS, METHODS
from lending_core.servicing import trace
from lending_core.servicing.positions import LoanState, loan_state
from lending_core.servicing.story import Story, story
from lending_core.servicing.trace_allocation import allocation
from lending_core.servicing.trace_records import Trace
from tests.servicing.histories import DISBURSED_ON, contracts, lives_with_an_end, of_loan, rates
from tests.servicing.loans import LATER, contract, events, happened, paid

AS_OF = st.integers(0, 700).map(lambda number: DISBURSED_ON + timedelta(days=number))


@st.composite
def any_contract(draw: st.DrawFn) -> pl.DataFrame:
    """Every method with every day count that it may have."""
    method = draw(st.sampled_from(METHODS))
    counts = [each for each in DAY_COUNTS if (method, each) != ("daily_interest", "30/360")]
    return contract(
        principal_fen=draw(st.integers(10_000, 5_000_000)),
        annual_rate=draw(rates),
        method=method,
        day_count=draw(st.sampled_from(counts)),
        instalments=draw(st.integers(1, 14)),
        carries_remainder=draw(st.booleans()),
        disbursed_on=DISBURSED_ON,
        grace_days=draw(st.integers(0, 3)),
    )


def told(terms: pl.DataFrame, *rows: dict[str, object], as_of: date) -> tuple[LoanState, Story]:
    known = events(*rows)
    state = loan_state(terms, known, as_of=as_of, known_on=LATER)
    return state, story(terms, known, as_of=as_of, known_on=LATER)


def numbers(state: LoanState) -> list[int]:
    return state.instalments["number"].to_list()


@given(contracts(), lives_with_an_end, AS_OF)
def test_traced_interest_is_the_engine_s(
    terms: pl.DataFrame, life: list[dict[str, object]], as_of: date
) -> None:
    state, loan = told(terms, *of_loan(1, life), as_of=as_of)

    traced = [trace.interest(loan, number).result for number in numbers(state)]
    earned = [trace.earned(loan, number).result for number in numbers(state)]

    assert traced == state.instalments["interest_fen"].to_list()
    assert earned == state.instalments["accrued_fen"].to_list()


@given(contracts(), lives_with_an_end, AS_OF)
def test_traced_penalty_lateness_and_payoff_are_the_engine_s(
    terms: pl.DataFrame, life: list[dict[str, object]], as_of: date
) -> None:
    state, loan = told(terms, *of_loan(1, life), as_of=as_of)
    position = state.positions.row(0, named=True)

    traced = [trace.penalty(loan, number).result for number in numbers(state)]

    assert traced == state.instalments["penalty_fen"].to_list()
    assert trace.days_past_due(loan).result == position["days_past_due"]
    assert trace.interest_receivable(loan).result == position["interest_receivable_fen"]
    assert trace.cost_room(loan).result == position["cost_room_fen"]
    assert trace.payoff(loan).result == position["payoff_fen"]


@given(any_contract(), AS_OF)
def test_every_method_and_day_count_is_traced(terms: pl.DataFrame, as_of: date) -> None:
    state, loan = told(terms, as_of=as_of)

    traced = [trace.interest(loan, number).result for number in numbers(state)]

    assert traced == state.instalments["interest_fen"].to_list()
    assert trace.payoff(loan).result == state.positions["payoff_fen"][0]


@given(contracts(), lives_with_an_end, AS_OF)
def test_traced_allocations_are_the_engine_s(
    terms: pl.DataFrame, life: list[dict[str, object]], as_of: date
) -> None:
    state, loan = told(terms, *of_loan(1, life), as_of=as_of)
    payments = state.allocations.filter(pl.col("loan_event_id").is_in(payment_ids(loan)))

    traced = {number: settled(allocation(loan, number)) for number in payment_ids(loan)}

    assert traced == {
        number: {
            (row["component"], row["number"]): row["amount_fen"]
            for row in payments.filter(pl.col("loan_event_id") == number).rows(named=True)
        }
        for number in payment_ids(loan)
    }


def payment_ids(loan: Story) -> list[int]:
    kinds = [chapter.event for chapter in loan.chapters if chapter.event]
    return [event["loan_event_id"] for event in kinds if event["kind"] == "payment"]


def settled(traced: Trace | None) -> dict[tuple[object, object], int]:
    """What each part took, parts that took nothing left out."""
    assert traced is not None
    taken = [each for each in traced.steps if each.amount]
    return {(each.facts["component"], each.facts["number"]): int(each.amount) for each in taken}


def steps(traced: Trace) -> list[tuple[str, str]]:
    """Steps as (name, amount in fen, exact)."""
    return [(each.step, str(each.amount)) for each in traced.steps]


def test_interest_of_a_month_is_one_product() -> None:
    _, loan = told(contract(), as_of=date(2025, 2, 10))

    traced = trace.interest(loan, 1)

    assert traced.result == 18_000
    assert [each.facts for each in traced.steps] == [
        {
            "balance_fen": 1_200_000,
            "annual_rate": Fraction(18, 100),
            "from_on": date(2025, 1, 10),
            "to_on": date(2025, 2, 10),
            "days": 31,
            "parts": 30,
            "base": 360,
        }
    ]


def test_a_draw_in_a_month_splits_it() -> None:
    terms = contract(method="daily_interest", day_count="act/365", annual_rate=Decimal("0.1825"))
    drawn = happened("draw", date(2025, 1, 20), 100_000)

    _, loan = told(terms, drawn, as_of=date(2025, 2, 10))

    # 12,000.00 x 0.05 % x 10 nights, then 13,000.00 x 0.05 % x 21 nights
    assert steps(trace.interest(loan, 1)) == [("piece", "6000"), ("piece", "13650")]


def test_days_of_a_holiday_are_taken_out() -> None:
    granted = happened("holiday", date(2025, 3, 1), instalments=1)

    _, loan = told(contract(), granted, as_of=date(2025, 3, 20))

    # Late since 10 February; the holiday pauses 1 to 10 March.
    assert steps(trace.days_past_due(loan)) == [("days_since", "38"), ("days_paused", "-9")]


def test_overdue_principal_times_multiple_times_days() -> None:
    terms = contract(
        method="interest_only",
        day_count="act/365",
        annual_rate=Decimal("0.1825"),
        instalments=1,
        principal_fen=100_000,
    )

    _, loan = told(terms, as_of=date(2025, 2, 22))

    # 1,000.00 overdue 12 days at 0.05 % x 1.5
    assert steps(trace.penalty(loan, 1)) == [("penalty_piece", "900")]


def test_a_payment_takes_its_parts_in_order() -> None:
    on = date(2025, 2, 10)
    _, loan = told(contract(), paid(on, 100_000), as_of=on)

    traced = allocation(loan, 1)

    assert traced is not None
    assert traced.steps[0].facts == {"order": "fee,penalty,interest,principal", "days": 0}
    assert settled(traced) == {("interest", 1): 18_000, ("principal", 1): 82_000}


def test_what_is_no_payment_has_no_order() -> None:
    on = date(2025, 2, 10)
    _, loan = told(contract(), happened("fee", on, 100), as_of=on)

    assert allocation(loan, 1) is None
