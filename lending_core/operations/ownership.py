"""Whose applications a mini-program reaches: those it sent. Asked by every step it may take, of the
actor and never of an argument, so that no number typed can name another's borrower."""

from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Role
from lending_core.errors import NotFound
from lending_core.store.engine import Store, Transaction


def keep_owner(transaction: Transaction, actor: Actor, application_id: int) -> None:
    """Part of an application: keeps through which mini-program it came; nothing for people."""
    if actor.client_code is not None:
        row = {"application_id": application_id, "client_code": actor.client_code}
        transaction.append("api_application", pl.DataFrame([row]))


def check_own(reader: Store | Transaction, actor: Actor, application_id: int) -> None:
    """Raises `NotFound` where a mini-program asks for another's application, as for none at all;
    people reach all."""
    if not is_own(reader, actor, application_id=application_id, customer_id=None):
        raise NotFound("application_unknown", application_id=application_id)


def check_own_loan(reader: Store | Transaction, actor: Actor, loan: dict[str, Any]) -> None:
    """As `check_own`, of the application that a loan was drawn under."""
    application_id = loan["application_id"]
    if not is_own(reader, actor, application_id=application_id, customer_id=None):
        raise NotFound("loan_unknown", loan_id=loan["loan_id"])


def check_own_line(reader: Store | Transaction, actor: Actor, line_id: int) -> None:
    """As `check_own`, of the application that a line was opened for."""
    found = reader.read("line_case", line_id=line_id)
    application_id = None if found.is_empty() else found["application_id"].item()
    if application_id is not None and not is_own(
        reader, actor, application_id=application_id, customer_id=None
    ):
        raise NotFound("line_unknown", line_id=line_id)


def check_own_customer(reader: Store | Transaction, actor: Actor, customer_id: int) -> None:
    """As `check_own`, of whoever applied."""
    if not is_own(reader, actor, application_id=None, customer_id=customer_id):
        raise NotFound("customer_unknown", customer_id=customer_id)


def is_own(
    reader: Store | Transaction,
    actor: Actor,
    *,
    application_id: int | None,
    customer_id: int | None,
) -> bool:
    """Whether an application, or any of a customer, came through the actor; true for people."""
    if actor.role is not Role.MINI_PROGRAM:
        return True
    found = reader.read(
        "api_owned",
        client_code=actor.client_code or "",
        application_id=application_id,
        customer_id=customer_id,
    )
    return not found.is_empty()
