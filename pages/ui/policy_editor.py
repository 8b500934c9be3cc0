"""The limit policy as editable tables in one place, with what is wrong with them above."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.policy.adjusting import with_added
from lending_core.policy.document import (
    ADMISSIONS,
    BORROWERS,
    GATE_OUTCOMES,
    LINE_ACTIONS,
    OPERATORS,
    PURPOSES,
)
from lending_core.policy.finding import Finding
from lending_core.policy.rows import RECORDS, Row
from lending_core.policy.rule_checks import APPLICATION_NUMBERS
from lending_core.scoring.features import is_audit_only, is_forbidden, register
from pages.ui import policy_cells as cells
from pages.ui import policy_columns as columns
from pages.ui import policy_draft
from pages.ui import policy_words as words
from pages.ui.policy_columns import Column
from pages.ui.policy_text import finding_text
from pages.ui.session import language
from pages.ui.text import product_name, t

_ROW_HEIGHT = 32
_BAND_NUMBERS = (
    "limit_person_fen",
    "limit_small_business_fen",
    "earnings_percent_person",
    "earnings_percent_small_business",
    "rate_position_percent",
    "instalments_max",
)
_LINE_NUMBERS = (
    "months_open_min",
    "days_past_due_min",
    "days_past_due_max",
    "used_percent_min",
    "used_percent_max",
    "limit_percent",
)

Places = dict[str, DeltaGenerator]


def show(notes: Callable[[], None] | None = None) -> Places:
    """Every table and the head, one behind the other; what is typed into them goes to the draft.
    `notes` stand with the name. Returns the places above them, by part of the policy."""
    tables: dict[str, Callable[[], list[Column]]] = {
        "band": _bands,
        "product": _products,
        "multiplier": _multipliers,
        "cap": _caps,
        "gate": _gates,
        "line_review": _line_reviews,
    }
    parts = (*tables, *RECORDS, "general")
    places = {part: st.container() for part in parts}
    titles = [words.part_title(part, language()) for part in parts]
    is_changed = False
    for part, tab in zip(parts, st.tabs(titles, key="limit_policies_tables"), strict=True):
        with tab:
            st.caption(t(f"limit_policies.{part}_note"))
            if part in tables:
                is_changed |= _grid(part, tables[part](), adds=part not in ("product", "cap"))
            elif part in RECORDS:
                _numbers(part)
            else:
                _general()
                if notes:
                    notes()
    if is_changed:
        policy_draft.remount()
        st.rerun()
    return places


def say(findings: Sequence[Finding], places: Places) -> None:
    """Each finding above the tables, in words, naming the one that it is about."""
    rows = policy_draft.rows()
    for finding in findings:
        part = re.split(r"\W", finding.place)[0]
        part = part if part in places else "general"
        table = words.part_title(part, language())
        said = t("limit_policies.finding", table=table, finding=finding_text(finding, rows))
        places[part].warning(said, icon=":material/rule:")


def _bands() -> list[Column]:
    """Score bands: from which score, how much, at what price, for how long."""
    return [
        columns.typed("name", pinned=True),
        columns.number("score_from", required=True),
        columns.choice("admits", ADMISSIONS, default="none"),
        *(columns.number(name, heading=f"band_{name}") for name in _BAND_NUMBERS),
        columns.source(),
    ]


def _products() -> list[Column]:
    """What part of a band's limit each product gives, and whether it is offered."""
    return [
        columns.fixed("product_code", lambda row: product_name(row["product_code"]), pinned=True),
        columns.number("limit_percent"),
        columns.flag("is_open"),
        columns.source(),
    ]


def _caps() -> list[Column]:
    """Bounds over everything, each in its own unit."""
    return [
        columns.fixed("code", lambda row: words.cap_name(row["code"], language()), pinned=True),
        columns.value("code"),
        columns.unit("code"),
        columns.source(),
    ]


def _gates() -> list[Column]:
    """Rules on one feature each, that decline or call a person."""
    return [
        *_condition(),
        columns.choice("purpose", PURPOSES, default="hard_stop"),
        columns.choice("borrower", BORROWERS, default="any"),
        columns.choice(
            "null_outcome",
            (cells.PASSES, *GATE_OUTCOMES),
            default=cells.PASSES,
            none=cells.PASSES,
        ),
        columns.source(),
    ]


def _multipliers() -> list[Column]:
    """What scales the base limit of whom it is true."""
    return [
        *_condition(),
        columns.number("percent"),
        columns.choice("borrower", BORROWERS, default="any"),
        columns.source(),
    ]


