"""Valid things by default, for tests that change one fact at a time."""

import functools
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidInput
from lending_core.identity import card_term
from lending_core.identity.card_reader import CardBack, CardReading
from lending_core.identity.id_number import read_id_number
from lending_core.identity.match import ShownCard
from lending_core.identity.names import holder_name
from lending_core.operations.books import start_book
from lending_core.operations.console import Book, book
from lending_core.operations.origination import Acceptance, Submission
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment

BUSINESS_ON = date(2026, 10, 31)
# The day after the newest closed one: what happens now is dated to it.
OPEN_ON = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)

ANALYST = Actor("analyst", Role.ANALYST)
VIEWER = Actor("viewer", Role.VIEWER)
MAKER = Actor("risk_maker", Role.RISK_MAKER)
APPROVER = Actor("risk_approver", Role.RISK_APPROVER)

# Gone when the tests are over.
_FOLDER = tempfile.TemporaryDirectory()

ID_NUMBER = "999999199001010016"
# Of the unassigned region, as the number of the person.
LICENCE = "92999999000000001G"

CARD_ISSUED_ON = date(2024, 5, 6)

# What the sources say of a person with a good record: enough for an approval.
GOOD_RECORD = {
    "inquiries_3m": 1,
    "lenders_with_balance": 1,
    "credit_utilisation": 0.2,
    "worst_status_24m": 0,
    "oldest_account_months": 120,
    "has_current_overdue": False,
    "account_tenure_months": 100,
    "payment_active_days_90d": 80,
    "payment_stability": 0.9,
    "monthly_income_fen": 1_500_000,
    "monthly_debt_service_fen": 100_000,
    "debt_to_income": 0.0667,
}
PERSON_CONSENTS = frozenset({"bureau", "payment_behaviour", "tenure", "income"})
TRAITS = {
    "true_risk": 0.0,
    "appetite": 0.0,
    "thrift": 0.0,
    "business_health": 0.0,
    "income_level": 0.0,
    "monthly_income_fen": 1_500_000,
}


def a_book(path: Path, fill: Callable[[Store], object] | None = None) -> Store:
    """A store with a started, simulated book: empty, or as `fill`, a function of a module, left it.

    `fill` is called once per process; from then on what it wrote is copied, which takes a tenth.
    """
    shutil.copy(_filled_book(fill) if fill else _started_book(), path)
    return open_store(path)


@functools.cache
def _filled_book(fill: Callable[[Store], object]) -> Path:
    path = Path(_FOLDER.name) / f"{fill.__module__}.{fill.__qualname__}.duckdb"
    store = a_book(path)
    fill(store)
    store.close()
    return path


@functools.cache
def _started_book() -> Path:
    """A started book to copy: that takes a sixth of the time of starting one."""
    path = Path(_FOLDER.name) / "started.duckdb"
    store = open_store(path)
    book = Book("simulated", True, 7, "CNY", date(2026, 10, 1), BUSINESS_ON)
    with store.transaction() as transaction:
        start_book(transaction, Moment(SYSTEM, BUSINESS_ON, AT), book, customers=20_000)
    store.close()
    return path


def a_submission(**changes: Any) -> Submission:
    """A person with a good record who asks for 8,000 yuan over ten months."""
    facts: dict[str, Any] = {
        "kind": "person",
        "name": "王小明",
        "id_number": ID_NUMBER,
        "region_code": "44",
        "is_student": False,
        "is_court_listed": False,
        "product_code": "weilidai",
        "scenario": "decoration",
        "channel": "mini_program",
        "amount_asked_fen": 800_000,
        "instalments_asked": 10,
        "consents": PERSON_CONSENTS,
        "observed": GOOD_RECORD,
        "traits": TRAITS,
    }
    typed = {**facts, **changes}
    # Nobody shares a phone, and every business has a licence, unless a test says so.
    own = {
        "card": a_card(typed["name"], typed["id_number"]),
        "phone": "138" + re.sub(r"\D", "", typed["id_number"])[9:17],
        "licence": LICENCE if typed["kind"] == "small_business" else "",
    }
    return Submission(**{**own, **typed})


def a_card(name: str, id_number: str) -> ShownCard:
    """Both sides of this holder's card, read without doubt, valid for as long as it should be; of
    an impossible number, the usual holder's."""
    try:
        identity = read_id_number(id_number, on=BUSINESS_ON)
    except InvalidInput:
        identity = read_id_number(ID_NUMBER, on=BUSINESS_ON)
    sure = {"name": 1.0, "id_number": 1.0}
    front = CardReading(holder_name(name), identity, identity.birth_on, identity.sex, sure)
    valid_to = card_term.valid_to(identity.birth_on, CARD_ISSUED_ON)
    sure = {"authority": 1.0, "validity": 1.0}
    return ShownCard(front, CardBack("样本市公安局", CARD_ISSUED_ON, valid_to, sure))


def a_read_offer(store: Store, application_id: int, **changes: Any) -> Acceptance:
    """As `an_acceptance`, of the cost sheet that belongs to it where there is an offer."""
    acceptance = an_acceptance(application_id, **changes)
    case = store.read("application_case", application_id=application_id)
    offer = case.filter(pl.col("annual_rate").is_not_null()).rows(named=True)
    wish = (acceptance.amount_fen, acceptance.instalments, acceptance.method)
    hashes = [cost_sheet_hash(quote(each, *wish, book(store).open_on)) for each in offer]
    return replace(acceptance, cost_sheet_hash=changes.get("cost_sheet_hash", "".join(hashes)))


def an_acceptance(application_id: int, **changes: Any) -> Acceptance:
    """Takes 8,000 yuan over ten months, after reading the cost sheet for half a minute."""
    facts: dict[str, Any] = {
        "application_id": application_id,
        "amount_fen": 800_000,
        "instalments": 10,
        "method": "equal_principal",
        "cost_sheet_hash": "0" * 64,
        "shown_at": AT,
        "confirmed_at": AT + timedelta(seconds=30),
    }
    return Acceptance(**{**facts, **changes})
