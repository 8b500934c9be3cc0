"""How the photographed ID card was read: field by field, and until when it is valid."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.operations import card_facts
from pages.ui import format as shown
from pages.ui import panels, reads, tables
from pages.ui.text import t


def show(application_id: int) -> None:
    """The reading of an application's card; nothing where no card was photographed."""
    check = reads.answer(card_facts.card_check, application_id)
    if check.is_empty():
        return
    with st.container(border=True, key="application_card", gap="xsmall"):
        panels.heading(t("card_check.title"), t("card_check.note"))
        tables.show(
            check.select(
                card_field=pl.Series(
                    [t(f"simulate_application.{name}") for name in check["field"]]
                ),
                confidence_share="confidence",
                card_state=pl.Series([_state(row) for row in check.rows(named=True)]),
            ),
            alt=t("card_check.title"),
            key="application_card_fields",
        )
        st.caption(_validity(check.row(0, named=True)))


def _state(field: dict[str, Any]) -> str:
    if field["is_confirmed"]:
        return t("card_check.confirmed")
    return t("card_check.agrees") if field["agrees"] else t("card_check.read")


def _validity(check: dict[str, Any]) -> str:
    issued = shown.day(check["valid_from"])
    if check["valid_to"] is None:
        return t("card_check.for_life", issued=issued)
    return t("card_check.valid", issued=issued, on=shown.day(check["valid_to"]))
