"""Above the versions: what decides, what comes next, what waits, what is tried; and all of them."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.policy.trials import SHARE_WHOLE_BP
from pages.ui import format as shown
from pages.ui import inputs, panels, policy_reads, policy_version_reads, reads, session, tables
from pages.ui.charts import policy_days
from pages.ui.policy_text import note_text
from pages.ui.text import person_name, t

_CELL_WIDTH_MIN = 210
_COLUMNS = (
    "policy_version",
    "policy_standing",
    "policy_reason",
    "author",
    "approved_by",
    "effective_on",
    "effective_until",
    "applications",
)
_URL_KEY = "policy_version"


def strip(actor: Actor, rows: pl.DataFrame) -> None:
    """Four standings and the next step of this person."""
    with st.container(border=True, key="policy_versions_strip"):
        with st.grid(4, min_column_width=_CELL_WIDTH_MIN):
            _cell(t("policy_versions.decides"), _decides_text(), ":material/gavel:")
            _cell(t("policy_versions.next"), _next_change_text(), ":material/event_upcoming:")
            _cell(t("policy_versions.waiting"), _waiting_text(rows), ":material/hourglass_top:")
            _cell(t("policy_versions.trial"), _trial_text(), ":material/science:")
        st.markdown(f":material/arrow_forward: {_next_text(actor, rows)}")


def timeline() -> None:
    """Which version decided when, and what is planned."""
    spans, open_on = policy_version_reads.days(), reads.book().open_on
    changes = len(spans) - 1
    panels.chart(
        policy_days.timeline(spans, open_on, session.language()),
        t("policy_versions.timeline_title"),
        alt=t("policy_versions.timeline_alt", changes=changes, on=shown.day(open_on)),
        key="policy_versions_timeline",
        note=t("policy_versions.timeline_note"),
    )


def chosen(rows: pl.DataFrame) -> dict[str, Any]:
    """The row of the version to look at: the one clicked, else of the link, else the one that needs
    somebody or decides."""
    panels.heading(t("policy_versions.list_title"), t("policy_versions.list_note"))
    clicked = tables.selectable(
        _readable(rows),
        "policy_version",
        alt=t("policy_versions.list_title"),
        key="policy_versions_list",
        columns=_COLUMNS,
    )
    version = inputs.whole_in_url(_URL_KEY) if clicked is None else int(clicked)
    if version in rows["policy_version"].to_list():
        st.query_params[_URL_KEY] = str(version)
        return rows.row(by_predicate=pl.col("policy_version") == version, named=True)
    ranked = ("waiting", "in_force")
    first = next(each for each in ranked if each in rows["policy_standing"].to_list())
    return rows.filter(pl.col("policy_standing") == first).row(0, named=True)


def _readable(rows: pl.DataFrame) -> pl.DataFrame:
    used = policy_version_reads.use().select("policy_version", "applications")
    joined = rows.join(used, on="policy_version", how="left", maintain_order="left")
    names = {
        name: person_name(name)
        for column in ("author", "approved_by")
        for name in rows[column].drop_nulls()
    }
    return joined.with_columns(
        pl.col("author", "approved_by").replace_strict(names, default=None),
        policy_reason=pl.Series([note_text(note) for note in rows["note"]], dtype=pl.String),
    )


def _cell(label: str, text: str, icon: str) -> None:
    with st.container(gap="xsmall"):
        st.caption(f"{icon} {label}")
        st.markdown(text)


def _decides_text() -> str:
    row = policy_reads.in_force()
    if row is None:
        return t("policy_versions.none")
    return t(
        "policy_versions.decides_text",
        version=row["policy_version"],
        on=shown.day(row["effective_on"]),
        person=person_name(row["in_force_by"]),
    )


def _next_change_text() -> str:
    open_on = reads.book().open_on
    for span in policy_version_reads.days():
        if span.from_on > open_on:
            return t(
                "policy_versions.next_text",
                version=span.policy_version,
                on=shown.day(span.from_on),
            )
    return t("policy_versions.none")


def _waiting_text(rows: pl.DataFrame) -> str:
    waiting = rows.filter(pl.col("policy_standing") == "waiting")["policy_version"].sort()
    if waiting.is_empty():
        return t("policy_versions.none")
    numbers = t("policy_versions.list_separator").join(str(version) for version in waiting)
    return t("policy_versions.waiting_text", versions=numbers)


def _trial_text() -> str:
    running = policy_version_reads.trials().filter("is_running")
    if running.is_empty():
        return t("policy_versions.none")
    row = running.row(0, named=True)
    return t(
        "policy_versions.trial_text",
        version=row["policy_version"],
        share=shown.percent(row["share_bp"] / SHARE_WHOLE_BP),
    )


def _next_text(actor: Actor, rows: pl.DataFrame) -> str:
    waiting = rows.filter(pl.col("policy_standing") == "waiting")
    by_others = waiting.filter(pl.col("author") != actor.user_name)
    if not by_others.is_empty() and actor.may(Permission.APPROVE_POLICY):
        return t("policy_versions.next_approve")
    if not waiting.is_empty():
        return t("policy_versions.next_waits")
    return t("policy_versions.next_nothing")
