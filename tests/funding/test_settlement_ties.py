"""Settlement beside the accounts."""

import polars as pl

from lending_core.funding.settlement import by_day, settlement_terms
from lending_core.funding.settlement_ties import ties

FLOWS = pl.DataFrame(
    {
        "funder_code": ["bank", "trust", "bank"],
        "booked_on": ["2026-11-01", "2026-11-01", "2026-11-02"],
        "flow": ["funding_received", "funding_received", "principal_repaid"],
        "amount_fen": [700, 300, 250],
    }
)


def test_a_sum_that_the_accounts_do_not_say_is_a_difference() -> None:
    booked = pl.DataFrame(
        {"flow": ["funding_received", "principal_repaid"], "amount_fen": [1000, 240]}
    )

    found = ties(by_day(FLOWS, settlement_terms()), booked)

    assert found.rows()[:2] == [
        ("funding_received", 1000, 1000, 0),
        ("principal_repaid", 250, 240, 10),
    ]
    assert found["difference_fen"].to_list() == [0, 10, 0, 0, 0, 0, 0, 0]
