"""How much is put aside for losses, whether that is enough, and why it moved."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    notices,
    panels,
    provision_desk,
    provision_facts,
    provision_figures,
    provision_filters,
    provision_list,
    provision_overlays,
    provision_panels,
    provision_reads,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("provisions.title"))
notices.show()

month_ends = provision_reads.month_ends()
if not month_ends:
    provision_panels.nothing(actor)
    st.stop()

on, chosen = provision_filters.choose(month_ends)
found = provision_reads.figures(on)
if not found.knows_amounts:
    st.info(t("provisions.no_amounts"), icon=":material/info:")
    provision_panels.agreement(found)
    provision_panels.model(found)
    st.stop()

provision_desk.strip(actor, found)
panels.key_figures(provision_figures.key_figures(found), note=provision_figures.note())
clicked = provision_panels.why(found)
match provision_filters.view():
    case "loans":
        provision_list.loans(on, provision_filters.narrowed(chosen, clicked))
    case "movement":
        provision_panels.movement(found)
        provision_panels.history()
    case "agreement":
        provision_panels.agreement(found)
    case "model":
        provision_panels.model(found)
    case "overlays":
        provision_overlays.shown_overlays(actor, found)
    case "facts":
        provision_facts.shown_facts(actor)
