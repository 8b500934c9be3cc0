"""Preparing and signing off provisions: where they stand, and the steps of each person."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import provision_runs
from lending_core.operations.provision_figures import ProvisionFigures
from lending_core.operations.provision_reasons import REASON_LENGTH_MAX
from lending_core.operations.provision_runs import RunOrder
from pages.ui import format as shown
from pages.ui import notices, provision_reads, session
from pages.ui.text import headline, person_name, plain, t


def strip(actor: Actor, found: ProvisionFigures) -> None:
    """Where the month's provisions stand, and what this person may do next."""
    runs = provision_reads.runs().filter(pl.col("month_end_on") == found.month_end_on)
    run = runs.row(0, named=True) if not runs.is_empty() else None
    with st.container(border=True, key="provisions_desk", horizontal=True):
        st.markdown(_standing(run, found), width="stretch")
        if _may_prepare(actor, run, found):
            _button("prepare", found, run, kind="secondary" if run else "primary")
        if _may_answer(actor, run):
            _button("sign_off", found, run, kind="primary")
            _button("return", found, run, kind="secondary")


def _standing(run: dict[str, Any] | None, found: ProvisionFigures) -> str:
    if run is None:
        return t("provisions.standing_none", on=shown.month(found.month_end_on))
    facts = {
        "run_id": run["run_id"],
        "amount": headline(run["ecl_fen"] + run["overlay_fen"]),
        "maker": plain(person_name(run["prepared_by"])),
        "approver": plain(person_name(run["stepped_by"] or "")),
        "hash": run["loans_hash"][:12],
    }
    said = t(f"provisions.standing_{run['run_state']}", **facts)
    if run["run_state"] == "signed_off" and not provision_reads.is_as_it_was(run["run_id"]):
        return t("provisions.standing_broken", **facts)
    gap = found.ratios.provision_fen - run["ecl_fen"] - run["overlay_fen"]
    return said + " " + t("provisions.standing_moved", gap=shown.money(gap)) if gap else said


def _may_prepare(actor: Actor, run: dict[str, Any] | None, found: ProvisionFigures) -> bool:
    is_open = run is None or run["run_state"] != "signed_off"
    return actor.may(Permission.PREPARE_PROVISIONS) and is_open and found.knows_amounts


def _may_answer(actor: Actor, run: dict[str, Any] | None) -> bool:
    if run is None or run["run_state"] != "prepared":
        return False
    return actor.may(Permission.SIGN_OFF_PROVISIONS) and run["prepared_by"] != actor.user_name


_ICONS = {
    "prepare": ":material/calculate:",
    "sign_off": ":material/verified:",
    "return": ":material/assignment_return:",
}


def _button(step: str, found: ProvisionFigures, run: dict[str, Any] | None, *, kind: Any) -> None:
    if st.button(
        t(f"provisions.step_{step}"),
        key=f"provisions_{step}",
        type=kind,
        icon=_ICONS[step],
    ):
        facts = {"on": shown.month(found.month_end_on)}
        st.dialog(t(f"provisions.confirm_{step}", **facts))(_confirm)(step, found, run)


def _confirm(step: str, found: ProvisionFigures, run: dict[str, Any] | None) -> None:
    notices.close_or_say()
    amount = found.ratios.provision_fen if run is None or step == "prepare" else _amount(run)
    facts = {"amount": shown.money(amount), "on": shown.month(found.month_end_on)}
    st.markdown(t(f"provisions.explain_{step}", **facts))
    key = _reason_key(step)
    if step != "sign_off":
        st.text_area(t("provisions.reason"), key=key, max_chars=REASON_LENGTH_MAX)
    st.button(
        t(f"provisions.step_{step}"),
        key=f"provisions_confirm_{step}",
        type="primary",
        on_click=_take,
        args=(step, found.month_end_on, run["run_id"] if run else 0),
    )


def _amount(run: dict[str, Any]) -> int:
    return int(run["ecl_fen"] + run["overlay_fen"])


def _take(step: str, on: date, run_id: int) -> None:
    reason = st.session_state.get(_reason_key(step), "")
    steps: dict[str, Callable[[Actor], object]] = {
        "prepare": lambda actor: provision_runs.prepare_provisions(
            session.store(), actor, RunOrder(on, reason), at=session.now()
        ),
        "sign_off": lambda actor: provision_runs.sign_off_provisions(
            session.store(), actor, run_id, at=session.now()
        ),
        "return": lambda actor: provision_runs.return_provisions(
            session.store(), actor, run_id, reason, at=session.now()
        ),
    }
    try:
        steps[step](session.require(Permission.VIEW_BOOK))
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t(f"provisions.done_{step}", on=shown.month(on)))


def _reason_key(step: str) -> str:
    return f"provisions_reason_{step}"
