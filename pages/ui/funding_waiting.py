"""What waits for money: why, until when, and asking again by hand."""

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import rematching
from lending_core.operations.disbursing import STAGES, Stage
from pages.ui import format as shown
from pages.ui import funding_words, links, long_step, notices, panels, session, tables
from pages.ui.text import t

_COLUMNS = (
    *("application_id", "product_code", "principal_fen", "since_on", "expires_on"),
    *("wait_reason", "band", "annual_rate", "region_code"),
)
_STEP = "matching_again_step"
_ENDED = (
    "wait_id",
    "application_id",
    "amount_fen",
    "since_on",
    "ended_on",
    "wait_outcome",
    "loan_id",
)


def listed(waits: pl.DataFrame, actor: Actor) -> None:
    """Accepted offers and draws that no lender had room for, the longest waiting first; a click
    opens the application."""
    with st.container(border=True, key="matching_waiting"):
        panels.heading(t("matching.waiting_title"), t("matching.waiting_note"))
        if waits.is_empty():
            st.markdown(t("matching.waiting_none"))
            return
        application_id = tables.selectable(
            _readable(waits),
            "application_id",
            alt=t("matching.waiting_alt"),
            key="matching_waits",
            columns=_COLUMNS,
        )
        asked = long_step.asked(_STEP)
        if asked is not None:
            _match(asked["count"])
        _again(waits, actor)
    if application_id is not None:
        asked = {"application_id": str(application_id)}
        st.switch_page(links.APPLICATION_PAGE, query_params=asked)


def ended(waits: pl.DataFrame) -> None:
    """How waits ended lately: paid out, over, or without a limit left."""
    if waits.is_empty():
        return
    with st.container(border=True, key="matching_ended"):
        panels.heading(t("matching.ended_title"), t("matching.ended_note"))
        told = [t(f"wait_outcome.{outcome}") for outcome in waits["outcome"]]
        tables.show(
            waits.with_columns(wait_outcome=pl.Series(told, dtype=pl.String)),
            alt=t("matching.ended_alt"),
            key="matching_ended_table",
            columns=_ENDED,
        )


def _readable(waits: pl.DataFrame) -> pl.DataFrame:
    told = [funding_words.reason(row) if row["reason"] else None for row in waits.rows(named=True)]
    return waits.with_columns(
        wait_reason=pl.Series(told, dtype=pl.String),
        annual_rate=pl.col("annual_rate").cast(pl.Float64),
    )


def _again(waits: pl.DataFrame, actor: Actor) -> None:
    if not actor.may(Permission.MATCH_LOANS):
        return
    if st.button(t("matching.again"), key="matching_again", icon=":material/sync:", type="primary"):
        st.dialog(t("matching.again"))(_confirm)(waits.height, int(waits["principal_fen"].sum()))


def _confirm(count: int, fen: int) -> None:
    long_step.close_or_say(_STEP)
    st.markdown(t("matching.again_explain", waits=shown.count(count), amount=shown.money(fen)))
    st.button(
        t("matching.again_confirm"),
        key="matching_again_confirm",
        type="primary",
        on_click=long_step.ask,
        args=(_STEP, {"count": count}),
    )


def _match(count: int) -> None:
    """Matches what waits, and draws the page anew."""
    with long_step.running(_STEP, t("matching.matching", waits=shown.count(count))) as show:

        def progress(stage: Stage, loans: int) -> None:
            words = t(f"matching.stage_{stage}", loans=shown.count(loans))
            show(STAGES.index(stage) + 1, len(STAGES), words)

        try:
            actor = session.require(Permission.MATCH_LOANS)
            show(0, len(STAGES), t("matching.stage_asked", loans=shown.count(count)))
            paid = rematching.match_waiting(
                session.store(), actor, at=session.now(), progress=progress
            )
        except LendingError as refusal:
            notices.refused(refusal)
        else:
            _say(paid, count)
    st.rerun()


def _say(paid: pl.DataFrame, count: int) -> None:
    facts = {
        "paid": shown.count(paid.height),
        "amount": shown.money(int(paid["principal_fen"].sum())),
        "left": shown.count(count - paid.height),
    }
    notices.done(t("matching.again_done", **facts))
