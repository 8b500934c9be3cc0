"""Which model decides, what runs beside it, and who stands behind each."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    model_exchange,
    model_list,
    model_page,
    model_reads,
    model_strip,
    model_training,
    notices,
    panels,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_SCORES)

st.title(t("models.title"))
notices.show()

register = model_reads.register()
if register.is_empty():
    panels.empty(t("models.empty"))
    st.stop()

model_strip.show(actor, register)
model_page.show(actor, model_list.chosen(register))
model_training.show(actor)
model_exchange.take_in(actor)
