"""What was clicked on the overdue screen: the loans behind a mark, kept in the URL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lending_core.operations.overdue import Entered, FirstMissed, LoanGroup, LoansAt
from lending_core.portfolio.delinquency import PAID, WRITTEN_OFF, late_stages
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import panels, session
from pages.ui.book_parts import FIELDS
from pages.ui.charts.late import WORSE
from pages.ui.late_filters import Selection, part_name, stages_text
from pages.ui.text import plain

_IN_URL = "show"
_BETWEEN = "|"
# How many parts each kind of mark has behind its name.
_PARTS = {"stage": 2, "rate": 2, "flow": 3, "first": 2, "entry": 2, "part": 3}
_RATE_DAYS = {"over_30_share": 30, "over_60_share": 60, "over_90_share": 90}
_FIRST_DAYS = {"fpd_7_share": 7, "fpd_30_share": 30}
_GONE_ON = {"collected": False, "went_on": True, "open": None}


@dataclass(frozen=True)
class Choice:
    """Loans to list, and what they are in words, with `{loans}` for how many."""

    group: LoanGroup
    title: str
    facts: dict[str, Any]
    is_clicked: bool


def figure(
    drawn: go.Figure, *, alt: str, kind: str, name: str, extra: tuple[str, ...] = ()
) -> None:
    """A figure; a click chooses the loans behind the mark. `name` tells figures of other filters
    apart, `extra` stands behind what the click gives."""
    asked = st.query_params.get(_IN_URL, "")
    # Of several figures only the one clicked last keeps its mark.
    other = "" if asked.startswith(f"{kind}{_BETWEEN}") else asked
    key = f"overdue_loans_{kind}_{name}_{other}"
    panels.clickable_figure(drawn, alt=alt, key=key, on_click=partial(_take, key, kind, extra))


def choice(asked: Selection) -> Choice:
    """What the URL says was clicked; else the loans of the stages that the filters ask for."""
    return read(st.query_params.get(_IN_URL, ""), asked)


def read(clicked: str, asked: Selection) -> Choice:
    """The loans behind a mark as the URL names it; those of the filters where it names none."""
    kind, *parts = clicked.split(_BETWEEN)
    if _PARTS.get(kind) == len(parts):
        try:
            return _CHOICES[kind](asked, *parts)
        except (ValueError, KeyError):
            pass
    return _at(asked, asked.month_end_on, asked.buckets, is_clicked=False)


def forget() -> None:
    """Lists the late loans of the filters again."""
    st.query_params.pop(_IN_URL, None)


def _take(key: str, kind: str, extra: tuple[str, ...]) -> None:
    points = st.session_state[key]["selection"]["points"]
    if not points:
        forget()
        return
    parts = [str(part) for part in points[-1]["customdata"]]
    st.query_params[_IN_URL] = _BETWEEN.join((kind, *parts, *extra))


def _at(asked: Selection, on: date, buckets: tuple[str, ...], *, is_clicked: bool = True) -> Choice:
    facts = {"on": shown.day(on), "stages": stages_text(buckets)}
    group = LoansAt(asked.chosen, on, buckets)
    return Choice(group, "overdue_loans.list_title", facts, is_clicked)


def _stage(asked: Selection, on: str, bucket: str) -> Choice:
    return _at(asked, date.fromisoformat(on), (_known(bucket),))


def _rate(asked: Selection, on: str, column: str) -> Choice:
    return _at(asked, date.fromisoformat(on), late_stages(_RATE_DAYS[column]))


def _flow(asked: Selection, on: str, bucket: str, way: str) -> Choice:
    place = bucket_codes().index(_known(bucket))
    month_end_on = date.fromisoformat(on)
    now, standings = (
        (bucket_codes()[place + 1 :], ("open", WRITTEN_OFF))
        if way == WORSE
        else (bucket_codes()[:1], ("open", PAID))
    )
    group = LoansAt(asked.chosen, month_end_on, now, standings, (bucket,))
    facts = {"on": shown.day(month_end_on), "stage": bucket}
    return Choice(group, f"overdue_loans.list_{'worse' if way == WORSE else 'cured'}", facts, True)


def _first(asked: Selection, on: str, column: str) -> Choice:
    cohort_on, days = date.fromisoformat(on), _FIRST_DAYS[column]
    facts = {"month": shown.month(cohort_on), "days": days}
    group = FirstMissed(asked.chosen, cohort_on, days)
    return Choice(group, "overdue_loans.list_first", facts, True)


def _entry(asked: Selection, on: str, part: str) -> Choice:
    month_end_on = date.fromisoformat(on)
    group = Entered(asked.chosen, month_end_on, _GONE_ON[part])
    facts = {"month": shown.month(month_end_on)}
    return Choice(group, f"overdue_loans.list_entry_{part}", facts, True)


def _part(asked: Selection, code: str, bucket: str, dimension: str) -> Choice:
    field, _ = FIELDS[dimension]
    chosen = replace(asked.chosen, **{field: (code,)})
    facts = {
        "part": plain(part_name(dimension, code, session.language())),
        "on": shown.day(asked.month_end_on),
        "stages": _known(bucket),
    }
    group = LoansAt(chosen, asked.month_end_on, (bucket,))
    return Choice(group, "overdue_loans.list_part", facts, True)


def _known(bucket: str) -> str:
    if bucket not in bucket_codes():
        raise ValueError(bucket)
    return bucket


_CHOICES: dict[str, Callable[..., Choice]] = {
    "stage": _stage,
    "rate": _rate,
    "flow": _flow,
    "first": _first,
    "entry": _entry,
    "part": _part,
}
