"""What changes a loan's plan or lets it go: exact cases that a reader can redo on paper."""

from datetime import date
from decimal import Decimal

from tests.servicing.loans import (
    DAILY,
    FIRST_DUE,
    contract,
    happened,
    left,
    paid,
    position,
    settled,
    state,
)


def test_a_waiver_lets_go_of_the_oldest_penalty():
    on = date(2025, 3, 20)
    loan = state(contract(), happened("waiver", on, 30_00, component="penalty"), as_of=on)

    assert settled(loan, 1) == {("penalty", 1): 28_11, ("penalty", 2): 1_89}
    assert position(loan)["penalty_fen"] == 5_51


def test_grace_days_cost_no_penalty_but_count_as_days_past_due():
    terms = contract(grace_days=3)

    within = position(state(terms, as_of=date(2025, 2, 13)))
    after = position(state(terms, as_of=date(2025, 2, 14)))

    assert (within["days_past_due"], within["penalty_fen"]) == (3, 0)
    # One day on 1,000 at 27 %: 0.7397.
    assert (after["days_past_due"], after["penalty_fen"]) == (4, 74)


def test_all_cost_together_stays_within_the_cap():
    # 23.9 % leaves next to nothing for a penalty: 24 % of principal x days less the interest.
    terms = contract(
        annual_rate=Decimal("0.239"), method="interest_only", day_count="act/365", instalments=2
    )
    on = date(2025, 6, 10)

    found = position(state(terms, as_of=on))

    # 151 days on 12,000: 24 % is 1,191.45, the interest of both instalments 463.59.
    assert found["penalty_fen"] == 727_86
    assert found["cost_room_fen"] == 0


def test_a_holiday_moves_the_instalments_and_stops_the_clock():
    granted_on = date(2025, 2, 20)
    events = (happened("holiday", granted_on, instalments=2),)

    within = position(state(contract(), *events, as_of=date(2025, 4, 10)))
    after = position(state(contract(), *events, as_of=date(2025, 4, 20)))
    loan = state(contract(), *events, as_of=granted_on)

    # Ten days late when it was granted, until the second skipped due date on 10 April.
    assert within["days_past_due"] == 10
    assert after["days_past_due"] == 20
    assert left(loan, 2) == (0, 0)
    assert left(loan, 3) == (0, 0)
    # Three months' interest on 11,000 falls due with the first instalment after the holiday.
    assert left(loan, 4) == (1_000_00, 495_00)
    assert loan.instalments.height == 14


def test_an_extension_spreads_what_is_not_due_over_more_instalments():
    on = FIRST_DUE
    loan = state(
        contract(),
        paid(on, 1_180_00),
        happened("restructure", on, strategy="extend", instalments=11),
        as_of=on,
    )

    assert loan.instalments.height == 1 + 22
    assert left(loan, 2) == (500_00, 165_00)
    assert position(loan)["is_restructured"]


def test_a_re_age_takes_arrears_into_a_new_plan_without_interest_on_interest():
    on = date(2025, 3, 25)
    loan = state(contract(), happened("restructure", on, strategy="re_age"), as_of=on)

    # All 12,000 over the ten instalments left, from 25 April on: the interest of February and
    # March and 15 of 31 nights of April's 150 fall due with the first, 1.5 % of 12,000 besides.
    assert position(loan)["days_past_due"] == 0
    assert loan.instalments.filter(loan.instalments["number"] == 3)["due_on"].item() == date(
        2025, 4, 25
    )
    assert left(loan, 3) == (1_200_00, 180_00 + 180_00 + 165_00 + 72_58)


def test_a_rate_change_prices_the_days_from_its_own_day():
    loan = state(
        DAILY,
        happened("rate_change", date(2025, 6, 11), annual_rate=Decimal("0.0365")),
        as_of=date(2025, 7, 1),
    )

    # 0.05 % for nine nights, then 0.01 % for the 21 from 10 June: 45 + 21.
    assert left(loan, 1)[1] == 66_00


def test_a_draw_adds_to_the_balance_from_its_day():
    loan = state(DAILY, happened("draw", date(2025, 6, 21), 2_000_00), as_of=date(2025, 7, 1))

    # 10,000 for thirty nights and 2,000 for ten at 0.05 %: 150 + 10.
    assert left(loan, 1) == (4_000_00, 160_00)
    assert position(loan)["principal_fen"] == 12_000_00


def test_a_write_off_leaves_a_claim_and_earns_nothing_more():
    on = date(2025, 9, 1)
    later = date(2025, 12, 1)

    loan = state(contract(), happened("charge_off", on), as_of=on)
    afterwards = position(state(contract(), happened("charge_off", on), as_of=later))

    assert position(loan)["principal_fen"] == 0
    assert position(loan)["written_off_fen"] == 12_000_00
    assert position(loan)["claim_fen"] == sum(settled(loan, 1).values())
    assert afterwards["claim_fen"] == position(loan)["claim_fen"]
    assert afterwards["flow_totals_fen"] == position(loan)["flow_totals_fen"]


