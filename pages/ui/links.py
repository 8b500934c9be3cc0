"""Ways from one thing to the page where it is shown in full; each page exists once."""

import streamlit as st

LOAN_PAGE = "pages/book/loan.py"
APPLICATION_PAGE = "pages/origination/application.py"
APPLICATIONS_PAGE = "pages/origination/applications.py"
OVERDUE_PAGE = "pages/book/overdue_loans.py"
POLICY_PAGE = "pages/risk/limit_policies.py"


def loan(loan_id: int, label: str) -> None:
    """A link to the loan's page."""
    st.page_link(
        LOAN_PAGE,
        label=label,
        icon=":material/account_balance:",
        query_params={"loan_id": str(loan_id)},
    )


def application(application_id: int, label: str) -> None:
    """A link to the application's page."""
    st.page_link(
        APPLICATION_PAGE,
        label=label,
        icon=":material/description:",
        query_params={"application_id": str(application_id)},
    )


def applications(label: str) -> None:
    """A link to the list of applications."""
    st.page_link(APPLICATIONS_PAGE, label=label, icon=":material/list:")
