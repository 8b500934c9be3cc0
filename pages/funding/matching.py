"""Is there money for every approved loan, from whom, and which limits stand in the way?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    funding_ahead,
    funding_limits,
    funding_match_reads,
    funding_runs,
    funding_waiting,
    funding_what_if,
    notices,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_APPLICATIONS)

st.title(t("matching.title"))
notices.show()

waits, runs = funding_match_reads.waits(), funding_match_reads.runs()
ahead = funding_match_reads.forecast()
funding_ahead.figures(waits, runs, ahead)
left, right = st.columns([3, 2])
with left:
    product_code = funding_ahead.shortfall(ahead)
with right:
    funding_runs.newest(runs)
view = funding_ahead.view()
if product_code is not None and view != "ahead":
    funding_ahead.segments(ahead, product_code)
match view:
    case "waiting":
        funding_waiting.listed(waits, actor)
        funding_waiting.ended(funding_match_reads.ended_waits())
    case "runs":
        funding_runs.listed(runs)
    case "ahead":
        funding_ahead.segments(ahead, product_code)
        funding_limits.of_book(funding_match_reads.asked())
    case "what_if":
        funding_what_if.panel()
