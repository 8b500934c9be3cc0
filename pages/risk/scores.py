"""Is the score still good, and where does it fail?"""

import streamlit as st

from lending_core.access.permissions import Permission
from pages.ui import inputs, panels, reads, score_explained, score_panels, score_reads, session
from pages.ui.text import t

session.require(Permission.VIEW_SCORES)

st.title(t("scores.title"))

names = score_panels.version_names()
if not names:
    panels.empty(t("scores.no_card"))
    st.stop()

version = int(
    inputs.choose_one(
        t("scores.version"), list(names), key="model_version", name_of=names.__getitem__
    )
)
card = reads.scorecard(version)
scored = score_reads.outcomes(version)

if scored.is_empty():
    panels.empty(t("scores.no_applications"))
else:
    score_panels.verdict(version, scored)
    left, right = st.columns(2)
    with left:
        score_panels.promise(scored)
    with right:
        score_panels.months(scored)
    score_panels.distributions(scored)
    score_explained.show(scored)

about, moved = st.columns(2, gap="medium")
with about:
    score_panels.facts(version, card)
with moved:
    score_panels.inputs(version, card)
score_panels.card_table(card)
