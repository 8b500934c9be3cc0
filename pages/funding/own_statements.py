"""What was settled with a lender, day by day, and its statements."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import statements
from pages.ui import (
    funding_own_reads,
    funding_settled,
    funding_statements,
    panels,
    reads,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_OWN_FUNDING)

st.title(t("own_funding.title_statements"))
store = session.store()
with st.grid(2, min_column_width=180, gap="small"):
    from_on, to_on = funding_settled.span(reads.book().business_on)
days = funding_own_reads.days(from_on, to_on)
funding_settled.figures(days, is_own=True)
if days.is_empty():
    panels.empty(t("settlement.empty"))
else:
    funding_settled.chart(days)
    funding_settled.rows(days, is_own=True)
funding_statements.listed(
    funding_own_reads.issued(),
    lambda number, language, kind: statements.own_statement_file(
        store, actor, number, language, kind
    ),
    may_check=False,
)
