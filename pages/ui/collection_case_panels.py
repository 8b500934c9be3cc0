"""The parts of a case's page: whose it is, where it stands, what it waits for, what happened."""

from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.collection_cases import give_back, take
from lending_core.operations.collections import QueueFilter
from lending_core.portfolio.case_overview import expectation_parts
from lending_core.portfolio.collection_rules import conduct, desk, recovery
from lending_core.portfolio.conduct import is_quiet
from pages.ui import (
    collection_desk,
    collection_queue,
    collection_reads,
    collection_words,
    customer_reads,
    facts,
    links,
    notices,
    panels,
    reads,
    session,
    tables,
    unmask,
)
from pages.ui import format as shown
from pages.ui.panels import KeyFigure
from pages.ui.text import person_name, plain, t

_LOANS = (
    "loan_id",
    "bucket",
    "days_past_due",
    "overdue_fen",
    "outstanding_fen",
    "next_due_on",
    "next_due_fen",
    "product_code",
    "loan_standing",
)
_WHO = ("name", "id_number", "phone", "kind", "region_code")
_HISTORY = ("happened_on", "case_entry", "entry_detail", "entry_by", "note", "case_id")


def ask(actor: Actor) -> None:
    """Asks for a case's number, and opens it; or goes on with the next."""
    panels.empty(t("collection_case.ask"))
    with st.form("case_ask", border=False, width=360):
        number = st.number_input(t("column.case_id"), min_value=1, step=1, key="case_number")
        if st.form_submit_button(t("collection_case.open"), type="primary"):
            st.query_params["case_id"] = str(number)
            st.rerun()
    with st.container(horizontal=True):
        _queue()
        _next(actor)


def ways(case: dict[str, Any]) -> None:
    """Back to the queue, and on to the customer."""
    with st.container(horizontal=True):
        _queue()
        customer_id = case["customer_id"]
        links.customer(customer_id, t("loan.way_customer", customer_id=customer_id))


def whose(case: dict[str, Any], actor: Actor) -> None:
    """Who works on the case now, with the ways to take it, to give it back and to go on."""
    lock, case_id = collection_reads.lock(case["case_id"]), case["case_id"]
    until = "" if lock is None else collection_words.minute_text(lock.locked_until)
    is_mine = lock is not None and lock.locked_by == actor.user_name
    with st.container(horizontal=True, vertical_alignment="center", key="collection_lock"):
        if lock is None:
            st.badge(t("collection_case.lock_free"), icon=":material/lock_open:", color="gray")
        elif is_mine:
            said = t("collection_case.lock_mine", until=until)
            st.badge(said, icon=":material/lock:", color="green")
        else:
            person = plain(person_name(lock.locked_by))
            said = t("collection_case.lock_other", person=person, until=until)
            st.badge(said, icon=":material/lock:", color="orange")
        if not actor.may(Permission.COLLECT):
            return
        if lock is None:
            _button("take", ":material/back_hand:", _take, case_id)
        if is_mine:
            _button("give_back", ":material/undo:", _give_back, case_id)
        _next(actor)


def figures(case: dict[str, Any]) -> None:
    """How late, how much, what of it may be expected, what was promised, how often tried."""
    days = recovery().horizon_days
    panels.key_figures(
        [
            KeyFigure(
                t("collections.stage"),
                collection_words.stage_name(case["case_stage"]),
                t("collection_case.stage_help"),
            ),
            KeyFigure(
                t("column.days_past_due"),
                # What was written off has no instalments that could be past due.
                shown.count(case["days_past_due"] or None),
                t("collection_case.days_help"),
            ),
            KeyFigure(
                t("column.overdue_fen"),
                shown.whole_yuan(case["overdue_fen"]),
                t(
                    "collection_case.overdue_help",
                    full=shown.money(case["overdue_fen"]),
                    owed=shown.money(case["owed_fen"]),
                ),
            ),
            KeyFigure(
                t("collections.expected"),
                shown.whole_yuan(case["expected_fen"]),
                t(
                    "collection_case.expected_help",
                    rate=shown.percent(case["rate"]),
                    days=days,
                    net=shown.money(case["net_fen"]),
                ),
            ),
            _promise(case),
            KeyFigure(
                t("collection_case.contacts"),
                shown.count(case["attempts"]),
                t("collection_case.contacts_help", on=shown.day(case["opened_on"])),
            ),
        ],
        note=t("collection_case.as_of", on=shown.day(reads.book().business_on), days=days),
    )


def waits(case: dict[str, Any], actor: Actor) -> None:
    """Why nobody contacts the borrower: a hold, with the way to lift it, or an agency."""
    if case["agency_code"] is not None:
        agency = collection_words.agency_name(case["agency_code"])
        until = shown.day(case["due_back_on"])
        said = t("collection_case.at_agency", agency=agency, until=until)
        st.info(said, icon=":material/outbox:")
    if case["hold_kind"] is None:
        return
    kind, until = t(f"hold_kind.{case['hold_kind']}"), shown.day(case["held_to_on"])
    key = "held" if case["held_to_on"] else "held_endless"
    st.warning(t(f"collection_case.{key}", kind=kind, until=until), icon=":material/pause_circle:")
    if actor.may(Permission.MANAGE_COLLECTIONS):
        st.button(
            t("collection_case.lift"),
            key="collection_case_lift",
            icon=":material/play_circle:",
            on_click=collection_desk.open_step,
            args=(case["case_id"], "lift"),
        )


