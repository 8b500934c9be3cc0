"""One funder: its terms and who stands behind them, how far its limits are used, its loans."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.funder_register import funder_of
from pages.ui import (
    funding_edit,
    funding_limits,
    funding_reads,
    funding_rooms,
    funding_terms,
    funding_versions,
    links,
    notices,
    panels,
    reads,
    session,
)
from pages.ui.text import funder_name, t

actor = session.require(Permission.VIEW_BOOK)

funder_code = st.query_params.get("funder", "")
versions = funding_reads.versions(funder_code)
if versions.is_empty():
    st.title(t("funder.title_ask"))
    panels.empty(t("funder.empty"))
    st.page_link(links.FUNDERS_PAGE, label=t("funder.way_back"), icon=":material/arrow_back:")
    st.stop()

st.title(funder_name(funder_code))
st.page_link(links.FUNDERS_PAGE, label=t("funder.way_back"), icon=":material/arrow_back:")
notices.show()
register = {row["funder_code"]: row for row in funding_reads.register().rows(named=True)}
row, open_on = register.get(funder_code), reads.book().open_on
if row is None:
    # Proposed, refused, or approved from a later day on.
    funding_versions.waiting(versions, None, actor)
    panels.empty(t("funder.not_in_force"))
    funding_versions.history(versions, None, open_on)
    st.stop()

funder = funder_of(row)
funding_rooms.one(funding_reads.rooms(), funder_code)
funding_versions.waiting(versions, funder, actor)
left, right = st.columns(2)
with left:
    funding_terms.terms(funder)
with right:
    funding_limits.of_funder(funding_reads.limit_uses(funder_code))
    funding_terms.joint(funder_code, open_on)
funding_edit.offered(funder, int(versions["version_id"][0]), open_on, actor)
funding_versions.history(versions, row["version_id"], open_on)
clicked = funding_rooms.loans(actor, funder_code)
if clicked is not None:
    st.switch_page(links.LOAN_PAGE, query_params={"loan_id": str(clicked)})
