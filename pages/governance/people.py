"""People: who may sign in and as what, opened, changed and closed by an administrator."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import accounts
from pages.ui import api_news, api_panel, key_panel, notices, panels, people, session
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
else:
    people.listed(known, actor)
if not actor.is_reading:
    api_panel.show(actor)
    api_news.show(actor)
    key_panel.show(actor)
