"""A contact, logged with two clicks: what is said first, what may be done now, what it came to."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.operations.contacts import (
    NOTE_LENGTH_MAX,
    Allowance,
    Contact,
    log_contact,
    opening_words,
)
from lending_core.portfolio.collection_rules import BORROWER, conduct, outcomes_of
from lending_core.portfolio.conduct import OPEN_ENDED, Way
from pages.ui import collection_desk, collection_words, notices, panels, session, unmask
from pages.ui.text import plain, refusal_text, t

_ICONS = {"call": ":material/call:", "message": ":material/sms:", "visit": ":material/home_pin:"}
_TYPED = ("number", "reason", "note")
_TYPED_LENGTH_MAX = {"number": 20, "reason": 200, "note": NOTE_LENGTH_MAX}
# After these the desk opens what usually follows.
_FOLLOWED_BY = {"promised": "promise", "disputes": "hold", "cannot_pay": "hardship"}
_BUTTON_WIDTH_MIN = 128


@dataclass(frozen=True)
class _Names:
    """Session keys of the contact that is being logged about a case."""

    case_id: int

    def of(self, what: str) -> str:
        return f"collection_contact_{what}_{self.case_id}"


def card(case: dict[str, Any], allowed: tuple[Allowance, ...], actor: Actor) -> None:
    """What is said, and a button for each thing that the contact may come to."""
    if not actor.may(Permission.COLLECT):
        return
    with st.container(border=True, key="collection_contact"):
        panels.heading(t("collection_case.contact_title"), t("collection_case.contact_note"))
        chosen = _choose_way(case["case_id"], allowed)
        _words(case, chosen.way, actor)
        _typed_fields(case["case_id"], chosen.way)
        if not chosen.is_allowed:
            st.warning(_why_not(chosen), icon=":material/block:")
        _outcome_buttons(case, chosen, actor)
        refused = st.session_state.pop(_Names(case["case_id"]).of("refused"), None)
        if refused:
            st.error(refused, icon=":material/error:")


def allowed_now(case: dict[str, Any], allowed: tuple[Allowance, ...]) -> None:
    """For each way: allowed or not, why not by which rule, and from when on."""
    with st.container(border=True, key="collection_allowed"):
        panels.heading(t("collection_case.allowed_title"), t("collection_case.allowed_note"))
        by_verdict = _by_verdict(allowed)
        st.table(
            {
                t("collection_case.way"): list(by_verdict.values()),
                t("collection_case.now"): list(by_verdict),
            },
            border="horizontal",
            hide_index=True,
            alt=t("collection_case.allowed_title"),
        )
        rules = conduct()
        st.caption(
            t(
                "collection_case.counted",
                unanswered=case["unanswered_today"],
                unanswered_max=rules.unanswered_per_day_max,
                connected=case["connected_today"],
                connected_max=rules.connected_per_day_max,
                failed=case["failed_in_row"],
            )
        )


def _choose_way(case_id: int, allowed: tuple[Allowance, ...]) -> Allowance:
    key = f"{_Names(case_id).of('way')}_{session.language()}"
    ways = list(range(len(allowed)))
    place = st.segmented_control(
        t("collection_case.way"),
        ways,
        default=0,
        required=True,
        format_func=[_named(each.way) for each in allowed].__getitem__,
        key=key,
        label_visibility="collapsed",
    )
    return allowed[place or 0]


def _words(case: dict[str, Any], way: Way, actor: Actor) -> None:
    if way.channel == "message":
        return
    words = opening_words(way.party, session.language()).format(
        customer=unmask.seen(case, case["customer_id"], actor)["name"],
        caller=collection_words.collector_name(actor.user_name),
        house=t("collections.house"),
    )
    st.markdown(f":material/format_quote: *{plain(words)}*", help=t("collection_case.words_help"))


def _typed_fields(case_id: int, way: Way) -> None:
    fields = ("note",) if way.party == BORROWER else _TYPED
    names = _Names(case_id)
    with st.grid(len(fields), min_column_width=180, gap="small"):
        for field in fields:
            st.text_input(
                t(f"collection_case.{field}"),
                key=names.of(field),
                max_chars=_TYPED_LENGTH_MAX[field],
                help=t(f"collection_case.{field}_help"),
            )


def _outcome_buttons(case: dict[str, Any], chosen: Allowance, actor: Actor) -> None:
    way = chosen.way
    codes = outcomes_of(way.channel, way.party)
    is_shut = not chosen.is_allowed or collection_desk.is_anothers(case, actor)
    with st.grid(min(len(codes), 5), min_column_width=_BUTTON_WIDTH_MIN, gap="xsmall"):
        for code in codes:
            st.button(
                t(f"contact_outcome.{code}"),
                key=f"collection_outcome_{code}",
                width="stretch",
                disabled=is_shut,
                on_click=_log,
                args=(case["case_id"], way, code),
            )


def _log(case_id: int, way: Way, outcome: str) -> None:
    names = _Names(case_id)
    typed = {field: (st.session_state.get(names.of(field)) or "").strip() for field in _TYPED}
    if way.party == BORROWER:
        typed |= {"number": "", "reason": ""}
    key = st.session_state.setdefault(names.of("key"), session.new_key())
    contact = Contact(
        case_id,
        way.channel,
        outcome,
        way.party,
        **{field: text or None for field, text in typed.items()},
    )
    try:
        actor = session.require(Permission.COLLECT)
        log_contact(session.store(), actor, contact, key=key, at=session.now())
    except LendingError as refusal:
        # Said beside what was typed, which stays.
        st.session_state[names.of("refused")] = refusal_text(refusal)
        return
    st.session_state.pop(names.of("key"), None)
    for field in _TYPED:
        st.session_state[names.of(field)] = ""
    notices.done(
        t(
            "collection_case.logged",
            way=collection_words.way_name(way),
            outcome=t(f"contact_outcome.{outcome}"),
        )
    )
    if outcome in _FOLLOWED_BY:
        collection_desk.open_step(case_id, _FOLLOWED_BY[outcome])


def _by_verdict(allowed: tuple[Allowance, ...]) -> dict[str, str]:
    """What is said of ways -> the ways of which it is said."""
    said: dict[str, list[str]] = {}
    for each in allowed:
        said.setdefault(_verdict(each), []).append(_named(each.way))
    return {verdict: t("collection_case.separator").join(ways) for verdict, ways in said.items()}


def _verdict(allowance: Allowance) -> str:
    if allowance.is_allowed:
        return f":green-badge[:material/check: {t('collection_case.allowed')}]"
    if allowance.allowed_from is None:
        when = t("collection_case.no_time")
    else:
        when = t("collection_case.from_time", when=collection_words.clock(allowance.allowed_from))
    return f":red-badge[:material/block: {when}] {_why_not(allowance)}"


def _why_not(allowance: Allowance) -> str:
    """Where waiting does not help, what a clock ends is left out."""
    told = allowance.refusals
    if allowance.allowed_from is None:
        told = tuple(each for each in told if each.reason in (*OPEN_ENDED, "on_hold"))
    return " ".join(refusal_text(refusal) for refusal in told)


def _named(way: Way) -> str:
    return f"{_ICONS[way.channel]} {collection_words.way_name(way)}"
