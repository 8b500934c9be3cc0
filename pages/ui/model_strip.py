"""Above the models: which one decides, what runs beside it, what waits, and the switch."""

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from pages.ui import format as shown
from pages.ui import model_reads, model_steps
from pages.ui.text import person_name, t

_CELL_WIDTH_MIN = 210


def show(actor: Actor, rows: pl.DataFrame) -> None:
    """Four standings, the next step of this person, and the kill switch for whoever may use it."""
    (champion,) = rows.filter(pl.col("model_status") == "champion").rows(named=True)
    with st.container(border=True, key="models_strip"):
        with st.grid(4, min_column_width=_CELL_WIDTH_MIN):
            _cell(
                t("models.decides"),
                t(
                    "models.decides_text",
                    version=champion["model_version"],
                    on=shown.day(champion["status_on"]),
                    person=person_name(champion["changed_by"]),
                ),
                ":material/gavel:",
            )
            _cell(t("models.beside"), _numbers(rows, "challenger"), ":material/hearing:")
            _cell(t("models.waiting"), _numbers(rows, "development"), ":material/hourglass_top:")
            _cell(t("models.fallback"), _fallback_text(), ":material/undo:")
        st.markdown(f":material/arrow_forward: {_next_text(actor, rows)}")
        if actor.may(Permission.SWITCH_MODEL) and model_reads.fallback() is not None:
            model_steps.switch(champion["model_version"])


def _cell(label: str, text: str, icon: str) -> None:
    with st.container(gap="xsmall"):
        st.caption(f"{icon} {label}")
        st.markdown(text)


def _numbers(rows: pl.DataFrame, status: str) -> str:
    versions = rows.filter(pl.col("model_status") == status)["model_version"].sort().to_list()
    if not versions:
        return t("models.none")
    numbers = t("models.list_separator").join(str(version) for version in versions)
    return t("models.versions", versions=numbers)


def _fallback_text() -> str:
    version = model_reads.fallback()
    return t("models.none") if version is None else t("models.versions", versions=version)


def _next_text(actor: Actor, rows: pl.DataFrame) -> str:
    by_others = rows.filter(pl.col("author") != actor.user_name)["model_status"].to_list()
    if actor.may(Permission.VALIDATE_MODEL) and "development" in by_others:
        return t("models.next_validate")
    if actor.may(Permission.TRAIN_MODEL):
        waits = "development" in rows["model_status"].to_list()
        return t("models.next_waits" if waits else "models.next_train")
    return t("models.next_look")