def _line_reviews() -> list[Column]:
    """What happens to an existing line that meets all bounds of a row."""
    return [
        columns.choice("action", LINE_ACTIONS, pinned=True),
        columns.choice("borrower", BORROWERS, default="any"),
        *(columns.number(name, heading=f"line_{name}") for name in _LINE_NUMBERS),
        columns.source(),
    ]


def _condition() -> list[Column]:
    known = [name for name in register() if not (is_forbidden(name) or is_audit_only(name))]
    used = [row["feature"] for part in ("gate", "multiplier") for row in policy_draft.rows()[part]]
    subjects = dict.fromkeys((*APPLICATION_NUMBERS, *known, *used))
    return [
        columns.choice("feature", [name for name in subjects if name], pinned=True),
        columns.choice("operator", OPERATORS, default=">="),
        columns.value("feature", required=True),
        columns.unit("feature"),
    ]


def _grid(part: str, drawn: list[Column], *, adds: bool) -> bool:
    """Draws a table and keeps what it holds; whether it has to be drawn anew, because a row came or
    is about something else now."""
    rows = policy_draft.mounted(part)
    edits = _edits(
        pl.DataFrame([column.series(rows) for column in drawn]),
        drawn,
        key=policy_draft.grid_key(part),
        title=words.part_title(part, language()),
        adds=adds,
    )
    gone = set(edits["deleted_rows"])
    left = [
        _read(drawn, row, edits["edited_rows"].get(number, {}))
        for number, row in enumerate(rows)
        if number not in gone
    ]
    added = [_read(drawn, {}, typed) for typed in edits["added_rows"]]
    kept = with_added(part, left, added) if any(added) else left
    policy_draft.keep(part, kept)
    return len(kept) > len(left) or any("feature" in each for each in edits["edited_rows"].values())


def _edits(
    frame: pl.DataFrame, drawn: list[Column], *, key: str, title: str, adds: bool
) -> Mapping[str, Any]:
    """What was typed into a grid since it appeared, by row number."""
    st.data_editor(
        frame,
        key=key,
        alt=title,
        column_config={column.name: column.config for column in drawn},
        column_order=[column.name for column in drawn],
        hide_index=True,
        num_rows="dynamic" if adds else "fixed",
        placeholder="—",
        row_height=_ROW_HEIGHT,
        height="content",
    )
    edits: Mapping[str, Any] = st.session_state[key]
    return edits


def _read(drawn: list[Column], was: Row, typed: Mapping[str, Any]) -> Row:
    """The row with typed cells read into it; nothing that was not typed is touched."""
    row = dict(was)
    for column in sorted(drawn, key=lambda column: column.is_last):
        if column.name in typed and column.read is not None:
            row[column.name] = column.read(typed[column.name], {"feature": None, **row})
    return row


def _numbers(part: str) -> None:
    """The numbers of a part of one row, one under the other, each in its own unit."""
    (was,) = policy_draft.mounted(part)
    rows = [{"code": name, "value": _as_text(cell)} for name, cell in was.items()]
    drawn = [
        columns.fixed(
            "number",
            lambda row: words.column_name(part, row["code"], language()),
            width=columns.LONG_NAME_WIDTH,
        ),
        columns.value("code"),
        columns.unit("code"),
    ]
    edits = _edits(
        pl.DataFrame([column.series(rows) for column in drawn]),
        drawn,
        key=policy_draft.grid_key(part),
        title=words.part_title(part, language()),
        adds=False,
    )
    typed: Row = {
        str(row["code"]): _as_number(_read(drawn, row, edits["edited_rows"][number])["value"])
        for number, row in enumerate(rows)
        if number in edits["edited_rows"]
    }
    policy_draft.keep(part, [was | typed])


def _general() -> None:
    """The policy's name, and from when to when it is meant to hold."""
    (was,) = policy_draft.rows()["general"]
    key = policy_draft.grid_key("general")
    with st.container(horizontal=True):
        name = st.text_input(
            words.column_name("general", "name", language()),
            was["name"] or "",
            key=f"{key}_name",
            max_chars=200,
        )
        days = {
            column: st.date_input(
                words.column_name("general", column, language()),
                _day(was[column]),
                key=f"{key}_{column}",
                format="YYYY-MM-DD",
                help=t(f"policy_editor.{column}_help"),
            )
            for column in ("effective_on", "effective_until")
        }
    shown = {column: day.isoformat() if day else None for column, day in days.items()}
    policy_draft.keep("general", [was | {"name": name.strip() or None} | shown])


def _day(cell: str | None) -> date | None:
    try:
        return date.fromisoformat(cell or "")
    except ValueError:
        return None


def _as_text(cell: Any) -> str | None:
    return None if cell is None else str(cell)


def _as_number(cell: str | None) -> int | str | None:
    return int(cell) if cell and re.fullmatch(r"-?\d{1,15}", cell) else cell