def loans(case: dict[str, Any]) -> None:
    """The loans that are late; a click opens one, where money is booked."""
    rows = collection_reads.late_loans(case["customer_id"])
    with st.container(border=True, key="collection_loans"):
        panels.heading(t("collection_case.loans_title"), t("collection_case.loans_note"))
        loan_id = tables.selectable(
            rows,
            "loan_id",
            alt=t("collection_case.loans_alt"),
            key=f"collection_case_loans_{case['case_id']}",
            columns=_LOANS,
        )
    if loan_id is not None:
        st.switch_page(links.LOAN_PAGE, query_params={"loan_id": str(loan_id)})


def borrower(case: dict[str, Any], actor: Actor) -> None:
    """Who it is: masked, or in plain for a while."""
    with st.container(border=True, key="collection_borrower"):
        panels.heading(t("collection_case.borrower_title"))
        customer = customer_reads.customer(case["customer_id"])
        seen = unmask.seen(customer, case["customer_id"], actor)
        facts.listed(seen, _WHO, alt=t("collection_case.borrower_title"))
        unmask.control(case["customer_id"], actor)


def why(case: dict[str, Any]) -> None:
    """What the expectation of this case is made of."""
    parts = expectation_parts(case, collection_reads.model())
    stage = collection_words.stage_name(case["case_stage"])
    band = collection_words.band_name(case["amount_band"])
    with st.container(border=True, key="collection_why"):
        panels.heading(t("collection_case.why_title"), t("collection_case.why_note"))
        rows = {
            t("collection_case.why_rate", stage=stage, band=band): shown.percent(parts.rate),
            _factor("promise_standing", case): f"×\u00a0{shown.ratio(parts.promise_multiple)}",
            _factor("contact_standing", case): f"×\u00a0{shown.ratio(parts.contact_multiple)}",
            t("column.overdue_fen"): f"×\u00a0{shown.money(case['overdue_fen'])}",
            t("collections.expected"): (f"**=\u00a0{shown.money(case['expected_fen'])}**"),
        }
        st.table(rows, border="horizontal", alt=t("collection_case.why_alt"))


def history(case: dict[str, Any]) -> None:
    """Everything that happened, newest first."""
    rows = collection_reads.log(case["customer_id"])
    with st.container(border=True, key="collection_history"):
        panels.heading(t("collection_case.history_title"), t("collection_case.history_note"))
        tables.show(
            collection_words.log_in_words(rows),
            alt=t("collection_case.history_alt"),
            key=f"collection_case_history_{case['case_id']}",
            columns=_HISTORY,
        )


def _queue() -> None:
    label = t("collection_case.way_queue")
    st.page_link(links.COLLECTIONS_PAGE, label=label, icon=":material/arrow_back:")


def _next(actor: Actor) -> None:
    if not actor.may(Permission.COLLECT):
        return
    if st.button(
        t("collections.next"),
        key="collection_case_next",
        icon=":material/phone_forwarded:",
        disabled=is_quiet(collection_reads.now_local(), conduct()),
    ):
        collection_queue.open_next(actor, QueueFilter())


def _button(name: str, icon: str, step: Any, number: int) -> None:
    st.button(
        t(f"collection_case.{name}"),
        key=f"collection_case_{name}",
        icon=icon,
        on_click=step,
        args=(number,),
    )


def _take(case_id: int) -> None:
    try:
        actor = session.require(Permission.COLLECT)
        take(session.store(), actor, case_id, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        return
    minutes = desk().lock_minutes
    notices.done(t("collection_case.taken", case_id=case_id, minutes=minutes))


def _give_back(case_id: int) -> None:
    try:
        actor = session.require(Permission.COLLECT)
        give_back(session.store(), actor, case_id, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        return
    notices.done(t("collection_case.given_back", case_id=case_id))


def _promise(case: dict[str, Any]) -> KeyFigure:
    newest = collection_reads.promises(case["customer_id"])
    if newest.is_empty():
        none = t("collection_case.promise_none_help")
        return KeyFigure(t("collection_case.promise"), shown.DASH, none)
    row = newest.row(0, named=True)
    told = t(
        "collection_case.promise_help",
        amount=shown.money(row["amount_fen"]),
        on=shown.day(row["due_on"]),
        paid=shown.money(row["paid_fen"]),
    )
    return KeyFigure(t("collection_case.promise"), t(f"promise_state.{row['promise_state']}"), told)


def _factor(factor: str, case: dict[str, Any]) -> str:
    return t(f"collection_case.why_{factor}", what=t(f"{factor}.{case[factor]}"))
