"""What needs a person after a close: a line per question, and the rows behind one of them."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations import day_exceptions
from lending_core.operations.day_exceptions import Found
from pages.ui import format as shown
from pages.ui import links, operations_reads, panels, session, tables
from pages.ui.text import person_name, t

_LIST_KEY = "list"
# Widths of count, sentence, way; stacked on a phone.
_ROW = (2, 20, 5)
_COLOURS: dict[str, Literal["red", "orange", "blue"]] = {
    "wrong": "red",
    "due": "orange",
    "known": "blue",
}
_ICONS = {
    "wrong": ":material/priority_high:",
    "due": ":material/pending_actions:",
    "known": ":material/visibility:",
}


@dataclass(frozen=True)
class Way:
    """Where a row leads: a page, and the number or day that opens it there."""

    page: str
    column: str
    keys: tuple[str, ...]

    def follow(self, value: Any) -> None:
        text = shown.day(value) if isinstance(value, date) else str(value)
        st.switch_page(self.page, query_params=dict.fromkeys(self.keys, text))


_LOAN = Way(links.LOAN_PAGE, "loan_id", ("loan_id",))
_CUSTOMER = Way(links.CUSTOMER_PAGE, "customer_id", ("customer_id",))
_ACCOUNTS = Way(links.TRIAL_BALANCE_PAGE, "booked_on", ("from", "to"))

# What a list shows, and where its rows lead.
_LISTS: dict[str, tuple[Way, tuple[str, ...]]] = {
    "ledger_difference": (
        _LOAN,
        ("loan_id", "flow", "posted_fen", "position_fen", "difference_fen"),
    ),
    "unbalanced_day": (
        _ACCOUNTS,
        ("booked_on", "funder_code", "postings", "lines", "difference_fen"),
    ),
    "unsettled_payoff": (
        _LOAN,
        ("loan_id", "paid_on", "amount_fen", "payoff_fen", "principal_fen"),
    ),
    "waiting_refund": (_LOAN, ("loan_id", "excess_fen", "payoff_fen", "product_code")),
    "write_off_candidate": (
        _LOAN,
        ("loan_id", "days_past_due", "principal_fen", "allowance_fen", "product_code"),
    ),
    "frozen_line": (
        _CUSTOMER,
        ("line_id", "customer_id", "line_reason", "changed_on", "product_code", "actor"),
    ),
    "back_dated_event": (
        _LOAN,
        ("loan_id", "event_kind", "event_on", "recorded_on", "amount_fen", "actor"),
    ),
    "reversed_payment": (_LOAN, ("loan_id", "paid_on", "recorded_on", "amount_fen", "actor")),
}


def show() -> None:
    """What needs a person: a line per question, and the rows of the one that is looked at."""
    with st.container(border=True, key="operations_exceptions", gap="small"):
        panels.heading(t("operations.exceptions_title"), t("operations.exceptions_note"))
        with st.spinner(t("operations.comparing")):
            found = operations_reads.exceptions()
        asked = _asked(found)
        for kind in found:
            if kind.count:
                _line(kind, is_asked=asked is kind)
        _nothing([kind for kind in found if not kind.count])
        if asked is not None:
            _rows(asked)


def _asked(found: list[Found]) -> Found | None:
    """The kind that the URL names, else the first with rows."""
    with_rows = {kind.name: kind for kind in found if kind.count}
    named = with_rows.get(st.query_params.get(_LIST_KEY, ""))
    return named or next(iter(with_rows.values()), None)


def _line(kind: Found, *, is_asked: bool) -> None:
    count, what, where = st.columns(_ROW, vertical_alignment="center", gap="small")
    with count:
        st.badge(shown.count(kind.count), icon=_ICONS[kind.urgency], color=_COLOURS[kind.urgency])
    with what:
        name, why = t(f"operations.{kind.name}"), t(f"operations.{kind.name}_why")
        st.markdown(f"**{name}** · {why}")
    with where:
        st.button(
            t("operations.listed" if is_asked else "operations.list"),
            key=f"operations_list_{kind.name}",
            type="tertiary",
            icon=":material/arrow_downward:" if is_asked else ":material/list:",
            disabled=is_asked,
            on_click=_choose,
            args=(kind.name,),
        )


def _nothing(kinds: list[Found]) -> None:
    """The questions without a row, in one calm line."""
    if not kinds:
        return
    badge, what = st.columns((_ROW[0], sum(_ROW[1:])), vertical_alignment="center", gap="small")
    with badge:
        st.badge(t("operations.nothing"), icon=":material/check:", color="gray")
    with what:
        names = [t(f"operations.{kind.name}") for kind in kinds]
        st.caption(t("operations.separator").join(names))


def _choose(name: str) -> None:
    st.query_params[_LIST_KEY] = name


def _rows(kind: Found) -> None:
    way, columns = _LISTS[kind.name]
    title = {"what": t(f"operations.{kind.name}"), "count": shown.count(kind.count)}
    st.markdown(t("operations.list_title", **title))
    st.caption(t(f"operations.how_{way.column}"))
    value = tables.paged(
        _paged(kind, way),
        alt=t(f"operations.{kind.name}"),
        key=f"exceptions_{kind.name}",
        columns=columns,
        sortable=day_exceptions.exception_orders(kind.name),
    )
    if value is not None:
        way.follow(value)


def _paged(kind: Found, way: Way) -> tables.Paged:
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    named = partial(_readable, language=session.language())
    return tables.Paged(
        rows=kind.count,
        read=lambda asked: named(operations_reads.exception_rows(kind.name, asked)),
        everything=lambda order: map(
            named, day_exceptions.all_exception_rows(store, actor, kind.name, order)
        ),
        id_column=way.column,
    )


def _readable(rows: pl.DataFrame, *, language: str) -> pl.DataFrame:
    """Accounts by the name of their person."""
    if "actor" not in rows.columns:
        return rows
    names = [person_name(name, language) for name in rows["actor"]]
    return rows.with_columns(actor=pl.Series(names, dtype=pl.String))
