"""The parts of the ledger's page: which events, one event in full, and whether the chain holds."""

from collections.abc import Sequence

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.ledger.chain import Break
from lending_core.operations import ledger
from lending_core.operations.ledger import Subject
from pages.ui import facts, inputs, panels, reads, session, tables
from pages.ui import format as shown
from pages.ui.text import t

# Of what an event may tell; the first means all of them.
SUBJECT_KINDS = (
    "all",
    "application",
    "loan",
    "line",
    "line_review",
    "payment",
    "policy",
    "model",
    "customer",
    "provision",
    "overlay",
    "account",
    "api_client",
    "sign_in",
    "book",
    "alert",
    "case",
    "ledger",
    "compliance",
    "funder",
    "agreement",
    "matching",
    "transfer",
    "statement",
)
LIST_COLUMNS = (
    "event_id",
    "recorded_at",
    "business_on",
    "action",
    "subject_kind",
    "subject_id",
    "actor",
    "hash",
)
_FACTS = (
    "event_id",
    "action",
    "actor",
    "subject_kind",
    "subject_id",
    "business_on",
    "recorded_at",
    "previous_hash",
    "hash",
)


def subject() -> Subject:
    """The thing whose events are asked for, kept in the URL; None means every event."""
    with st.container(horizontal=True, vertical_alignment="bottom", width=480):
        kind = inputs.choose_one(
            t("column.subject_kind"),
            SUBJECT_KINDS,
            key="subject_kind",
            name_of=_kind_name,
        )
        if kind == SUBJECT_KINDS[0]:
            st.query_params.pop("subject_id", None)
            return None
        number = st.number_input(
            t("column.subject_id"),
            min_value=1,
            step=1,
            value=inputs.whole_in_url("subject_id") or 1,
            key="events_subject_id",
        )
    st.query_params["subject_id"] = str(number)
    return kind, number


def verification(actor: Actor) -> None:
    """A button that recomputes the whole chain, and says what was found."""
    with st.container(border=True, key="events_verification"):
        panels.heading(t("events.verify_title"), t("events.verify_note"))
        if not st.button(t("events.verify"), key="events_verify", icon=":material/verified:"):
            st.caption(t("events.verify_how"))
            return
        _said_of(_verified(actor))


def _verified(actor: Actor) -> Break | None:
    """Walks the chain under a bar that counts its events."""
    bar = st.progress(0.0)

    def show(done: int, total: int) -> None:
        words = t("events.verifying", done=shown.count(done), total=shown.count(total))
        bar.progress(done / total, words)

    broken = ledger.verify_chain(session.store(), actor, show)
    bar.empty()
    return broken


def _said_of(broken: Break | None) -> None:
    if broken is None:
        newest = reads.events(None).row(0, named=True)
        st.success(
            t("events.whole", events=shown.count(newest["event_id"]), hash=newest["hash"]),
            icon=":material/verified:",
        )
    else:
        st.error(
            t(
                "events.broken",
                event_id=shown.count(broken.event_id),
                expected=broken.expected_hash,
                found=broken.found_hash,
            ),
            icon=":material/gpp_bad:",
        )


def listed(asked: Subject, rows: int, *, key: str, columns: Sequence[str]) -> int | None:
    """The events a page at a time; the number of the one clicked."""
    store, actor = session.store(), session.person()
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda page: reads.events(asked, page),
            everything=lambda order: ledger.all_events(store, actor, asked, order),
            id_column="event_id",
        ),
        alt=t("events.list_alt"),
        key=key,
        columns=columns,
        sortable=ledger.EVENT_ORDERS,
    )


def one_event(event_id: int) -> None:
    """Every field of one event, its payload as it was hashed."""
    event = reads.event(event_id)
    with st.container(border=True, key="events_one"):
        panels.heading(t("events.one_title", event_id=shown.count(event_id)))
        facts.listed(event, _FACTS, alt=t("events.one_alt"))
        st.caption(t("events.payload_how"))
        st.code(event["payload"], language="json", wrap_lines=True)


def _kind_name(code: str) -> str:
    return t(f"subject_kind.{code}")
