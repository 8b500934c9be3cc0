"""Loan state from contract and events: exact cases that a reader can redo on paper."""

from datetime import date
from decimal import Decimal

import pytest

from tests.servicing.loans import (
    DAILY,
    FIRST_DUE,
    PRINCIPAL_FIRST,
    contract,
    happened,
    left,
    paid,
    position,
    settled,
    state,
)

SECOND_DUE = date(2025, 3, 10)


def test_the_day_of_the_draw_counts_and_the_day_of_repayment_does_not():
    after_30_days = date(2025, 7, 1)

    found = position(state(DAILY, as_of=after_30_days))

    assert found["interest_receivable_fen"] == 150_00
    assert found["payoff_fen"] == 10_150_00


def test_a_payoff_after_30_days_costs_150_and_leaves_nothing():
    on = date(2025, 7, 1)

    loan = state(DAILY, paid(on, 10_150_00, strategy="payoff"), as_of=on)

    assert settled(loan, 1) == {("interest", 0): 150_00, ("principal", 0): 10_000_00}
    assert position(loan)["payoff_fen"] == 0
    assert position(loan)["principal_fen"] == 0
    assert not position(loan)["is_open"]


def test_1000_overdue_for_12_days_at_half_a_per_mille_and_a_half_cost_9():
    # Three instalments of 1,000; the first falls due on 1 July and is not paid.
    terms = contract(
        principal_fen=300_000,
        annual_rate=Decimal("0.1825"),
        method="daily_interest",
        day_count="act/365",
        instalments=3,
        disbursed_on=date(2025, 6, 1),
    )

    found = position(state(terms, as_of=date(2025, 7, 13)))

    assert found["overdue_principal_fen"] == 1_000_00
    assert found["days_past_due"] == 12
    assert found["penalty_fen"] == 9_00


def test_the_statement_of_a_pay_later_line_asks_a_tenth_and_the_interest():
    terms = contract(
        principal_fen=300_000,
        annual_rate=Decimal("0.146"),
        method="minimum_payment",
        day_count="act/365",
        disbursed_on=date(2025, 6, 1),
    )

    found = position(state(terms, as_of=date(2025, 7, 1)))

    assert found["next_due_principal_fen"] == 300_00
    assert found["next_due_fen"] == 336_00


def test_the_due_date_is_day_0_and_the_next_day_is_day_1():
    on_the_day = position(state(contract(), as_of=FIRST_DUE))
    next_day = position(state(contract(), as_of=date(2025, 2, 11)))

    assert (on_the_day["days_past_due"], on_the_day["overdue_fen"]) == (0, 0)
    assert (next_day["days_past_due"], next_day["overdue_fen"]) == (1, 1_180_00)


def test_days_past_due_count_from_the_oldest_unpaid_instalment():
    loan = state(contract(), paid(date(2025, 4, 1), 1_300_00), as_of=date(2025, 4, 1))

    # 1 April: the February instalment is settled, the March one, 22 days late, is not.
    assert position(loan)["oldest_due_on"] == SECOND_DUE
    assert position(loan)["days_past_due"] == 22


def test_a_payment_on_time_settles_interest_and_principal_of_its_instalment():
    loan = state(contract(), paid(FIRST_DUE, 1_180_00), as_of=FIRST_DUE)

    assert settled(loan, 1) == {("interest", 1): 180_00, ("principal", 1): 1_000_00}
    assert position(loan)["principal_fen"] == 11_000_00
    assert position(loan)["next_due_on"] == SECOND_DUE


def test_a_partial_payment_leaves_principal_of_the_instalment():
    loan = state(contract(), paid(FIRST_DUE, 500_00), as_of=FIRST_DUE)

    assert settled(loan, 1) == {("interest", 1): 180_00, ("principal", 1): 320_00}
    assert left(loan, 1) == (680_00, 0)


def test_a_late_payment_settles_fee_then_penalty_then_interest_then_principal():
    on = date(2025, 2, 20)
    loan = state(contract(), happened("fee", on, 20_00), paid(on, 300_00), as_of=on)

    # Ten days on 1,000 at 27 % a year: 1,000 x 0.27 x 10 / 365 = 7.397...
    assert settled(loan, 2) == {
        ("fee", 0): 20_00,
        ("penalty", 1): 7_40,
        ("interest", 1): 180_00,
        ("principal", 1): 92_60,
    }


def test_the_oldest_instalment_comes_first():
    on = date(2025, 3, 20)
    loan = state(contract(), paid(on, 1_400_00), as_of=on)

    # February: 38 days on 1,000 at 27 % = 28.11; March: ten days = 7.40.
    assert settled(loan, 1) == {
        ("penalty", 1): 28_11,
        ("interest", 1): 180_00,
        ("principal", 1): 1_000_00,
        ("penalty", 2): 7_40,
        ("interest", 2): 165_00,
        ("principal", 2): 19_49,
    }


def test_from_91_days_past_due_principal_comes_first_where_the_product_says_so():
    terms = contract(late_allocation=PRINCIPAL_FIRST, late_allocation_days_past_due=91)
    day_90, day_91 = date(2025, 5, 11), date(2025, 5, 12)

    before = state(terms, paid(day_90, 100_00), as_of=day_90)
    after = state(terms, paid(day_91, 100_00), as_of=day_91)

    assert position(before)["days_past_due"] == 90
    assert [component for component, _ in settled(before, 1)] == ["penalty", "interest"]
    assert settled(after, 1) == {("principal", 1): 100_00}


