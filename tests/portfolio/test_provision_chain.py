"""How lateness goes on to default: rows that are counted, assumed, stressed; rows sum to one."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending_core.portfolio.provision_assumptions import Assumptions, assumptions
from lending_core.portfolio.provision_chain import (
    WHOLE_BOOK,
    chain,
    default_by_month,
    stressed,
)


def counts(*rows: tuple[str | None, str, str, int]) -> pl.DataFrame:
    schema = {
        "product_code": pl.String,
        "from_bucket": pl.String,
        "to_state": pl.String,
        "loans": pl.Int64,
    }
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def house(loans_min: int = 10) -> Assumptions:
    return replace(assumptions(), chain_loans_min=loans_min)


def test_a_row_is_the_share_of_loans_that_went_each_way() -> None:
    found = chain(
        counts(
            ("fenfu", "M1", "C", 5),
            ("fenfu", "M1", "M2", 3),
            ("fenfu", "M1", "paid", 1),
            ("fenfu", "M1", "written_off", 1),
        ),
        house(),
    )

    assert found.states == ("C", "M1", "M2", "M3", "paid", "default")
    assert found.rates["fenfu"][1].tolist() == [0.5, 0.0, 0.3, 0.0, 0.1, 0.1]
    assert found.sources["fenfu"][1] == "product"


def test_a_loan_paid_off_on_time_and_an_absent_account_tell_nothing() -> None:
    found = chain(
        counts(
            ("fenfu", "C", "C", 90), ("fenfu", "C", "M1", 10), ("fenfu", "C", "paid", 50)
        ).vstack(counts(("fenfu", "C", "absent", 7))),
        house(),
    )

    assert found.rates["fenfu"][0].tolist() == [0.9, 0.1, 0.0, 0.0, 0.0, 0.0]


def test_a_thin_row_takes_that_of_the_book_and_a_thin_book_what_is_assumed() -> None:
    found = chain(
        counts(
            ("fenfu", "M1", "M2", 9),
            ("weilidai", "M1", "C", 11),
            (None, "M2", "M3", 9),
        ),
        house(),
    )

    assert found.sources["fenfu"][1] == "book"
    assert found.rates["fenfu"][1].tolist() == [11 / 20, 0.0, 9 / 20, 0.0, 0.0, 0.0]
    assert found.sources[WHOLE_BOOK][2] == "assumption"
    assert found.rates[WHOLE_BOOK][2].tolist() == pytest.approx([0.22, 0, 0, 0.78, 0, 0])
    assert found.of("unknown") == WHOLE_BOOK


def test_doubling_the_odds_of_getting_worse_keeps_the_ways_in_proportion() -> None:
    """A third gets worse, two to one between the two ways: odds of 1/2 become 1, a half."""
    rates = np.array([[4 / 6, 2 / 9, 1 / 9]])

    found = stressed(np.array([[4 / 6, 2 / 9, 0.0, 1 / 9]]), 2.0)

    assert rates.sum() == pytest.approx(1)
    assert found[0].tolist() == pytest.approx([1 / 2, 1 / 3, 0.0, 1 / 6])


@given(
    rows=st.lists(
        st.lists(st.integers(0, 1000), min_size=6, max_size=6).filter(any), min_size=4, max_size=4
    ),
    multiplier=st.floats(0.1, 10),
)
def test_rows_sum_to_one_and_default_never_passes_one_whatever_the_stress(
    rows: list[list[int]], multiplier: float
) -> None:
    rates = np.array(rows, float)
    rates /= rates.sum(axis=1, keepdims=True)

    within = default_by_month(rates, np.full(60, multiplier)).sum(axis=1)

    assert stressed(rates, multiplier).sum(axis=1) == pytest.approx(1)
    assert (within <= 1 + 1e-9).all()
    assert (within >= 0).all()


def test_a_worse_course_makes_default_likelier_at_every_stage() -> None:
    rates = chain(counts(), house()).rates[WHOLE_BOOK]

    plain = default_by_month(rates, np.ones(12)).sum(axis=1)
    worse = default_by_month(rates, np.full(12, 1.35)).sum(axis=1)

    assert (worse > plain).all()
    assert (np.diff(plain) > 0).all()
