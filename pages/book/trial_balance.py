"""Whether the accounts balance, what moved them, and whether the loans say the same."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import account_panels, account_reads, panels, reads, session
from pages.ui.text import t

session.require(Permission.VIEW_ACCOUNTS)

st.title(t("trial_balance.title"))

asked, view = account_panels.choose(reads.book().business_on)
balances = account_reads.trial_balance(asked)
if balances.is_empty():
    panels.empty(t("trial_balance.empty"))
    st.stop()

account_panels.figures(balances)
# Comparing every loan of a large book takes seconds: the rest of the page does not wait for it.
checks = st.container()
account_panels.movements(asked, balances)
account_panels.table(asked, view, balances)
with checks:
    account_panels.agreement()
