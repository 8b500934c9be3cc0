"""What a step with a case asks for: a promise, a complaint, a hold, an agency; one form each."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations import agencies, holds, promises
from lending_core.portfolio.collection_rules import (
    Agency,
    complaint_kinds,
    desk,
    hold_days,
    hold_days_offered,
)
from lending_core.portfolio.collection_rules import agencies as register
from pages.ui import (
    collection_agency,
    collection_hardship,
    collection_reads,
    collection_words,
    inputs,
    reads,
    session,
)
from pages.ui import format as shown
from pages.ui.collection_desk import INPUTS, Form, Step
from pages.ui.text import sentence, t

_NOTE_LENGTH_MAX = 500
_DAYS_AHEAD = 7


def promise(case: dict[str, Any], _: Actor) -> Step | None:
    """So much by a day; what is enough for it to count as kept."""
    today, rules = reads.book().open_on, desk()
    left, right = st.columns(2)
    with left:
        amount_fen = inputs.money(
            t("column.amount_fen"),
            case["overdue_fen"],
            key=f"{INPUTS}amount",
            bounds_fen=(0, max(case["owed_fen"], case["overdue_fen"])),
        )
    with right:
        due_on = st.date_input(
            t("collection_desk.promise_day"),
            today + timedelta(days=_DAYS_AHEAD),
            min_value=today,
            max_value=today + timedelta(days=rules.promise_days_max),
            key=f"{INPUTS}due_on",
            format="YYYY-MM-DD",
        )
    st.caption(
        t(
            "collection_desk.promise_kept",
            least=shown.money(promises.least_fen(amount_fen)),
            until=shown.day(due_on + timedelta(days=rules.promise_grace_days)),
            overdue=shown.money(case["overdue_fen"]),
        )
    )
    if case["promise_standing"] == "open":
        st.info(t("collection_desk.promise_replaces"), icon=":material/info:")
    asked = promises.Promise(case["case_id"], amount_fen, due_on)
    return Step(
        lambda store, actor, key, at: promises.record_promise(store, actor, asked, key=key, at=at),
        t("collection_desk.done_promise", amount=shown.money(amount_fen), on=shown.day(due_on)),
    )


def complaint(case: dict[str, Any], _: Actor) -> Step | None:
    """What the borrower complains about; the hold that it begins."""
    kind = _radio(t("collection_desk.complaint_about"), complaint_kinds(), "complaint_kind")
    note = _note()
    st.caption(t("collection_desk.complaint_holds", days=hold_days()[holds.COMPLAINT]))
    asked = holds.Complaint(case["case_id"], kind, note)
    return Step(
        lambda store, actor, key, at: holds.record_complaint(store, actor, asked, key=key, at=at),
        t("collection_desk.done_complaint", kind=t(f"complaint_kind.{kind}")),
    )


def hold(case: dict[str, Any], _: Actor) -> Step | None:
    """Why nobody shall contact the borrower, and for how long."""
    kind = _radio(t("collection_desk.hold_why"), list(hold_days()), "hold_kind")
    usual = hold_days()[kind]
    days = None
    if usual is None:
        st.caption(t("collection_desk.hold_endless"))
    else:
        days = st.segmented_control(
            t("collection_desk.hold_days"),
            hold_days_offered(),
            default=usual,
            required=True,
            # The key carries the kind: another kind has another usual number of days.
            key=f"{INPUTS}days_{kind}",
        )
        last_on = reads.book().open_on + timedelta(days=(days or usual) - 1)
        st.caption(t("collection_desk.hold_until", until=shown.day(last_on)))
    asked = holds.Hold(case["case_id"], kind, days, _note())
    return Step(
        lambda store, actor, key, at: holds.place_hold(store, actor, asked, key=key, at=at),
        t("collection_desk.done_hold", kind=t(f"hold_kind.{kind}")),
    )


def lift(case: dict[str, Any], _: Actor) -> Step | None:
    """Which hold ends today, and why."""
    standing = collection_reads.holds_in_force(case["customer_id"])
    names = {
        row["hold_id"]: t(
            "collection_desk.lift_one",
            kind=t(f"hold_kind.{row['kind']}"),
            since=shown.day(row["from_on"]),
            until=shown.day(row["until_on"]),
        )
        for row in standing.rows(named=True)
    }
    if not names:
        return None
    hold_id = st.radio(
        t("collection_desk.lift_which"),
        list(names),
        format_func=names.__getitem__,
        key=f"{INPUTS}lifted_{session.language()}",
    )
    st.caption(t("collection_desk.lift_happens"))
    note = _note()
    return Step(
        lambda store, actor, _key, at: holds.lift_hold(store, actor, hold_id, note=note, at=at),
        t("collection_desk.done_lift"),
    )


def agency(case: dict[str, Any], _: Actor) -> Step | None:
    """To which agency; or, of a case that is out, why it is called back."""
    return _recall(case) if case["agency_code"] else _hand_over(case)


FORMS: dict[str, Form] = {
    "promise": promise,
    "complaint": complaint,
    "hold": hold,
    "hardship": collection_hardship.form,
    "agency": agency,
    "report": collection_agency.report,
    "lift": lift,
}


def _hand_over(case: dict[str, Any]) -> Step | None:
    every = list(register().values())
    allowed = [each for each in every if each.is_published and not each.has_violent_record]
    code = st.radio(
        t("collection_desk.agency_which"),
        [each.agency_code for each in allowed],
        format_func=collection_words.agency_name,
        captions=[_commission(each) for each in allowed],
        key=f"{INPUTS}agency_{session.language()}",
    )
    for each in every:
        if each not in allowed:
            st.caption(f":material/block: {_barred(each)}")
    told = {
        "agency": collection_words.agency_name(code),
        "until": shown.day(agencies.last_day_out(reads.book().open_on)),
    }
    overdue = shown.money(case["overdue_fen"])
    st.info(t("collection_desk.agency_happens", overdue=overdue, **told), icon=":material/outbox:")
    asked = agencies.HandOver(case["case_id"], code)
    return Step(
        lambda store, actor, key, at: agencies.hand_over(store, actor, asked, key=key, at=at),
        t("collection_desk.done_agency", **told),
    )


def _recall(case: dict[str, Any]) -> Step | None:
    name = collection_words.agency_name(case["agency_code"])
    st.caption(t("collection_desk.agency_has", agency=name, until=shown.day(case["due_back_on"])))
    reason = _radio(t("collection_desk.recall_why"), agencies.RECALL_REASONS, "recall_reason")
    asked = agencies.Recall(case["case_id"], reason)
    return Step(
        lambda store, actor, _key, at: agencies.recall(store, actor, asked, at=at),
        t("collection_desk.done_recall", agency=name),
    )


def _commission(each: Agency) -> str:
    return t("collection_desk.agency_commission", share=shown.percent(each.commission_share))


def _barred(each: Agency) -> str:
    why = "violent" if each.has_violent_record else "unpublished"
    return t(f"collection_desk.agency_{why}", agency=collection_words.agency_name(each.agency_code))


def _radio(label: str, codes: Sequence[str], table: str) -> str:
    language = session.language()
    chosen = st.radio(
        label,
        codes,
        format_func=partial(_code_name, table, language),
        key=f"{INPUTS}{table}_{language}",
        horizontal=True,
    )
    return str(chosen)


def _code_name(table: str, language: str, code: str) -> str:
    return sentence(f"{table}.{code}", language)


def _note() -> str | None:
    typed = st.text_area(
        t("collection_case.note"),
        key=f"{INPUTS}note",
        max_chars=_NOTE_LENGTH_MAX,
        height=80,
        help=t("collection_case.note_help"),
    )
    return typed.strip() or None
