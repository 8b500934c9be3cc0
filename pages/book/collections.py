"""Whom the collectors talk to first, and what may be done now."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.portfolio.case_overview import by_stage, by_state
from pages.ui import collection_queue, collection_reads, notices, panels, session
from pages.ui.charts import collections as charts
from pages.ui.text import t

actor = session.require(Permission.VIEW_COLLECTIONS)

st.title(t("collections.title"))
notices.show()

asked = collection_queue.choose()
everything = collection_reads.queue(asked.chosen)
if not everything.total:
    panels.empty(t("collections.nothing_chosen" if asked.chosen.stages else "collections.empty"))
    st.stop()

rows = collection_queue.cases(everything)
collection_queue.figures(rows)
collection_queue.next_case(asked, everything, actor)

language = session.language()
left, right = st.columns(2)
with left:
    stage = panels.selectable_chart(
        charts.expected_by_stage(by_stage(rows), language),
        t("collections.expected_title"),
        alt=t("collections.expected_alt"),
        key=f"collections_stages_{asked.key}",
        note=t("collections.expected_note", days=collection_reads.model().horizon_days),
    )
with right:
    state = panels.selectable_chart(
        charts.cases_by_state(by_state(rows), language),
        t("collections.states_title"),
        alt=t("collections.states_alt"),
        key=f"collections_states_{asked.key}",
        note=t("collections.states_note"),
    )

collection_queue.listed(rows, asked, stage, state)
collection_queue.model()
