"""Every model with where it stands and how well it does; one of them is looked at in full."""

from typing import Any

import polars as pl
import streamlit as st

from pages.ui import inputs, model_reads, panels, session, tables
from pages.ui.text import person_name, sentences, t

_COLUMNS = (
    "model_version",
    "model_kind",
    "model_status",
    "model_reason",
    "author",
    "built_on",
    "auc_ratio",
    "later_auc_ratio",
    "applications",
    "silent_applications",
)
_URL_KEY = "model_version"
# Counts how often the list began afresh, without a row clicked.
_GENERATION_KEY = "models_list_generation"


def chosen(rows: pl.DataFrame) -> dict[str, Any]:
    """The row of the model to look at: the one clicked, else of the link, else the champion."""
    panels.heading(t("models.list_title"), t("models.list_note"))
    clicked = tables.selectable(
        _readable(rows),
        "model_version",
        alt=t("models.list_title"),
        key=f"models_list_{st.session_state.get(_GENERATION_KEY, 0)}",
        columns=_COLUMNS,
    )
    version = inputs.whole_in_url(_URL_KEY) if clicked is None else int(clicked)
    if version in rows["model_version"].to_list():
        st.query_params[_URL_KEY] = str(version)
        return rows.row(by_predicate=pl.col("model_version") == version, named=True)
    return rows.row(by_predicate=pl.col("model_status") == "champion", named=True)


def look_at(version: int) -> None:
    """From the next run on, this model is looked at, whichever row was clicked before."""
    st.query_params[_URL_KEY] = str(version)
    st.session_state[_GENERATION_KEY] = st.session_state.get(_GENERATION_KEY, 0) + 1


def reason_text(reason: str) -> str:
    """What the product wrote, in words; what a person wrote, as it is."""
    is_code = f"model_reason.{reason}" in sentences(session.language())
    return t(f"model_reason.{reason}") if is_code else reason


def _readable(rows: pl.DataFrame) -> pl.DataFrame:
    cards = [model_reads.card(text) for text in rows["model_card"]]
    parts = [(card.development, card.out_of_time) if card else (None, None) for card in cards]
    aucs = [
        [part.metrics.auc if part and part.metrics else None for part in each] for each in parts
    ]
    return rows.with_columns(
        model_reason=pl.Series([reason_text(note) for note in rows["note"]]),
        author=pl.Series([person_name(author) for author in rows["author"]]),
        built_on="effective_on",
        auc_ratio=pl.Series([each[0] for each in aucs], dtype=pl.Float64),
        later_auc_ratio=pl.Series([each[1] for each in aucs], dtype=pl.Float64),
    )
