"""An easing for a borrower in difficulty: all that may be tried side by side, then one in full."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.hardship import (
    WAIVED,
    Easing,
    EasingLook,
    Grant,
    easing_look,
    grant_easing,
)
from pages.ui import collection_reads, inputs, session, tables
from pages.ui import format as shown
from pages.ui.collection_desk import INPUTS, Step
from pages.ui.text import refusal_text, t

_PLAN = ("due_on", "before_fen", "after_fen")


def form(case: dict[str, Any], actor: Actor) -> Step | None:
    """Of which loan, in which way; what it changes for the borrower and costs the house."""
    loan_id = _loan(case)
    if loan_id is None:
        st.info(t("hardship.no_loan"), icon=":material/inbox:")
        return None
    looks = collection_reads.easings(loan_id)
    _side_by_side(looks)
    open_looks = [look for look in looks if look.refusal is None]
    if not open_looks:
        return None
    chosen = _choose(open_looks)
    easing = _adjusted(chosen.easing)
    look = chosen if easing == chosen.easing else easing_look(session.store(), actor, easing)
    if look.plan is None:
        return None
    _in_full(look, look.plan)
    grant = Grant.of(case["case_id"], look)
    return Step(
        lambda store, actor, key, at: grant_easing(store, actor, grant, key=key, at=at),
        t("hardship.done", what=easing_text(look.easing), loan_id=loan_id),
    )


def easing_text(easing: Easing) -> str:
    """An easing in words, with its number or amount."""
    return t(
        f"easing.{easing.easing}",
        instalments=easing.instalments,
        amount=shown.money(easing.amount_fen),
    )


def _loan(case: dict[str, Any]) -> int | None:
    rows = collection_reads.late_loans(case["customer_id"]).filter(loan_standing="late")
    names = {
        row["loan_id"]: t(
            "hardship.loan",
            loan_id=row["loan_id"],
            days=row["days_past_due"],
            overdue=shown.money(row["overdue_fen"]),
        )
        for row in rows.rows(named=True)
    }
    if not names:
        return None
    return st.selectbox(
        t("hardship.which_loan"),
        list(names),
        format_func=names.__getitem__,
        key=f"{INPUTS}loan_{session.language()}",
    )


def _side_by_side(looks: tuple[EasingLook, ...]) -> None:
    """What each easing would change, a row each; what may not be granted says why."""
    st.table(
        {
            t("hardship.easing"): [easing_text(look.easing) for look in looks],
            t("hardship.next_dues"): [_next_due(look) for look in looks],
            t("hardship.last_due"): [shown.day(look.last_due_after_on) for look in looks],
            t("column.days_past_due"): [shown.count(look.days_past_due_after) for look in looks],
            t("hardship.pays_in_all"): [shown.money(look.left_after_fen) for look in looks],
            t("hardship.costs"): [shown.money(look.cost_fen) for look in looks],
        },
        border="horizontal",
        hide_index=True,
        alt=t("hardship.side_by_side_alt"),
    )
    st.caption(t("hardship.side_by_side_note"))
    for look in looks:
        if look.refusal is not None:
            why = refusal_text(look.refusal)
            st.caption(f":material/block: {easing_text(look.easing)}: {why}")


def _next_due(look: EasingLook) -> str:
    """The first thing to pay under the easing, and when."""
    if look.plan is None:
        return shown.DASH
    ahead = look.plan.filter(pl.col("after_fen") > 0)
    if ahead.is_empty():
        return shown.DASH
    first = ahead.row(0, named=True)
    amount, on = shown.money(first["after_fen"]), shown.day(first["due_on"])
    return t("loan_desk.due_on", amount=amount, on=on)


def _choose(looks: list[EasingLook]) -> EasingLook:
    place = st.selectbox(
        t("hardship.which"),
        list(range(len(looks))),
        format_func=[easing_text(look.easing) for look in looks].__getitem__,
        key=f"{INPUTS}easing_{session.language()}",
    )
    return looks[place or 0]


def _adjusted(easing: Easing) -> Easing:
    """A waiver may be of a part of what is due."""
    if easing.easing not in WAIVED or easing.amount_fen is None:
        return easing
    amount_fen = inputs.money(
        t("column.amount_fen"),
        easing.amount_fen,
        key=f"{INPUTS}waived_{easing.easing}",
        bounds_fen=(1, easing.amount_fen),
    )
    return Easing(easing.loan_id, easing.easing, amount_fen=amount_fen)


def _in_full(look: EasingLook, plan: pl.DataFrame) -> None:
    """One easing: the loan now beside the loan then, and every due of both."""
    st.table(
        {
            t("loan_desk.figure"): [
                t("column.days_past_due"),
                t("hardship.pays_in_all"),
                t("hardship.last_due"),
            ],
            t("loan_desk.now"): [
                shown.count(look.days_past_due_before),
                shown.money(look.left_before_fen),
                shown.day(look.last_due_before_on),
            ],
            t("loan_desk.then"): [
                shown.count(look.days_past_due_after),
                shown.money(look.left_after_fen),
                shown.day(look.last_due_after_on),
            ],
        },
        border="horizontal",
        hide_index=True,
        alt=t("loan_desk.figures_alt"),
    )
    given_up, cost = look.given_up_fen or 0, shown.money(look.cost_fen)
    key = "hardship.less" if given_up >= 0 else "hardship.more"
    st.markdown(t(key, amount=shown.money(abs(given_up)), cost=cost))
    tables.show(plan, alt=t("loan_desk.plan_alt"), key="hardship_plan", columns=_PLAN)
