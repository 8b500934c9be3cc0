"""Facts of loans on screen: what staff know beyond days past due, recorded and lifted."""

from functools import partial

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations import loan_triggers
from lending_core.operations.loan_triggers import TriggerOrder
from lending_core.operations.provision_reasons import REASON_LENGTH_MAX
from lending_core.servicing.class_review import trigger_kinds
from pages.ui import notices, panels, provision_reads, session, tables
from pages.ui.text import person_name, sentence, t

_LIFT_REASON = "provisions_lift_reason"
_COLUMNS = ("loan_id", "trigger_kind", "from_on", "reason", "recorded_by")


def shown_facts(actor: Actor) -> None:
    """The facts that hold on the open day, and the form for another."""
    rows = provision_reads.count_triggers()
    with st.container(border=True, key="provisions_facts"):
        panels.heading(t("provisions.facts_title"), t("provisions.facts_note"))
        if not rows:
            st.markdown(t("provisions.facts_none"))
        else:
            trigger_id = _listed(actor, rows)
            if trigger_id is not None and actor.may(Permission.PREPARE_PROVISIONS):
                _lift_button(int(trigger_id))
    if actor.may(Permission.PREPARE_PROVISIONS):
        _form()


def _listed(actor: Actor, rows: int) -> int | None:
    store, readable = session.store(), partial(_readable, session.language())
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda asked: readable(provision_reads.triggers(asked)),
            everything=lambda order: map(readable, loan_triggers.all_triggers(store, actor, order)),
            id_column="trigger_id",
        ),
        alt=t("provisions.facts_alt"),
        key="provisions_facts_list",
        columns=_COLUMNS,
        sortable=loan_triggers.TRIGGER_ORDERS,
    )


def _readable(language: str, rows: pl.DataFrame) -> pl.DataFrame:
    people = [person_name(name, language) for name in rows["recorded_by"]]
    return rows.with_columns(trigger_kind="kind", recorded_by=pl.Series(people, dtype=pl.String))


def _lift_button(trigger_id: int) -> None:
    if st.button(t("provisions.lift"), key="provisions_lift"):
        st.dialog(t("provisions.lift"))(_confirm_lift)(trigger_id)


def _confirm_lift(trigger_id: int) -> None:
    notices.close_or_say()
    st.markdown(t("provisions.lift_explain"))
    st.text_area(t("provisions.reason"), key=_LIFT_REASON, max_chars=REASON_LENGTH_MAX)
    st.button(
        t("provisions.lift"),
        key="provisions_lift_confirm",
        type="primary",
        on_click=_lift,
        args=(trigger_id,),
    )


def _lift(trigger_id: int) -> None:
    reason = st.session_state.get(_LIFT_REASON, "")
    try:
        actor = session.require(Permission.PREPARE_PROVISIONS)
        loan_triggers.lift_trigger(session.store(), actor, trigger_id, reason, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
    else:
        notices.done(t("provisions.lifted"))


def _form() -> None:
    language = session.language()
    with st.form("provisions_fact_form"):
        panels.heading(t("provisions.record_title"), t("provisions.record_note"))
        left, right = st.columns(2)
        left.number_input(t("column.loan_id"), min_value=1, step=1, key="provisions_fact_loan")
        right.selectbox(
            t("column.trigger_kind"),
            trigger_kinds(),
            format_func=partial(_kind_name, language),
            key=f"provisions_fact_kind_{language}",
        )
        st.text_area(
            t("provisions.reason"),
            key="provisions_fact_reason",
            max_chars=REASON_LENGTH_MAX,
            placeholder=t("provisions.record_reason"),
        )
        if st.form_submit_button(t("provisions.record"), type="primary"):
            _record(language)


def _kind_name(language: str, kind: str) -> str:
    return sentence(f"trigger_kind.{kind}", language)


def _record(language: str) -> None:
    asked = st.session_state
    try:
        order = TriggerOrder(
            loan_id=int(asked["provisions_fact_loan"]),
            kind=asked[f"provisions_fact_kind_{language}"],
            reason=asked["provisions_fact_reason"],
        )
        actor = session.require(Permission.PREPARE_PROVISIONS)
        loan_triggers.record_trigger(session.store(), actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
    else:
        notices.done(t("provisions.recorded", loan_id=order.loan_id))
        st.rerun()
