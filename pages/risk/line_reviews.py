"""Which lines should grow, shrink or stop, by the line reviews of the policy in force."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from pages.ui import (
    inputs,
    line_review_panels,
    line_review_reads,
    line_review_steps,
    links,
    notices,
    panels,
    session,
)
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_POLICY)

st.title(t("line_reviews.title"))
notices.show()
line_review_steps.run()

try:
    sight = line_review_reads.sight(inputs.whole_in_url("batch_id"))
except LendingError as refusal:
    st.error(refusal_text(refusal))
    line_review_panels.history()
    st.stop()

if sight.run is None and sight.lines == 0:
    panels.empty(t("line_reviews.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))
    line_review_panels.history()
    st.stop()

line_review_panels.standing(sight)
line_review_panels.figures(sight)
if sight.rows.is_empty():
    line_review_panels.nothing(sight)
else:
    narrowed = line_review_panels.why(sight)
    choice = line_review_panels.proposals(sight, narrowed, actor)
    line_review_steps.offered(sight, choice, actor)
line_review_panels.held(sight)
line_review_panels.history()
