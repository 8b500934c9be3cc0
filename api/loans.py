"""Loans after the payout: how they stand, statements, what settles them, payments."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api import answers
from api.bodies import NewPayment
from api.callers import IdempotencyKey, Paying, Reading
from api.words import Day, Number
from lending_core.operations import loan_events, own_applications
from lending_core.operations.loan_events import LoanEvent
from lending_core.operations.own_applications import OwnLoan

router = APIRouter(prefix="/loans/{loan_id}", tags=["loans"])
LoanId = Annotated[Number, Path()]


@router.get("")
def standing(caller: Reading, loan_id: LoanId) -> answers.Loan:
    """How a loan stands on the open day, by all that is recorded."""
    return _told(own_applications.own_loan(caller.store, caller.actor, loan_id))


@router.get("/statement")
def statement(caller: Reading, loan_id: LoanId) -> answers.Statement:
    """Every instalment, and everything that happened to the loan."""
    loan = own_applications.own_loan(caller.store, caller.actor, loan_id)
    instalments = loan.state.instalments.select(list(answers.StatementInstalment.model_fields))
    events = own_applications.own_events(caller.store, caller.actor, loan_id).select(
        "kind",
        "effective_on",
        "amount_fen",
        "strategy",
        event_id="loan_event_id",
        reversed_by="reversed_by_event_id",
    )
    return answers.Statement(
        loan=_told(loan),
        instalments=[answers.StatementInstalment(**row) for row in instalments.rows(named=True)],
        events=[answers.StatementEvent(**row) for row in events.rows(named=True)],
    )


@router.get("/payoff")
def payoff(
    caller: Reading,
    loan_id: LoanId,
    on: Annotated[Day | None, Query(description="The open day unless given")] = None,
) -> answers.Payoff:
    """What settles the loan on a day, if nothing is paid until then."""
    loan = own_applications.own_loan(caller.store, caller.actor, loan_id, on)
    return answers.Payoff(loan_id=loan_id, on=loan.as_of, payoff_fen=loan.position["payoff_fen"])


@router.post("/payments", status_code=201)
def pay(
    caller: Paying, idempotency_key: IdempotencyKey, loan_id: LoanId, payment: NewPayment
) -> answers.Payment:
    """Records money that arrived for a loan."""
    event = LoanEvent(
        loan_id,
        "payment",
        payment.paid_on,
        amount_fen=payment.amount_fen,
        strategy=payment.strategy,
    )
    key = caller.client.operation_key(idempotency_key)
    event_id = loan_events.record(caller.store, caller.actor, event, key=key, at=caller.at)
    return answers.Payment(
        event_id=event_id,
        loan_id=loan_id,
        amount_fen=payment.amount_fen,
        paid_on=payment.paid_on,
        strategy=payment.strategy,
    )


def _told(loan: OwnLoan) -> answers.Loan:
    known: dict[str, Any] = {**loan.position, **loan.contract, "as_of": loan.as_of}
    told = {name: known[name] for name in answers.Loan.model_fields if name in known}
    return answers.Loan(**told, outstanding_fen=loan.position["principal_fen"])
