"""A borrower with a line of credit, days closed over it, and further draws."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from lending_core.ledger.chain import utc_naive
from lending_core.operations.closing import close_days
from lending_core.operations.console import book
from lending_core.operations.debts import line_now
from lending_core.operations.lines import DrawRequest, draw
from lending_core.operations.loan_events import LoanEvent, record
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.store.engine import Store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT
from tests.operations.journeys import rows

# A loan of the first open day, 1 November 2026, is due a month later and late on the day after.
MONTH_END = date(2026, 11, 30)
FIRST_DUE_ON = date(2026, 12, 1)
FIRST_LATE_ON = date(2026, 12, 2)


def close(store: Store, on: date) -> None:
    """Closes the open days up to one of the same month."""
    with store.transaction() as transaction:
        first_on = book(transaction).open_on
        close_days(transaction, Moment(APPROVER, on, AT), first_on)


def become_late(store: Store) -> None:
    """The first instalments are one day past due, and that day is closed."""
    close(store, MONTH_END)
    close(store, FIRST_LATE_ON)


def pay(store: Store, loan_id: int, amount_fen: int) -> int:
    """Money that arrives on the open day."""
    on = book(store).open_on
    payment = LoanEvent(loan_id, "payment", on, amount_fen=amount_fen, strategy="next_dues")
    return record(store, ANALYST, payment, key=f"pay {loan_id} {amount_fen} {on}", at=AT)


def write_off(store: Store, loan_id: int) -> None:
    """A loan charged off on the open day, long before the rules would let anybody do so."""
    row = {
        "loan_event_id": 1_000 + loan_id,
        "loan_id": loan_id,
        "kind": "charge_off",
        "effective_on": book(store).open_on,
        "recorded_on": book(store).open_on,
        "recorded_at": utc_naive(AT),
        "recorded_by": "system",
    }
    with store.transaction() as transaction:
        transaction.append("loan_event", pl.DataFrame([row]))


def line(store: Store, line_id: int = 1) -> dict[str, Any]:
    """The line as it stands."""
    return line_now(store, line_id)


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
