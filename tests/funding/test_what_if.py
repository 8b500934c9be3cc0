"""A new funder, a quota cut and a price change, beside what was before."""

from dataclasses import replace

import polars as pl
import pytest

from lending_core.funding.batch import Offer
from lending_core.funding.matching import fund
from lending_core.funding.what_if import compared, with_funder, with_terms
from tests.funding.batches import a_batch, a_funder, loans

BATCH = a_batch(loans(10_000, 10_000, 10_000), a_funder("a", "0.02", 20_000))


def changes(told: pl.DataFrame) -> dict[tuple[str, str | None], int]:
    """What changed at all."""
    rows = told.filter(pl.col("change") != 0).select("measure", "funder_code", "change").rows()
    return {(measure, code): change for measure, code, change in rows}


def test_a_new_funder_takes_what_waited() -> None:
    wider = with_funder(BATCH, Offer(a_funder("b", "0.05")))

    told = compared(fund(BATCH), fund(wider))

    assert changes(told) == {
        ("funded_fen", None): 10_000,
        ("left_fen", None): -10_000,
        ("cost_fen", None): 500,
        ("interest_fen", None): 1_800,
        ("spread_fen", None): 1_300,
        ("left_loans", None): -1,
        ("funded_fen", "b"): 10_000,
    }


def test_a_quota_cut_leaves_a_loan_waiting() -> None:
    told = compared(fund(BATCH), fund(with_terms(BATCH, "a", quota_fen=10_000)))

    assert changes(told)["left_loans", None] == 1
    assert changes(told)["funded_fen", "a"] == -10_000


def test_a_price_change_moves_the_loans() -> None:
    both = with_funder(BATCH, Offer(a_funder("b", "0.05")))
    cheaper = replace(both.offers[1].funder, annual_cost=both.offers[0].funder.annual_cost / 2)

    told = compared(fund(both), fund(with_terms(both, "b", annual_cost=cheaper.annual_cost)))

    assert changes(told) == {
        ("cost_fen", None): -600,
        ("spread_fen", None): 600,
        ("funded_fen", "a"): -20_000,
        ("funded_fen", "b"): 20_000,
    }


def test_a_funder_is_changed_only_where_it_is_and_added_only_where_it_is_not() -> None:
    with pytest.raises(ValueError, match="no funder b"):
        with_terms(BATCH, "b", quota_fen=1)
    with pytest.raises(ValueError, match="a is there already"):
        with_funder(BATCH, Offer(a_funder("a", "0.01")))
