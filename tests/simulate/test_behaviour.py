"""Payments follow the table of rates, the state of the loan and the risk of its borrower.

Lateness costs 36.5 % a year of overdue principal, a thousandth a day, so that it is seen at once.
"""

from datetime import date

import polars as pl
import pytest

from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.behaviour import ROUNDING_FEN, payments, recoveries
from lending_core.simulate.draws import Draws

CLOSED_ON, MONTH = date(2026, 3, 31), date(2026, 4, 1)
DUE_ON, LAST_DAY = date(2026, 4, 10), date(2026, 4, 30)
DRAWS = Draws(3)
COUNT = 50_000
CENTRES = assumptions()["behaviour"]["centre"]


def loans(**changes: object) -> pl.DataFrame:
    """Loans in order with an instalment due on 10 April, of borrowers at the table's risk."""
    loan: dict[str, object] = {
        "product_code": "youqianhua",
        "true_risk": CENTRES[0],
        "closed_on": CLOSED_ON,
        "days_past_due": 0,
        "overdue_fen": 0,
        "overdue_principal_fen": 0,
        "oldest_overdue_fen": 0,
        "oldest_principal_fen": 0,
        "charges_fen": 0,
        "penalty_rate": 36_500_000,
        "grace_days": 0,
        "due_on": DUE_ON,
        "due_fen": 100_000,
        "due_principal_fen": 90_000,
        "payoff_fen": 700_000,
        "has_paid": True,
        "has_stopped": False,
    }
    values = [pl.lit(value).alias(name) for name, value in (loan | changes).items()]
    ids = pl.DataFrame({"loan_id": range(COUNT), "customer_id": range(COUNT, 2 * COUNT)})
    # As the store gives them: whole numbers of 64 bits, a due date that may be null.
    return ids.with_columns(values).with_columns(
        pl.col(pl.Int32).cast(pl.Int64), pl.col("due_on").cast(pl.Date)
    )


def overdue(days: int, **changes: object) -> pl.DataFrame:
    """Loans `days` past due at the last close: two instalments of 1,000.00 unpaid, 800.00 of each
    principal, and 15.00 of charges."""
    bucket = (days + 29) // 30
    late = {
        "overdue_fen": 200_000,
        "overdue_principal_fen": 160_000,
        "oldest_overdue_fen": 100_000,
        "oldest_principal_fen": 80_000,
        "charges_fen": 1_500,
        "days_past_due": days,
    }
    return loans(**late, true_risk=CENTRES[min(bucket, 6)], **changes)


def paying_share(paid: pl.DataFrame, *purposes: str) -> float:
    return paid.filter(pl.col("purpose").is_in(purposes))["loan_id"].n_unique() / COUNT


def test_new_lateness_and_unpaid_at_month_end_are_as_in_the_table() -> None:
    paid = payments(loans(), MONTH, 1.0, DRAWS)

    in_time = paid.filter(pl.col("paid_on") <= DUE_ON)
    assert 1 - in_time.height / COUNT == pytest.approx(0.052, abs=0.005)
    assert 1 - paid.height / COUNT == pytest.approx(0.025, abs=0.002)


def test_who_pays_in_time_pays_the_instalment_on_its_day_or_shortly_before() -> None:
    paid = payments(loans(), MONTH, 1.0, DRAWS).filter(
        pl.col("paid_on") <= DUE_ON, pl.col("purpose") == "due"
    )

    assert set(paid["amount_fen"]) == {100_000}
    assert set(paid["paid_on"].dt.day()) == {5, 6, 7, 8, 9, 10}
    assert (paid["paid_on"] == DUE_ON).mean() == pytest.approx(0.75, abs=0.01)


def test_a_few_current_borrowers_pay_everything_early() -> None:
    paid = payments(loans(), MONTH, 1.0, DRAWS).filter(purpose="payoff")

    assert paid.height / COUNT == pytest.approx(0.03 * 0.95, abs=0.003)
    assert set(paid.select("amount_fen", "paid_on").rows()) == {(700_000, DUE_ON)}


def test_nobody_pays_everything_early_with_the_first_instalment() -> None:
    paid = payments(loans(has_paid=False), MONTH, 1.0, DRAWS)

    assert set(paid["purpose"]) == {"due"}


@pytest.mark.parametrize(
    ("bucket", "expected"), [(1, 0.40), (2, 0.78), (3, 0.88), (4, 0.92), (5, 0.94), (6, 0.96)]
)
def test_past_due_loans_roll_on_as_in_the_table(bucket, expected) -> None:
    paid = payments(overdue(30 * bucket - 10), MONTH, 1.0, DRAWS)

    assert 1 - paying_share(paid, "overdue", "oldest") == pytest.approx(expected, abs=0.007)


