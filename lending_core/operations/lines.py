"""Lines of credit after the first loan: drawn again, frozen, opened again (PM-12)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, require
from lending_core.compliance.disclosure import check_read
from lending_core.errors import InvalidState
from lending_core.ledger.chain import utc_naive
from lending_core.operations.console import book
from lending_core.operations.debts import line_now
from lending_core.operations.disbursing import disburse
from lending_core.operations.drawing import Wish, check_exposure, check_sheet, check_wish
from lending_core.operations.keys import Request, known_subject, remember
from lending_core.operations.ownership import check_own_line
from lending_core.operations.rematching import check_nothing_waits, loan_of, paid_or_waiting
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment, append_events

ACTIVE = "active"
FROZEN = "frozen"
# Why a person may set a line's status; the close of a day has a reason of its own.
REASONS = {
    FROZEN: ("purpose_breach", "bureau_trigger", "identity_doubt", "customer_request"),
    ACTIVE: ("checked", "customer_request"),
}
PAST_DUE = "days_past_due"
CLEARED = "nothing_past_due"
# Why a line is closed for good: the customer asked that the data behind it be erased.
ERASURE = "erasure"


@dataclass(frozen=True)
class LineOrder:
    """A person's word on a line: its new status and why, one of `REASONS`."""

    line_id: int
    status: str
    reason: str

    def __post_init__(self) -> None:
        if self.reason not in REASONS.get(self.status, ()):
            raise ValueError(f"a line is not {self.status!r} because of {self.reason!r}")


@dataclass(frozen=True)
class DrawRequest:
    """What a borrower draws under a line, and the cost sheet read before (PR-09)."""

    line_id: int
    amount_fen: int
    instalments: int
    method: str
    cost_sheet_hash: str
    shown_at: datetime
    confirmed_at: datetime

    @property
    def wish(self) -> Wish:
        return Wish(self.amount_fen, self.instalments, self.method)


def draw(store: Store, actor: Actor, request: DrawRequest, *, key: str, at: datetime) -> int | None:
    """Another loan under a line, dated to the open day; returns its number, or None while no lender
    has room for it: it waits, and is paid out by the close of a day or never.

    The same `key` again answers with the same loan. Raises `NotFound` for an unknown line;
    `InvalidState` when the line is frozen, a loan of the customer is past due, nothing was drawn
    under the line before, a draw waits, the cost sheet was not read, or long ago, or is another by
    now; `InvalidInput` when amount or term is outside limit, product or what one borrower may owe,
    or the key was spent on another draw.
    """
    require(actor, Permission.SUBMIT_APPLICATION)
    facts = {"line_id": request.line_id, **vars(request.wish)}
    asked = Request(key, "draw", facts)
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return loan_of(transaction, known)
        check_read(request.shown_at, request.confirmed_at)
        moment = Moment(actor, book(transaction).open_on, at)
        case = _drawable(transaction, request, moment)
        subject = _paid_out(transaction, moment, case)
        loan_id = loan_of(transaction, subject)
        confirmed = {
            "line_id": request.line_id,
            "cost_sheet_hash": request.cost_sheet_hash,
            "shown_at": utc_naive(request.shown_at),
            "confirmed_at": utc_naive(request.confirmed_at),
        }
        drawn = ("loan", loan_id) if loan_id else ("application", case["application_id"])
        append_events(transaction, moment, "line_drawn", [(*drawn, confirmed)])
        remember(transaction, asked, subject)
        return loan_id


