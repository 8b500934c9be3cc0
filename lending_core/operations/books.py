"""A new book: its lenders, stages, accounts, first policy and first scorecard."""

from dataclasses import asdict
from datetime import date

import polars as pl

from lending_core.access.permissions import SYSTEM, Role
from lending_core.errors import InvalidState
from lending_core.funding.funders import agreements, funders
from lending_core.ledger.chain import utc_naive
from lending_core.operations.agreement_register import AgreementOrder, put_agreement_in_force
from lending_core.operations.console import Book, has_book
from lending_core.operations.funder_register import OPENED_WITH, FunderOrder, put_in_force, sized
from lending_core.operations.models import add_step, save_model
from lending_core.scoring.document import entry_scorecard
from lending_core.servicing.accounts import all_flows
from lending_core.servicing.buckets import buckets
from lending_core.settings import reference_file
from lending_core.store.engine import Transaction
from lending_core.store.events import Moment, append_events

# One account per role: the people of a demonstration.
DEMO_ACCOUNTS = (
    ("viewer", Role.VIEWER),
    ("analyst", Role.ANALYST),
    ("risk_maker", Role.RISK_MAKER),
    ("risk_approver", Role.RISK_APPROVER),
    ("auditor", Role.AUDITOR),
    ("collector", Role.COLLECTOR),
    ("operations", Role.OPERATIONS),
    ("funder", Role.FUNDER),
    ("administrator", Role.ADMINISTRATOR),
)


def start_book(transaction: Transaction, moment: Moment, book: Book, customers: int) -> None:
    """Writes what a book stands on. Raises `InvalidState` where one was started already.

    Funders' amounts grow with the number of `customers` the book is meant for.
    """
    if has_book(transaction):
        raise InvalidState("book_exists", name=book.name)
    transaction.append("book", pl.DataFrame([asdict(book)]))
    transaction.append("bucket", pl.DataFrame([asdict(stage) for stage in buckets()]))
    append_flows(transaction)
    for funder in funders().values():
        terms = FunderOrder(sized(funder, customers), book.business_on, OPENED_WITH)
        put_in_force(transaction, moment, terms)
    for agreement in agreements():
        order = AgreementOrder(agreement, book.business_on, OPENED_WITH)
        put_agreement_in_force(transaction, moment, order)
    transaction.append("user_account", demo_account_rows())
    append_events(transaction, moment, "book_started", [("book", 1, asdict(book))])
    _first_policy(transaction, moment)
    _first_model(transaction, moment)


def demo_account_rows() -> pl.DataFrame:
    """The demonstration's roles as rows of `user_account`; the one that stands for a lender stands
    for the first."""
    rows = pl.DataFrame(DEMO_ACCOUNTS, schema=["user_name", "role"], orient="row")
    stands_for = pl.when(role=Role.FUNDER.value).then(pl.lit(min(funders())))
    return rows.with_columns(funder_code=stands_for)


def append_flows(transaction: Transaction) -> None:
    """Writes the ways in which money moves, between which accounts."""
    rows = pl.DataFrame([asdict(flow) for flow in all_flows()])
    transaction.append("flow", rows.drop("name_en", "name_zh", "source"))


def advance_book(transaction: Transaction, book: Book, business_on: date) -> None:
    """Moves the business date; the ledger keeps every date it ever was."""
    moved = pl.DataFrame({"name": [book.name], "business_on": [business_on]})
    transaction.overwrite("book", "name", moved)


def _first_policy(transaction: Transaction, moment: Moment) -> None:
    version = {
        "policy_version": 1,
        "document": reference_file("policy.toml").read_text("utf-8"),
        "note": "first_policy",
        "author": SYSTEM.user_name,
        "recorded_at": utc_naive(moment.at),
    }
    steps = [
        {
            "policy_version": 1,
            "status": status,
            "reason": "first_policy",
            "changed_by": SYSTEM.user_name,
            "effective_on": moment.business_on,
            "recorded_at": utc_naive(moment.at),
            "position": position,
        }
        for position, status in enumerate(("submitted", "approved"), start=1)
    ]
    transaction.append("policy_version", pl.DataFrame([version]))
    transaction.append("policy_step", pl.DataFrame(steps))
    append_events(transaction, moment, "policy_approved", [("policy", 1, {"version": 1})])


def _first_model(transaction: Transaction, moment: Moment) -> None:
    """An expert's points decide at once: nothing else could until loans have matured."""
    version = save_model(transaction, moment, entry_scorecard(), note="entry_scorecard")
    add_step(transaction, moment, version, "champion", "entry_scorecard")
