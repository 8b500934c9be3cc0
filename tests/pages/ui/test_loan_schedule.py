"""The contract's plan stands beside the one in force only where they differ."""

from datetime import date

import polars as pl

from pages.ui.loan_schedule import beside_contract

DUE_ON = [date(2026, 11, 1), date(2026, 12, 1)]


def in_force(due_on: list[date], principal_fen: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "number": range(1, len(due_on) + 1),
            "due_on": due_on,
            "principal_fen": principal_fen,
            "interest_fen": [0] * len(due_on),
        }
    )


CONTRACT = pl.DataFrame({"number": [1, 2], "contract_due_on": DUE_ON, "contract_fen": [100, 200]})


def test_the_same_plan_is_shown_once() -> None:
    rows = in_force(DUE_ON, [100, 200])

    assert beside_contract(rows, CONTRACT).equals(rows)


def test_another_amount_or_day_brings_the_contract_beside() -> None:
    less = beside_contract(in_force(DUE_ON, [100, 150]), CONTRACT)
    later = beside_contract(in_force([DUE_ON[0], date(2026, 12, 9)], [100, 200]), CONTRACT)

    assert less["contract_fen"].to_list() == [100, 200]
    assert later["contract_due_on"].to_list() == DUE_ON


def test_an_instalment_less_or_more_stays_visible() -> None:
    fewer = beside_contract(in_force(DUE_ON[:1], [300]), CONTRACT)
    more = beside_contract(in_force([*DUE_ON, date(2027, 1, 1)], [100, 100, 100]), CONTRACT)

    assert fewer.select("number", "due_on", "contract_due_on").rows()[1] == (2, None, DUE_ON[1])
    assert more.select("number", "contract_fen").rows()[2] == (3, None)
