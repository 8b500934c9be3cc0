"""A customer's lines of credit: limit, use and status, frozen and opened by a person, the log."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.lines import (
    ACTIVE,
    FROZEN,
    PAST_DUE,
    REASONS,
    LineOrder,
    set_line_status,
)
from pages.ui import customer_reads, inputs, line_draw, notices, panels, session, tables
from pages.ui import format as shown
from pages.ui.text import person_name, product_name, sentence, t

_LINES = (
    "line_id",
    "product_code",
    "line_status",
    "limit_fen",
    "used_fen",
    "available_fen",
    "annual_rate",
)
_LOG = ("changed_on", "line_id", "line_event", "limit_fen", "line_reason", "actor")
# Pixels: the newest changes of a line seldom set a limit.
_LIMIT_WIDTH = 100
# What a person may do with a line: the status set, and the button's sign. A line that the close of
# a day froze opens by itself, unless a person keeps it frozen.
_TURNS = {
    "freeze": (FROZEN, ":material/ac_unit:"),
    "keep": (FROZEN, ":material/ac_unit:"),
    "open_again": (ACTIVE, ":material/lock_open:"),
}


def lines(rows: pl.DataFrame, actor: Actor) -> None:
    """Every line with what is left of it, and what may be done with one of them."""
    with st.container(border=True, key="customer_lines_card"):
        panels.heading(t("customer.lines_title"), t("customer.lines_note"))
        if rows.is_empty():
            st.markdown(t("customer.no_lines"))
            return
        tables.show(rows, alt=t("customer.lines_title"), key="customer_lines", columns=_LINES)
        line = _chosen(rows)
        if line["line_status"] == FROZEN:
            st.warning(_frozen(line), icon=":material/ac_unit:")
        if line["line_status"] == ACTIVE and actor.may(Permission.SUBMIT_APPLICATION):
            line_draw.controls(line, actor)
        if actor.may(Permission.MANAGE_LINES):
            _turn(line, actor)


def log(customer_id: int) -> None:
    """Limits, freezes and openings of all lines, newest first."""
    with st.container(border=True, key="customer_log_card"):
        panels.heading(t("customer.log_title"))
        rows = customer_reads.line_log(customer_id)
        if rows.is_empty():
            st.markdown(t("loan.nothing_yet"))
            return
        tables.show(
            rows,
            alt=t("customer.log_title"),
            key="customer_log",
            columns=_LOG,
            widths={"limit_fen": _LIMIT_WIDTH},
        )


def _chosen(rows: pl.DataFrame) -> dict[str, Any]:
    """The line to act on: the only one, or the one chosen."""
    if rows.height == 1:
        return rows.row(0, named=True)
    by_number = {str(row["line_id"]): row for row in rows.rows(named=True)}
    number = inputs.choose_one(
        t("column.line_id"),
        list(by_number),
        key="line_id",
        name_of=lambda each: t(
            "customer.line_name",
            line_id=each,
            product=product_name(by_number[each]["product_code"]),
        ),
    )
    return by_number[number]


def _frozen(line: dict[str, Any]) -> str:
    return t(
        "customer.frozen",
        line_id=line["line_id"],
        on=shown.day(line["line_changed_on"]),
        reason=t(f"line_reason.{line['line_reason']}"),
        person=person_name(line["line_changed_by"]),
    )


def _turn(line: dict[str, Any], actor: Actor) -> None:
    """The one step that a person may take with the line, in a dialog of its own."""
    turn = _possible(line)
    if st.button(t(f"customer.{turn}"), key=f"customer_{turn}", icon=_TURNS[turn][1]):
        st.dialog(t(f"customer.{turn}"))(_confirm)(line["line_id"], turn, actor)


def _possible(line: dict[str, Any]) -> str:
    if line["line_status"] == ACTIVE:
        return "freeze"
    return "keep" if line["line_reason"] == PAST_DUE else "open_again"


def _confirm(line_id: int, turn: str, actor: Actor) -> None:
    # The step runs before the page is drawn anew; then the dialog has nothing left to ask.
    if notices.are_waiting():
        st.rerun()
    st.markdown(t(f"customer.{turn}_explained", line_id=line_id))
    status, language = _TURNS[turn][0], session.language()
    reason = st.selectbox(
        t("column.line_reason"),
        REASONS[status],
        format_func=partial(_reason_name, language),
        key=f"customer_reason_{status}_{language}",
    )
    st.button(
        t(f"customer.{turn}"),
        key=f"customer_{turn}_confirm",
        type="primary",
        on_click=_set_status,
        args=(LineOrder(line_id, status, reason), actor),
    )


def _reason_name(language: str, reason: str) -> str:
    return sentence(f"line_reason.{reason}", language)


def _set_status(order: LineOrder, actor: Actor) -> None:
    try:
        set_line_status(session.store(), session.as_of_now(actor), order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"customer.turned_{order.status}", line_id=order.line_id))
