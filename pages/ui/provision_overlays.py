"""Overlays on screen: what people add to the model, proposed in a form, answered in a dialog."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.dates import add_months, month_end
from lending_core.errors import LendingError
from lending_core.operations import provision_overlays as overlays
from lending_core.operations.provision_figures import ProvisionFigures
from lending_core.operations.provision_overlays import OverlayOrder
from lending_core.operations.provision_reasons import REASON_LENGTH_MAX
from lending_core.portfolio.provision_assumptions import overlay_rules
from lending_core.products.catalogue import catalogue
from pages.ui import format as shown
from pages.ui import inputs, notices, panels, session, tables
from pages.ui.text import person_name, product_name, sentence, t

_COLUMNS = (
    "overlay_id",
    "overlay_state",
    "overlay_scope",
    "overlay_size_figure",
    "cap_fen",
    "counted_fen",
    "until_on",
    "reason",
    "proposed_by",
    "answered_by",
)
_MONTHS_SHOWN = 3
_CAP_FEN = 10_000_000
_CAP_MAX_FEN = 10**13


def shown_overlays(actor: Actor, found: ProvisionFigures) -> None:
    """The overlays of the book, and the form for another."""
    with st.container(border=True, key="provisions_overlays"):
        panels.heading(t("provisions.overlays_title"), t("provisions.overlays_note"))
        if found.overlays.is_empty():
            st.markdown(t("provisions.overlays_none"))
        else:
            overlay_id = tables.selectable(
                _readable(found.overlays),
                "overlay_id",
                alt=t("provisions.overlays_alt"),
                key="provisions_overlay_table",
                columns=_COLUMNS,
            )
            if overlay_id is not None:
                _steps(actor, found.overlays, int(overlay_id))
    if actor.may(Permission.PREPARE_PROVISIONS) and found.knows_amounts:
        _form(found)


def _readable(rows: pl.DataFrame) -> pl.DataFrame:
    language = session.language()
    told = rows.rows(named=True)
    return rows.with_columns(
        overlay_state=pl.Series([_state(row) for row in told], dtype=pl.String),
        overlay_scope=pl.Series([_scope(row["scope"], language) for row in told]),
        overlay_size_figure=pl.Series([_size(row) for row in told]),
        proposed_by=pl.Series([person_name(row["proposed_by"]) for row in told]),
        answered_by=pl.Series(
            [person_name(row["answered_by"]) if row["answered_by"] else None for row in told],
            dtype=pl.String,
        ),
    )


def _state(row: dict[str, Any]) -> str:
    if row["ended_on"] is not None:
        return "ended"
    if row["answer"] != "approved":
        return str(row["answer"])
    return "in_force" if row["counts"] else "not_in_force"


def _scope(scope: str, language: str) -> str:
    codes = json.loads(scope)
    named = [product_name(code) for code in codes.get("product_code", [])]
    named += [sentence(f"provisions.stage_{stage}", language) for stage in codes.get("stage", [])]
    return sentence("provisions.separator", language).join(named) or t("provisions.whole_book")


def _size(row: dict[str, Any]) -> str:
    return shown.percent(row["percent"]) if row["percent"] else shown.money(row["amount_fen"])


def _steps(actor: Actor, rows: pl.DataFrame, overlay_id: int) -> None:
    row = rows.filter(pl.col("overlay_id") == overlay_id).row(0, named=True)
    may_answer = actor.may(Permission.SIGN_OFF_PROVISIONS)
    if row["answer"] == "proposed" and may_answer and row["proposed_by"] != actor.user_name:
        with st.container(horizontal=True):
            _button("approve", row)
            _button("refuse", row)
    is_on = row["answer"] == "approved" and row["ended_on"] is None
    if is_on and overlays.may_end_overlays(actor):
        _button("end", row)


def _button(step: str, row: dict[str, Any]) -> None:
    if st.button(t(f"provisions.overlay_{step}"), key=f"provisions_overlay_{step}"):
        st.dialog(t(f"provisions.overlay_{step}"))(_confirm)(step, row)


def _confirm(step: str, row: dict[str, Any]) -> None:
    notices.close_or_say()
    facts = {"size": _size(row), "adds": shown.money(row["would_be_fen"])}
    st.markdown(t(f"provisions.overlay_explain_{step}", **facts))
    if step != "approve":
        st.text_area(
            t("provisions.reason"),
            key=_reason_key(step),
            max_chars=REASON_LENGTH_MAX,
        )
    st.button(
        t(f"provisions.overlay_{step}"),
        key=f"provisions_overlay_confirm_{step}",
        type="primary",
        on_click=_take,
        args=(step, row["overlay_id"]),
    )


def _take(step: str, overlay_id: int) -> None:
    reason, at = st.session_state.get(_reason_key(step), ""), session.now()
    store = session.store()
    steps: dict[str, Callable[[Actor], None]] = {
        "approve": lambda actor: overlays.approve_overlay(store, actor, overlay_id, at=at),
        "refuse": lambda actor: overlays.refuse_overlay(store, actor, overlay_id, reason, at=at),
        "end": lambda actor: overlays.end_overlay(store, actor, overlay_id, reason, at=at),
    }
    try:
        steps[step](session.require(Permission.VIEW_BOOK))
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"provisions.overlay_done_{step}", overlay_id=overlay_id))


def _form(found: ProvisionFigures) -> None:
    language = session.language()
    with st.form("provisions_overlay_form"):
        panels.heading(t("provisions.propose_title"), t("provisions.propose_note"))
        left, right = st.columns(2)
        with left:
            st.multiselect(
                t("column.product_code"),
                list(catalogue()),
                format_func=product_name,
                key=f"provisions_overlay_products_{language}",
                placeholder=t("input.all"),
            )
            st.number_input(
                t("provisions.percent"),
                min_value=0.1,
                max_value=float(overlay_rules().percent_max * 100),
                value=10.0,
                step=0.5,
                key="provisions_overlay_percent",
            )
        with right:
            inputs.money(
                t("provisions.cap"),
                _CAP_FEN,
                key="provisions_overlay_cap",
                bounds_fen=(1_00, _CAP_MAX_FEN),
            )
            until_on = month_end(add_months(found.month_end_on, _MONTHS_SHOWN))
            st.date_input(
                t("provisions.until"),
                until_on,
                key="provisions_overlay_until",
                format="YYYY-MM-DD",
            )
        st.text_area(
            t("provisions.reason"),
            key="provisions_overlay_reason",
            max_chars=REASON_LENGTH_MAX,
            placeholder=t("provisions.propose_reason"),
        )
        if st.form_submit_button(t("provisions.propose"), type="primary"):
            _propose(language)


def _propose(language: str) -> None:
    asked = st.session_state
    products = tuple(asked[f"provisions_overlay_products_{language}"])
    percent = Decimal(f"{asked['provisions_overlay_percent']:.2f}") / 100
    try:
        order = OverlayOrder(
            cap_fen=round(asked["provisions_overlay_cap"] * 100),
            until_on=asked["provisions_overlay_until"],
            reason=asked["provisions_overlay_reason"],
            percent=percent,
            scope={"product_code": products} if products else {},
        )
        actor = session.require(Permission.PREPARE_PROVISIONS)
        overlay_id = overlays.propose_overlay(session.store(), actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
    else:
        notices.done(t("provisions.proposed", overlay_id=overlay_id))
        st.rerun()


def _reason_key(step: str) -> str:
    return f"provisions_overlay_reason_{step}"
