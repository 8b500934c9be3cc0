"""What waits for a lender is asked again: by the close of a day, or by hand."""

from datetime import date, datetime

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import InvalidState
from lending_core.operations.console import book
from lending_core.operations.disbursing import Progress, disburse
from lending_core.operations.matching_runs import Occasion
from lending_core.operations.waiting import end_waits, expire_waits
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

# A line that may not be drawn on pays nothing out; what waits under it goes on waiting.
_FROZEN = "frozen"


def waits(store: Store, actor: Actor) -> pl.DataFrame:
    """One row per accepted offer or draw that waits, the longest waiting first: wait_id,
    application_id, line_id, customer_id, principal_fen, instalments, method, annual_rate,
    product_code, region_code, band, since_on, expires_on (last day), reason (`reasons.REASONS`) and
    the lender that was nearest, missing_fen, attempts, run_id of the newest, line_status."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return store.read("funding_waiting", wait_id=None).drop("available_fen")


def ended_waits(store: Store, actor: Actor, from_on: date, to_on: date) -> pl.DataFrame:
    """One row per wait that ended in a period, the newest first: wait_id, application_id, line_id,
    amount_fen, since_on, ended_on, outcome (funded, expired, limit), loan_id."""
    require(actor, Permission.VIEW_APPLICATIONS)
    return store.read("funding_wait_ended", from_on=from_on, to_on=to_on)


def wait_of_application(store: Store, actor: Actor, application_id: int) -> pl.DataFrame:
    """What of an application waits, as `waits`: for the borrower's journey; no row where nothing
    does."""
    require(actor, Permission.VIEW_APPLICATIONS)
    found = store.read("funding_waiting", wait_id=None).drop("available_fen")
    return found.filter(pl.col("application_id") == application_id)


def match_waiting(
    store: Store, actor: Actor, *, at: datetime, progress: Progress = lambda *_: None
) -> pl.DataFrame:
    """Asks again for everything that waits, on the open day; returns the loans paid out, with
    loan_id, application_id, principal_fen, funder_code. `progress` is told each part that is done;
    what it raises undoes all of them. Raises `NotAllowed`."""
    require(actor, Permission.MATCH_LOANS)
    with store.transaction() as transaction:
        moment = Moment(actor, book(transaction).open_on, at)
        loans = _match(transaction, moment, "by_hand", progress)
        return loans.select("loan_id", "application_id", "principal_fen", "funder_code")


def match_again(transaction: Transaction, moment: Moment) -> None:
    """Part of the close of day `moment.business_on`: what waited its days is over; the rest is
    asked again, to be paid out on the day that opens."""
    expire_waits(transaction, moment)
    opened = Moment(moment.actor, book(transaction).open_on, moment.at)
    _match(transaction, opened, "waiting")


def paid_or_waiting(transaction: Transaction, loans: pl.DataFrame, line_id: int) -> int:
    """What an operation key remembers: the loan's number, or the wait's as a negative one."""
    if not loans.is_empty():
        return int(loans["loan_id"][0])
    return -int(_of_line(transaction, line_id)["wait_id"][0])


def loan_of(transaction: Transaction, subject: int) -> int | None:
    """The loan that an operation key stands for; None while it waits, and where it never came."""
    if subject > 0:
        return subject
    ended = transaction.read("funding_wait_loan", wait_id=-subject)
    return None if ended.is_empty() else ended.item()


def check_nothing_waits(transaction: Transaction, line_id: int) -> None:
    """One draw of a line waits at a time. Raises `InvalidState`."""
    if not _of_line(transaction, line_id).is_empty():
        raise InvalidState("draw_waits", line_id=line_id)


def _of_line(transaction: Transaction, line_id: int) -> pl.DataFrame:
    waiting = transaction.read("funding_waiting", wait_id=None)
    return waiting.filter(pl.col("line_id") == line_id)


def _match(
    transaction: Transaction,
    moment: Moment,
    occasion: Occasion,
    progress: Progress = lambda *_: None,
) -> pl.DataFrame:
    waiting = transaction.read("funding_waiting", wait_id=None)
    above = waiting.filter(pl.col("principal_fen") > pl.col("available_fen"))
    gone = above.with_columns(ended_on=moment.business_on, loan_id=pl.lit(None, pl.Int64))
    end_waits(transaction, moment, gone, "limit")
    asked = waiting.join(above, on="wait_id", how="anti", maintain_order="left")
    drawable = asked.filter(pl.col("line_status") != _FROZEN)
    rows = drawable.drop("run_id", "funder_code").with_columns(disbursed_on=moment.business_on)
    return disburse(transaction, moment, rows, occasion, progress)
