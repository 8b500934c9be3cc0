"""Versions of a funder's terms: what is proposed, answered by a second person, and what was."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.funding.funders import Funder
from lending_core.operations.funder_register import funder_of
from pages.ui import format as shown
from pages.ui import funding_terms, links, panels, second_person, tables
from pages.ui.second_person import Proposal
from pages.ui.text import funder_name, person_name, plain, t, unmarked

_COLUMNS = (
    *("version_id", "terms_standing", "effective_on", "terms_change", "reason"),
    *("changed_by", "recorded_at", "stepped_by", "step_reason"),
)


def pending(versions: pl.DataFrame) -> None:
    """A line for each version that waits for a second person, with the way to it."""
    approved = set(versions.filter(pl.col("step") == "approved")["funder_code"])
    for row in versions.filter(pl.col("step") == "proposed").rows(named=True):
        key = "funders.pending" if row["funder_code"] in approved else "funders.pending_new"
        st.page_link(
            links.FUNDER_PAGE,
            label=unmarked(t(key, funder=funder_name(row["funder_code"]))),
            icon=":material/approval:",
            query_params={"funder": row["funder_code"]},
        )


def waiting(versions: pl.DataFrame, in_force: Funder | None, actor: Actor) -> None:
    """Each version that waits for a second person: what it changes, from when on, and the answer of
    whoever may give it."""
    for row in versions.filter(pl.col("step") == "proposed").rows(named=True):
        with st.container(border=True, key=f"funder_proposal_{row['version_id']}"):
            facts = {
                "version": row["version_id"],
                "who": person_name(row["changed_by"]),
                "on": shown.day(row["effective_on"]),
            }
            panels.heading(t("funder.waiting_title", **facts), t("funder.waiting_note"))
            st.markdown(t("funder.reason", reason=plain(row["reason"])))
            funding_terms.change_table(funding_terms.changes(in_force, funder_of(row)))
            proposal = Proposal("funder", row["version_id"], row["changed_by"])
            second_person.answers(proposal, actor)


def history(versions: pl.DataFrame, in_force_id: int | None, open_on: date) -> None:
    """Every version, the newest first, with what it changed and who stands behind it."""
    with st.container(border=True, key="funder_history"):
        panels.heading(t("funder.history_title"), t("funder.history_note"))
        tables.show(
            _readable(versions, in_force_id, open_on),
            alt=t("funder.history_alt"),
            key="funder_versions",
            columns=_COLUMNS,
        )


def _readable(versions: pl.DataFrame, in_force_id: int | None, open_on: date) -> pl.DataFrame:
    rows = versions.rows(named=True)
    standing = [
        funding_terms.standing(row, row["version_id"] == in_force_id, open_on) for row in rows
    ]
    return versions.with_columns(
        terms_standing=pl.Series(standing, dtype=pl.String),
        reason=pl.Series([funding_terms.reason(row["reason"]) for row in rows], dtype=pl.String),
        terms_change=pl.Series(_changes(rows), dtype=pl.String),
        changed_by=pl.Series([person_name(row["changed_by"]) for row in rows], dtype=pl.String),
        stepped_by=pl.Series(
            [person_name(row["stepped_by"]) if row["stepped_by"] else None for row in rows],
            dtype=pl.String,
        ),
    )


def _changes(rows: list[dict[str, Any]]) -> list[str]:
    """What each version changes against the approved one before it, in words; the newest first."""
    told: list[str] = []
    before: Funder | None = None
    for row in reversed(rows):
        after = funder_of(row)
        changed = funding_terms.changes(before, after)
        text = funding_terms.change_text(changed) if before else t("funder.first_version")
        told.append(unmarked(text))
        before = after if row["step"] == "approved" else before
    return told[::-1]
