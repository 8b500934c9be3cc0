"""Does the team bring money back, within the rules."""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import collection_agency, links, notices, panels, session
from pages.ui import collection_team as team
from pages.ui.charts import collections as charts
from pages.ui.charts import series
from pages.ui.text import t

actor = session.require(Permission.VIEW_COLLECTIONS)

st.title(t("collection_team.title"))
st.page_link(
    links.COLLECTIONS_PAGE, label=t("collection_team.way_queue"), icon=":material/arrow_back:"
)

months = team.months()
if months.is_empty():
    panels.empty(t("collections.empty"))
    st.stop()

language = session.language()
team.figures(months)

left, right = st.columns(2)
with left:
    curve = team.curve()
    if curve.is_empty():
        panels.empty(t("collection_team.curve_empty"))
    else:
        panels.chart(
            charts.recovery_curve(curve, language),
            t("collection_team.curve_title"),
            alt=team.curve_alt(curve),
            key="collection_team_curve",
            note=t("collection_team.curve_note"),
        )
with right:
    panels.chart(
        series.lines(months, "month_end_on", team.SHARES, "share", language),
        t("collection_team.shares_title"),
        alt=t("collection_team.shares_alt"),
        key="collection_team_shares",
        note=t("collection_team.shares_note"),
    )

team.collectors()
notices.show()
team.agencies()
collection_agency.upload(actor)
team.outcomes()
