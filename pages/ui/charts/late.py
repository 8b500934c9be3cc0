"""Lateness in motion: flows between stages, what comes in and is collected, and where it sits."""

import itertools
import textwrap
from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go
import polars as pl

from lending_core.portfolio.delinquency import CHARGED_OFF_BUCKET, COLLECTION_DAYS, Weight
from lending_core.portfolio.roll_rates import sum_known
from lending_core.servicing.buckets import bucket_codes
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import sentence

# As many as stay legible on a phone; a stage is compared with its mean of the whole year.
FLOW_MONTHS = 6
MEAN_MONTHS = 12
# What flows: for the worse, or back to being on time.
WORSE, CURED = "worse", "cured"
PARTS_MAX = 12
_ROW_HEIGHT, _FRAME_HEIGHT = 28, 70
# Names in short lines leave room for the cells on a phone.
_PART_HEIGHT, _LINE_HEIGHT, _NAME_WIDTH = 36, 17, 20
# From so much below its own mean to so much above it: clearly better, better, as ever, worse.
_STEPS = (-0.25, -0.08, 0.08, 0.25)
# From good to bad; light in both themes, so that one dark ink is legible on every field.
_COLOURS = ("#8FD0C7", "#C3E3DE", "#E9EDF0", "#F3CDD1", "#EE9EA7")
_UNKNOWN_COLOUR = "#E9EDF0"
_ENTRY_COLOURS = {
    "collected": theme.BUCKET_COLOURS["C"],
    "went_on": theme.BUCKET_COLOURS["M3"],
    "open": theme.OUTLINE_COLOUR,
}


def flow_map(frame: pl.DataFrame, way: str) -> go.Figure:
    """A map of the newest months: per stage and month the share that got `worse` or `cured`.

    Needs `month_end_on`, `from_bucket`, `worse`, `cured` (`flow_shares`). Colour compares a stage
    with its own mean of a year, since the stages' levels are far apart. A click gives
    `[month_end_on, from_bucket]`.
    """
    year = frame["month_end_on"].unique().sort().tail(MEAN_MONTHS).to_list()
    codes = bucket_codes()
    into = dict(itertools.pairwise(codes))
    stages = [code for code in codes if code != CHARGED_OFF_BUCKET]
    if way == CURED:
        stages = stages[1:]
    by_cell = {
        (on, bucket): share
        for on, bucket, share in frame.select("month_end_on", "from_bucket", way).iter_rows()
    }
    rows = []
    for stage in stages:
        name = f"{stage} → {into[stage] if way == WORSE else codes[0]}"
        shares = [by_cell.get((on, stage)) for on in year]
        rows.append(_flow_row(name, stage, year, shares, way))
    months = [shown.month(on) for on in year[-FLOW_MONTHS:]]
    return cells(months, rows, height=_FRAME_HEIGHT + _ROW_HEIGHT * len(rows))


