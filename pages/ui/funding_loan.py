"""On a loan's page: whose money it is, since when, and why theirs."""

from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from pages.ui import (
    funding_match_reads,
    funding_runs,
    funding_settle_reads,
    funding_statements,
    panels,
    tables,
)
from pages.ui.text import t

_COLUMNS = ("funder_code", "share_role", "share_fen", "owed_fen", "from_on", "until_on")


def card(loan_id: int, open_on: date, actor: Actor) -> None:
    """Lenders with their shares, those of the past too, in which statements they stand for whoever
    sees the accounts, and on demand why they were chosen."""
    lenders = funding_match_reads.lenders(loan_id)
    with st.container(border=True, key="loan_lenders"):
        panels.heading(t("funding_loan.title"), t("funding_loan.note"))
        if lenders.is_empty():
            st.markdown(t("funding_loan.none"))
            return
        roles = [t(f"share_role.{role}") for role in lenders["role"]]
        tables.show(
            lenders.with_columns(share_role=pl.Series(roles, dtype=pl.String)),
            alt=t("funding_loan.alt"),
            key="loan_lenders_table",
            columns=_COLUMNS,
        )
        if lenders.filter(pl.col("from_on") > open_on).height:
            st.caption(t("funding_loan.changes_hands"))
        if actor.may(Permission.VIEW_ACCOUNTS):
            covered = funding_statements.covering(funding_settle_reads.issued(), lenders)
            st.caption(t("settlement.separator").join(covered) or t("settlement.covers_none"))
        if st.toggle(t("funding_loan.why"), key=f"loan_why_{loan_id}"):
            funding_runs.why(loan_id)