def test_money_after_a_write_off_is_a_recovery():
    off, on = date(2025, 9, 1), date(2025, 10, 1)

    loan = state(contract(), happened("charge_off", off), paid(on, 800_00), as_of=on)

    claim = sum(settled(loan, 1).values())
    assert settled(loan, 2) == {("claim", 0): 800_00}
    assert position(loan)["claim_fen"] == claim - 800_00


def test_early_repayment_with_smaller_instalments_keeps_the_last_due_date():
    on = FIRST_DUE
    loan = state(contract(), paid(on, 1_180_00 + 4_400_00, strategy="lower_instalment"), as_of=on)

    # 11,000 less 4,400 over eleven months: 600 a month, first interest 6,600 x 1.5 % = 99.
    assert settled(loan, 1)["early_principal", 0] == 4_400_00
    assert left(loan, 2) == (600_00, 99_00)
    assert loan.instalments["due_on"].max() == date(2026, 1, 10)
    assert loan.instalments.height == 12


def test_early_repayment_with_fewer_instalments_keeps_their_size():
    on = FIRST_DUE
    loan = state(contract(), paid(on, 1_180_00 + 4_400_00, strategy="fewer_instalments"), as_of=on)

    # 6,600 in parts of 1,000: six full ones and 600.
    assert loan.instalments.height == 1 + 7
    assert left(loan, 2) == (1_000_00, 99_00)
    assert left(loan, 8) == (600_00, 9_00)


def test_early_repayment_within_a_period_pays_interest_for_the_nights_it_was_out():
    on = date(2025, 6, 11)
    loan = state(DAILY, paid(on, 4_000_00, strategy="lower_instalment"), as_of=on)

    # Ten nights on 10,000, twenty on 6,000, at 0.05 %: 50 + 60.
    assert left(loan, 1) == (2_000_00, 110_00)
    assert position(loan)["interest_receivable_fen"] == 50_00


def test_equal_instalments_after_early_repayment_are_those_of_a_new_loan():
    terms = contract(method="equal_instalment", carries_remainder=True)
    on = FIRST_DUE

    loan = state(terms, paid(on, 1_100_16 + 5_000_00, strategy="lower_instalment"), as_of=on)

    # Balance after the first instalment 12,000 - 920.16 = 11,079.84, less 5,000.
    fresh = state(
        contract(
            method="equal_instalment",
            carries_remainder=True,
            principal_fen=6_079_84,
            instalments=11,
            disbursed_on=on,
        ),
        as_of=on,
    )
    assert left(loan, 2) == left(fresh, 1)
    assert left(loan, 12) == left(fresh, 11)


def test_a_second_holiday_starts_where_the_first_one_ends():
    first = happened("holiday", date(2025, 2, 20), instalments=2)
    second = happened("holiday", date(2025, 3, 20), instalments=1)

    loan = state(contract(), first, second, as_of=date(2025, 5, 10))
    after = state(contract(), first, second, as_of=date(2025, 5, 20))

    # March, April and May pay nothing; February was ten days late when the clock stopped.
    assert [left(loan, number) for number in (2, 3, 4)] == [(0, 0)] * 3
    assert position(loan)["days_past_due"] == 10
    assert position(after)["days_past_due"] == 20


def test_a_re_age_ends_a_holiday():
    granted = happened("holiday", date(2025, 2, 20), instalments=3)
    re_aged = happened("restructure", date(2025, 3, 15), strategy="re_age")
    cheaper = happened("rate_change", date(2025, 3, 20), annual_rate=Decimal("0.12"))

    late = state(contract(), granted, re_aged, as_of=date(2025, 4, 20))
    changed = state(contract(), granted, re_aged, cheaper, as_of=date(2025, 4, 20))

    # The new calendar asks for its first instalment on 15 April, within the holiday of before.
    assert position(late)["days_past_due"] == 5
    assert left(changed, 3)[0] > 0


def test_what_changes_a_plan_finds_none_in_a_loan_that_is_over():
    ahead = paid(FIRST_DUE, 2_500_00)
    over = paid(date(2025, 2, 20), 12_000_00, strategy="payoff")
    changed = happened("rate_change", date(2025, 3, 1), annual_rate=Decimal("0.12"))

    found = position(state(contract(), ahead, over, changed, as_of=date(2025, 6, 1)))

    assert (found["payoff_fen"], found["overdue_fen"], found["is_open"]) == (0, 0, False)


def test_a_rate_agreed_after_the_last_due_date_is_that_of_a_later_draw():
    terms = contract(method="minimum_payment", instalments=1, day_count="act/365")
    cheaper = happened("rate_change", date(2025, 3, 1), annual_rate=Decimal("0.0365"))
    drawn = happened("draw", date(2025, 3, 1), 1_000_00)

    loan = state(terms, cheaper, drawn, as_of=date(2025, 4, 1))

    # 31 nights of 0.01 % on what was drawn.
    assert left(loan, 2)[1] == 3_10
