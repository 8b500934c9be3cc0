"""One rule: what it says and is held against, what was found, how it went, and what people said."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.compliance_reports import RuleNow
from pages.ui import (
    compliance_reads,
    compliance_steps,
    compliance_words,
    links,
    panels,
    session,
    tables,
)
from pages.ui import format as shown
from pages.ui.text import person_name, plain, t

_FINDINGS = ("finding_subject", "finding_text", "finding_standing", "until_on", "finding_reason")
_SORTABLE = ("finding_standing", "finding_subject", "measured")
# What nobody answered yet comes first.
_STANDINGS = {"open": 0, "acknowledged": 1, "waived": 2}
_HISTORY = ("business_on", "rule_standing", "findings_figure", "looked_figure", "run_by_name")
_ANSWERS = ("answer_step", "finding_subject", "finding_reason", "until_on", "answered_by_name")
_ATTESTED = ("attested_on", "attested_by_name", "statement", "attested_until_on")


def show(actor: Actor, now: RuleNow) -> None:
    """The rule in full, under the list."""
    with st.container(border=True, key="compliance_rule"):
        panels.heading(plain(compliance_words.title(now.rule)))
        st.markdown(_standing(now))
        _unjudged(now)
        _says(now)
        if now.rule.kind == "attested":
            compliance_steps.attest_button(actor, now.rule)
            _attestations(now.rule.rule_id)
        elif now.rule.kind == "checked":
            _checked(actor, now)


def _checked(actor: Actor, now: RuleNow) -> None:
    rule_id = now.rule.rule_id
    found = compliance_reads.findings(rule_id)
    compliance_steps.answer_buttons(actor, rule_id, None, found)
    clicked = _findings(rule_id, found)
    if clicked is not None:
        _one(actor, rule_id, clicked, found)
    left, right = st.columns(2)
    with left:
        panels.heading(t("compliance.history_title"))
        _history(rule_id)
    with right:
        panels.heading(t("compliance.answers_title"))
        _answers(actor, rule_id)


def _standing(now: RuleNow) -> str:
    name = t(f"compliance.standing.{now.standing}")
    if now.standing == "broken":
        return t("compliance.is_broken", standing=name, findings=shown.count(now.open_findings))
    if now.due_on is not None:
        return t("compliance.is_attested", standing=name, on=shown.day(now.due_on))
    if now.rule.reason is not None:
        return f"**{name}**: {compliance_words.said(now.rule.reason)}"
    if now.looked_at is None:
        return f"**{name}**"
    return t("compliance.is_looked_at", standing=name, things=shown.count(now.looked_at))


def _unjudged(now: RuleNow) -> None:
    if now.unjudged:
        st.caption(t("compliance.are_unjudged", things=shown.count(now.unjudged)))


def _says(now: RuleNow) -> None:
    rule = now.rule
    st.markdown(plain(compliance_words.place(rule)))
    st.caption(
        t(
            "compliance.from_on",
            on=shown.day(rule.effective_from),
            confidence=t(f"compliance.confidence.{rule.confidence}"),
            source=plain(rule.source),
        )
    )
    if rule.note is not None:
        st.caption(plain(compliance_words.said(rule.note)))
    if rule.owner is not None:
        st.caption(
            t(
                "compliance.attested_by_owner",
                owner=t(f"compliance.owner.{rule.owner}"),
                months=shown.count(rule.every_months),
            )
        )
    if rule.parameters:
        with st.expander(t("compliance.parameters")):
            rows = [_parameter(now, name) for name in rule.parameters]
            st.table(pl.DataFrame(rows), alt=t("compliance.parameters"))


def _parameter(now: RuleNow, name: str) -> dict[str, str]:
    return {
        t("compliance.parameter_name"): name,
        t("compliance.parameter_value"): compliance_words.parameter(now.rule.parameters[name]),
        t("compliance.parameter_place"): now.rule.references.get(name, t("compliance.here")),
    }


def _findings(rule_id: str, found: pl.DataFrame) -> dict[str, Any] | None:
    if found.is_empty():
        panels.empty(t("compliance.no_findings"))
        return None
    # Loans and the like by their numbers, before things that have a name.
    number = pl.col("subject_id").cast(pl.Int64, strict=False)
    place = pl.struct(number.fill_null(_LAST).alias("number"), "subject_id").rank("dense")
    sorted_by = found.with_columns(
        finding_standing=pl.col("standing").replace_strict(_STANDINGS), finding_subject=place
    )
    clicked = tables.paged(
        tables.computed(
            sorted_by,
            "finding_id",
            in_words=partial(_in_words, language=session.language()),
            ascending=("finding_standing", "finding_subject"),
        ),
        alt=t("compliance.findings_alt"),
        key=f"compliance_findings_{rule_id}",
        columns=_FINDINGS,
        sortable=_SORTABLE if found["measured"].count() else _SORTABLE[:-1],
    )
    rows = found.filter(pl.col("finding_id") == clicked) if clicked is not None else found.clear()
    return rows.row(0, named=True) if rows.height else None


def _in_words(rows: pl.DataFrame, language: str) -> pl.DataFrame:
    told = [_finding(row, language) for row in rows.rows(named=True)]
    return pl.DataFrame(told, schema=_FINDING_SCHEMA)


def _finding(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "finding_id": row["finding_id"],
        "finding_subject": compliance_words.subject(
            row["subject_kind"], row["subject_id"], language
        ),
        "finding_text": compliance_words.finding(row, language),
        "finding_standing": compliance_words.standing(row, language),
        "until_on": row["until_on"],
        "finding_reason": row["reason"],
    }


def _one(actor: Actor, rule_id: str, row: dict[str, Any], found: pl.DataFrame) -> None:
    """The finding that was clicked: where it leads, and what can be said of it alone."""
    subject = (row["subject_kind"], row["subject_id"])
    language = session.language()
    name = compliance_words.subject(*subject, language)
    st.markdown(plain(f"{name}: {compliance_words.finding(row, language)}"))
    with st.container(horizontal=True):
        links.subject(actor, *subject, label=name)
    compliance_steps.answer_buttons(actor, rule_id, subject, found)


def _history(rule_id: str) -> None:
    rows = compliance_reads.history(rule_id)
    if rows.is_empty():
        st.caption(t("compliance.never_run"))
        return
    frame = pl.DataFrame(
        [
            {
                "business_on": row["business_on"],
                "rule_standing": t(f"compliance.standing.{row['status']}"),
                "findings_figure": shown.count(row["findings"]),
                "looked_figure": shown.count(row["looked_at"]),
                "run_by_name": person_name(row["run_by"]),
            }
            for row in rows.rows(named=True)
        ]
    )
    tables.show(
        frame,
        alt=t("compliance.history_title"),
        key=f"compliance_history_{rule_id}",
        columns=_HISTORY,
    )


def _answers(actor: Actor, rule_id: str) -> None:
    rows = compliance_reads.answers(rule_id)
    if rows.is_empty():
        st.caption(t("compliance.no_answers"))
        return
    frame = pl.DataFrame([_answer(row) for row in rows.rows(named=True)], schema=_ANSWER_SCHEMA)
    clicked = tables.selectable(
        frame,
        "answer_id",
        alt=t("compliance.answers_title"),
        key=f"compliance_answers_{rule_id}",
        columns=_ANSWERS,
    )
    if clicked is None:
        return
    if rows.filter((pl.col("answer_id") == clicked) & (pl.col("step") == "waived")).height:
        compliance_steps.end_button(actor, clicked)


def _answer(row: dict[str, Any]) -> dict[str, Any]:
    kind, number = row["subject_kind"], row["subject_id"]
    return {
        "answer_id": row["answer_id"],
        "answer_step": t(f"compliance.answer.{row['step']}"),
        "finding_subject": t("compliance.whole_rule")
        if kind is None
        else compliance_words.subject(kind, number, session.language()),
        "finding_reason": row["reason"],
        "until_on": row["until_on"],
        "answered_by_name": person_name(row["answered_by"]),
    }


def _attestations(rule_id: str) -> None:
    rows = compliance_reads.attestations(rule_id)
    if rows.is_empty():
        panels.empty(t("compliance.never_attested"))
        return
    frame = rows.select(
        "attested_on",
        attested_by_name=pl.Series(
            [person_name(each) for each in rows["attested_by"]], dtype=pl.String
        ),
        statement="statement",
        attested_until_on="due_on",
    )
    tables.show(
        frame,
        alt=t("compliance.attestations_alt"),
        key=f"compliance_attestations_{rule_id}",
        columns=_ATTESTED,
    )


# After every number of a thing.
_LAST = 2**62
_FINDING_SCHEMA = {
    "finding_id": pl.Int64,
    **dict.fromkeys(_FINDINGS, pl.String),
    "until_on": pl.Date,
}
_ANSWER_SCHEMA = {
    "answer_id": pl.Int64,
    **dict.fromkeys(_ANSWERS, pl.String),
    "until_on": pl.Date,
}
