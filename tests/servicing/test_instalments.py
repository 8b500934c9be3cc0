"""Where each instalment stands, on both sides of its due date, and what is still to come."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from lending_core.servicing.instalments import Outlook, outlook, standing_instalments
from lending_core.servicing.loan_events import loan_events
from lending_core.servicing.positions import LoanState, loan_state

DISBURSED_ON = date(2026, 1, 1)


def contract(**changes: Any) -> pl.DataFrame:
    """1,200 yuan at 12 % over three months in equal principal, due on the first of each month."""
    terms = {
        "loan_id": 1,
        "principal_fen": 120_000,
        "annual_rate": Decimal("0.12"),
        "method": "equal_principal",
        "instalments": 3,
        "day_count": "30/360",
        "carries_remainder": False,
        "disbursed_on": DISBURSED_ON,
        "grace_days": 0,
        "penalty_multiple": Decimal("1.5"),
        "cost_cap_annual_rate": Decimal("0.24"),
        "allocation": "fee,penalty,interest,principal",
        "late_allocation": "fee,penalty,interest,principal",
        "late_allocation_days_past_due": 2**31,
    }
    types = {
        "annual_rate": pl.Decimal(9, 6),
        "penalty_multiple": pl.Decimal(4, 2),
        "cost_cap_annual_rate": pl.Decimal(9, 6),
    }
    return pl.DataFrame([{**terms, **changes}], schema_overrides=types)


def event(kind: str, on: date, **facts: Any) -> dict[str, Any]:
    return {"loan_id": 1, "kind": kind, "effective_on": on, "recorded_on": on, **facts}


def state_on(as_of: date, *events: dict[str, Any]) -> LoanState:
    numbered = [{**each, "loan_event_id": number} for number, each in enumerate(events, 1)]
    return loan_state(contract(), loan_events(numbered), as_of=as_of, known_on=as_of)


def states(as_of: date, *events: dict[str, Any], **more: Any) -> list[str]:
    rows = standing_instalments(state_on(as_of, *events), as_of, **more)
    return rows["instalment_state"].to_list()


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        (date(2026, 1, 31), "upcoming"),
        (date(2026, 2, 1), "due_today"),
        (date(2026, 2, 2), "overdue"),
    ],
)
def test_an_instalment_is_overdue_from_the_day_after_its_due_date(as_of: date, first: str) -> None:
    assert states(as_of) == [first, "upcoming", "upcoming"]


def test_a_part_payment_leaves_it_overdue() -> None:
    paid = event("payment", date(2026, 2, 1), amount_fen=41_199)

    rows = standing_instalments(state_on(date(2026, 2, 2), paid), date(2026, 2, 2))

    assert rows.row(0, named=True) | {"days_late": 0} == {
        "number": 1,
        "due_on": date(2026, 2, 1),
        "principal_fen": 40_000,
        "interest_fen": 1_200,
        "penalty_fen": 0,
        "paid_fen": 41_199,
        "left_fen": 1,
        "days_late": 0,
        "instalment_state": "overdue",
    }


def test_a_full_payment_settles_it_early_or_late() -> None:
    early = event("payment", date(2026, 1, 20), amount_fen=41_200)

    assert states(date(2026, 1, 20), early) == ["paid", "upcoming", "upcoming"]
    assert states(date(2026, 2, 2), early) == ["paid", "upcoming", "upcoming"]


def test_paying_off_leaves_of_each_instalment_what_it_earned() -> None:
    due = event("payment", date(2026, 2, 1), amount_fen=41_200)
    paid = event("payment", date(2026, 2, 2), amount_fen=80_029, strategy="payoff")

    assert states(date(2026, 2, 2), due, paid) == ["paid", "paid", "closed"]


def test_a_holiday_leaves_an_instalment_of_nothing() -> None:
    on = date(2026, 1, 10)

    granted = states(on, event("holiday", on, instalments=1), holiday_from_on=on)

    assert granted == ["holiday", "upcoming", "upcoming", "upcoming"]


def test_a_re_age_moves_what_was_overdue() -> None:
    on = date(2026, 2, 10)
    re_aged = event("restructure", on, strategy="re_age", instalments=0)

    rows = standing_instalments(state_on(on, re_aged), on)

    assert rows["instalment_state"].to_list() == ["moved", "upcoming", "upcoming"]
    assert rows.select("principal_fen", "penalty_fen").row(0) == (0, 178)


def test_a_write_off_says_what_was_paid_before() -> None:
    on = date(2026, 9, 1)
    paid = event("payment", date(2026, 2, 1), amount_fen=41_200)

    assert states(on, paid, event("charge_off", on)) == ["paid", "written_off", "written_off"]


def test_the_outlook_tells_what_is_due_from_what_is_to_come() -> None:
    on = date(2026, 2, 1)

    assert outlook(state_on(on), on) == Outlook(
        days_past_due=0,
        principal_fen=120_000,
        due_fen=41_200,
        next_due_on=date(2026, 3, 1),
        next_due_fen=40_800,
        later_fen=40_400,
        instalments_left=2,
        last_due_on=date(2026, 4, 1),
        interest_left_fen=2_400,
        payoff_fen=121_200,
    )


def test_nothing_is_to_come_of_a_settled_loan() -> None:
    paid = event("payment", DISBURSED_ON, amount_fen=120_000, strategy="payoff")

    ahead = outlook(state_on(DISBURSED_ON, paid), DISBURSED_ON)

    assert (ahead.next_due_on, ahead.next_due_fen, ahead.later_fen) == (None, None, None)
    assert (ahead.due_fen, ahead.instalments_left, ahead.payoff_fen) == (0, 0, 0)
