"""What rounding an instalment's interest leaves, carried into the next."""

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.products.loans import a_draw, a_loan, a_rate_change, rows_of

CARRIED = a_loan(carries_remainder=True)


def interest_of(rows: list[tuple[int, ...]]) -> list[int]:
    return [interest for _, interest, _, _ in rows]


def exact_interest(loan: dict[str, Any], rows: list[tuple[int, ...]]) -> Decimal:
    """Balances before each instalment, times a month of the rate."""
    balances = [loan["principal_fen"], *(balance for _, _, _, balance in rows[:-1])]
    return sum(balances) * loan["annual_rate"] / 12


def test_with_the_remainder_carried_all_instalments_are_equal() -> None:
    rows = rows_of(CARRIED)

    assert [total for _, _, total, _ in rows] == [1_100_16] * 12
    assert sum(interest_of(rows)) == 1_201_92


def test_a_third_of_a_fen_a_month_is_collected_when_it_makes_one() -> None:
    loan = a_loan(principal_fen=100, annual_rate=Decimal("0.04"), method="interest_only")

    carried = rows_of(loan | {"instalments": 7, "carries_remainder": True})

    # Exact: 1/3 each month. Rounded after 1, 2, 3, ... months: 0, 1, 1, 1, 2, 2, 2.
    assert interest_of(carried) == [0, 1, 0, 0, 1, 0, 0]
    assert interest_of(rows_of(loan | {"instalments": 7})) == [0] * 7


def test_interest_taken_in_advance_is_never_given_back() -> None:
    loan = a_loan(principal_fen=50, annual_rate=Decimal("0.12"), method="interest_only")
    half_up = loan | {"instalments": 3, "rounding": "half_up", "carries_remainder": True}

    rows = rows_of(half_up, a_rate_change(date(2026, 2, 2), "0"))

    # Half a fen is rounded up to one; nothing follows that the other half could be taken from.
    assert interest_of(rows) == [1, 0, 0]


def test_loans_that_carry_and_loans_that_do_not_stand_together() -> None:
    draw = a_draw(date(2026, 3, 10), 500_00)

    assert rows_of(CARRIED, draw) != rows_of(a_loan(), draw)
    assert rows_of(a_loan(carries_remainder=False), draw) == rows_of(a_loan(), draw)


@given(
    principal_fen=st.integers(100_00, 200_000_00),
    annual_rate=st.decimals(0, Decimal("0.36"), places=4),
    instalments=st.integers(1, 36),
    method=st.sampled_from(["equal_instalment", "equal_principal", "interest_only"]),
)
@settings(deadline=None, max_examples=200)
def test_interest_in_all_is_the_exact_total_rounded_once(**changes: Any) -> None:
    loan = CARRIED | changes

    rows = rows_of(loan)

    exact = exact_interest(loan, rows)
    assert abs(sum(interest_of(rows)) - exact) <= Decimal("0.5")
    assert sum(principal for principal, _, _, _ in rows) == changes["principal_fen"]
    assert min(min(row) for row in rows) >= 0


@given(annual_rate=st.decimals(0, Decimal("0.36"), places=4), months=st.integers(1, 12))
@settings(deadline=None)
def test_after_any_month_interest_so_far_is_exact_and_rounded(
    annual_rate: Decimal, months: int
) -> None:
    loan = CARRIED | {"annual_rate": annual_rate, "method": "interest_only"}

    so_far = sum(interest_of(rows_of(loan))[:months])

    exact = loan["principal_fen"] * annual_rate / 12 * months
    assert so_far == exact.quantize(Decimal(1), ROUND_HALF_EVEN)
