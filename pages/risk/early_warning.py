"""What is leaving its usual range, since when, and who looks into it?"""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.errors import LendingError
from lending_core.portfolio.early_warning_rules import WHOLE, warning_rules
from pages.ui import (
    inputs,
    notices,
    panels,
    session,
    warning_back_test,
    warning_detail,
    warning_panels,
    warning_reads,
)
from pages.ui.text import refusal_text, t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("early_warning.title"))
notices.show()

warning_panels.standing(actor)
if warning_reads.newest_run() is None:
    panels.empty(t("early_warning.empty"))
    warning_back_test.rules()
    st.stop()

alerts = warning_reads.alerts()
warning_panels.figures(alerts)

left, right = st.columns([3, 2])
with left:
    rule = warning_panels.fired()
first = next((each for each in alerts if rule in (None, each.rule)), None)
with right:
    if first is not None:
        warning_panels.course(first.rule, first.segment_kind, first.segment, place="top")
    elif rule is not None and WHOLE in warning_rules()[rule].segments:
        warning_panels.course(rule, WHOLE, WHOLE, place="top")
    else:
        st.caption(t("early_warning.course_none"))

with st.container(border=True, key="early_warning_list"):
    panels.heading(t("early_warning.list_title"), t("early_warning.list_note"))
    view = warning_panels.chosen_view()
    alert_id = warning_panels.listed(alerts, view, rule) or inputs.whole_in_url("alert")
if alert_id is not None:
    try:
        warning_detail.show(actor, alert_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal))

warning_back_test.rules()
warning_back_test.back_test(actor)
