"""Every cached read of the screens, in one shape: a public function names the question, and
`answer` keeps what a report of `operations` said to it.

Every write appends to the ledger, so the newest event's number is the version of a book: it, the
book, the person and every argument are in the cache key, and no answer is ever stale or another
book's; where another engine answers reports over a copy, so is the state of that copy. The cache is
shared by all people, so a cached function must not look at the session.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission, Role
from lending_core.operations import (
    console,
    funder_register,
    ledger,
    limit_trails,
    policies,
    reports,
)
from lending_core.operations.ledger import NEWEST_EVENTS, Subject
from lending_core.operations.listing import Asked
from lending_core.operations.reports import ApplicationFilter
from lending_core.policy.document import Policy, policy_text
from lending_core.scoring.scorecard import Scorecard
from pages.ui import session

# Who asks where the answer is the same for all.
_ANYBODY = Actor("anybody", Role.VIEWER)


def event_id() -> int:
    """Number of the newest event: the version of everything that can be read."""
    return console.newest_event_id(session.store())


def book() -> console.Book:
    """The book that is shown: name, whether it is simulated, its business date."""
    return console.book(session.store())


def home_book() -> console.Book:
    """The book of what the house lent, whichever is shown."""
    return console.book(session.home_store())


def funder_names() -> dict[str, dict[str, str]]:
    """Code -> language -> name of every lender of the house, whichever book is shown; also where a
    file is written after its page."""
    opened = session.home()
    version = console.newest_event_id(opened.store)
    return _funder_names(opened.opening, version, opened.store)


@st.cache_data(max_entries=4, show_spinner=False)
def _funder_names(
    opening: str,  # noqa: ARG001
    event_id: int,  # noqa: ARG001
    _store: console.Store,
) -> dict[str, dict[str, str]]:
    return funder_register.funder_names(_store)


def applications(chosen: ApplicationFilter, asked: Asked) -> pl.DataFrame:
    """One page of the applications of the filter: see `reports.applications`."""
    return answer(reports.applications, chosen, asked)


def application_funnel(chosen: ApplicationFilter, period: str) -> pl.DataFrame:
    """One row per day or month of application: see `reports.application_funnel`."""
    return answer(reports.application_funnel, chosen, period)


def application_case(application_id: int) -> dict[str, Any]:
    """One application with decision, review, line and loan. Raises `NotFound`."""
    return answer(reports.application_case, application_id)


def limit_trail(application_id: int) -> dict[str, Any]:
    """One application's way through the policy that decided it. Raises `NotFound`."""
    return answer(limit_trails.limit_trail, application_id)


def application_features(application_id: int) -> pl.DataFrame:
    """One row: what was known of the applicant on the day, with score and points."""
    return answer(reports.application_features, application_id)


def events(subject: Subject, asked: Asked = NEWEST_EVENTS) -> pl.DataFrame:
    """One page of the ledger's events, of one subject (kind, number) or of all."""
    return answer(ledger.events, subject, asked)


def count_events(subject: Subject) -> int:
    """How many events there are of one subject or of all."""
    return answer(ledger.count_events, subject)


def events_of(kind: str, number: int) -> pl.DataFrame:
    """All events of one subject, the oldest first."""
    return answer(ledger.events_of, kind, number)


def event(event_id: int) -> dict[str, Any]:
    """One event of the ledger in full."""
    return answer(ledger.event, event_id)


def funder_room() -> pl.DataFrame:
    """One row per funder: cost, quota, what it is owed and the room left."""
    return answer(reports.funder_room)


def scorecard(model_version: int) -> Scorecard:
    """The scorecard of one version. Raises `NotFound`."""
    return answer(reports.scorecard, model_version)


def policy(policy_version: int) -> Policy:
    """The limit policy of one version. Raises `NotFound`."""
    return answer(policies.policy_of_version, policy_version)


def loan(loan_id: int) -> dict[str, Any]:
    """One loan with its borrower, funder and newest state. Raises `NotFound`."""
    return answer(reports.loan_page, loan_id)


def answer(report: Callable[..., Any], *arguments: Any) -> Any:
    """What `report` of operations answers, over the book shown, to the person signed in; the report
    asks for its own permission: not everybody who works here may see the book."""
    return _kept_answer(report, session.person(), arguments)


def answer_for_all(report: Callable[..., Any], *arguments: Any) -> Any:
    """As `answer`, of a report that tells everybody who may see the book the same: it is asked once
    for all of them, as a viewer. Not for rows of people, nor where more than the right to see the
    book is asked for."""
    session.require(Permission.VIEW_BOOK)
    return _kept_answer(report, _ANYBODY, arguments)


def _kept_answer(report: Callable[..., Any], actor: Actor, arguments: tuple[Any, ...]) -> Any:
    # Imported here because names of lenders in texts are found through this module.
    from pages.ui.text import t

    book = session.opened()
    state = console.copy_state(book.store)
    # Another engine may take long over a copy: until it answers, the page says that it was asked.
    with st.spinner(t("lake.asking"), show_time=True) if state else nullcontext():
        # By name: each argument's name is otherwise looked up with every call, and calls are many.
        return _answer(
            _store=book.store,
            _report=report,
            opening=book.opening,
            version=(console.newest_event_id(book.store), state),
            actor=actor,
            report=f"{report.__module__}.{report.__qualname__}",
            arguments=arguments,
        )


# A policy is told apart by its text, which takes a tenth of the time of its hundreds of cells.
@st.cache_data(max_entries=128, show_spinner=False, hash_funcs={Policy: policy_text})
def _answer(
    _store: console.Store,
    _report: Callable[..., Any],
    opening: str,  # noqa: ARG001
    version: tuple[int, str],  # noqa: ARG001
    actor: Actor,
    report: str,  # noqa: ARG001
    arguments: tuple[Any, ...],
) -> Any:
    return _report(_store, actor, *arguments)
