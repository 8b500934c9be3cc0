"""Payments follow the table of rates, the state of the loan and the risk of its borrower."""

from datetime import date

import polars as pl
import pytest

from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.behaviour import payments
from lending_core.simulate.draws import Draws

MONTH, DUE_ON, LAST_DAY = date(2026, 4, 1), date(2026, 4, 10), date(2026, 4, 30)
DRAWS = Draws(3)
COUNT = 50_000
CENTRES = assumptions()["behaviour"]["centre"]


def loans(**changes: object) -> pl.DataFrame:
    """Loans in order with an instalment due on 10 April, of borrowers at the table's risk."""
    loan: dict[str, object] = {
        "product_code": "youqianhua",
        "true_risk": CENTRES[0],
        "days_past_due": 0,
        "overdue_fen": 0,
        "oldest_overdue_fen": 0,
        "due_on": DUE_ON,
        "due_fen": 100_000,
        "payoff_fen": 700_000,
        "has_paid": True,
        "has_stopped": False,
    }
    values = [pl.lit(value).alias(name) for name, value in (loan | changes).items()]
    ids = pl.DataFrame({"loan_id": range(COUNT), "customer_id": range(COUNT, 2 * COUNT)})
    return ids.with_columns(values)


def overdue(days: int, **changes: object) -> pl.DataFrame:
    """Loans `days` past due at the month's start with two instalments unpaid."""
    bucket = (days + 29) // 30
    late = {"overdue_fen": 200_000, "oldest_overdue_fen": 100_000, "days_past_due": days}
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


def test_a_cure_pays_all_overdue_and_this_months_instalment() -> None:
    paid = payments(overdue(40), MONTH, 1.0, DRAWS)

    cured = paid.filter(purpose="overdue")
    due = paid.filter(purpose="due")
    assert set(cured["amount_fen"]) == {200_000}
    assert set(due["amount_fen"]) == {100_000}
    assert set(cured["loan_id"]) == set(due["loan_id"])
    assert (due["paid_on"] >= DUE_ON).all()


def test_who_pays_one_instalment_pays_the_oldest_and_nothing_else() -> None:
    paid = payments(overdue(40), MONTH, 1.0, DRAWS)

    one = paid.filter(purpose="oldest")
    others = paid.filter(pl.col("purpose") != "oldest")
    assert set(one["amount_fen"]) == {100_000}
    assert set(one["loan_id"]) & set(others["loan_id"]) == set()


def test_a_part_payment_does_not_clear_the_oldest_instalment() -> None:
    part = payments(overdue(40), MONTH, 1.0, DRAWS).filter(purpose="part")

    assert part["amount_fen"].is_between(1, 99_999).all()


def test_m1_is_cured_before_the_thirtieth_day() -> None:
    cured = payments(overdue(20), MONTH, 1.0, DRAWS).filter(purpose="overdue")

    assert cured["paid_on"].max() == date(2026, 4, 9)


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
    quiet = loans(due_on=None, due_fen=0, payoff_fen=0).with_columns(pl.col("due_on").cast(pl.Date))

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
