"""Expected losses of a book of a few loans, redone by hand with fractions, to the fen."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.provision_assumptions import Assumptions, Scenario, assumptions
from lending_core.portfolio.provision_chain import chain
from lending_core.portfolio.provision_loss import Recoveries
from lending_core.portfolio.provisions import (
    Model,
    expected_losses,
    line_losses,
    probabilities,
)

# Of 100 loans at each stage: 4 of C get late; M1, M2 and M3 get worse in 50, 80 and 90 cases and
# come back on time in the others.
MOVES = (
    ("C", "C", 96),
    ("C", "M1", 4),
    ("M1", "C", 50),
    ("M1", "M2", 50),
    ("M2", "C", 20),
    ("M2", "M3", 80),
    ("M3", "C", 10),
    ("M3", "M4", 90),
)
# A good and a bad course of the year, as likely as each other: the odds of getting worse halve or
# double from the start.
GOOD = Scenario("good", Decimal("0.5"), ((1, 0.5),))
BAD = Scenario("bad", Decimal("0.5"), ((1, 2.0),))


def house(**changes: object) -> Assumptions:
    """The house's assumptions with the two scenarios, rows counted from one loan on, and a loss of
    80 % of a default."""
    plain: dict[str, object] = {
        "scenarios": (GOOD, BAD),
        "chain_loans_min": 1,
        "assumed_loss_given_default": 0.8,
        "probability_ratio_from": 2.0,
    }
    return replace(assumptions(), **{**plain, **changes})  # type: ignore[arg-type]


def counts(*moves: tuple[str, str, int], product_code: str | None = None) -> pl.DataFrame:
    rows = [(product_code, *move) for move in moves]
    names = ["product_code", "from_bucket", "to_state", "loans"]
    return pl.DataFrame(rows, schema=names, orient="row").cast({"product_code": pl.String})


def model(**changes: object) -> Model:
    chosen = house(**changes)
    return Model(chosen, chain(counts(*MOVES), chosen), Recoveries({}, {}))


def loan(**changes: object) -> dict[str, object]:
    """1,000.00 on time at 12 % a year."""
    plain = {
        "loan_id": 1,
        "product_code": None,
        "bucket": "C",
        "stage": 1,
        "days_past_due": 0,
        "annual_rate": Decimal("0.12"),
        "principal_fen": 100_000,
        "interest_receivable_fen": 0,
        "penalty_fen": 0,
        "fee_fen": 0,
        "remaining_months": 2,
    }
    return {**plain, **changes}


SCHEMA = {
    "loan_id": pl.Int64,
    "product_code": pl.String,
    "bucket": pl.String,
    "stage": pl.Int32,
    "days_past_due": pl.Int32,
    "annual_rate": pl.Decimal(9, 6),
    "principal_fen": pl.Int64,
    "interest_receivable_fen": pl.Int64,
    "penalty_fen": pl.Int64,
    "fee_fen": pl.Int64,
    "remaining_months": pl.Int32,
}


def loans(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def dues(*rows: tuple[int, int, int]) -> pl.DataFrame:
    schema = {"loan_id": pl.Int64, "month": pl.Int32, "principal_fen": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def worse(share: Fraction, multiplier: Fraction) -> Fraction:
    """The share with its odds multiplied."""
    odds = share / (1 - share) * multiplier
    return odds / (1 + odds)


def nine_decimals(rate: Fraction) -> Fraction:
    return Fraction(round(rate * 10**9), 10**9)


# Growth of a month at 12 %, and the loss on a default.
MONTH, LOSS = Fraction(101, 100), Fraction(4, 5)


def test_a_loan_at_m3_in_stage_2_loses_what_its_plan_leaves_for_each_month_ahead() -> None:
    """Two instalments of 500.00 of principal; the plan ends in month 2, a default can come until
    month 5: whoever defaults in month 4 paid the first, in month 5 both."""
    late = loans(loan(bucket="M3", stage=2, days_past_due=75))

    found = expected_losses(late, dues((1, 1, 50_000), (1, 2, 50_000)), model())

    # Month 1: from M3 into default, with odds of 9 halved or doubled: 9/2 to 1 or 18 to 1.
    one = (Fraction(9, 11) + Fraction(18, 19)) / 2
    # A loan that came back (2/11 or 1/19) needs four months to default, first in month 5: C to M1,
    # M1 to M2, M2 to M3, M3 to default.
    good = [worse(Fraction(*share), Fraction(1, 2)) for share in ((1, 25), (1, 2), (4, 5), (9, 10))]
    bad = [worse(Fraction(*share), Fraction(2)) for share in ((1, 25), (1, 2), (4, 5), (9, 10))]
    five = (
        Fraction(2, 11) * good[0] * good[1] * good[2] * good[3]
        + Fraction(1, 19) * bad[0] * bad[1] * bad[2] * bad[3]
    ) / 2
    # Owed by then: all with one month's interest; nothing, since both instalments were paid.
    first = nine_decimals(one * LOSS * (1 + Fraction(1, 100)) / MONTH) * 100_000
    fifth = nine_decimals(five * LOSS * (1 + Fraction(3, 100)) / MONTH**5) * 0
    assert found["ecl_fen"].to_list() == [round(first + fifth)]
    assert found["ecl_fen"].to_list() == [70_622]


def test_a_loan_on_time_looks_twelve_months_ahead_and_in_stage_2_to_its_end() -> None:
    """A loan that falls due at once in month 20: in a plain chain
    (one scenario, nobody comes back once late) it must get late first and is lost 4 months on."""
    moves = (
        ("C", "C", 96),
        ("C", "M1", 4),
        ("M1", "M2", 1),
        ("M2", "M3", 1),
        ("M3", "written_off", 1),
    )
    plain = house(scenarios=(Scenario("base", Decimal(1), ((1, 1.0),)),))
    given_model = Model(plain, chain(counts(*moves), plain), Recoveries({}, {}))
    both = loans(loan(), loan(loan_id=2, stage=2))

    found = expected_losses(both, dues((1, 20, 100_000), (2, 20, 100_000)), given_model)

    def of_month(month: int) -> Fraction:
        """Late for the first time four months before: in default in `month`."""
        chance = Fraction(4, 100) * Fraction(96, 100) ** (month - 4)
        return nine_decimals(chance * LOSS * Fraction(103, 100) / MONTH**month) * 100_000

    twelve_months = sum(of_month(month) for month in range(4, 13))
    life = sum(of_month(month) for month in range(4, 23))
    assert found["ecl_fen"].to_list() == [round(twelve_months), round(life)]
    assert found["ecl_fen"].to_list() == [23_468, 39_598]


def test_a_loan_in_default_loses_its_share_of_all_that_is_owed() -> None:
    lost = loan(
        bucket="M4",
        stage=3,
        days_past_due=91,
        interest_receivable_fen=3_001,
        penalty_fen=500,
        fee_fen=20,
    )

    found = expected_losses(loans(lost), dues(), model())

    # 80 % of 1,035.21 is 828.168.
    assert found.select("exposure_fen", "ecl_fen").rows() == [(103_521, 82_817)]


def test_an_assumed_recovery_comes_evenly_over_its_months_and_then_no_more() -> None:
    """20 % over twelve months: after six a tenth has come, and a tenth of nine tenths is left."""
    half, over = (
        loan(loan_id=number, bucket="M7+", stage=3, days_past_due=days)
        for number, days in ((1, 91 + 6 * 30), (2, 91 + 12 * 30))
    )

    found = expected_losses(loans(half, over), dues(), model())

    assert found["ecl_fen"].to_list() == [round((1 - Fraction(1, 9)) * 100_000), 100_000]


def test_what_came_back_of_defaults_lessens_the_loss_by_its_month_and_the_loans_rate() -> None:
    """Of a default 10 % comes back in its first month and 20 % in the second, then nothing."""
    back = Recoveries({"": np.array([0.1, 0.2])}, {"": 500})
    of_book = replace(model(), recoveries=back)
    just, month_ago, long_ago = (
        loan(loan_id=number, bucket="M4", stage=3, days_past_due=days)
        for number, days in ((1, 91), (2, 121), (3, 300))
    )

    found = expected_losses(loans(just, month_ago, long_ago), dues(), of_book)

    at_once = 1 - (Fraction(1, 10) / MONTH + Fraction(2, 10) / MONTH**2)
    # After a month nine tenths are left, of which two tenths of the whole come in a month's time.
    later = 1 - Fraction(2, 10) / MONTH / Fraction(9, 10)
    assert found["ecl_fen"].to_list() == [
        round(nine_decimals(at_once) * 100_000),
        round(nine_decimals(later) * 100_000),
        100_000,
    ]


def test_an_undrawn_line_is_a_tenth_of_a_loan_on_time_for_twelve_months() -> None:
    of_book = model()
    lines = pl.DataFrame(
        {
            "product_code": ["unknown"],
            "annual_rate": [Decimal("0.12")],
            "undrawn_fen": [1_000_000],
        }
    )
    bullet = loans(loan(remaining_months=60))

    found = line_losses(lines, of_book)

    as_loan = expected_losses(bullet, dues((1, 60, 100_000)), of_book)
    assert found.select("exposure_fen", "ecl_fen").rows() == [(100_000, as_loan["ecl_fen"][0])]


def test_the_probability_of_a_late_loan_is_told_against_one_on_time() -> None:
    rows = loans(loan(), loan(bucket="M3", days_past_due=80), loan(bucket="M4", days_past_due=95))

    found = probabilities(rows, model())

    on_time, late = found["probability_12m"].to_list()[:2]
    assert found["probability_12m"][2] == 1.0
    assert found["probability_ratio"].to_list() == [1.0, pytest.approx(late / on_time), None]


def test_a_loan_without_a_plan_runs_off_by_level_instalments() -> None:
    """Over two months at 12 %: after the first, 1,000.00 x (1 - 0.01 / (1.01^2 - 1)) is left."""
    of_book = model()
    left = round(100_000 * (1 - (MONTH - 1) / (MONTH**2 - 1)))
    late = loan(bucket="M1", stage=2, days_past_due=20)
    planned = dues((1, 1, 100_000 - left), (1, 2, left))

    by_plan = expected_losses(loans(late), planned, of_book)
    by_formula = expected_losses(loans(late), dues(), of_book)

    assert by_formula["ecl_fen"].to_list() == by_plan["ecl_fen"].to_list()


@given(
    principal_fen=st.integers(1, 10**12),
    bucket=st.sampled_from(["C", "M1", "M2", "M3", "M4", "M7+"]),
    months=st.integers(1, 60),
)
def test_the_loss_is_never_below_nothing_nor_above_all_with_its_interest(
    principal_fen: int, bucket: str, months: int
) -> None:
    stage = 3 if bucket in ("M4", "M7+") else 2
    row = loan(principal_fen=principal_fen, bucket=bucket, stage=stage, remaining_months=months)

    found = expected_losses(loans({**row, "days_past_due": 0}), dues(), model())

    assert 0 <= found["ecl_fen"][0] <= principal_fen * 1.03 + 1


def test_weights_must_sum_to_one() -> None:
    with pytest.raises(ValueError, match="sum to one"):
        house(scenarios=(GOOD,))
