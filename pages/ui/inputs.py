"""Inputs that every screen shares: choices by name, kept in the URL as codes, and money in yuan.

The URL holds codes, so that a link works in either language (Streamlit's own binding would write
the shown name). What a link does not say is unset: a figure that leads here shows the same rows.
"""

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from lending_core.money import FEN_PER_YUAN, parse_fen
from pages.ui import format as shown
from pages.ui import session
from pages.ui.text import t


def choose_many(
    label: str, options: Sequence[str], *, key: str, name_of: Callable[[str], str] = str
) -> list[str]:
    """Codes chosen among `options`, kept in the URL under `key`; none chosen means all of them."""
    widget_key = _widget_key(key)
    if widget_key not in st.session_state:
        asked = st.query_params.get_all(key)
        st.session_state[widget_key] = [code for code in options if code in asked]
    chosen = st.multiselect(
        label, options, format_func=name_of, key=widget_key, placeholder=t("input.all")
    )
    _keep_in_url(key, chosen)
    return chosen


def choose_one(
    label: str, options: Sequence[str], *, key: str, name_of: Callable[[str], str] = str
) -> str:
    """The code chosen among `options` (the first unless the URL says another), kept under `key`."""
    widget_key = _widget_key(key)
    if widget_key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[widget_key] = asked if asked in options else options[0]
    chosen = st.selectbox(label, options, format_func=name_of, key=widget_key)
    _keep_in_url(key, [] if chosen == options[0] else [chosen])
    return chosen


def choose_view(
    label: str, options: Sequence[str], *, key: str, name_of: Callable[[str], str] = str
) -> str:
    """As `choose_one`, with every option in sight side by side: for parts of a screen."""
    widget_key = _widget_key(key)
    if st.session_state.get(widget_key) not in options:
        asked = st.query_params.get(key)
        st.session_state[widget_key] = asked if asked in options else options[0]
    chosen = st.segmented_control(
        label,
        options,
        format_func=name_of,
        key=widget_key,
        required=True,
        label_visibility="collapsed",
    )
    # Required, so that the one chosen cannot be taken back.
    view = chosen or options[0]
    _keep_in_url(key, [] if view == options[0] else [view])
    return view


def month(label: str, month_ends: Sequence[date], *, key: str) -> date:
    """One of the month ends, newest first, shown and kept in the URL as `2026-11`; a day that ends
    no month as `2026-11-21`."""
    by_text = {shown.period(on): on for on in sorted(month_ends, reverse=True)}
    return by_text[choose_one(label, list(by_text), key=key)]


def day(label: str, on: date, *, key: str) -> date:
    """A day, `on` unless the person or the URL says another; kept in the URL under `key`."""
    return st.date_input(label, on, key=key, format="YYYY-MM-DD", bind="query-params")


def money(
    label: str, value_fen: int, *, key: str, bounds_fen: tuple[int, int], step_fen: int = 10_000
) -> int:
    """Fen of an amount set in yuan within `bounds_fen`, both included."""
    least_fen, most_fen = bounds_fen
    yuan = st.number_input(
        label,
        value=_yuan(value_fen),
        min_value=_yuan(least_fen),
        max_value=_yuan(most_fen),
        step=_yuan(step_fen),
        format="%.2f",
        key=key,
        icon=":material/currency_yuan:",
    )
    return parse_fen(f"{yuan:.2f}", key)


def whole_in_url(key: str) -> int | None:
    """The whole number that a link carries under `key`; None without one, or with anything else."""
    asked = st.query_params.get(key, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= 15 else None


def _widget_key(key: str) -> str:
    # The browser holds the shown names of a choice: with the other language's names it is another
    # widget, which takes its codes from the URL again.
    return f"{key}_{session.language()}"


def _keep_in_url(key: str, codes: list[str]) -> None:
    if codes == st.query_params.get_all(key):
        return
    if codes:
        st.query_params[key] = codes
    else:
        st.query_params.pop(key, None)


def _yuan(fen: int) -> float:
    return int(fen) / FEN_PER_YUAN
