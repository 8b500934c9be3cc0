"""The first rows of a tape as the mapping reads them, with what is wrong of each."""

from typing import Any

import polars as pl
import streamlit as st

from pages.ui import format as shown
from pages.ui import session, tape_words
from pages.ui.text import t

_FINDING, _SEGMENTS = "finding", "own_segments"
# A segment of one's own may bear the name of a part of a loan.
_SEGMENT = "segment "
_WHOLE_NUMBERS = ("row_number", "days_past_due", "instalments", "months_from_as_of")


def show(rows: pl.DataFrame, currency: str, *, key: str) -> None:
    """A column for each part of a loan that the mapping tells, amounts in their currency."""
    readable = pl.DataFrame([_readable(row, currency) for row in rows.rows(named=True)])
    if _FINDING in readable.columns and readable[_FINDING].null_count() == readable.height:
        readable = readable.drop(_FINDING)
    st.dataframe(
        readable,
        hide_index=True,
        height="content",
        placeholder=shown.DASH,
        column_config={
            name: st.column_config.Column(
                _heading(name),
                alignment=_alignment(name),
                width="medium" if name == _FINDING else None,
            )
            for name in readable.columns
        },
        alt=t("loan_tapes.sample_title"),
        key=key,
    )


def _readable(row: dict[str, Any], currency: str) -> dict[str, str | None]:
    told = {"row_number": shown.count(row["row_number"]), _FINDING: _finding(row)}
    for name, value in row.items():
        if name not in ("row_number", "reason", "target", _SEGMENTS):
            told[name] = None if value is None else _text(name, value, currency)
    for name, value in (row[_SEGMENTS] or {}).items():
        told[f"{_SEGMENT}{name}"] = value
    return told


def _text(name: str, value: Any, currency: str) -> str:
    if name.endswith("_fen"):
        return shown.money(value, currency)
    if name in ("standing", "outcome"):
        return t(f"tape_standing.{value}")
    return shown.rate(value) if name.endswith("_rate") else str(value)


def _finding(row: dict[str, Any]) -> str | None:
    if row["reason"] is None:
        return None
    reason = tape_words.reason(row["reason"], session.language())
    return t("loan_tapes.row_finding", reason=reason, target=tape_words.target(row["target"]))


def _heading(name: str) -> str:
    if name in ("row_number", _FINDING):
        return t(f"loan_tapes.sample_{name}")
    if name.startswith(_SEGMENT):
        return name.removeprefix(_SEGMENT)
    return tape_words.target(name.removesuffix("_fen"))


def _alignment(name: str) -> Any:
    is_number = name.endswith(("_fen", "_rate")) or name in _WHOLE_NUMBERS
    return "right" if is_number else None
