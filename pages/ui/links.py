"""Ways from one thing to the page where it is shown in full; each page exists once."""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from pages.ui import session
from pages.ui.text import t

SIMULATION_PAGE = "pages/origination/simulate_application.py"
LOAN_PAGE = "pages/book/loan.py"
TAPE_LOAN_PAGE = "pages/book/tape_loan.py"
CUSTOMER_PAGE = "pages/book/customer.py"
APPLICATION_PAGE = "pages/origination/application.py"
EXPLANATION_PAGE = "pages/origination/explanation.py"
APPLICATIONS_PAGE = "pages/origination/applications.py"
OVERDUE_PAGE = "pages/book/overdue_loans.py"
VINTAGE_PAGE = "pages/book/vintage.py"
ROLL_RATES_PAGE = "pages/book/roll_rates.py"
COLLECTIONS_PAGE = "pages/book/collections.py"
CASE_PAGE = "pages/book/collection_case.py"
TRIAL_BALANCE_PAGE = "pages/book/trial_balance.py"
POLICY_PAGE = "pages/risk/limit_policies.py"
POLICY_VERSIONS_PAGE = "pages/risk/policy_versions.py"
OPTIMISE_PAGE = "pages/risk/optimise.py"
FAST_FORWARD_PAGE = "pages/risk/fast_forward.py"
SCORES_PAGE = "pages/risk/scores.py"
WARNING_PAGE = "pages/risk/early_warning.py"
FUNDERS_PAGE = "pages/funding/funders.py"
FUNDER_PAGE = "pages/funding/funder.py"
AGREEMENTS_PAGE = "pages/funding/agreements.py"
NEW_FUNDER_PAGE = "pages/funding/new_funder.py"
OWN_PROOFS_PAGE = "pages/funding/own_proofs.py"
# What a finding may be about: the page of it, how a link names it there, and who may open it.
SUBJECT_PAGES = {
    "loan": (LOAN_PAGE, "loan_id", Permission.VIEW_BOOK),
    "customer": (CUSTOMER_PAGE, "customer_id", Permission.VIEW_BOOK),
    "application": (APPLICATION_PAGE, "application_id", Permission.VIEW_APPLICATIONS),
    "case": (CASE_PAGE, "case_id", Permission.VIEW_COLLECTIONS),
    "policy": (POLICY_VERSIONS_PAGE, "policy_version", Permission.VIEW_POLICY),
    "model": (SCORES_PAGE, "model_version", Permission.VIEW_SCORES),
    "funder": (FUNDER_PAGE, "funder", Permission.VIEW_BOOK),
}
# What can be read of every book, and under which icon.
_BOOK_SCREENS = (
    (VINTAGE_PAGE, "menu.vintage", ":material/stacked_line_chart:"),
    (OVERDUE_PAGE, "menu.overdue_loans", ":material/schedule:"),
    (ROLL_RATES_PAGE, "menu.roll_rates", ":material/trending_down:"),
)
# Of loans that are told by their outcomes only, months are not known.
_OUTCOME_SCREENS = _BOOK_SCREENS[:1]
TODAY_PAGE = "pages/overview/today.py"
# Where a page leads that says nothing of the book shown, to the one that answers the same question.
SAME_OVER_OTHER_BOOKS = {
    TODAY_PAGE: OVERDUE_PAGE,
    LOAN_PAGE: TAPE_LOAN_PAGE,
}
# What a console over a lake has: where the whole book is looked at, and who may sign in. Everywhere
# else people work, or look at single persons.
OVER_A_LAKE = frozenset(
    f"pages/{page}.py"
    for page in (
        *("overview/today", "risk/early_warning", "risk/scores", "risk/models"),
        *("risk/limit_policies", "risk/policy_versions", "risk/optimise", "book/overdue_loans"),
        *("book/provisions", "book/vintage", "book/roll_rates", "book/trial_balance"),
        *("book/reports", "funding/funders", "funding/funder", "funding/agreements"),
        "governance/people",
    )
)


def is_here(page: str) -> bool:
    """Whether this console has the page: one over a lake lacks those of work and of single
    persons."""
    return page in OVER_A_LAKE or not session.is_reading()


def way(
    page: str,
    label: str,
    *,
    icon: str = ":material/arrow_forward:",
    icon_position: Literal["left", "right"] = "left",
    query: Mapping[str, str | Sequence[str]] | None = None,
) -> None:
    """A link to a page; nothing where this console lacks it."""
    if is_here(page):
        st.page_link(page, label=label, icon=icon, icon_position=icon_position, query_params=query)


def loan_rows() -> str | None:
    """The column that a click on a row of a list gives, each being a loan, under a line that says
    where it leads; None where there are no pages of loans."""
    return _rows(loan_page(), "loan_id", t("table.open_loan"))


