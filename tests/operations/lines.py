"""A borrower with a line of credit, and where the close of a day would say that loans stand."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from lending_core.operations.console import book
from lending_core.operations.lines import DrawRequest, draw, freeze_lines
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT, BUSINESS_ON
from tests.operations.journeys import rows


def a_position(loan_id: int, **changes: Any) -> dict[str, Any]:
    """Where a loan stands: 7,200 yuan left, nothing late."""
    facts = {
        "loan_id": loan_id,
        "closed_on": BUSINESS_ON,
        "is_open": True,
        "is_charged_off": False,
        "days_past_due": 0,
        "bucket": "C",
        "asset_class": "normal",
        "stage": 1,
        "principal_fen": 720_000,
        "flow_totals_fen": [0],
    }
    amounts = (
        "overdue_principal_fen",
        "overdue_fen",
        "oldest_overdue_fen",
        "next_due_fen",
        "next_due_principal_fen",
        "interest_receivable_fen",
        "penalty_fen",
        "fee_fen",
        "excess_fen",
        "claim_fen",
        "written_off_fen",
        "allowance_fen",
        "payoff_fen",
    )
    return {**dict.fromkeys(amounts, 0), **facts, **changes}


def stand(store: Store, *positions: dict[str, Any]) -> None:
    """Loans stand like this from now on, as after the close of a day."""
    with store.transaction() as transaction:
        transaction.clear("loan_position")
        transaction.append("loan_position", pl.DataFrame(list(positions)))


def close_lines(store: Store, on: date = BUSINESS_ON) -> dict[str, int]:
    """The close of a day, as far as lines go."""
    with store.transaction() as transaction:
        return freeze_lines(transaction, Moment(APPROVER, on, AT))


def line(store: Store, line_id: int = 1) -> dict[str, Any]:
    """The line as it stands."""
    return store.read("line_state", customer_id=None, line_id=line_id).row(0, named=True)


def changes(store: Store) -> list[tuple[Any, ...]]:
    """Every change of a line's status, oldest first."""
    found = rows(store, "line_change").sort("line_change_id")
    return found.select("line_id", "changed_on", "status", "reason", "changed_by").rows()


def a_draw(store: Store, **changes: Any) -> DrawRequest:
    """1,000 yuan more over five months, after reading the cost sheet for half a minute."""
    wish = {"line_id": 1, "amount_fen": 100_000, "instalments": 5, "method": "equal_principal"}
    facts = {**wish, "shown_at": AT, "confirmed_at": AT + timedelta(seconds=30), **changes}
    shown = changes.get("cost_sheet_hash") or sheet_hash(store, facts)
    return DrawRequest(**{**facts, "cost_sheet_hash": shown})


def sheet_hash(store: Store, facts: dict[str, Any]) -> str:
    """What the sheet of this draw hashes to; of an unknown line, nothing."""
    case = store.read("line_case", line_id=facts["line_id"]).rows(named=True)
    wish = (facts["amount_fen"], facts["instalments"], facts["method"])
    on = book(store).open_on
    return "".join(cost_sheet_hash(quote(each, *wish, on)) for each in case)


def drawn(store: Store, key: str = "draw", **changes: Any) -> int:
    """Draws like that; the new loan's number."""
    return draw(store, ANALYST, a_draw(store, **changes), key=key, at=AT)
