"""The ledger: what happened, who did it, and whether anybody changed it afterwards."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import format as shown
from pages.ui import ledger_panels, panels, reads, session, tables
from pages.ui.text import t

actor = session.require(Permission.VIEW_EVENTS)

st.title(t("events.title"))

ledger_panels.verification(actor)
subject = ledger_panels.subject()
events = reads.events(subject)
if events.is_empty():
    panels.empty(t("events.empty"))
    st.stop()

st.caption(
    t("events.how", events=shown.count(events.height))
    if subject
    else t(
        "events.how_all",
        events=shown.count(events.height),
        total=shown.count(events["event_id"][0]),
    )
)
event_id = tables.selectable(
    events,
    "event_id",
    alt=t("events.list_alt"),
    key="events",
    columns=ledger_panels.LIST_COLUMNS,
)
if event_id is not None:
    ledger_panels.one_event(events, event_id)
