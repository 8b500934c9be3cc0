"""People: who may sign in and as what, opened, changed and closed by an administrator."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import accounts
from pages.ui import notices, panels, people, session, tables
from pages.ui.text import t

actor = session.require(Permission.MANAGE_ACCOUNTS)

st.title(t("people.title"))
notices.show()
if actor.is_demonstration:
    st.info(t("people.demonstration"), icon=":material/visibility:")
known = accounts.accounts(session.home_store(), actor)
people.figures(known)
people.new_account(actor)
if known.is_empty():
    panels.empty(t("people.none"))
    st.stop()
user_name = tables.selectable(
    people.rows(known), "user_name", alt=t("people.list_alt"), key="people", columns=people.COLUMNS
)
if user_name is not None:
    people.one(known, str(user_name), actor)
