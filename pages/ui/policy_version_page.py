"""One version in full: its steps, its life, whom it decided, the evidence, and what it changed."""

from typing import Any

import pandas as pd
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.policy_evidence import Evidence
from lending_core.policy.compile import PPM
from lending_core.policy.life_cycle import ENTRIES, GUARD
from lending_core.policy.replay import SIDES
from lending_core.policy.replay_people import GAINS, LOSSES
from pages.ui import format as shown
from pages.ui import (
    links,
    panels,
    policy_draft,
    policy_reads,
    policy_version_reads,
    policy_version_steps,
    reads,
    session,
)
from pages.ui.policy_text import note_text
from pages.ui.policy_words import differences_text
from pages.ui.text import headline, person_name, plain, t

_DIGITS_OF_HASH = 16
_MEASURES = (
    "approval_share",
    "limit_fen",
    "expected_drawn_fen",
    "expected_loss_fen",
    "expected_profit_fen",
    "average_rate",
)
# Lines of a difference that are read before one opens the whole.
_LINES_MAX = 12


def show(actor: Actor, row: dict[str, Any]) -> None:
    """The version of a row of the register."""
    version = row["policy_version"]
    with st.container(border=True, key="policy_versions_page"):
        standing = t(f"policy_standing.{row['policy_standing']}")
        st.subheader(t("policy_versions.page_title", version=version, standing=standing))
        policy_version_steps.buttons(actor, row)
        _own(actor, row)
        left, right = st.columns(2, gap="medium")
        with left:
            _life(version)
            _use(version)
        with right:
            _differences(version)
        for paper in policy_version_reads.evidence(version):
            _replay(paper) if paper.kind == "replay" else _alarm(paper)


def reason_text(reason: str) -> str:
    """Why a step was taken: what the product wrote in words, what a person wrote as it is."""
    return t("policy_versions.by_guard") if reason == GUARD else plain(note_text(reason))


def _own(actor: Actor, row: dict[str, Any]) -> None:
    if row["policy_standing"] == "waiting" and row["author"] == actor.user_name:
        st.markdown(t("policy_versions.own"))


def _life(version: int) -> None:
    panels.heading(t("policy_versions.life_title"), t("policy_versions.life_note"))
    lines = [_step_text(step) for step in policy_version_reads.life(version).rows(named=True)]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _step_text(step: dict[str, Any]) -> str:
    enters = step["status"] in ENTRIES
    until = step["effective_until"]
    days = (
        t("policy_versions.days_until", on=shown.day(step["effective_on"]), until=shown.day(until))
        if until
        else t("policy_versions.days_on", on=shown.day(step["effective_on"]))
    )
    return t(
        "policy_versions.life_step",
        at=shown.instant(step["recorded_at"]),
        status=t(f"policy_status.{step['status']}"),
        person=person_name(step["changed_by"]),
        days=days if enters else "",
        reason=reason_text(step["reason"]),
    )


def _use(version: int) -> None:
    used = {row["policy_version"]: row for row in policy_version_reads.use().rows(named=True)}
    row = used.get(version)
    panels.heading(t("policy_versions.use_title"), t("policy_versions.use_note"))
    st.markdown(
        t(
            "policy_versions.use_text",
            applications=shown.count(row["applications"]),
            first=shown.day(row["first_on"]),
            last=shown.day(row["last_on"]),
        )
        if row
        else t("policy_versions.use_never")
    )
    if st.button(
        t("limit_policies.load", version=version),
        key="policy_versions_load",
        icon=":material/upload_file:",
    ):
        policy_draft.begin(version)
        st.switch_page(links.POLICY_PAGE)


def _differences(version: int) -> None:
    """In words, against another version: the one in force, or the one before it, unless chosen."""
    others = [
        each for each in policy_reads.versions()["policy_version"].to_list() if each != version
    ]
    panels.heading(t("policy_versions.differences_title"), t("policy_versions.differences_note"))
    if not others:
        st.markdown(t("policy_versions.no_other"))
        return
    decides = (policy_reads.in_force() or {}).get("policy_version")
    earlier = max((each for each in others if each < version), default=others[0])
    before = decides if decides in others else earlier
    other = st.selectbox(
        t("policy_versions.against"),
        others,
        index=others.index(before),
        format_func={each: _version_name(each) for each in others}.__getitem__,
        key=f"policy_versions_against_{version}_{session.language()}",
    )
    lines = differences_text(reads.policy(other), reads.policy(version), session.language())
    if not lines:
        st.markdown(t("policy_versions.no_difference"))
        return
    st.markdown("\n".join(f"- {plain(line)}" for line in lines[:_LINES_MAX]))
    if len(lines) > _LINES_MAX:
        with st.expander(t("policy_versions.more", lines=len(lines) - _LINES_MAX)):
            st.markdown("\n".join(f"- {plain(line)}" for line in lines[_LINES_MAX:]))


def _version_name(version: int) -> str:
    return t("policy_versions.version", version=version)


def _replay(paper: Evidence) -> None:
    told = paper.facts
    panels.heading(t("policy_versions.replay_title"), t("policy_versions.replay_note"))
    if not told["applications"]:
        st.markdown(t("policy_versions.replay_nobody"))
    else:
        titles = (
            _version_name(told["base_version"]),
            t("policy_versions.this_version"),
        )
        table = {
            "": [t(f"policy_replay.measure.{name}") for name in _MEASURES],
            **{
                title: [_measure(name, told[side][name]) for name in _MEASURES]
                for title, side in zip(titles, SIDES, strict=True)
            },
        }
        st.table(pd.DataFrame(table).set_index(""), alt=t("policy_versions.replay_title"))
        better, worse = (_effects(told["effects"], kinds) for kinds in (GAINS, LOSSES))
        st.markdown(
            t(
                "policy_versions.replay_text",
                applications=shown.count(told["applications"]),
                on=told["business_on"],
                better=shown.count(better),
                worse=shown.count(worse),
            )
        )
    _trace(paper)


def _effects(effects: dict[str, int], kinds: tuple[str, ...]) -> int:
    return sum(effects.get(kind, 0) for kind in kinds)


def _measure(name: str, value: int | None) -> str:
    if name.endswith("_fen"):
        return headline(value)
    share = None if value is None else value / PPM
    return shown.rate(share) if name.endswith("_rate") else shown.percent(share)


def _alarm(paper: Evidence) -> None:
    told, outcome = paper.facts, paper.facts["outcome"]
    panels.heading(t("policy_versions.alarm_title"), t("policy_versions.alarm_note"))
    st.markdown(
        t(
            "policy_versions.alarm_text",
            on=told["business_on"],
            approvals=shown.count(outcome["approvals"]),
            applications=shown.count(outcome["applications"]),
            late=shown.count(outcome["late_loans"]),
            loans=shown.count(outcome["loans"]),
        )
    )
    _trace(paper)


def _trace(paper: Evidence) -> None:
    word = "policy_versions.trace_whole" if paper.is_unchanged else "policy_versions.trace_changed"
    st.caption(t(word, hash=f"`{paper.sha256[:_DIGITS_OF_HASH]}…`"))
