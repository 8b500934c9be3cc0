"""What happened to a loan since it was paid out, and which part of it each event settled."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.servicing.positions import LoanState
from pages.ui import format as shown
from pages.ui import loan_desk, loan_reads, loan_trace, panels, session, tables
from pages.ui.text import person_name, plain, sentence, t

_COLUMNS = (
    "loan_event_id",
    "event_on",
    "event_kind",
    "amount_fen",
    "event_terms",
    "recorded_on",
    "actor",
    "reversed_by_event_id",
)
_TRAIL = ("settled_number", "component", "amount_fen")


def history(loan: dict[str, Any], state: LoanState, actor: Actor) -> None:
    """Every event, and beside it the one chosen with what it settled."""
    with st.container(border=True, key="loan_history"):
        panels.heading(t("loan.history_title"), t("loan.history_note"))
        events = loan_reads.events(loan["loan_id"]).reverse()
        if events.is_empty():
            st.markdown(t("loan.history_empty"))
            return
        _table(events)
        left, right = st.columns([2, 3])
        with left:
            chosen = _chosen(events)
            if chosen["reason"]:
                st.caption(t("loan.event_reason", reason=plain(chosen["reason"])))
            _reverse(chosen, actor)
        with right:
            _settled(chosen, state)
            _order(chosen, loan)


def event_name(event: dict[str, Any], language: str) -> str:
    """An event in one line: number, kind, amount, day."""
    amount = event["amount_fen"]
    kind = sentence(f"event_kind.{event['kind']}", language)
    return sentence(
        "loan.event_name",
        language,
        number=event["loan_event_id"],
        what=kind if amount is None else f"{kind} {shown.money(amount)}",
        on=shown.day(event["effective_on"]),
    )


def readable(events: pl.DataFrame) -> pl.DataFrame:
    """Events as the table shows them: names for codes, everything that qualifies one in words."""
    rows = [
        {
            **event,
            "event_on": event["effective_on"],
            "event_kind": t(f"event_kind.{event['kind']}"),
            "event_terms": _terms(event),
            "actor": person_name(event["recorded_by"]),
        }
        for event in events.rows(named=True)
    ]
    kept = events.schema
    return pl.DataFrame(rows, schema_overrides={**kept, "event_on": pl.Date}).select(_COLUMNS)


def _table(events: pl.DataFrame) -> None:
    tables.show(readable(events), alt=t("loan.history_title"), key="loan_history_list")


def _chosen(events: pl.DataFrame) -> dict[str, Any]:
    language = session.language()
    rows = events.rows(named=True)
    names = {event["loan_event_id"]: event_name(event, language) for event in rows}
    # The key carries the newest event: after a step, its own event is the one shown.
    number = st.selectbox(
        t("loan.event_chosen"),
        list(names),
        format_func=names.__getitem__,
        key=f"loan_event_{rows[0]['loan_event_id']}_{language}",
    )
    return next(event for event in rows if event["loan_event_id"] == number)


def _settled(event: dict[str, Any], state: LoanState) -> None:
    trail = state.allocations.filter(pl.col("loan_event_id") == event["loan_event_id"])
    if event["reverses_event_id"] is not None:
        st.markdown(t("loan.event_reverses", number=event["reverses_event_id"]))
    elif event["reversed_by_event_id"] is not None:
        st.markdown(t("loan.event_is_reversed", number=event["reversed_by_event_id"]))
    elif trail.is_empty():
        st.markdown(t("loan.event_settles_nothing"))
    else:
        _trail(trail)


def _order(event: dict[str, Any], loan: dict[str, Any]) -> None:
    """On demand: why a payment settled these parts and no others."""
    is_payment = event["kind"] == "payment" and event["reversed_by_event_id"] is None
    if is_payment and st.toggle(t("loan_trace.why_order"), key="loan_trace_order"):
        traced = loan_reads.payment_trace(loan["loan_id"], event["loan_event_id"])
        if traced is not None:
            loan_trace.order(traced, loan)


def _trail(trail: pl.DataFrame) -> None:
    whole = t("loan.of_loan")
    number = pl.col("number").cast(pl.String)
    parts = trail.sort("number", maintain_order=True).with_columns(
        settled_number=pl.when(pl.col("number") == 0).then(pl.lit(whole)).otherwise(number)
    )
    tables.show(parts, alt=t("loan.event_chosen"), key="loan_trail", columns=_TRAIL)
    st.caption(t("loan.event_sum", total=shown.money(abs(int(parts["amount_fen"].sum())))))


def _reverse(event: dict[str, Any], actor: Actor) -> None:
    """The way back from an event, in a dialog that shows what it would change."""
    is_back = event["kind"] == "reversal" or event["reversed_by_event_id"] is not None
    if not is_back and loan_desk.may(actor, "reversal"):
        st.button(
            t("loan.reverse"),
            key="loan_reverse",
            icon=":material/undo:",
            on_click=loan_desk.open_step,
            args=(event["loan_id"], "reversal", event["loan_event_id"]),
        )


def _terms(event: dict[str, Any]) -> str | None:
    """Strategy, component, rate and number of instalments, as far as an event has them."""
    said = [
        t(f"strategy.{event['strategy']}") if event["strategy"] else None,
        t(f"component.{event['component']}") if event["component"] else None,
        None if event["annual_rate"] is None else shown.rate(event["annual_rate"]),
        t(f"loan.event_instalments_{event['kind']}", count=event["instalments"])
        if event["instalments"]
        else None,
        None
        if event["reverses_event_id"] is None
        else t("loan.event_of", number=event["reverses_event_id"]),
    ]
    return ", ".join(each for each in said if each) or None
