"""The ledger: what happened, who did it, and whether anybody changed it afterwards."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import format as shown
from pages.ui import ledger_panels, panels, reads, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_EVENTS)

st.title(t("events.title"))

ledger_panels.verification(actor)
subject = ledger_panels.subject()
rows = reads.count_events(subject)
if not rows:
    panels.empty(t("events.empty"))
    st.stop()

st.caption(t("events.how", events=shown.count(rows)))
key = "_".join(str(part) for part in ("events", *(subject or ())))
event_id = ledger_panels.listed(subject, rows, key=key, columns=ledger_panels.LIST_COLUMNS)
if event_id is not None:
    ledger_panels.one_event(event_id)
