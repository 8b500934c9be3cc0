"""The limit policy as four editable tables, each with what is wrong with it in place."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lending_core.policy.checks import Finding
from lending_core.policy.document import (
    ADMISSIONS,
    BORROWERS,
    GATE_OUTCOMES,
    OPERATORS,
    PURPOSES,
    opening_policy,
)
from lending_core.policy.tables import bands_frame
from pages.ui import panels, policy_draft
from pages.ui import policy_cells as cells
from pages.ui.policy_text import cap_name, finding_text, subject_name, unit_name
from pages.ui.session import language
from pages.ui.text import product_name, sentences, t

_ROW_HEIGHT = 32
# Pixels: names of products, bounds and facts stand in full.
_NAME_WIDTH = 235
# Pixels of a heading: its letters, and the sign that a column can be edited.
_LETTER_WIDTH, _IDEOGRAPH_WIDTH, _SIGN_WIDTH = 7, 14, 44


def show() -> dict[str, DeltaGenerator]:
    """The four grids; what is typed into them goes to the draft. Returns the place above each."""
    return {"band": _bands(), "product": _products(), "cap": _caps(), "gate": _gates()}


def say(findings: Sequence[Finding], places: dict[str, DeltaGenerator]) -> None:
    """Each finding above the grid that it is about, in words."""
    rows = policy_draft.rows()
    for finding in findings:
        part = re.split(r"\W", finding.place)[0]
        places[part].warning(finding_text(finding, rows), icon=":material/rule:")


def _bands() -> DeltaGenerator:
    """Score bands: from which score, how much, at what price."""
    rows = policy_draft.mounted("band")
    # Whole numbers are the grid's to hold; yuan may have cents.
    schema = {
        name: pl.Float64 if cells.ending(name) == "_fen" else kind
        for name, kind in bands_frame(opening_policy()).schema.items()
    }
    shown = [{name: cells.shown(name, cell) for name, cell in row.items()} for row in rows]
    frame = pl.DataFrame(shown, schema=schema).with_columns(source=_sources(rows))
    numbers = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    columns = {
        "name": _fixed("band", pinned=True),
        "score_from": _number("score_from"),
        "admits": _choice("admits", ADMISSIONS, _admission_name),
        **{name: _number(name) for name in numbers},
        "source": _fixed("source"),
    }
    place, edited = _grid("band", frame, columns)
    policy_draft.keep(
        "band",
        [
            was | {name: cells.read(name, row[name]) for name in ("admits", *numbers)}
            for row, was in zip(edited, rows, strict=True)
        ],
    )
    return place


def _products() -> DeltaGenerator:
    """What part of a band's limit each product gives, and whether it is offered."""
    rows = policy_draft.mounted("product")
    frame = pl.DataFrame(rows).with_columns(
        product_code=pl.Series([product_name(row["product_code"]) for row in rows]),
        source=_sources(rows),
    )
    columns = {
        "product_code": _fixed("product", pinned=True, width=_NAME_WIDTH),
        "limit_percent": _number("limit_percent"),
        "is_open": st.column_config.CheckboxColumn(_heading("is_open"), required=True),
        "source": _fixed("source"),
    }
    place, edited = _grid("product", frame, columns)
    policy_draft.keep(
        "product",
        [
            was | {name: row[name] for name in ("limit_percent", "is_open")}
            for row, was in zip(edited, rows, strict=True)
        ],
    )
    return place


def _caps() -> DeltaGenerator:
    """Bounds over everything, each in its own unit."""
    rows = policy_draft.mounted("cap")
    frame = pl.DataFrame(
        {
            "code": [cap_name(row["code"]) for row in rows],
            "value": [cells.text_shown(row["code"], row["value"]) for row in rows],
            "unit": [unit_name(row["code"]) for row in rows],
            "source": _sources(rows),
        }
    )
    columns = {
        "code": _fixed("cap", pinned=True, width=_NAME_WIDTH),
        "value": _text("value"),
        "unit": _fixed("unit"),
        "source": _fixed("source"),
    }
    place, edited = _grid("cap", frame, columns)
    policy_draft.keep(
        "cap",
        [
            was | {"value": cells.text_read(was["code"], row["value"])}
            for row, was in zip(edited, rows, strict=True)
        ],
    )
    return place


