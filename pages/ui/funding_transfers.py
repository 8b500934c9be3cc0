"""Loans that change hands between funders: proposed by one person, approved by another."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.money import FEN_PER_YUAN
from lending_core.operations import transfers
from lending_core.operations.transfers import Kind, TransferOrder
from pages.ui import format as shown
from pages.ui import funding_settle_reads, notices, panels, second_person, session, tables
from pages.ui.second_person import Proposal
from pages.ui.text import funder_name, person_name, plain, t

KINDS: tuple[Kind, ...] = ("transfer", "buy_back")
_COLUMNS = (
    *("transfer_id", "transfer_kind", "transfer_standing", "from_code", "to_code", "loans"),
    *("share_fen", "price_fen", "from_on", "reason", "proposed_by", "stepped_by", "step_reason"),
)
_REASON_MAX = 500


def listed(moved: pl.DataFrame, actor: Actor) -> None:
    """Every proposed change of hands, the newest first; the one chosen with its loans, and the
    answer of whoever may give it."""
    with st.container(border=True, key="transfers_list"):
        panels.heading(t("transfers.title"), t("transfers.note"))
        if moved.is_empty():
            st.markdown(t("transfers.none"))
            return
        clicked = tables.selectable(
            _readable(moved),
            "transfer_id",
            alt=t("transfers.title"),
            key="transfers_table",
            columns=_COLUMNS,
        )
        # What waits stands open by itself.
        waiting = moved.filter(pl.col("step") == "proposed")
        which = clicked if clicked is not None else waiting["transfer_id"].first()
        if which is not None:
            _one(moved.row(by_predicate=pl.col("transfer_id") == which, named=True), actor)


def form(actor: Actor, codes: Sequence[str], open_on: date) -> None:
    """Whose loans are to go to whom, from which day on, at which price, and why."""
    if not actor.may(Permission.PROPOSE_TRANSFER):
        return
    language = session.language()
    with st.form("transfer_form"):
        panels.heading(t("transfers.form_title"), t("transfers.form_note"))
        with st.grid(3, min_column_width=200, gap="small"):
            kind = st.selectbox(
                t("column.transfer_kind"),
                KINDS,
                format_func=_kind_name,
                key=f"transfer_kind_{language}",
            )
            from_code = st.selectbox(
                t("column.from_code"),
                codes,
                format_func=funder_name,
                key=f"transfer_from_{language}",
            )
            to_code = st.selectbox(
                t("column.to_code"),
                codes,
                index=min(1, len(codes) - 1),
                format_func=funder_name,
                key=f"transfer_to_{language}",
            )
            loans = st.text_input(
                t("transfers.loans"), key="transfer_loans", placeholder=t("transfers.loans_example")
            )
            price = st.number_input(t("transfers.price"), min_value=0.0, key="transfer_price")
            effective_on = st.date_input(
                t("funder_input.effective_on"),
                open_on,
                min_value=open_on,
                key="transfer_on",
                format="YYYY-MM-DD",
            )
        reason = st.text_area(
            t("funder_input.reason"), key="transfer_reason", max_chars=_REASON_MAX
        )
        if st.form_submit_button(t("funder.propose"), type="primary"):
            fen = round(price * FEN_PER_YUAN)
            _propose(
                TransferOrder(kind, from_code, to_code, _numbers(loans), effective_on, fen, reason)
            )


def _numbers(typed: str) -> tuple[int, ...]:
    """The loans' numbers, each once; what is none is left out, so that none at all is refused."""
    words = typed.replace(",", " ").replace("，", " ").replace("、", " ").split()
    return tuple(dict.fromkeys(int(word) for word in words if word.isascii() and word.isdigit()))


def _propose(order: TransferOrder) -> None:
    try:
        actor = session.require(Permission.PROPOSE_TRANSFER)
        number = transfers.propose_transfer(session.store(), actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
    else:
        notices.done(t("transfers.proposed", number=number))
        st.rerun()


def _one(row: dict[str, Any], actor: Actor) -> None:
    facts = {
        "number": row["transfer_id"],
        "seller": funder_name(row["from_code"]),
        "buyer": funder_name(row["to_code"]),
        "on": shown.day(row["effective_on"]),
        "price": shown.money(row["price_fen"]),
        "reason": plain(row["reason"]),
    }
    st.markdown(t("transfers.told", **facts))
    tables.show(
        funding_settle_reads.loans_moved(row["transfer_id"]),
        alt=t("transfers.loans"),
        key=f"transfer_loans_{row['transfer_id']}",
        columns=("loan_id", "share_fen"),
    )
    if row["step"] == "proposed":
        proposal = Proposal("transfer", row["transfer_id"], row["proposed_by"])
        second_person.answers(proposal, actor)


def _readable(moved: pl.DataFrame) -> pl.DataFrame:
    rows = moved.rows(named=True)
    return moved.with_columns(
        from_on=pl.col("effective_on"),
        transfer_kind=pl.Series([_kind_name(row["kind"]) for row in rows], dtype=pl.String),
        transfer_standing=pl.Series(
            [t(f"transfer_standing.{row['step']}") for row in rows], dtype=pl.String
        ),
        from_code=pl.Series([funder_name(row["from_code"]) for row in rows], dtype=pl.String),
        to_code=pl.Series([funder_name(row["to_code"]) for row in rows], dtype=pl.String),
        proposed_by=pl.Series([person_name(row["proposed_by"]) for row in rows], dtype=pl.String),
        stepped_by=pl.Series(
            [person_name(row["stepped_by"]) if row["stepped_by"] else None for row in rows],
            dtype=pl.String,
        ),
    )


def _kind_name(kind: str) -> str:
    return t(f"transfers.kind_{kind}")
