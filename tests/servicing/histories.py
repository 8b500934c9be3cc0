"""Random lives of loans: contracts and what happens to them, sensible or not."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from lending_core.servicing.loan_events import RESTRUCTURES
from tests.servicing.loans import DEFAULT_ORDER, PRINCIPAL_FIRST, contract

DISBURSED_ON = date(2025, 1, 31)
METHODS = {
    "equal_instalment": "30/360",
    "equal_principal": "act/360",
    "interest_only": "act/364",
    "daily_interest": "act/365",
    "minimum_payment": "act/act",
}

amounts = st.integers(1, 2_000_000)
days = st.integers(0, 500).map(lambda number: DISBURSED_ON + timedelta(days=number))
rates = st.integers(1, 2400).map(lambda points: Decimal(points) / 10_000)


@st.composite
def contracts(draw: st.DrawFn, loan_id: int = 1) -> pl.DataFrame:
    method = draw(st.sampled_from(sorted(METHODS)))
    late_from = draw(st.sampled_from([91, 2**31]))
    return contract(
        loan_id=loan_id,
        principal_fen=draw(st.integers(10_000, 5_000_000)),
        annual_rate=draw(rates),
        method=method,
        day_count=METHODS[method],
        instalments=draw(st.sampled_from([3, 6, 12])),
        carries_remainder=draw(st.booleans()),
        disbursed_on=DISBURSED_ON,
        grace_days=draw(st.integers(0, 3)),
        late_allocation=PRINCIPAL_FIRST if late_from == 91 else DEFAULT_ORDER,
        late_allocation_days_past_due=late_from,
    )


payment = st.fixed_dictionaries(
    {
        "kind": st.just("payment"),
        "effective_on": days,
        "amount_fen": amounts,
        "strategy": st.sampled_from(
            ["next_dues", "lower_instalment", "fewer_instalments", "payoff"]
        ),
    }
)
charge = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fee", "refund", "recovery"]),
        "effective_on": days,
        "amount_fen": st.integers(1, 20_000),
    }
)
waiver = st.fixed_dictionaries(
    {
        "kind": st.just("waiver"),
        "effective_on": days,
        "amount_fen": st.integers(1, 50_000),
        "component": st.sampled_from(["fee", "penalty", "interest"]),
    }
)
draw_more = st.fixed_dictionaries(
    {"kind": st.just("draw"), "effective_on": days, "amount_fen": st.integers(1, 1_000_000)}
)
rate_change = st.fixed_dictionaries(
    {"kind": st.just("rate_change"), "effective_on": days, "annual_rate": rates}
)
holiday = st.fixed_dictionaries(
    {"kind": st.just("holiday"), "effective_on": days, "instalments": st.integers(1, 3)}
)
restructure = st.fixed_dictionaries(
    {
        "kind": st.just("restructure"),
        "effective_on": days,
        "strategy": st.sampled_from(RESTRUCTURES),
        "instalments": st.integers(1, 6),
    }
)
write_off = st.fixed_dictionaries({"kind": st.just("charge_off"), "effective_on": days})

anything = st.one_of(
    payment, payment, payment, charge, waiver, draw_more, rate_change, holiday, restructure
)
lives = st.lists(anything, max_size=8)
lives_with_an_end = st.tuples(lives, st.lists(write_off, max_size=1)).map(
    lambda both: [*both[0], *both[1]]
)


def of_loan(loan_id: int, life: list[dict[str, object]]) -> list[dict[str, object]]:
    """The events with what the frame needs besides."""
    return [{**event, "loan_id": loan_id, "recorded_on": event["effective_on"]} for event in life]