def application_rows() -> str | None:
    """As `loan_rows`, of applications."""
    return _rows(APPLICATION_PAGE, "application_id", t("table.open_application"))


def filters() -> dict[str, list[str]]:
    """What the page is filtered by, to carry along: all of its URL but the thing shown."""
    return {key: st.query_params.get_all(key) for key in st.query_params if key != "loan_id"}


def over_book_shown(page: str, shape: str | None) -> str:
    """Where `page` of `SAME_OVER_OTHER_BOOKS` leads over a book imported in this shape."""
    if page == TODAY_PAGE and shape == "outcomes":
        return VINTAGE_PAGE
    return SAME_OVER_OTHER_BOOKS[page]


def switch_to(page: str) -> None:
    """Goes to another page with the same URL behind its name."""
    asked = {key: st.query_params.get_all(key) for key in st.query_params}
    st.switch_page(page, query_params=asked)


def book_screens(shape: str) -> None:
    """Links to what can be read of a book imported in this shape, in one row."""
    with st.container(horizontal=True, key="book_screens"):
        for page, key, icon in _OUTCOME_SCREENS if shape == "outcomes" else _BOOK_SCREENS:
            st.page_link(page, label=t(key), icon=icon)


def _rows(page: str, column: str, how: str) -> str | None:
    if not is_here(page):
        return None
    st.caption(how)
    return column


def loan_page() -> str:
    """The page on which a loan of the book shown stands in full."""
    return LOAN_PAGE if session.kind() == "lent" else TAPE_LOAN_PAGE


def loan(loan_id: int, label: str) -> None:
    """A link to the loan's page, whichever kind of book it is in."""
    way(
        loan_page(),
        label,
        icon=":material/account_balance:",
        query={"loan_id": str(loan_id)},
    )


def customer(customer_id: int, label: str) -> None:
    """A link to the customer's page."""
    way(
        CUSTOMER_PAGE,
        label,
        icon=":material/person:",
        query={"customer_id": str(customer_id)},
    )


def case(case_id: int, label: str) -> None:
    """A link to the page of a case of collections."""
    way(
        CASE_PAGE,
        label,
        icon=":material/support_agent:",
        query={"case_id": str(case_id)},
    )


def application(application_id: int, label: str) -> None:
    """A link to the application's page."""
    way(
        APPLICATION_PAGE,
        label,
        icon=":material/description:",
        query={"application_id": str(application_id)},
    )


def scores(model_version: int, label: str) -> None:
    """A link to the screen of scores, at this model."""
    st.page_link(
        SCORES_PAGE,
        label=label,
        icon=":material/speed:",
        query_params={"model_version": str(model_version)},
    )


def policy_versions(label: str, policy_version: int | None = None) -> None:
    """A link to the versions of the limit policy, at one of them."""
    asked = {} if policy_version is None else {"policy_version": str(policy_version)}
    st.page_link(
        POLICY_VERSIONS_PAGE,
        label=label,
        icon=":material/approval:",
        query_params=asked,
    )


def subject(actor: Actor, kind: str, number: str, *, label: str) -> None:
    """A link to the page of what a finding is about, for who may open it; nothing where there is no
    such page."""
    if kind not in SUBJECT_PAGES:
        return
    page, name, permission = SUBJECT_PAGES[kind]
    if actor.may(permission):
        way(page, label, query={name: number})


def explanation(application_id: int, label: str) -> None:
    """A link to the letter that explains the application."""
    way(
        EXPLANATION_PAGE,
        label,
        icon=":material/mail:",
        query={"application_id": str(application_id)},
    )


def applications(label: str) -> None:
    """A link to the list of applications."""
    way(APPLICATIONS_PAGE, label, icon=":material/list:")


def simulation(actor: Actor, label: str) -> None:
    """A link to the simulation, for whoever may submit an application."""
    if actor.may(Permission.SUBMIT_APPLICATION):
        st.page_link(SIMULATION_PAGE, label=label, icon=":material/smartphone:")


def policy_tools(actor: Actor, draft_id: int | None) -> None:
    """Links beside the limit policy, in one row: better terms for the draft, and, for whoever may
    run the demonstration, months ahead."""
    with st.container(horizontal=True, key="policy_tools"):
        st.page_link(
            OPTIMISE_PAGE,
            label=t("menu.optimise"),
            icon=":material/query_stats:",
            query_params={} if draft_id is None else {"draft": str(draft_id)},
        )
        if actor.may(Permission.RUN_DEMONSTRATION):
            label = t("menu.fast_forward")
            st.page_link(FAST_FORWARD_PAGE, label=label, icon=":material/fast_forward:")
