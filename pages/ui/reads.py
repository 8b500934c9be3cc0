"""Every cached read of the screens, in one shape: a public function fills in what the answer
depends on, a cached one with a leading underscore asks `operations`.

Every write appends to the ledger, so the newest event's number is the version of the book: it and
every argument are in the cache key, and no answer is ever stale. The cache is shared by all people,
so a cached function must not look at the session.

    def loans_overdue(product_codes: Sequence[str]) -> pl.DataFrame:
        return _loans_overdue(session.store(), event_id(), tuple(product_codes))

    @st.cache_data(max_entries=32, show_spinner=False)
    def _loans_overdue(_store, event_id, product_codes): ...
"""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.operations import console, policies, reports
from lending_core.operations.reports import ApplicationFilter
from lending_core.policy.document import Policy
from lending_core.scoring.scorecard import Scorecard
from pages.ui import session


def event_id() -> int:
    """Number of the newest event: the version of everything that can be read."""
    return console.newest_event_id(session.store())


def book() -> console.Book:
    """The book in the store: name, whether it is simulated, its business date."""
    return _book(session.store(), event_id())


@st.cache_data(max_entries=4, show_spinner=False)
def _book(_store: console.Store, event_id: int) -> console.Book:  # noqa: ARG001
    return console.book(_store)


def applications(chosen: ApplicationFilter) -> pl.DataFrame:
    """Applications of the filter, newest first: see `reports.applications`."""
    actor = session.require(Permission.VIEW_APPLICATIONS)
    return _applications(session.store(), event_id(), actor, chosen)


@st.cache_data(max_entries=16, show_spinner=False)
def _applications(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    chosen: ApplicationFilter,
) -> pl.DataFrame:
    return reports.applications(_store, actor, chosen)


def application_funnel(chosen: ApplicationFilter, period: str) -> pl.DataFrame:
    """One row per day or month of application: see `reports.application_funnel`."""
    actor = session.require(Permission.VIEW_APPLICATIONS)
    return _application_funnel(session.store(), event_id(), actor, chosen, period)


@st.cache_data(max_entries=16, show_spinner=False)
def _application_funnel(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    chosen: ApplicationFilter,
    period: str,
) -> pl.DataFrame:
    return reports.application_funnel(_store, actor, chosen, period)


def application_case(application_id: int) -> dict[str, Any]:
    """One application with decision, review, line and loan. Raises `NotFound`."""
    actor = session.require(Permission.VIEW_APPLICATIONS)
    return _application_case(session.store(), event_id(), actor, application_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _application_case(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    application_id: int,
) -> dict[str, Any]:
    return reports.application_case(_store, actor, application_id)


def application_features(application_id: int) -> pl.DataFrame:
    """One row: what was known of the applicant on the day, with score and points."""
    actor = session.require(Permission.VIEW_SCORES)
    return _application_features(session.store(), event_id(), actor, application_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _application_features(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    application_id: int,
) -> pl.DataFrame:
    return reports.application_features(_store, actor, application_id)


def events(subject_kind: str, subject_id: int) -> pl.DataFrame:
    """Ledger events of one thing, newest first."""
    actor = session.require(Permission.VIEW_BOOK)
    return _events(session.store(), event_id(), actor, subject_kind, subject_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _events(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    subject_kind: str,
    subject_id: int,
) -> pl.DataFrame:
    return reports.events(_store, actor, (subject_kind, subject_id))


def funder_room() -> pl.DataFrame:
    """One row per funder: cost, quota, what it is owed and the room left."""
    actor = session.require(Permission.VIEW_BOOK)
    return _funder_room(session.store(), event_id(), actor)


@st.cache_data(max_entries=4, show_spinner=False)
def _funder_room(_store: console.Store, event_id: int, actor: Actor) -> pl.DataFrame:  # noqa: ARG001
    return reports.funder_room(_store, actor)


def scorecard(model_version: int) -> Scorecard:
    """The scorecard of one version. Raises `NotFound`."""
    actor = session.require(Permission.VIEW_SCORES)
    return _scorecard(session.store(), event_id(), actor, model_version)


@st.cache_data(max_entries=8, show_spinner=False)
def _scorecard(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    model_version: int,
) -> Scorecard:
    return reports.scorecard(_store, actor, model_version)


def policy(policy_version: int) -> Policy:
    """The limit policy of one version. Raises `NotFound`."""
    actor = session.require(Permission.VIEW_POLICY)
    return _policy(session.store(), event_id(), actor, policy_version)


@st.cache_data(max_entries=8, show_spinner=False)
def _policy(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    policy_version: int,
) -> Policy:
    return policies.policy_of_version(_store, actor, policy_version)


def loan(loan_id: int) -> dict[str, Any]:
    """One loan with its borrower, funder and newest state. Raises `NotFound`."""
    actor = session.require(Permission.VIEW_BOOK)
    return _loan(session.store(), event_id(), actor, loan_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _loan(
    _store: console.Store,
    event_id: int,  # noqa: ARG001
    actor: Actor,
    loan_id: int,
) -> dict[str, Any]:
    return reports.loan_page(_store, actor, loan_id)
