"""What a loan costs in a year at its three moments, and the cost sheet to take along."""

from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations import cost_sheets
from lending_core.operations.cost_sheets import LoanCost
from pages.ui import format as shown
from pages.ui import panels, session
from pages.ui.reads import answer
from pages.ui.text import t

_MOMENTS = ("quoted", "contract", "actual")
_LANGUAGES = ("zh", "en")


def card(loan: dict[str, Any], actor: Actor) -> None:
    """Yearly cost as quoted, by contract and as really paid (ZD-06), and the sheet (PR-08)."""
    loan_id = loan["loan_id"]
    cost: LoanCost = answer(cost_sheets.loan_cost, loan_id)
    with st.container(border=True, key="loan_cost"):
        panels.heading(t("loan_cost.title"), t("loan_cost.note"))
        st.table(
            {t(f"loan_cost.{moment}"): _cost(getattr(cost, moment)) for moment in _MOMENTS},
            border="horizontal",
            alt=t("loan_cost.title"),
        )
        actual = cost.actual.simple
        if actual is not None and actual > cost.cap:
            st.caption(
                t("loan_cost.over", rate=shown.rate(actual), cap=shown.rate(cost.cap)),
            )
        else:
            st.caption(t("loan_cost.within", cap=shown.rate(cost.cap)))
        st.caption(_evidence(cost))
        with st.container(horizontal=True):
            for language in _LANGUAGES:
                _button(actor, loan_id, language)


def _cost(cost: cost_sheets.YearlyCost) -> str:
    return t("loan_cost.rates", simple=shown.rate(cost.simple), compound=shown.rate(cost.compound))


def _evidence(cost: LoanCost) -> str:
    if not cost.is_confirmed:
        return t("loan_cost.unconfirmed")
    kind = "as_confirmed" if cost.is_as_confirmed else "differs"
    return t(f"loan_cost.{kind}", at=shown.instant(cost.confirmed_at))


def _button(actor: Actor, loan_id: int, language: str) -> None:
    store, at = session.store(), session.now()
    st.download_button(
        t(f"loan_cost.sheet_{language}"),
        data=lambda: cost_sheets.cost_sheet_pdf(store, actor, loan_id, language, at=at),
        file_name=f"cost_sheet_{loan_id}_{language}.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        key=f"loan_cost_sheet_{language}",
        on_click="ignore",
    )