def set_line_status(store: Store, actor: Actor, order: LineOrder, *, at: datetime) -> None:
    """Freezes a line, or opens it again, by a person's decision; the close of day never lifts a
    freeze of a person.

    Raises `NotFound`; `InvalidState` when nothing would change, or when a line would be opened of a
    customer who is past due, or whose data was erased.
    """
    require(actor, Permission.MANAGE_LINES)
    with store.transaction() as transaction:
        line = line_now(transaction, order.line_id)
        # A person may take over a freeze that the close of day would lift.
        would_lift = order.status == FROZEN and line["line_reason"] == PAST_DUE
        if order.status == line["line_status"] and not would_lift:
            raise InvalidState("line_unchanged", line_id=order.line_id, line_status=order.status)
        if order.status == ACTIVE:
            _check_not_late(line)
            if line["line_reason"] == ERASURE:
                raise InvalidState("line_erased", line_id=order.line_id)
        moment = Moment(actor, book(transaction).open_on, at)
        turned = pl.DataFrame({"line_id": [order.line_id], "status": [order.status]})
        save_statuses(transaction, moment, turned, pl.lit(order.reason))
        facts = {"status": order.status, "reason": order.reason}
        append_events(transaction, moment, "line_status_set", [("line", order.line_id, facts)])


def freeze_lines(transaction: Transaction, moment: Moment) -> dict[str, int]:
    """Part of the close of day `moment.business_on`, after the positions: freezes every active line
    of customers with a loan past due or charged off, opens those frozen for that once none is.

    Returns how many lines were `frozen` and `opened`; the close's own event carries them.
    """
    turned = transaction.read("line_turned")
    by_rule = Moment(SYSTEM, moment.business_on, moment.at)
    is_frozen = pl.col("status") == FROZEN
    save_statuses(
        transaction,
        by_rule,
        turned,
        pl.when(is_frozen).then(pl.lit(PAST_DUE)).otherwise(pl.lit(CLEARED)),
    )
    frozen = turned.filter(is_frozen).height
    return {"frozen": frozen, "opened": turned.height - frozen}


def save_statuses(
    transaction: Transaction, moment: Moment, turned: pl.DataFrame, reason: pl.Expr
) -> None:
    """Adds a change per line. Needs line_id, status."""
    first_id = transaction.next_id("line_change", "line_change_id")
    changes = turned.select(
        "line_id",
        "status",
        line_change_id=pl.int_range(first_id, first_id + turned.height, dtype=pl.Int64),
        changed_on=pl.lit(moment.business_on),
        reason=reason,
        changed_by=pl.lit(moment.actor.user_name),
        recorded_at=pl.lit(utc_naive(moment.at)),
    )
    transaction.append("line_change", changes)


def check_not_frozen(reader: Store | Transaction, line_id: int) -> dict[str, Any]:
    """The line as it stands (`debts.line_now`). Raises `NotFound`; `InvalidState` when it is frozen
    or, because a loan of the customer is past due, will be by the close of the open day."""
    line = line_now(reader, line_id)
    if line["line_status"] == FROZEN:
        raise InvalidState("line_frozen", line_id=line_id)
    _check_not_late(line)
    return line


def _drawable(transaction: Transaction, request: DrawRequest, moment: Moment) -> dict[str, Any]:
    """The row that `disburse` takes, once every question about it has an answer."""
    check_own_line(transaction, moment.actor, request.line_id)
    line = check_not_frozen(transaction, request.line_id)
    check_nothing_waits(transaction, request.line_id)
    if line["loans"] == 0:
        raise InvalidState("line_not_opened", application_id=line["application_id"])
    case = transaction.read("line_case", line_id=request.line_id).row(0, named=True)
    check_wish(request.wish, case, line["available_fen"])
    check_exposure(transaction, case, request.amount_fen)
    check_sheet(case, request.wish, request.cost_sheet_hash, moment.business_on)
    return {
        **case,
        "principal_fen": request.amount_fen,
        "instalments": request.instalments,
        "method": request.method,
        "disbursed_on": moment.business_on,
    }


def _paid_out(transaction: Transaction, moment: Moment, case: dict[str, Any]) -> int:
    row = pl.DataFrame([case]).with_columns(pl.col("annual_rate").cast(pl.Decimal(9, 6)))
    loans = disburse(transaction, moment, row)
    return paid_or_waiting(transaction, loans, case["line_id"])


def _check_not_late(line: dict[str, Any]) -> None:
    if line["is_customer_late"]:
        raise InvalidState("customer_past_due", line_id=line["line_id"])
