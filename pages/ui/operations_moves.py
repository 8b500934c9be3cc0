"""Who got worse and who got better, and the loans behind a bar."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.day_reports import (
    MOVE_ORDERS,
    Moves,
    all_moved_loans,
    moves_window,
    period_of,
)
from pages.ui import format as shown
from pages.ui import links, operations_reads, panels, reads, session, tables
from pages.ui.charts import closing
from pages.ui.text import t

PERIODS = ("day", "month")
_MOVES = (
    "moved_on",
    "loan_id",
    "from_bucket",
    "to_bucket",
    "days_past_due",
    "principal_fen",
    "product_code",
)


def show() -> None:
    """Who got worse and who got better, and the loans behind a bar."""
    period = st.segmented_control(
        t("operations.period"),
        PERIODS,
        default=PERIODS[0],
        required=True,
        format_func=_period_name,
        key=f"operations_period_{session.language()}",
        label_visibility="collapsed",
    )
    window = moves_window(reads.book().business_on, period)
    frame = operations_reads.stage_moves(period)
    if frame.is_empty():
        with st.container(border=True):
            panels.heading(t("operations.moves_title"))
            st.markdown(t(f"operations.moves_none_{period}"))
        return
    clicked = panels.selectable_chart(
        closing.stage_moves(frame, period, window, session.language()),
        t("operations.moves_title"),
        alt=t("operations.moves_alt", **_moved(frame)),
        key=f"operations_moves_{period}_{shown.day(reads.book().business_on)}",
        note=t("operations.moves_note"),
    )
    _moved_loans(_chosen(window, period, clicked))


def _period_name(period: str) -> str:
    return t(f"operations.period_{period}")


def _moved(frame: pl.DataFrame) -> dict[str, str]:
    by = dict(frame.group_by("direction").agg(pl.col("moves").sum()).iter_rows())
    return {name: shown.count(by.get(name, 0)) for name in ("worse", "better")}


def _chosen(window: tuple[date, date], period: str, clicked: list[Any]) -> Moves:
    """The mark clicked last, else all that is drawn."""
    if not clicked:
        return Moves(*window)
    on, direction, bucket = clicked[-1]
    from_on, to_on = period_of(date.fromisoformat(on), period)
    return Moves(from_on, to_on, direction, bucket)


def _moved_loans(chosen: Moves) -> None:
    moves = operations_reads.count_moves(chosen)
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    with st.container(border=True, key="operations_moved"):
        panels.heading(_moved_title(chosen, moves), t("operations.moved_note"))
        st.caption(t("operations.how_loan_id"))
        loan_id = tables.paged(
            tables.Paged(
                rows=moves,
                read=lambda asked: operations_reads.moved_loans(chosen, asked),
                everything=lambda order: all_moved_loans(store, actor, chosen, order),
                id_column="loan_id",
            ),
            alt=t("operations.moved_alt"),
            # Rows are chosen by their place: other moves are another table.
            key=_key(chosen),
            columns=_MOVES,
            sortable=MOVE_ORDERS,
        )
    if loan_id is not None:
        st.switch_page(links.LOAN_PAGE, query_params={"loan_id": str(loan_id)})


def _key(chosen: Moves) -> str:
    ends = (shown.day(chosen.from_on), shown.day(chosen.to_on))
    return "_".join(("moved_loans", *ends, chosen.direction or "all", chosen.bucket or "all"))


def _moved_title(chosen: Moves, moves: int) -> str:
    facts = {
        "count": shown.count(moves),
        "from_on": shown.day(chosen.from_on),
        "to_on": shown.day(chosen.to_on),
    }
    if chosen.direction is None:
        return t("operations.moved_all", **facts)
    way = t(f"operations.moves_{chosen.direction}", bucket=chosen.bucket)
    return t("operations.moved_chosen", way=way, **facts)
