"""Parts of the reports screen: the files of a month's risk pack, what is in it, making it now."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import risk_packs
from pages.ui import format as shown
from pages.ui import notices, panels, session, tables
from pages.ui.text import t

_MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ICONS = {"pdf": ":material/picture_as_pdf:", "xlsx": ":material/table_view:"}
_COLUMNS = ("month_end_on", "made_at", "made_by", "pack_language", "pack_kind", "content_hash")


def newest(actor: Actor, files: pl.DataFrame, month_end_on: date) -> None:
    """The files of the pack made last for a month end, as buttons."""
    of_month = files.filter(pl.col("month_end_on") == month_end_on)
    made = of_month.filter(pl.col("recorded_at") == of_month["recorded_at"].max())
    with st.container(border=True):
        panels.heading(
            t("reports.pack", month=shown.month(month_end_on)),
            t(
                "reports.made",
                at=shown.instant(made["recorded_at"][0]),
                by=made["made_by"][0],
            ),
        )
        with st.grid(4, min_column_width=180):
            for row in made.sort("language", "kind").rows(named=True):
                _button(actor, row)


def contents() -> None:
    """What a pack says, part by part."""
    st.caption(t("reports.contents"))


def make(actor: Actor) -> None:
    """A button that makes the pack of the newest month now, for whoever may close days."""
    if not actor.may(Permission.CLOSE_DAY):
        return
    st.button(
        t("reports.make"),
        key="make_pack",
        icon=":material/print:",
        help=t("reports.make_help"),
        on_click=_make,
        args=(actor,),
    )


def earlier(files: pl.DataFrame, month_end_on: date) -> None:
    """Every file ever made for the month, with the hash that stands in the ledger."""
    rows = files.filter(pl.col("month_end_on") == month_end_on).rename(
        {"recorded_at": "made_at", "language": "pack_language", "kind": "pack_kind"}
    )
    with st.expander(t("reports.all_files", files=shown.count(rows.height))):
        tables.show(rows, alt=t("reports.all_alt"), key="risk_pack_files", columns=_COLUMNS)


def _button(actor: Actor, row: dict[str, Any]) -> None:
    store, pack_id, kind = session.store(), row["pack_id"], row["kind"]
    st.download_button(
        t(f"reports.file_{kind}_{row['language']}"),
        data=lambda: risk_packs.pack_file(store, actor, pack_id).content,
        file_name=f"risk_pack_{row['month_end_on']:%Y-%m}_{row['language']}.{kind}",
        mime=_MIME[kind],
        icon=_ICONS[kind],
        key=f"risk_pack_{pack_id}",
        on_click="ignore",
        width="stretch",
    )


def _make(actor: Actor) -> None:
    try:
        actor = session.as_of_now(actor)
        with st.spinner(t("reports.making")):
            on = risk_packs.make_risk_pack(session.store(), actor, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("reports.done", month=shown.month(on)))
