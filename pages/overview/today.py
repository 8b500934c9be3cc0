"""What changed since last month, and what needs a person."""

from datetime import date

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.portfolio.headlines import headlines, origination_funnel
from pages.ui import (
    alerts,
    book_reads,
    headline_figures,
    links,
    panels,
    reads,
    session,
    warning_reads,
)
from pages.ui import format as shown
from pages.ui.charts import application, book
from pages.ui.text import funder_names, t

actor = session.require(Permission.VIEW_BOOK)

st.title(t("today.title"))

figures = book_reads.month_figures()
if figures.is_empty():
    panels.empty(t("today.empty"))
    links.simulation(actor, t("today.way_simulation"))
    st.stop()

by_bucket = book_reads.bucket_by_month()
funders = reads.funder_room()
months = headlines(figures, by_bucket, int(funders["quota_fen"].sum()))
newest_on = months["month_end_on"][-1]
month = shown.month(newest_on)
language = session.language()

alerts.show(warning_reads.alerts(), book_reads.alerts(), is_stale=warning_reads.is_stale())

headline_figures.row(months)
st.caption(t("today.compared", on=shown.day(newest_on)))

left, right = st.columns(2)
with left:
    panels.chart(
        application.funnel(origination_funnel(figures), language),
        t("today.funnel_title", month=month),
        alt=t("today.funnel_alt", month=month),
        key="today_funnel",
        note=t("today.funnel_note"),
    )
    links.way(
        links.APPLICATIONS_PAGE,
        t("today.way_funnel"),
        icon_position="right",
        query=headline_figures.applications_of(newest_on),
    )
with right:
    clicked = panels.selectable_chart(
        book.late_by_month(by_bucket, "money", language),
        t("today.late_title"),
        alt=t("today.late_alt", on=shown.day(newest_on)),
        key="today_late",
        note=t("today.late_note"),
    )
    if clicked:
        on, bucket = clicked[0]
        st.switch_page(
            links.OVERDUE_PAGE,
            query_params={"month": shown.period(date.fromisoformat(on)), "bucket": bucket},
        )

chosen = panels.selectable_chart(
    book.funder_room(funders, funder_names(funders["funder_code"]), language),
    t("today.funders_title"),
    alt=t("today.funders_alt"),
    key="today_funders",
    note=t("today.funders_note"),
)
if chosen:
    st.switch_page(links.OVERDUE_PAGE, query_params={"funder": chosen[0]})
