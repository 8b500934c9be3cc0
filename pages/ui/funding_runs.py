"""Matchings as they were: what was asked, which limits bound, and why a loan went to its funder."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.errors import LendingError
from lending_core.funding.explain import alternatives
from lending_core.operations.matchings import PastMatching
from pages.ui import format as shown
from pages.ui import (
    funding_limits,
    funding_match_reads,
    funding_words,
    inputs,
    links,
    panels,
    tables,
)
from pages.ui.text import funder_name, person_name, refusal_text, t

_COLUMNS = (
    *("matching_id", "business_on", "run_occasion", "loans", "matched_fen", "left_loans"),
    *("left_over_fen", "cost_rate", "run_status", "run_by"),
)
_WAYS = ("rank", "way", "year_cost_fen", "extra_fen", "way_standing")
_SHARES = ("loan_id", "funder_code", "share_role", "share_fen", "annual_cost_rate")
_PPM = 1_000_000
# Pixels: two lenders with their shares.
_WAY_WIDTH = 420


def newest(runs: pl.DataFrame) -> None:
    """Which limits bound in the newest matching that left something, else in the newest."""
    with st.container(border=True, key="matching_binding"):
        panels.heading(t("matching.binding_title"), t("matching.binding_note"))
        if runs.is_empty():
            st.markdown(t("matching.runs_none"))
            return
        # Of one that funded all there is nothing to say.
        scarce = runs.filter(pl.col("left_loans") > 0)
        which = runs if scarce.is_empty() else scarce
        past = funding_match_reads.run(which.select(pl.col("run_id").max()).item())
        st.caption(
            t("matching.of_run", run=past.row["run_id"], on=shown.day(past.row["business_on"]))
        )
        funding_limits.binding(past.matching.limits)


def listed(runs: pl.DataFrame) -> None:
    """The matchings of late, the newest first; the one chosen, or that a link names, in full
    below."""
    run_id = inputs.whole_in_url("run")
    with st.container(border=True, key="matching_runs"):
        panels.heading(t("matching.runs_title"), t("matching.runs_note"))
        if runs.is_empty():
            st.markdown(t("matching.runs_none"))
        else:
            clicked = tables.selectable(
                _readable(runs),
                "matching_id",
                alt=t("matching.runs_alt"),
                key="matching_runs_table",
                columns=_COLUMNS,
            )
            run_id = run_id if clicked is None else int(clicked)
    if run_id is not None:
        _one(funding_match_reads.run(run_id))


def why(loan_id: int) -> None:
    """Why a loan went to its funder: every way that it could have gone, and what stood against it;
    of a loan older than matchings, that nobody kept them."""
    try:
        run_id = funding_match_reads.run_of_loan(loan_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    if run_id is None:
        st.caption(t("matching.run_unknown"))
        return
    past = funding_match_reads.run(run_id)
    st.caption(t("matching.of_run", run=run_id, on=shown.day(past.row["business_on"])))
    _ways(past, loan_id)


def _one(past: PastMatching) -> None:
    run_id = past.row["run_id"]
    with st.container(border=True, key="matching_run"):
        panels.heading(t("matching.run_title", run=run_id), t("matching.run_note"))
        if not past.is_as_it_was:
            st.warning(t("matching.not_as_it_was"), icon=":material/warning:")
        funding_limits.of_matching(past.matching.limits, str(run_id))
    with st.container(border=True, key="matching_run_loans"):
        panels.heading(t("matching.shares_title"), t("matching.shares_note"))
        if past.matching.shares.is_empty():
            st.markdown(t("matching.shares_none"))
            return
        loan_id = tables.selectable(
            _shares(past),
            "loan_id",
            alt=t("matching.shares_alt"),
            key=f"matching_shares_{run_id}",
            columns=_SHARES,
        )
        if loan_id is not None:
            st.markdown(t("matching.ways_of", loan_id=loan_id))
            _ways(past, int(loan_id))
            if loan_id > 0:
                links.loan(int(loan_id), t("matching.way_loan", loan_id=loan_id))


def _ways(past: PastMatching, loan_id: int) -> None:
    found = alternatives(past.batch, past.matching, loan_id)
    rows = found.rows(named=True)
    tables.show(
        found.with_columns(
            way=pl.Series([_way(row) for row in rows], dtype=pl.String),
            year_cost_fen=pl.col("cost_fen"),
            way_standing=pl.Series([funding_words.obstacle(row) for row in rows], dtype=pl.String),
        ),
        alt=t("matching.ways_alt"),
        key=f"matching_ways_{loan_id}",
        columns=_WAYS,
        widths={"way": _WAY_WIDTH},
    )


def _way(row: dict[str, Any]) -> str:
    lead = funder_name(row["lead_code"])
    if row["partner_code"] is None:
        return lead
    return t(
        "matching.joint",
        lead=lead,
        lead_share=shown.money(row["lead_share_fen"]),
        partner=funder_name(row["partner_code"]),
        partner_share=shown.money(row["partner_share_fen"]),
    )


def _shares(past: PastMatching) -> pl.DataFrame:
    shares = past.matching.shares
    roles = [t(f"share_role.{role}") for role in shares["role"]]
    return shares.with_columns(
        share_role=pl.Series(roles, dtype=pl.String),
        annual_cost_rate=pl.col("annual_cost_ppm") / _PPM,
    )


def _readable(runs: pl.DataFrame) -> pl.DataFrame:
    rows = runs.rows(named=True)
    return runs.with_columns(
        run_occasion=pl.Series(
            [t(f"run_occasion.{row['occasion']}") for row in rows], dtype=pl.String
        ),
        run_status=pl.Series([t(f"run_status.{row['status']}") for row in rows], dtype=pl.String),
        run_by=pl.Series([person_name(row["run_by"]) for row in rows], dtype=pl.String),
        matching_id=pl.col("run_id"),
        matched_fen=pl.col("funded_fen"),
        left_over_fen=pl.col("left_fen"),
        cost_rate=pl.when(pl.col("funded_fen") > 0).then(pl.col("cost_fen") / pl.col("funded_fen")),
    )
