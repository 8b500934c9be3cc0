"""One thing's facts as a list of names and values, each shown as in the tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl
import streamlit as st

from pages.ui import format as shown
from pages.ui import session, tables
from pages.ui.text import plain, t

# By the end of a column's name; a number without a unit is a count or a name.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "_fen": shown.money,
    "_rate": shown.rate,
    "_on": shown.day,
    "_at": shown.instant,
}


def listed(record: Mapping[str, Any], names: Sequence[str], *, alt: str) -> None:
    """The facts `names` of a record, one per line; each needs a text `column.<name>`."""
    language = session.language()
    rows = {t(f"column.{name}"): text(name, record[name], language) for name in names}
    st.table(rows, border="horizontal", alt=alt)


def side_by_side(records: Mapping[str, Mapping[str, str]], *, alt: str) -> None:
    """Records of the same facts, a column each under its title, one fact per line; each needs a
    text `column.<name>`. Narrow screens wrap it, where a wide table would be cut off."""
    shown_by_title = {
        title: {t(f"column.{name}"): value for name, value in record.items()}
        for title, record in records.items()
    }
    st.table(pd.DataFrame(shown_by_title), border="horizontal", alt=alt)


def text(name: str, value: Any, language: str) -> str:
    """A value of the column `name`: money, rate, date or time by the column's ending, a code by its
    name; safe to stand in Markdown."""
    if value is None:
        return shown.DASH
    for ending, show in _SHOWN.items():
        if name.endswith(ending):
            return show(value)
    if isinstance(value, str):
        value = tables.readable_values(pl.DataFrame({name: [value]}), language)[name][0]
    return plain(str(value))
