"""Cached reads of the line reviews, each a question to `reads.answer`; and the run in sight."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.operations import line_reviews
from lending_core.operations.line_reviews import LineReviewLook
from lending_core.policy.rows import rows_of
from pages.ui import policy_words, reads, session
from pages.ui.reads import answer
from pages.ui.text import t


@dataclass(frozen=True)
class Sight:
    """What the page shows: one run, or what a run would propose now (`run` None).

    `rows`: the proposals, with rule_text and change_fen; `held`: lines that meet a row which
    proposes nothing (None where it is not known any more); `lines` looked at, as of a month end.
    """

    run: dict[str, Any] | None
    as_of_on: date
    policy_version: int
    lines: int
    rows: pl.DataFrame
    held: pl.DataFrame | None

    @property
    def is_waiting(self) -> bool:
        return self.run is not None and self.run["batch_state"] in ("waiting", "outdated")


def look() -> LineReviewLook:
    """What a run would propose now: see `line_reviews.line_review_look`."""
    with st.spinner(t("line_reviews.looking")):
        return answer(line_reviews.line_review_look)


def runs() -> pl.DataFrame:
    """One row per run, newest first: see `line_reviews.line_review_batches`."""
    return answer(line_reviews.line_review_batches)


def sight(batch_id: int | None) -> Sight:
    """The run asked for, else the one that waits for an answer, else what one would propose now, or
    the newest where that has been proposed already. Raises `NotFound`."""
    if batch_id is not None:
        return _of_run(batch_id)
    every = runs()
    waiting = every.filter(batch_state="waiting")
    if not waiting.is_empty():
        return _of_run(int(waiting["batch_id"][0]))
    found = look()
    if not found.is_done:
        return _now(found)
    same = every.filter(as_of_on=found.as_of_on, policy_version=found.policy_version)
    return _of_run(int(same["batch_id"][0]))


def _of_run(batch_id: int) -> Sight:
    rows = answer(line_reviews.line_proposals, batch_id)
    run = runs().filter(batch_id=batch_id).row(0, named=True)
    return Sight(
        run=run,
        as_of_on=run["as_of_on"],
        policy_version=run["policy_version"],
        lines=run["lines"],
        rows=_in_words(rows, run["policy_version"]),
        held=None,
    )


def _now(found: LineReviewLook) -> Sight:
    rows = _in_words(found.rows, found.policy_version)
    return Sight(
        run=None,
        as_of_on=found.as_of_on,
        policy_version=found.policy_version,
        lines=found.lines,
        rows=rows.filter("is_proposed"),
        held=rows.filter(~pl.col("is_proposed")),
    )


def _in_words(rows: pl.DataFrame, policy_version: int) -> pl.DataFrame:
    """`rows` with what each is about: rule_text in the session's language, change_fen."""
    language = session.language()
    texts = {
        str(row["code"]): policy_words.rule_text("line_review", row, language)
        for row in rows_of(reads.policy(policy_version))["line_review"]
    }
    return rows.with_columns(
        rule_text=pl.col("rule").replace(texts) if texts else pl.col("rule"),
        change_fen=pl.col("proposed_limit_fen") - pl.col("limit_fen"),
    )
