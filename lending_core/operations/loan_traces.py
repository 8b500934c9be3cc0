"""Where the figures of a loan's page come from, for whoever may see the book."""

from collections.abc import Callable
from datetime import date

from lending_core.access.permissions import Actor, Permission, require
from lending_core.errors import NotFound
from lending_core.operations.loan_events import events_of_loan
from lending_core.servicing import trace, trace_allocation
from lending_core.servicing.contracts import contracts
from lending_core.servicing.loan_events import LOAN_EVENT_SCHEMA
from lending_core.servicing.story import Story, story
from lending_core.servicing.trace_records import Trace
from lending_core.store.engine import Store

# Figures of the loan as a whole, and those of one of its instalments.
OF_LOAN: dict[str, Callable[[Story], Trace]] = {
    "payoff": trace.payoff,
    "days_past_due": trace.days_past_due,
    "interest_receivable": trace.interest_receivable,
    "cost_room": trace.cost_room,
}
OF_INSTALMENT: dict[str, Callable[[Story, int], Trace]] = {
    "interest": trace.interest,
    "earned": trace.earned,
    "penalty": trace.penalty,
}


def trace_of_figure(
    store: Store, actor: Actor, loan_id: int, on: date, figure: tuple[str, int]
) -> Trace:
    """How a figure of the loan at the end of `on` came about, by all that is known. `figure` is a
    name of `OF_LOAN` with 0, or of `OF_INSTALMENT` with a number. Raises `NotFound`."""
    name, number = figure
    told = _story(store, actor, loan_id, on)
    return OF_LOAN[name](told) if name in OF_LOAN else OF_INSTALMENT[name](told, number)


def trace_of_payment(
    store: Store, actor: Actor, loan_id: int, on: date, loan_event_id: int
) -> Trace | None:
    """In which order a payment settled its parts; None for any other event. Raises `NotFound`."""
    return trace_allocation.allocation(_story(store, actor, loan_id, on), loan_event_id)


def _story(store: Store, actor: Actor, loan_id: int, on: date) -> Story:
    require(actor, Permission.VIEW_BOOK)
    loan = store.read("loan_contract", loan_id=loan_id)
    if loan.is_empty():
        raise NotFound("loan_unknown", loan_id=loan_id)
    events = events_of_loan(store, actor, loan_id).select(list(LOAN_EVENT_SCHEMA))
    known = events.cast(LOAN_EVENT_SCHEMA)  # type: ignore[arg-type]
    return story(contracts(loan), known, as_of=on, known_on=on)