def costs(principal_fen: int) -> pl.Expr:
    """Penalty of a thousandth for each day of April up to the payment, and its roundings."""
    return pl.lit(principal_fen) * pl.col("paid_on").dt.day() // 1_000 + ROUNDING_FEN


def test_a_cure_pays_all_overdue_with_its_penalty_and_this_months_instalment() -> None:
    paid = payments(overdue(40), MONTH, 1.0, DRAWS)

    cured = paid.filter(purpose="overdue")
    due = paid.filter(purpose="due")
    in_time = due.filter(pl.col("paid_on") == DUE_ON)
    assert cured.filter(pl.col("amount_fen") != 201_500 + costs(160_000)).is_empty()
    assert set(in_time["amount_fen"]) == {100_000}
    assert set(cured["loan_id"]) == set(due["loan_id"])
    assert (due["paid_on"] >= DUE_ON).all()


def test_who_pays_this_months_instalment_late_pays_its_penalty_too() -> None:
    due = payments(loans(), MONTH, 1.0, DRAWS).filter(purpose="due")

    days = (pl.col("paid_on") - pl.lit(DUE_ON)).dt.total_days()
    late = due.with_columns(days=days).filter(pl.col("days") > 0)
    assert set(late["days"]) == set(range(1, 21))
    assert late.filter(pl.col("amount_fen") != 100_000 + 90 * pl.col("days") + 3).is_empty()


def test_days_of_grace_cost_nothing() -> None:
    due = payments(loans(grace_days=3), MONTH, 1.0, DRAWS).filter(purpose="due")

    within = due.filter(pl.col("paid_on").is_between(date(2026, 4, 11), date(2026, 4, 13)))
    fourth = due.filter(pl.col("paid_on") == date(2026, 4, 14))
    assert set(within["amount_fen"]) == {100_000}
    assert set(fourth["amount_fen"]) == {100_093}


def test_who_pays_one_instalment_pays_the_oldest_with_its_costs_and_nothing_else() -> None:
    paid = payments(overdue(40), MONTH, 1.0, DRAWS)

    one = paid.filter(purpose="oldest")
    others = paid.filter(pl.col("purpose") != "oldest")
    assert not one.is_empty()
    assert one.filter(pl.col("amount_fen") != 101_500 + costs(80_000)).is_empty()
    assert set(one["loan_id"]) & set(others["loan_id"]) == set()


def test_a_part_payment_does_not_clear_the_oldest_instalment() -> None:
    part = payments(overdue(40), MONTH, 1.0, DRAWS).filter(purpose="part")

    assert part["amount_fen"].is_between(1, 99_999).all()


def test_m1_is_cured_before_the_thirtieth_day() -> None:
    cured = payments(overdue(20), MONTH, 1.0, DRAWS).filter(purpose="overdue")

    assert cured["paid_on"].max() == date(2026, 4, 9)


def test_days_that_are_closed_see_no_payment_any_more() -> None:
    closed_on = date(2026, 4, 20)
    late = payments(overdue(45, closed_on=closed_on, due_on=None), MONTH, 1.0, DRAWS)
    due = payments(loans(closed_on=closed_on, due_on=date(2026, 4, 22)), MONTH, 1.0, DRAWS)

    days = [set(paid["paid_on"].dt.day()) for paid in (late, due)]
    assert days == [set(range(21, 31)), set(range(21, 31))]


def test_m1_is_cured_before_the_thirtieth_day_in_the_middle_of_a_month_too() -> None:
    late = overdue(26, closed_on=date(2026, 4, 20), due_on=None)

    cured = payments(late, MONTH, 1.0, DRAWS).filter(purpose="overdue")

    assert set(cured["paid_on"].dt.day()) == {21, 22, 23}


def test_lateness_on_the_last_day_shows_a_month_later() -> None:
    on_last_day = payments(loans(due_on=LAST_DAY), MONTH, 1.0, DRAWS)
    waiting = {"overdue_fen": 100_000, "oldest_overdue_fen": 100_000}
    a_month_later = payments(loans(**waiting), date(2026, 5, 1), 1.0, DRAWS)

    assert 1 - on_last_day.height / COUNT == pytest.approx(0.052, abs=0.005)
    assert 1 - paying_share(a_month_later, "overdue") == pytest.approx(0.025 / 0.052, abs=0.01)


