"""How much is late, is it getting worse, and whom to call."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.portfolio.delinquency import roll_rates
from pages.ui import book_reads, late_figures, late_filters, links, panels, session, tables
from pages.ui import format as shown
from pages.ui.charts import book, series
from pages.ui.text import t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("overdue_loans.title"))

everything = book_reads.bucket_by_month()
if everything.is_empty():
    panels.empty(t("overdue_loans.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))
    st.stop()

asked = late_filters.choose(everything["month_end_on"].unique().to_list())
by_bucket = book_reads.bucket_by_month(asked.chosen)
if asked.month_end_on not in by_bucket["month_end_on"]:
    panels.empty(t("overdue_loans.nothing_chosen"))
    st.stop()

rolls = book_reads.roll_by_month(asked.chosen)
cohorts = book_reads.first_payment_default(asked.chosen)
language = session.language()

panels.key_figures(
    late_figures.key_figures(by_bucket, rolls, cohorts, asked.month_end_on),
    note=t("overdue_loans.compared"),
)

measure = late_filters.measure()
stage = panels.selectable_chart(
    book.late_by_month(by_bucket, measure, language),
    t("overdue_loans.stages_title"),
    alt=t("overdue_loans.stages_alt"),
    key=f"overdue_loans_stages_{measure}_{asked.key}",
    note=t(f"overdue_loans.stages_note_{measure}"),
)
left, right = st.columns(2)
with left:
    panels.chart(
        series.lines(
            late_figures.trend(by_bucket),
            "month_end_on",
            ["over_30_share", "over_90_share"],
            "share",
            language,
        ),
        t("overdue_loans.trend_title"),
        alt=t("overdue_loans.trend_alt"),
        key="overdue_loans_trend",
        note=t("overdue_loans.trend_note"),
    )
with right:
    flow = panels.selectable_chart(
        book.flow_rates(roll_rates(rolls)),
        t("overdue_loans.flow_title"),
        alt=t("overdue_loans.flow_alt"),
        key=f"overdue_loans_flow_{asked.key}",
        note=t("overdue_loans.flow_note"),
    )

listed = asked.narrowed(flow or stage)
loans = book_reads.overdue_loans(listed.chosen, listed.month_end_on, listed.buckets)
with st.container(border=True, key="overdue_loans_list"):
    panels.heading(
        t(
            "overdue_loans.list_title",
            loans=shown.count(loans.height),
            on=shown.day(listed.month_end_on),
            stages=late_filters.stages_text(listed.buckets),
        ),
        t("overdue_loans.list_note"),
    )
    if loans.is_empty():
        st.markdown(t("overdue_loans.list_empty"))
        st.stop()
    st.caption(t("overdue_loans.list_how"))
    loan_id = tables.selectable(
        loans,
        "loan_id",
        alt=t("overdue_loans.list_alt"),
        key="overdue_loans",
        columns=late_filters.LIST_COLUMNS,
    )
if loan_id is not None:
    st.switch_page(links.LOAN_PAGE, query_params=links.filters() | {"loan_id": [str(loan_id)]})
