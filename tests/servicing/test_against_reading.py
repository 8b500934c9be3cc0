"""Positions are those of a plain reading of the rules, whatever happens to a loan."""

from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lending_core.servicing.positions import loan_state
from lending_core.servicing.state import FLOWS
from tests.servicing.histories import DISBURSED_ON, contracts, lives_with_an_end, of_loan
from tests.servicing.lives import loans
from tests.servicing.loans import LATER, contract, events, happened, paid
from tests.servicing.reading import Reading, read

# The plain reading takes its time: half of the examples.
FEW = settings(max_examples=settings.default.max_examples // 2)
AS_OF = st.integers(0, 700).map(lambda number: DISBURSED_ON + timedelta(days=number))
COMPARED = (
    "principal_fen",
    "overdue_principal_fen",
    "overdue_fen",
    "interest_receivable_fen",
    "penalty_fen",
    "fee_fen",
    "payoff_fen",
    "days_past_due",
    "excess_fen",
    "claim_fen",
)


def replayed(terms: pl.DataFrame, rows: pl.DataFrame, as_of: date) -> dict[str, Any]:
    """Where the loan stands, by the engine."""
    state = loan_state(terms, rows, as_of=as_of, known_on=LATER)
    position = state.positions.row(0, named=True)
    flows = dict(zip(FLOWS, position["flow_totals_fen"], strict=True))
    return {name: position[name] for name in COMPARED} | flows


def understood(terms: pl.DataFrame, rows: pl.DataFrame, as_of: date) -> dict[str, Any]:
    """Where the loan stands, by the rules."""
    contract_terms = terms.row(0, named=True)
    loan = read(contract_terms, rows.rows(named=True), as_of=as_of, known_on=LATER)
    return _figures(loan) | {name: loan.flows[name] for name in FLOWS} | _accrued(loan)


def _figures(loan: Reading) -> dict[str, int]:
    return {
        "principal_fen": loan.principal,
        "overdue_principal_fen": sum(each.principal_left for each in loan.overdue),
        "overdue_fen": sum(each.left for each in loan.overdue),
        "interest_receivable_fen": loan.receivable,
        "penalty_fen": sum(loan.penalties()),
        "fee_fen": loan.fee,
        "payoff_fen": loan.payoff,
        "days_past_due": loan.days_past_due,
        "excess_fen": loan.excess,
        "claim_fen": loan.claim,
    }


def _accrued(loan: Reading) -> dict[str, int]:
    settled = ("penalty_paid", "penalty_waived", "penalty_written_off")
    penalty = sum(loan.penalties()) + sum(loan.flows[flow] for flow in settled)
    return {"interest_accrued": loan.earned, "penalty_accrued": penalty}


@FEW
@given(contracts(), lives_with_an_end, AS_OF)
def test_a_loan_to_which_anything_happens_stands_where_the_rules_say(
    terms: pl.DataFrame, life: list[dict[str, object]], as_of: date
) -> None:
    rows = events(*of_loan(1, life))

    found = replayed(terms, rows, as_of)

    assert found == understood(terms, rows, as_of)


@FEW
@given(loans(), st.integers(0, 520))
def test_an_ordinary_loan_stands_where_the_rules_say(
    loan: tuple[pl.DataFrame, list[dict[str, object]]], days: int
) -> None:
    terms, life = loan
    rows = events(*of_loan(1, life))
    as_of = terms["disbursed_on"][0] + timedelta(days=days)

    found = replayed(terms, rows, as_of)

    assert found == understood(terms, rows, as_of)


@FEW
@given(loans(), st.integers(0, 520), st.data())
def test_what_was_taken_back_never_happened(
    loan: tuple[pl.DataFrame, list[dict[str, object]]], days: int, data: st.DataObject
) -> None:
    terms, life = loan
    rows = of_loan(1, [*life, {"kind": "fee", "effective_on": terms["disbursed_on"][0]}])
    target = data.draw(st.integers(1, len(rows)))
    rows[-1]["amount_fen"] = 1_00
    back = happened("reversal", rows[target - 1]["effective_on"], reverses_event_id=target)
    as_of = terms["disbursed_on"][0] + timedelta(days=days)

    found = replayed(terms, events(*rows, back), as_of)

    others = [row for number, row in enumerate(rows, start=1) if number != target]
    assert found == understood(terms, events(*others), as_of)


def test_the_reading_itself_on_paper() -> None:
    # Nine yuan: 1,000 overdue for 12 days at 0.05 % x 1.5, the days of grace and cap apart.
    terms = contract(
        principal_fen=300_000,
        annual_rate="0.1825",
        method="daily_interest",
        day_count="act/365",
        instalments=3,
        disbursed_on=date(2025, 6, 1),
    )
    rows = events(paid(date(2025, 7, 13), 9_00))

    before = understood(terms, events(), date(2025, 7, 13))
    after = understood(terms, rows, date(2025, 7, 13))

    assert (before["penalty_fen"], before["days_past_due"]) == (9_00, 12)
    assert (after["penalty_fen"], after["penalty_paid"]) == (0, 9_00)
