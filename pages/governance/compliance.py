"""Do we keep the rules, where not, and who answers for what no machine can look at?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    compliance_detail,
    compliance_panels,
    compliance_reads,
    notices,
    panels,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_COMPLIANCE)

st.title(t("compliance.title"))
notices.show()

run = compliance_reads.newest_run()
compliance_panels.standing(actor, run)
rules = compliance_reads.register_now()
if run is None:
    panels.empty(t("compliance.empty"))
else:
    compliance_panels.figures(rules)
chapter = compliance_panels.why(rules)

with st.container(border=True, key="compliance_list"):
    panels.heading(t("compliance.list_title"), t("compliance.list_note"))
    chosen = compliance_panels.listed(rules, chapter) or st.query_params.get("rule")
known = {each.rule.rule_id: each for each in rules}
if chosen in known:
    compliance_detail.show(actor, known[chosen])