def entries_by_month(
    frame: pl.DataFrame, weight: Weight, business_on: date, language: str
) -> go.Figure:
    """A bar per month in which loans became late: what came back within 30 days, what reached 31
    days, and, while the newest may still pay, what is not told yet.

    Needs `late_entry.sql`. A click gives `[month_end_on, collected | went_on | open]`.
    """
    end = "fen" if weight == "principal_fen" else "loans"
    is_told = pl.col("month_end_on") + timedelta(days=COLLECTION_DAYS) <= business_on
    rest = pl.col(f"entered_{end}") - pl.col(f"went_on_{end}")
    rows = frame.select(
        "month_end_on",
        collected=pl.when(is_told).then(rest).otherwise(0),
        went_on=f"went_on_{end}",
        open=pl.when(is_told).then(0).otherwise(rest),
    )
    unit = money_unit(frame["entered_fen"], language) if end == "fen" else None
    drawn = theme.figure(
        *(_entry_bar(rows, part, unit, language) for part in _ENTRY_COLOURS),
        y=sentence("column.loans", language)
        if unit is None
        else money_axis("axis.principal", unit, language),
        barmode="stack",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    return drawn.update_xaxes(type="category", nticks=5, tickangle=0)


def parts_map(frame: pl.DataFrame, names: Sequence[str], weight: Weight) -> go.Figure:
    """A map: a row per part of the book, a column per stage, in it the stage's share of the part,
    coloured by how it compares with the whole book.

    Needs `part` (rows in its order, named by `names`), `bucket` and the weight; a part of which an
    amount is not known has dashes. A click gives `[part, bucket]`.
    """
    whole = frame.group_by("bucket").agg(amount=sum_known(pl.col(weight)))
    total = 0 if whole["amount"].has_nulls() else whole["amount"].sum()
    usual = {bucket: amount / total for bucket, amount in whole.iter_rows()} if total else {}
    rows = []
    groups = frame.partition_by("part", maintain_order=True)
    for name, rows_of_part in zip(names, groups, strict=True):
        amounts = dict(rows_of_part.select("bucket", weight).iter_rows())
        rows.append(_part_row(name, rows_of_part["part"][0], amounts, usual, weight))
    lines = max((row.name.count("<br>") + 1 for row in rows), default=1)
    height = _FRAME_HEIGHT + max(_PART_HEIGHT, lines * _LINE_HEIGHT) * len(rows)
    return cells(list(bucket_codes()), rows, height=height)


def _flow_row(name: str, stage: str, year: list[date], shares: list[float | None], way: str) -> Row:
    known = [share for share in shares if share is not None]
    mean = sum(known) / len(known) if known else 0
    months, newest = year[-FLOW_MONTHS:], shares[-FLOW_MONTHS:]
    texts = [shown.percent(share) for share in newest]
    return Row(
        name=name,
        colours=[_colour(share, mean, is_good=way == CURED) for share in newest],
        texts=texts,
        hovers=[
            f"{name} · {shown.month(on)}<br>{text}" for on, text in zip(months, texts, strict=True)
        ],
        clicks=[[shown.day(on), stage] for on in months],
    )


def _part_row(
    name: str,
    part: str | None,
    amounts: dict[str, int | None],
    usual: dict[str, float],
    weight: Weight,
) -> Row:
    known = [amount for amount in amounts.values() if amount is not None]
    total = sum(known) if len(known) == len(amounts) else 0
    shares = [(amounts.get(code) or 0) / total if total else None for code in bucket_codes()]
    told = shown.money if weight == "principal_fen" else shown.count
    texts = [shown.percent(share) for share in shares]
    return Row(
        name="<br>".join(textwrap.wrap(name, _NAME_WIDTH)),
        colours=[
            _colour(share, usual.get(code, 0), is_good=code == bucket_codes()[0])
            for code, share in zip(bucket_codes(), shares, strict=True)
        ],
        texts=texts,
        hovers=[
            f"{name} · {code}<br>{told(amounts.get(code, 0))} · {text}"
            for code, text in zip(bucket_codes(), texts, strict=True)
        ],
        clicks=[[part, code] for code in bucket_codes()],
    )


def _colour(share: float | None, mean: float, *, is_good: bool) -> str:
    if share is None or not mean:
        return _UNKNOWN_COLOUR
    step = sum(share / mean - 1 > edge for edge in _STEPS)
    return _COLOURS[-1 - step] if is_good else _COLOURS[step]


def _entry_bar(
    rows: pl.DataFrame, part: str, unit: shown.MoneyUnit | None, language: str
) -> go.Bar:
    told = shown.count if unit is None else shown.money
    name = sentence(f"overdue_loans.entry_{part}", language)
    return go.Bar(
        name=name,
        x=[shown.month(on) for on in rows["month_end_on"]],
        y=rows[part].to_list() if unit is None else in_unit(rows[part], unit),
        marker=theme.marker(_ENTRY_COLOURS[part]),
        customdata=[[shown.day(on), part] for on in rows["month_end_on"]],
        text=[told(amount) for amount in rows[part]],
        textposition="none",
        hovertemplate="%{x} · " + name + "<br>%{text}<extra></extra>",
    )
