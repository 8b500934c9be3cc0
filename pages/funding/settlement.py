"""What is settled with each funder, does it tie, and what was told them?"""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import statements
from pages.ui import (
    funding_reads,
    funding_settle_reads,
    funding_settled,
    funding_statements,
    funding_transfers,
    notices,
    panels,
    reads,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_ACCOUNTS)

st.title(t("settlement.title"))
notices.show()

book, store = reads.book(), session.store()
codes = funding_reads.register()["funder_code"].to_list()
if not codes:
    panels.empty(t("funders.empty"))
    st.stop()

asked = funding_settled.choose(book.business_on, codes)
days = funding_settle_reads.days(*asked)
funding_settled.figures(days)
if days.is_empty():
    panels.empty(t("settlement.empty"))
else:
    funding_settled.chart(days)
match funding_settled.view():
    case "days":
        funding_settled.rows(days)
    case "statements":
        funding_statements.next_one(actor, asked.funder_code, asked.to_on)
        funding_statements.listed(
            funding_settle_reads.issued(),
            lambda number, language, kind: statements.statement_file(
                store, actor, number, language, kind
            ),
            may_check=True,
        )
    case "transfers":
        funding_transfers.listed(funding_settle_reads.moved(), actor)
        funding_transfers.form(actor, codes, book.open_on)
    case "ties":
        funding_settled.agreement(asked)