def test_principal_first_goes_over_all_instalments_before_interest():
    terms = contract(late_allocation=PRINCIPAL_FIRST, late_allocation_days_past_due=91)
    on = date(2025, 5, 12)

    loan = state(terms, paid(on, 4_050_00), as_of=on)

    # Due by 12 May: four times 1,000 principal, and interest 180 + 165 + 150 + 135.
    assert settled(loan, 1) == {
        ("principal", 1): 1_000_00,
        ("principal", 2): 1_000_00,
        ("principal", 3): 1_000_00,
        ("principal", 4): 1_000_00,
        ("interest", 1): 50_00,
    }


def test_money_beyond_what_is_due_settles_the_next_dues():
    loan = state(contract(), paid(FIRST_DUE, 1_380_00), as_of=FIRST_DUE)

    assert settled(loan, 1) == {
        ("interest", 1): 180_00,
        ("interest", 2): 165_00,
        ("principal", 1): 1_000_00,
        ("principal", 2): 35_00,
    }
    assert position(loan)["interest_receivable_fen"] == -165_00


def test_more_than_everything_is_the_borrowers():
    everything = 12_000_00 + 1_170_00
    loan = state(contract(), paid(FIRST_DUE, everything + 5_00), as_of=FIRST_DUE)

    assert position(loan)["excess_fen"] == 5_00
    assert position(loan)["principal_fen"] == 0


def test_a_refund_gives_back_what_was_paid_too_much():
    everything = 12_000_00 + 1_170_00
    loan = state(
        contract(),
        paid(FIRST_DUE, everything + 5_00),
        happened("refund", SECOND_DUE, 5_00),
        as_of=SECOND_DUE,
    )

    assert position(loan)["excess_fen"] == 0


@pytest.mark.parametrize("amount_fen", [500_00, 1_180_00, 1_380_00, 13_175_00])
def test_a_reversed_payment_never_happened(amount_fen):
    on = date(2025, 4, 1)
    payment = paid(FIRST_DUE, amount_fen)
    reversal = happened("reversal", on, reverses_event_id=1)

    reversed_ = state(contract(), payment, reversal, as_of=on)

    assert reversed_.positions.equals(state(contract(), as_of=on).positions)
    assert reversed_.instalments.equals(state(contract(), as_of=on).instalments)


def test_what_was_known_earlier_stays_as_it_was_known():
    on = date(2025, 4, 1)
    rows = (paid(FIRST_DUE, 1_180_00), happened("reversal", on, reverses_event_id=1))

    then = state(contract(), *rows, as_of=on, known_on=date(2025, 3, 31))
    now = state(contract(), *rows, as_of=on)

    assert position(then)["oldest_due_on"] == SECOND_DUE
    assert position(now)["oldest_due_on"] == FIRST_DUE


def test_a_payment_that_becomes_known_late_counts_from_its_day():
    late_notice = paid(FIRST_DUE, 1_180_00, recorded_on=date(2025, 3, 5))

    before = position(
        state(contract(), late_notice, as_of=date(2025, 3, 1), known_on=date(2025, 3, 1))
    )
    after = position(state(contract(), late_notice, as_of=date(2025, 3, 1)))

    assert (before["days_past_due"], before["penalty_fen"] > 0) == (19, True)
    assert (after["days_past_due"], after["penalty_fen"]) == (0, 0)


def test_a_principal_beyond_the_arithmetic_is_refused():
    with pytest.raises(ValueError, match="above"):
        state(contract(principal_fen=50_000_001), as_of=FIRST_DUE)


def test_a_payoff_comes_after_the_other_money_of_its_day():
    on = date(2025, 7, 1)
    smaller_rest = paid(on, 2_150_00, strategy="payoff")

    loan = state(DAILY, paid(on, 8_000_00), smaller_rest, as_of=on)

    # 10,150 in all: the payoff is the smaller part, and still settles the rest.
    assert position(loan)["payoff_fen"] == 0
    assert not position(loan)["is_open"]


def test_interest_paid_ahead_and_not_earned_comes_back_with_a_payoff():
    everything = 12_000_00 + 1_170_00
    twice = paid(SECOND_DUE, 100_00, strategy="payoff")

    loan = state(contract(), paid(FIRST_DUE, everything), twice, as_of=SECOND_DUE)

    # Of 1,170 the first two months' 180 and 165 were earned; the 100 were never owed.
    assert settled(loan, 2) == {("interest", 0): -825_00, ("excess", 0): 925_00}
    assert position(loan)["excess_fen"] == 925_00


def test_penalty_above_the_cap_does_not_come_up_after_the_arrears_are_paid():
    terms = contract(
        annual_rate=Decimal("0.239"),
        method="equal_instalment",
        instalments=6,
        carries_remainder=True,
        disbursed_on=date(2025, 1, 31),
    )
    late_on, next_due = date(2025, 3, 20), date(2025, 3, 31)
    asked = position(state(terms, as_of=late_on))
    cured = paid(late_on, asked["overdue_fen"] + asked["penalty_fen"])
    plan = state(terms, as_of=late_on).instalments.row(1, named=True)
    on_time = paid(next_due, plan["principal_fen"] + plan["interest_fen"])

    found = position(state(terms, cured, on_time, as_of=date(2025, 4, 1)))

    # 20 days at 35.85 % were more than the cap left room for; March then has room again.
    assert asked["penalty_fen"] == 9_99
    assert (found["penalty_fen"], found["days_past_due"]) == (0, 0)