@pytest.mark.parametrize("code", list(assumptions()["products"]))
def test_first_payment_default_multiplies_to_the_table(code) -> None:
    product = {"product_code": code, "has_paid": False}
    start = payments(loans(**product), MONTH, 1.0, DRAWS)
    next_month = payments(overdue(20, **product), MONTH, 1.0, DRAWS)

    unpaid = 1 - paying_share(start, "due")
    rolled = 1 - paying_share(next_month, "overdue", "oldest")
    chosen = assumptions()
    expected = chosen["products"][code]["first_payment_30"]
    assert unpaid * rolled / chosen["behaviour"]["first_payment_odds"] == pytest.approx(
        expected, rel=0.15
    )


def test_whoever_was_told_to_stop_pays_nothing() -> None:
    assert payments(loans(has_stopped=True), MONTH, 1.0, DRAWS).height == 0


def test_written_off_loans_bring_little_and_never_an_instalment() -> None:
    paid = payments(overdue(200), MONTH, 1.0, DRAWS)

    assert paid.height / COUNT == pytest.approx(0.015, abs=0.003)
    assert set(paid["purpose"]) == {"part"}


def test_without_anything_due_nothing_is_paid() -> None:
    quiet = loans(due_on=None, due_fen=0, payoff_fen=0)

    assert payments(quiet, MONTH, 1.0, DRAWS).height == 0


def test_no_loans_give_no_payments() -> None:
    none = payments(loans().clear(), MONTH, 1.0, DRAWS)

    assert none.columns == ["loan_id", "paid_on", "amount_fen", "purpose"]


def test_stress_adds_late_borrowers_and_frees_none() -> None:
    calm = set(payments(loans(), MONTH, 1.0, DRAWS)["loan_id"])

    stressed = set(payments(loans(), MONTH, 1.4, DRAWS)["loan_id"])

    assert stressed < calm
    assert (COUNT - len(stressed)) / (COUNT - len(calm)) == pytest.approx(1.4, abs=0.06)


def test_a_riskier_borrower_is_late_far_more_often() -> None:
    risky = payments(loans(true_risk=CENTRES[0] + 0.5), MONTH, 1.0, DRAWS).height

    safe = payments(loans(true_risk=CENTRES[0] - 0.5), MONTH, 1.0, DRAWS).height

    assert (COUNT - risky) / (COUNT - safe) == pytest.approx(9.3, abs=1.5)


def test_all_payments_fall_in_the_month() -> None:
    paid = pl.concat(
        [
            payments(loans(), MONTH, 1.0, DRAWS),
            payments(overdue(29), MONTH, 1.0, DRAWS),
            payments(overdue(75), MONTH, 1.0, DRAWS),
            payments(loans(due_on=date(2026, 4, 2)), MONTH, 1.0, DRAWS),
        ]
    )

    assert paid["paid_on"].is_between(MONTH, LAST_DAY).all()


def test_payments_do_not_depend_on_the_batch() -> None:
    whole = payments(loans(), MONTH, 1.0, DRAWS)

    part = payments(loans()[1_000:2_000], MONTH, 1.0, DRAWS)

    assert part.equals(whole.filter(pl.col("loan_id").is_between(1_000, 1_999)))


def claims(**changes: object) -> pl.DataFrame:
    """Claims of 5,000.00 each on loans that were written off."""
    claim = {"closed_on": CLOSED_ON, "claim_fen": 500_000, "has_stopped": False} | changes
    values = [pl.lit(value).alias(name) for name, value in claim.items()]
    return pl.DataFrame({"loan_id": range(COUNT)}).with_columns(values)


def test_a_few_claims_bring_a_part_on_any_day_of_the_month() -> None:
    received = recoveries(claims(), MONTH, DRAWS)

    assert received.height / COUNT == pytest.approx(0.015, abs=0.002)
    assert received["loan_id"].is_unique().all()
    assert received["amount_fen"].is_between(50_000, 350_000).all()
    assert set(received["paid_on"].dt.day()) == set(range(1, 31))


def test_a_claim_of_a_fen_brings_a_fen() -> None:
    received = recoveries(claims(claim_fen=1), MONTH, DRAWS)

    assert set(received["amount_fen"]) == {1}


def test_recoveries_come_on_open_days_only() -> None:
    received = recoveries(claims(closed_on=date(2026, 4, 28)), MONTH, DRAWS)

    assert set(received["paid_on"].dt.day()) == {29, 30}


def test_whoever_was_told_to_stop_recovers_nothing() -> None:
    assert recoveries(claims(has_stopped=True), MONTH, DRAWS).is_empty()


def test_no_claims_give_no_recoveries() -> None:
    none = recoveries(claims().clear(), MONTH, DRAWS)

    assert none.columns == ["loan_id", "paid_on", "amount_fen"]
