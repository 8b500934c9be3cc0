"""What holds for every loan, whatever happens to it."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lending_core.servicing.loan_events import loan_events
from lending_core.servicing.positions import loan_state
from lending_core.servicing.state import FLOWS
from tests.servicing.histories import (
    DISBURSED_ON,
    amounts,
    contracts,
    days,
    lives,
    lives_with_an_end,
    of_loan,
)
from tests.servicing.loans import LATER, events, position, state

AS_OF = st.integers(0, 700).map(lambda number: DISBURSED_ON + timedelta(days=number))


def flows(loan):
    return dict(zip(FLOWS, position(loan)["flow_totals_fen"], strict=True))


@given(contracts(), lives_with_an_end, AS_OF)
def test_principal_is_never_made_or_lost(terms, life, on):
    loan = state(terms, *of_loan(1, life), as_of=on)

    booked = flows(loan)
    assert position(loan)["principal_fen"] == (
        booked["principal_lent"] - booked["principal_repaid"] - booked["principal_written_off"]
    )
    assert position(loan)["principal_fen"] >= 0


@given(contracts(), lives_with_an_end, AS_OF)
def test_every_component_is_what_was_earned_less_what_was_settled(terms, life, on):
    loan = state(terms, *of_loan(1, life), as_of=on)

    booked, found = flows(loan), position(loan)
    settled = {
        part: booked[f"{part}_paid"] + booked[f"{part}_waived"] + booked[f"{part}_written_off"]
        for part in ("interest", "penalty", "fee")
    }
    assert found["interest_receivable_fen"] == booked["interest_accrued"] - settled["interest"]
    assert found["penalty_fen"] == booked["penalty_accrued"] - settled["penalty"]
    assert found["fee_fen"] == booked["fee_charged"] - settled["fee"]
    assert found["excess_fen"] == booked["excess_received"] - booked["excess_refunded"]


@given(contracts(), lives_with_an_end, AS_OF)
def test_a_payment_settles_exactly_its_amount(terms, life, on):
    rows = events(*of_loan(1, life))

    loan = loan_state(terms, rows, as_of=on, known_on=LATER)

    paid = rows.filter(pl.col("kind") == "payment", pl.col("effective_on") <= on)
    settled = loan.allocations.group_by("loan_event_id").agg(pl.col("amount_fen").sum())
    both = paid.join(settled, on="loan_event_id", how="left")
    assert both["amount_fen"].to_list() == both["amount_fen_right"].to_list()


@given(contracts(), lives_with_an_end, AS_OF, st.randoms(use_true_random=False))
def test_the_order_of_recording_does_not_matter(terms, life, on, shuffled):
    rows = of_loan(1, life)
    other = shuffled.sample(rows, len(rows))

    first, second = state(terms, *rows, as_of=on), state(terms, *other, as_of=on)

    assert first.positions.equals(second.positions)
    assert first.instalments.equals(second.instalments)


@given(contracts(), lives, days, amounts, AS_OF)
def test_reversal_then_payment_again_equals_the_payment(terms, life, on, amount_fen, as_of):
    payment = of_loan(1, [{"kind": "payment", "effective_on": on, "amount_fen": amount_fen}])[0]
    back = {**payment, "kind": "reversal", "amount_fen": None, "reverses_event_id": 1}

    once = state(terms, payment, *of_loan(1, life), as_of=as_of)
    again = state(terms, payment, back, payment, *of_loan(1, life), as_of=as_of)

    assert once.positions.equals(again.positions)


@given(contracts(), lives, AS_OF)
def test_a_payoff_leaves_exactly_nothing(terms, life, on):
    before = [event for event in life if event["effective_on"] < on]
    asked = position(state(terms, *of_loan(1, before), as_of=on))["payoff_fen"]
    payoff = {"kind": "payment", "effective_on": on, "amount_fen": asked, "strategy": "payoff"}

    after = state(terms, *of_loan(1, [*before, payoff]), as_of=on + timedelta(days=400))

    left = position(after)
    assert left["payoff_fen"] == left["principal_fen"] == 0
    assert left["interest_receivable_fen"] == left["penalty_fen"] == left["fee_fen"] == 0


@given(contracts(), lives_with_an_end, AS_OF)
def test_all_interest_of_a_life_is_earned_in_the_end(terms, life, on):
    loan = state(terms, *of_loan(1, life), as_of=on)
    end = state(terms, *of_loan(1, life), as_of=date(2040, 1, 1))

    instalments = end.instalments
    assert instalments["accrued_fen"].sum() == instalments["interest_fen"].sum()
    assert (loan.instalments["principal_left_fen"] >= 0).all()
    assert (loan.instalments["interest_left_fen"] >= 0).all()


@given(st.lists(st.tuples(contracts(), lives_with_an_end), min_size=2, max_size=5), AS_OF)
def test_one_loan_alone_equals_the_same_loan_among_others(loans, on):
    terms = pl.concat(
        terms.with_columns(loan_id=pl.lit(number, pl.Int64))
        for number, (terms, _) in enumerate(loans, start=1)
    )
    rows = [
        event for number, (_, life) in enumerate(loans, start=1) for event in of_loan(number, life)
    ]

    together = loan_state(terms, events(*rows), as_of=on, known_on=LATER)

    alone = [
        loan_state(
            terms.filter(pl.col("loan_id") == number),
            events(*rows).filter(pl.col("loan_id") == number),
            as_of=on,
            known_on=LATER,
        )
        for number in range(1, len(loans) + 1)
    ]
    assert together.positions.equals(pl.concat(loan.positions for loan in alone))
    assert together.instalments.equals(pl.concat(loan.instalments for loan in alone))


@given(contracts(), lives_with_an_end, AS_OF, AS_OF)
def test_what_was_known_on_a_day_is_the_state_without_what_came_later(terms, life, on, known_on):
    rows = of_loan(1, life)
    known = [event for event in rows if event["recorded_on"] <= known_on]

    then = state(terms, *rows, as_of=on, known_on=known_on)
    without = state(terms, *known, as_of=on)

    assert then.positions.equals(without.positions)


def test_no_events_make_an_empty_frame():
    assert loan_events([]).is_empty()
