"""Models out and in: as JSON, as SQL for other engines, as LightGBM's own text."""

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import model_exchange
from lending_core.operations.model_exchange import TEXT_LENGTH_MAX
from pages.ui import model_list, model_reads, notices, panels, session
from pages.ui.text import t

# How a file of each form is called, and what it is.
_FILES = {
    "json": ("model_{version}.json", "application/json"),
    "card": ("model_{version}_card.json", "application/json"),
    "duckdb": ("model_{version}_duckdb.sql", "application/sql"),
    "spark": ("model_{version}_spark.sql", "application/sql"),
    "lightgbm": ("model_{version}_lightgbm.txt", "text/plain"),
}


def export(version: int) -> None:
    """A button per form in which the model leaves the house."""
    panels.heading(t("models.export_title"), t("models.export_note"))
    with st.container(horizontal=True, key="models_export"):
        for form, text in model_reads.exported(version).items():
            file_name, mime = _FILES[form]
            st.download_button(
                t(f"models.form.{form}"),
                text,
                file_name=file_name.format(version=version),
                mime=mime,
                key=f"models_export_{form}",
                on_click="ignore",
                icon=":material/download:",
            )


def take_in(actor: Actor) -> None:
    """A model from a file, for whoever trains."""
    if not actor.may(Permission.TRAIN_MODEL):
        return
    with st.container(border=True, key="models_import"):
        panels.heading(t("models.import_title"), t("models.import_note"))
        with st.form("models_import_form", border=False, clear_on_submit=True):
            file = st.file_uploader(
                t("models.import_file"),
                type="json",
                key="models_import_file",
                max_upload_size=TEXT_LENGTH_MAX // 1_000_000,
            )
            asked = st.form_submit_button(t("models.import"), icon=":material/upload_file:")
        if asked and file is not None:
            _import(actor, file.getvalue())


def _import(actor: Actor, content: bytes) -> None:
    try:
        version = model_exchange.import_model(session.store(), actor, content, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        model_list.look_at(version)
        notices.done(t("models.imported", version=version))
    st.rerun()