def _gates() -> DeltaGenerator:
    """Rules on one feature each, that decline or call a person."""
    rows = policy_draft.mounted("gate")
    frame = pl.DataFrame(
        {
            "feature": [subject_name(row["feature"]) for row in rows],
            "operator": [row["operator"] for row in rows],
            "value": [cells.text_shown(row["feature"], row["value"]) for row in rows],
            "unit": [unit_name(row["feature"]) for row in rows],
            "purpose": [row["purpose"] for row in rows],
            "borrower": [row["borrower"] for row in rows],
            "null_outcome": [row["null_outcome"] or cells.PASSES for row in rows],
            "source": _sources(rows),
        }
    )
    outcomes = (cells.PASSES, *GATE_OUTCOMES)
    columns = {
        "feature": _fixed("feature", pinned=True, width=_NAME_WIDTH),
        "operator": _choice("operator", OPERATORS, cells.SIGNS.__getitem__),
        "value": _text("value"),
        "unit": _fixed("unit"),
        "purpose": _choice("purpose", PURPOSES, _purpose_name),
        "borrower": _choice("borrower", BORROWERS, _borrower_name),
        "null_outcome": _choice("null_outcome", outcomes, _outcome_name),
        "source": _fixed("source"),
    }
    place, edited = _grid("gate", frame, columns)
    policy_draft.keep("gate", [_gate_read(row, was) for row, was in zip(edited, rows, strict=True)])
    return place


def _gate_read(row: dict[str, Any], was: dict[str, Any]) -> dict[str, Any]:
    edited = {name: row[name] for name in ("operator", "purpose", "borrower")}
    unknown = None if row["null_outcome"] == cells.PASSES else row["null_outcome"]
    value = cells.text_read(was["feature"], row["value"])
    return was | edited | {"value": value, "null_outcome": unknown}


def _grid(
    part: str, frame: pl.DataFrame, columns: dict[str, Any]
) -> tuple[DeltaGenerator, list[dict[str, Any]]]:
    """A place under the heading for findings, and the rows of the grid as they are now."""
    panels.heading(t(f"limit_policies.{part}_title"), t(f"limit_policies.{part}_note"))
    place = st.container()
    edited = st.data_editor(
        frame,
        key=policy_draft.grid_key(part),
        alt=t(f"limit_policies.{part}_title"),
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        num_rows="fixed",
        row_height=_ROW_HEIGHT,
        height="content",
    )
    return place, edited.to_dicts()


def _heading(name: str) -> str:
    return t(f"limit_policies.column.{name}")


def _help(name: str) -> str | None:
    key = f"limit_policies.help.{name}"
    return t(key) if key in sentences(language()) else None


def _fixed(name: str, *, pinned: bool = False, width: int | None = None) -> Any:
    heading = _heading(name)
    return st.column_config.TextColumn(
        heading, disabled=True, pinned=pinned, width=width or _width(heading), help=_help(name)
    )


def _text(name: str) -> Any:
    heading = _heading(name)
    return st.column_config.TextColumn(
        heading, width=_width(heading), alignment="right", help=_help(name)
    )


def _number(name: str) -> Any:
    heading = _heading(name)
    pattern = {"_fen": "¥%,.0f", "_percent": "%d %%"}.get(cells.ending(name), "%d")
    return st.column_config.NumberColumn(
        heading, format=pattern, width=_width(heading), help=_help(name)
    )


def _choice(name: str, options: Sequence[str], name_of: Callable[[Any], str]) -> Any:
    heading = _heading(name)
    longest = max((name_of(option) for option in options), key=_width)
    return st.column_config.SelectboxColumn(
        heading,
        options=options,
        format_func=name_of,
        required=True,
        width=max(_width(heading), _width(longest)),
        help=_help(name),
    )


def _width(text: str) -> int:
    letters = sum(_LETTER_WIDTH if sign.isascii() else _IDEOGRAPH_WIDTH for sign in text)
    return letters + _SIGN_WIDTH


def _sources(rows: list[dict[str, Any]]) -> pl.Series:
    """Where each number comes from: the id of a rule, or the word for our own choice."""
    own = t("limit_policies.assumption")
    sources = [own if row["source"] == "assumption" else row["source"] for row in rows]
    return pl.Series("source", sources, dtype=pl.String)


def _admission_name(code: str) -> str:
    return t(f"limit_policies.admits.{code}")


def _borrower_name(code: str) -> str:
    return t("limit_policies.borrower_any") if code == "any" else t(f"kind.{code}")


def _purpose_name(code: str) -> str:
    return t(f"limit_policies.purpose.{code}")


def _outcome_name(code: str) -> str:
    return t("limit_policies.passes") if code == cells.PASSES else t(f"outcome.{code}")
