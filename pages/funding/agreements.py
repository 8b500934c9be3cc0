"""Which funders lend jointly, how a loan is split between them, and who stands behind it."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import funding_agreements, funding_reads, notices, panels, reads, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("agreements.title"))
notices.show()

if funding_reads.register().height < 2:
    panels.empty(t("agreements.empty"))
    st.stop()

agreed, versions = funding_reads.agreements(), funding_reads.agreement_versions()
open_on = reads.book().open_on
funding_agreements.figures(agreed, versions, open_on)
funding_agreements.waiting(agreed, versions, actor)
chosen = funding_agreements.listed(agreed, open_on)
newest_id = 0 if versions.is_empty() else int(versions["version_id"][0])
funding_agreements.steps(agreed, chosen, newest_id, actor)
funding_agreements.history(agreed, versions, open_on)
