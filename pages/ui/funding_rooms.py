"""The parts of the screen of funders: how much may be lent, by whom, and at what price."""

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations import funder_loans
from pages.ui import format as shown
from pages.ui import funding_own, funding_reads, links, panels, session, tables
from pages.ui.charts import funding as charts
from pages.ui.panels import KeyFigure
from pages.ui.text import funder_names, headline, t

_COLUMNS = (
    *("funder_code", "lender_type", "annual_cost_rate", "quota_fen", "used_share"),
    *("room_today_fen", "stopped_by", "room_fen"),
)


def figures(rooms: pl.DataFrame, waiting_fen: int) -> None:
    """Room today and in all, what waits for it, and what the money costs on average."""
    lent, room = int(rooms["outstanding_fen"].sum()), int(rooms["room_fen"].sum())
    today, lending = int(rooms["room_today_fen"].sum()), rooms.filter(pl.col("room_today_fen") > 0)
    cost = (rooms["outstanding_fen"] * rooms["annual_cost"]).sum() / lent if lent else None
    panels.key_figures(
        [
            _money("room_today", today),
            _money("room", room),
            _money("lent", lent),
            _money("waiting", waiting_fen),
            KeyFigure(t("funders.cost"), shown.rate(cost), t("funders.cost_help")),
            KeyFigure(
                t("funders.lending"),
                t("funders.of", some=lending.height, all=rooms.height),
                t("funders.lending_help"),
            ),
        ]
    )


def one(rooms: pl.DataFrame, funder_code: str) -> None:
    """How much one funder may still lend, has lent, and what its money costs."""
    room = rooms.row(by_predicate=pl.col("funder_code") == funder_code, named=True)
    panels.key_figures(
        [
            _money("room_today", room["room_today_fen"]),
            _money("room", room["room_fen"]),
            _money("lent", room["outstanding_fen"]),
            KeyFigure(t("column.annual_cost_rate"), shown.rate(room["annual_cost"])),
            KeyFigure(
                t("column.used_share"),
                shown.percent(room["used_share"]),
                t("funder.used_help", quota=shown.money(room["quota_fen"])),
            ),
        ]
    )


def where(rooms: pl.DataFrame) -> str | None:
    """Where room is left; returns the code of the funder clicked."""
    most = rooms.sort("room_today_fen", descending=True).row(0, named=True)
    names = funder_names(rooms["funder_code"])
    clicked = panels.selectable_chart(
        charts.rooms(rooms, names, session.language()),
        t("funders.room_title"),
        alt=t(
            "funders.room_alt",
            funder=names[most["funder_code"]],
            amount=shown.money(most["room_today_fen"]),
        ),
        key="funders_room",
        note=t("funders.room_note"),
    )
    return str(clicked[-1]) if clicked else None


def listed(rooms: pl.DataFrame) -> str | None:
    """Every funder in a row; returns the code of the one clicked."""
    stopped = [t(f"funding_limit.{limit}") for limit in rooms["bounded_by"]]
    told = rooms.with_columns(stopped_by=pl.Series(stopped, dtype=pl.String))
    return tables.selectable(
        told, "funder_code", alt=t("funders.list_alt"), key="funders", columns=_COLUMNS
    )


def _money(name: str, fen: int) -> KeyFigure:
    full = t(f"funders.{name}_help", full=shown.money(fen))
    return KeyFigure(t(f"funders.{name}"), headline(fen), full)


def loans(actor: Actor, funder_code: str) -> int | None:
    """The loans with a share of one funder, a page at a time; returns the one clicked."""
    with st.container(border=True, key="funder_loans"):
        panels.heading(t("funder.loans_title"))
        rows, store = funding_reads.count_loans(funder_code), session.store()
        if not rows:
            st.markdown(t("funder.loans_none"))
            return None
        return funding_own.paged(
            tables.Paged(
                rows=rows,
                read=lambda asked: funding_own.coded(funding_reads.loans(funder_code, asked)),
                everything=lambda order: map(
                    funding_own.coded,
                    funder_loans.all_loans_of_funder(store, actor, funder_code, order),
                ),
                id_column=links.loan_rows(),
            ),
            "funder_loans_table",
        )
