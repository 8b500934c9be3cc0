"""The mapping of a tape as fields: which column, or which expression, tells what of a loan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import polars as pl
import streamlit as st

from lending_core.operations.tape_desk import Tape
from lending_core.portfolio.tape_columns import TapeColumn
from lending_core.portfolio.tape_targets import (
    PAYMENT_TARGETS,
    SHAPES,
    TARGETS,
    Target,
    required,
)
from pages.ui import panels, session, tape_draft
from pages.ui.tape_draft import Draft, column_text
from pages.ui.text import plain, t

_BASE_KEY = "tape_fields_base"
_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY", "INR", "BRL", "MXN", "SGD")


def edit(draft: Draft, tape: Tape, propose: Callable[[str], Draft]) -> Draft:
    """The draft as the fields now stand; `propose`: one for the tape as of another shape."""
    columns, paid = tape.columns, tape.payments.columns if tape.payments else None
    edited = _head(draft, propose)
    base = _base(edited)
    panels.heading(t("loan_tapes.columns_title"), t("loan_tapes.columns_note"))
    told = _grid("columns", base.columns, tape_draft.targets(edited.shape), columns, edited.shape)
    edited = replace(edited, columns=told)
    if edited.shape == "payments":
        panels.heading(t("loan_tapes.payments_title"), t("loan_tapes.payments_note"))
        names = tape_draft.payment_targets()
        of_payments = _grid("payments", base.payments, names, paid or columns, None)
        edited = replace(edited, payments=of_payments)
    with st.expander(t("loan_tapes.more"), icon=":material/tune:"):
        return _more(edited, base)


def _head(draft: Draft, propose: Callable[[str], Draft]) -> Draft:
    suffix = _suffix()
    shape = st.radio(
        t("loan_tapes.shape"),
        SHAPES,
        index=SHAPES.index(draft.shape),
        format_func=_shape_name,
        captions=[t(f"loan_tapes.shape_{shape}_note") for shape in SHAPES],
        horizontal=True,
        key=f"tape_shape_{suffix}",
    )
    if shape != draft.shape:
        tape_draft.keep(draft.of_shape(propose(shape)), is_new=True)
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        currency = st.selectbox(
            t("loan_tapes.currency"),
            list(dict.fromkeys((draft.currency, *_CURRENCIES))),
            accept_new_options=True,
            help=t("loan_tapes.currency_help"),
            key=f"tape_currency_{suffix}",
            width=160,
        )
        as_of_on = st.text_input(
            t("loan_tapes.as_of"),
            draft.as_of_on,
            help=t("loan_tapes.as_of_help"),
            placeholder=t("loan_tapes.as_of_latest"),
            key=f"tape_as_of_{suffix}",
            width=260,
        )
    return replace(draft, currency=currency or "", as_of_on=as_of_on)


def _more(draft: Draft, base: Draft) -> Draft:
    suffix = _suffix()
    exclude = st.text_input(
        t("loan_tapes.exclude"),
        draft.exclude,
        help=t("loan_tapes.exclude_help"),
        key=f"tape_exclude_{suffix}",
    )
    note = st.text_area(
        t("loan_tapes.note"),
        draft.note,
        help=t("loan_tapes.note_help"),
        key=f"tape_note_{suffix}",
        height=80,
    )
    st.markdown(t("loan_tapes.segments"), help=t("loan_tapes.segments_help"))
    rows = st.data_editor(
        pl.DataFrame(
            {"name": list(base.segments), "expression": list(base.segments.values())},
            schema={"name": pl.String, "expression": pl.String},
        ),
        num_rows="dynamic",
        placeholder="",
        hide_index=True,
        column_config={
            "name": st.column_config.TextColumn(t("loan_tapes.segment_name")),
            "expression": st.column_config.TextColumn(t("loan_tapes.expression"), width="large"),
        },
        alt=t("loan_tapes.segments"),
        key=f"tape_segments_{suffix}",
    )
    segments = {
        row["name"].strip(): row["expression"]
        for row in rows.rows(named=True)
        if row["name"] and row["expression"]
    }
    return replace(draft, exclude=exclude, note=note, segments=segments)


def _grid(
    part: str,
    texts: Mapping[str, str],
    names: Sequence[str],
    columns: Sequence[TapeColumn],
    shape: str | None,
) -> dict[str, str]:
    """A row per target: in its first field a column of the file, in the second an expression, which
    counts where both are filled."""
    needed = required(shape) if shape else names
    kinds = {target.name: target for target in (TARGETS[shape] if shape else PAYMENT_TARGETS)}
    rows = [
        _row(kinds[name], texts.get(name, ""), columns, is_needed=name in needed) for name in names
    ]
    edited = st.data_editor(
        pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.String)),
        hide_index=True,
        disabled=("target", "says"),
        column_order=("target", "column", "expression", "says"),
        column_config=_layout(columns),
        height="content",
        placeholder="",
        alt=t(f"loan_tapes.{part}_title"),
        key=f"tape_{part}_{_suffix()}",
    )
    chosen = zip(names, edited.rows(named=True), strict=True)
    return {name: text for name, row in chosen if (text := _text(row))}


def _layout(columns: Sequence[TapeColumn]) -> dict[str, Any]:
    return {
        "target": st.column_config.TextColumn(t("loan_tapes.target"), pinned=True),
        "column": st.column_config.SelectboxColumn(
            t("loan_tapes.column"), options=[column.name for column in columns], width="medium"
        ),
        "expression": st.column_config.TextColumn(
            t("loan_tapes.expression"), help=t("loan_tapes.expression_help"), width="medium"
        ),
        "says": st.column_config.TextColumn(t("loan_tapes.says"), width="medium"),
    }


def _row(
    target: Target, text: str, columns: Sequence[TapeColumn], *, is_needed: bool
) -> dict[str, str | None]:
    by_text = {form: each for each in columns for form in (each.name, column_text(each.name))}
    column = by_text.get(text.strip())
    return {
        "target": t(f"tape_target.{target.name}"),
        "says": _says(target, is_needed=is_needed),
        "column": column.name if column else None,
        "expression": None if column or not text else text,
    }


def _text(row: Mapping[str, Any]) -> str:
    if row["expression"] and row["expression"].strip():
        return str(row["expression"])
    return column_text(row["column"]) if row["column"] else ""


def _says(target: Target, *, is_needed: bool) -> str:
    """What a value must be, and whether the tape must tell it."""
    kind = ", ".join(target.words) or t(f"tape_says.{target.kind}")
    return t("loan_tapes.says_needed", kind=kind) if is_needed else kind


def columns_of_file(columns: Sequence[TapeColumn]) -> None:
    """What is in the file: each column with what it holds, how full it is, and examples."""
    rows = [
        {
            "file_column": plain(column.name),
            "holds": t(f"tape_kind.{column.kind}"),
            "filled_share": column.filled,
            "examples": " · ".join(column.examples),
        }
        for column in columns
    ]
    st.dataframe(
        pl.DataFrame(rows).with_columns(pl.col("filled_share") * 100),
        hide_index=True,
        height=min(420, 36 * (len(rows) + 1)),
        column_config={
            "file_column": st.column_config.TextColumn(t("loan_tapes.column")),
            "holds": st.column_config.TextColumn(t("loan_tapes.holds")),
            "filled_share": st.column_config.NumberColumn(t("loan_tapes.filled"), format="%.1f%%"),
            "examples": st.column_config.TextColumn(t("loan_tapes.example"), width="large"),
        },
        alt=t("loan_tapes.file_columns"),
        key="tape_file_columns",
    )


def _base(draft: Draft) -> Draft:
    """The draft that the tables of these fields began with: what is typed is added to it by the
    browser, and would be lost if it changed under it."""
    held = st.session_state.get(_BASE_KEY)
    if held is None or held["suffix"] != _suffix():
        held = {"suffix": _suffix(), "draft": asdict(draft)}
        st.session_state[_BASE_KEY] = held
    return Draft(**held["draft"])


def _suffix() -> str:
    return f"{tape_draft.series()}_{session.language()}"


def _shape_name(shape: str) -> str:
    return t(f"loan_tapes.shape_{shape}")
