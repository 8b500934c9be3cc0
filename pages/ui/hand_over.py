"""Handing the book to other engines: the copy as it is, exporting it now, and who may read it."""

import shlex
from pathlib import Path

import polars as pl
import streamlit as st

from lending_core import settings
from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.ledger.chain import utc_naive
from lending_core.operations import lake_export
from lending_core.operations.console import Copied
from lending_core.operations.lake_export import Handed
from pages.ui import copy_age, long_step, notices, panels, session, tables
from pages.ui import format as shown
from pages.ui.panels import KeyFigure
from pages.ui.text import plain, refusal_text, t

_STEP = "hand_over"
_COLUMNS = ("fact_table", "lake_rows", "lake_parts", "size_kilobytes", "months_held")
_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


def found(actor: Actor) -> Handed | None:
    """What the lake holds of the book of the house; None where that is nothing, or cannot be read,
    which is said: an export puts another in its place."""
    try:
        handed = lake_export.handed_over(session.home_store(), actor, _folder())
    except LendingError as refusal:
        st.warning(refusal_text(refusal), icon=":material/warning:")
        return None
    if handed is None:
        panels.empty(t("hand_over.none"))
    return handed


def figures(handed: Handed | None) -> None:
    """Up to which day the copy is, how old, how far behind, and how large."""
    if handed is None:
        return
    now = utc_naive(session.now())
    copied = Copied(handed.business_on, handed.exported_at)
    panels.key_figures(
        [
            KeyFigure(t("hand_over.business_on"), shown.day(handed.business_on)),
            KeyFigure(
                t("hand_over.exported"),
                copy_age.age(handed.exported_at, now),
                help=t("hand_over.exported_help", at=shown.instant(handed.exported_at)),
            ),
            KeyFigure(
                t("hand_over.behind"),
                shown.count(handed.events_behind),
                help=t("hand_over.behind_help"),
            ),
            KeyFigure(t("hand_over.rows"), shown.count(int(handed.tables["rows"].sum()))),
            KeyFigure(t("hand_over.parts"), shown.count(int(handed.tables["parts"].sum()))),
            KeyFigure(t("hand_over.size"), size(int(handed.tables["size_bytes"].sum()))),
        ]
    )
    hours_max = settings.from_environment().lake_age_hours
    if copy_age.is_old(copied, now, hours_max):
        st.warning(t("hand_over.old", hours=hours_max), icon=":material/history:")


def ask(actor: Actor, handed: Handed | None) -> None:
    """The button that exports the book now, and how often a server does by itself."""
    with st.container(border=True, key="hand_over_now"):
        panels.heading(t("hand_over.now_title"), t("hand_over.now_note"))
        minutes = settings.from_environment().lake_minutes
        st.markdown(t("hand_over.every", minutes=minutes) if minutes else t("hand_over.never"))
        if st.button(
            t("hand_over.now"),
            key="hand_over_ask",
            icon=":material/upload:",
            type="primary" if handed is None or handed.events_behind else "secondary",
        ):
            st.dialog(t("hand_over.now_title"))(_confirm)(actor)


def run() -> None:
    """Exports what was confirmed, if anything, and draws the page anew."""
    if long_step.asked(_STEP) is None:
        return
    with long_step.running(_STEP, t("hand_over.running")) as show:

        def progress(done: int, of: int, part: str) -> None:
            show(done, of, t("hand_over.progress", done=done, of=of, part=part))

        try:
            actor = session.require(Permission.EXPORT_BOOK)
            show(0, 1, t("hand_over.begins"))
            done = lake_export.export_book(
                session.home_store(), actor, _folder(), progress, at=session.now()
            )
        except LendingError as refusal:
            notices.refused(refusal)
        else:
            facts = {"written": shown.count(done.written), "kept": shown.count(done.kept)}
            notices.done(t("hand_over.done", **facts))
    st.rerun()


def contents(handed: Handed | None) -> None:
    """One row per table of the lake."""
    if handed is None:
        return
    rows = handed.tables.select(
        pl.col("table_name").alias("fact_table"),
        pl.concat_str("first_month", "last_month", separator=" – ").alias("months_held"),
        pl.col("rows").alias("lake_rows"),
        pl.col("parts").alias("lake_parts"),
        (pl.col("size_bytes") / 1000).alias("size_kilobytes"),
    )
    with st.container(border=True, key="hand_over_contents"):
        panels.heading(t("hand_over.tables_title"), t("hand_over.tables_note"))
        tables.show(rows, alt=t("hand_over.tables_title"), key="hand_over_tables", columns=_COLUMNS)


def readers() -> None:
    """How a console elsewhere, or Spark, is told to read the lake."""
    with st.container(border=True, key="hand_over_readers"):
        panels.heading(t("hand_over.readers_title"))
        st.markdown(t("hand_over.readers_console"))
        _command(settings.LAKE)
        st.markdown(t("hand_over.readers_spark"))
        _command(settings.SPARK)


def size(count: int) -> str:
    """Bytes at a glance: 12,300,000 -> `12.3 MB`."""
    for unit, of in _UNITS:
        if count >= of:
            return f"{count / of:,.1f} {unit}"
    return f"{count} B"


def _command(engine: str) -> None:
    folder = shlex.quote(str(_folder().resolve()))
    st.code(t("hand_over.command", engine=engine, folder=folder), language="sh", wrap_lines=True)


def _confirm(actor: Actor) -> None:
    long_step.close_or_say(_STEP)
    st.markdown(t("hand_over.explain", folder=plain(str(_folder()))))
    st.button(
        t("hand_over.now"),
        key="hand_over_confirm",
        type="primary",
        on_click=_begin,
        args=(actor,),
    )


def _begin(actor: Actor) -> None:
    try:
        session.as_of_now(actor)
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        long_step.ask(_STEP, {"at": session.new_key()})


def _folder() -> Path:
    return settings.from_environment().lake_path
