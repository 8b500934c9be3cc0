"""A paper of the house on screen: the same words and tables that its PDF has."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lending_core.compliance.paper import Paper, pdf_bytes
from pages.ui import panels
from pages.ui.text import plain, t


def show(paper: Paper) -> None:
    """Tables and notes of a paper, each table in a card under its title."""
    for one in paper.tables:
        with st.container(border=True):
            panels.heading(one.title)
            frame = pd.DataFrame([list(row) for row in one.rows], columns=list(one.headings))
            st.dataframe(frame, hide_index=True, height="content", alt=one.title)
    for note in paper.notes:
        st.caption(plain(note))


def download(label: str, paper: Callable[[], Paper], file_name: str, *, key: str) -> None:
    """A button that sets the paper as PDF when it is asked for."""
    st.download_button(
        label,
        data=lambda: pdf_bytes(paper()),
        file_name=file_name,
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        key=key,
        on_click="ignore",
        help=t("published_list.download_help"),
    )
