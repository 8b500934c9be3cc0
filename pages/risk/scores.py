"""Is the score still good, and where does it fail?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import (
    panels,
    score_card,
    score_choice,
    score_compare,
    score_explained,
    score_fairness,
    score_performance,
    score_reads,
    score_segments,
    score_stability,
    score_verdict,
    session,
)
from pages.ui.text import t

actor = session.require(Permission.VIEW_SCORES)

st.title(t("scores.title"))

names = score_choice.names()
if not names:
    panels.empty(t("scores.no_card"))
    st.stop()

version = score_choice.model(names)
watched = score_reads.watched(version)
if watched.own.is_empty():
    panels.empty(t("scores.no_applications"))
    score_card.show(version)
    st.stop()

score_verdict.show(watched)
view = score_choice.view(actor)
if view == "performance":
    score_performance.show(watched)
    score_explained.show(watched.own)
elif view == "stability":
    score_stability.show(watched)
elif view == "segments":
    score_segments.show(watched)
elif view == "compare":
    score_compare.show(watched, names)
elif view == "fairness":
    score_fairness.show(version)
else:
    score_card.show(version)
