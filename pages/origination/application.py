"""One application: why it was decided as it was, and what became of it."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    card_panel,
    evidence,
    fraud_panels,
    inputs,
    limit_trail,
    links,
    notices,
    panels,
    reads,
    reviews,
    score_points,
    session,
    unmask,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_APPLICATIONS)

application_id = inputs.whole_in_url("application_id")
if application_id is None:
    st.title(t("application.title_none"))
    panels.empty(t("application.choose"))
    links.applications(t("application.to_list"))
    st.stop()

case = reads.application_case(application_id)
features = reads.application_features(application_id)

st.title(t("application.title", application_id=application_id))
evidence.facts(unmask.seen(case, case["customer_id"], actor))
unmask.control(case["customer_id"], actor)

with st.container(horizontal=True, vertical_alignment="center"):
    evidence.outcome_badge(case["outcome_now"])
    if case["loan_id"] is not None:
        links.loan(case["loan_id"], t("application.to_loan", loan_id=case["loan_id"]))
    links.explanation(application_id, t("explanation.link"))
    links.customer(case["customer_id"], t("customer.title", customer_id=case["customer_id"]))
    links.applications(t("application.to_list"))

notices.show()
reviews.story(case)
reviews.steps(actor, case)

left, right = st.columns(2)
with left:
    evidence.rules(case, key="application_rules")
    evidence.offer(case, key="application_offer")
    limit_trail.show(case, key="application_trail")
    score_points.waterfall(application_id, key="application_score")
    score_points.lost(application_id, key="application_lost")
subjects = [("application", application_id)]
if case["loan_id"] is not None:
    subjects.append(("loan", case["loan_id"]))
with right:
    fraud_panels.linked(application_id, features.row(0, named=True), key="application_links")
    evidence.inputs(features.row(0, named=True), case["kind"], key="application_inputs")
    card_panel.show(application_id)
    evidence.events(subjects, key="application_events")
