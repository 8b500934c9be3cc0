"""Answers a borrower who asks why: a letter to read, print and send; the right to a person."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import explanation_panels as panels_of_letter
from pages.ui import inputs, links, notices, panels, reads, reviews, session, unmask
from pages.ui.text import t

actor = session.require(Permission.VIEW_APPLICATIONS)

application_id = inputs.whole_in_url("application_id")
if application_id is None:
    st.title(t("application.title_none"))
    panels.empty(t("application.choose"))
    links.applications(t("application.to_list"))
    st.stop()

case = reads.application_case(application_id)

st.title(t("explanation.title", application_id=application_id))
notices.show()

with st.container(horizontal=True, vertical_alignment="center"):
    language = panels_of_letter.language_of_letter()
    letter = panels_of_letter.written(application_id, language, actor)
    panels_of_letter.download(letter, application_id)
    reviews.ask(actor, case)
    links.application(application_id, t("explanation.to_application"))

unmask.control(case["customer_id"], actor)
left, right = st.columns([3, 2])
with left:
    panels_of_letter.show(letter)
with right:
    panels_of_letter.ways(application_id)
