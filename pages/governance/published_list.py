"""Who lends through us and who acts for us today: the list to be published."""

from functools import partial

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.publications import published_list
from pages.ui import paper_view, session
from pages.ui.text import t

actor = session.require(Permission.VIEW_COMPLIANCE)

st.title(t("published_list.title"))
of_language = partial(published_list, session.store(), actor, at=session.now())
paper = of_language(session.language())
st.caption(t("published_list.how", subtitle=paper.subtitle))
with st.container(horizontal=True):
    for language in ("zh", "en"):
        paper_view.download(
            t(f"published_list.file_{language}"),
            partial(of_language, language),
            f"published_list_{language}.pdf",
            key=f"published_list_{language}",
        )
paper_view.show(paper)
