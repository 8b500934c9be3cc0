"""How much is late, is it getting worse, and whom to call."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    late_choice,
    late_figures,
    late_filters,
    late_list,
    late_panels,
    late_reads,
    links,
    panels,
    reads,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("overdue_loans.title"))

month_ends = late_reads.month_ends()
if not month_ends:
    panels.empty(t("overdue_loans.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))
    st.stop()
if reads.book().shape == "outcomes":
    panels.empty(t("overdue_loans.outcomes_only"))
    links.book_screens("outcomes")
    st.stop()

asked = late_filters.choose(month_ends, knows_money=late_reads.knows_money())
told = late_figures.Told(
    late_reads.stage_flows(asked.chosen),
    late_reads.late_entries(asked.chosen),
    late_reads.first_payments(asked.chosen),
    reads.book().business_on,
    asked.weight,
)
if asked.month_end_on not in told.flows["month_end_on"]:
    panels.empty(t("overdue_loans.nothing_chosen"))
    st.stop()

panels.key_figures(
    late_figures.key_figures(told.until(asked.month_end_on)), note=t("overdue_loans.compared")
)
if unknown := late_figures.what_is_unknown(told):
    st.caption(unknown)
late_panels.stages(told, asked)
for panels_side_by_side in (
    (late_panels.rates, late_panels.flows),
    (late_panels.entries, late_panels.first_payments),
):
    for column, panel in zip(st.columns(2), panels_side_by_side, strict=True):
        with column:
            panel(told, asked)
late_panels.parts(asked)
late_list.show(late_choice.choice(asked), asked)
