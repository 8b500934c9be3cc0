"""Provisions: where the loss is expected, what moved it, how lateness goes on to default."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from lending_core.portfolio.provision_chain import Chain
from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.cells import Row, cells
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import reference_name, sentence

STAGES = (1, 2, 3)
_RISE, _FALL = "#A4303F", "#2A9D8F"
_ROW_HEIGHT = 44
_ROOM = 70
# Shades of a share of a row, the palest for the least: ink is legible on each.
_SHADES = ("#F3F5F7", "#E3EFED", "#C9E4DF", "#A6D5CD", "#7FC4B9")
_EDGES = (0.005, 0.05, 0.25, 0.6)
MONTHS_SHOWN = 24


def by_product(frame: pl.DataFrame, language: str) -> go.Figure:
    """One bar per product, its expected loss stacked by stage.

    Needs `product_code` (null: the book does not say), `stage`, `ecl_fen`, `exposure_fen`. A click
    gives `[product_code, stage]` as text.
    """
    totals = frame.group_by("product_code").agg(pl.col("ecl_fen").sum()).sort("ecl_fen")
    codes = totals["product_code"].to_list()
    unit = money_unit(totals["ecl_fen"], language)
    bars = [_stage_bar(frame, codes, stage, language) for stage in STAGES]
    drawn = theme.figure(
        *bars,
        x=money_axis("provisions.axis_loss", unit, language),
        barmode="stack",
        clickmode="event+select",
        legend={"traceorder": "normal"},
    )
    return drawn.update_yaxes(type="category")


def _stage_bar(frame: pl.DataFrame, codes: list[str | None], stage: int, language: str) -> go.Bar:
    rows = {
        code: (ecl, exposure)
        for code, ecl, exposure in frame.filter(pl.col("stage") == stage)
        .select("product_code", "ecl_fen", "exposure_fen")
        .iter_rows()
    }
    losses = pl.Series([rows.get(code, (0, 0))[0] for code in codes], dtype=pl.Int64)
    whole = frame.group_by("product_code").agg(pl.col("ecl_fen").sum())["ecl_fen"]
    unit = money_unit(whole, language)
    return go.Bar(
        name=sentence(f"provisions.stage_{stage}", language),
        orientation="h",
        y=[_product(code, language) for code in codes],
        x=in_unit(losses, unit),
        marker=theme.marker(theme.STAGE_COLOURS[stage]),
        customdata=[[code or "", str(stage)] for code in codes],
        text=[_share_text(*rows.get(code, (0, 0))) for code in codes],
        textposition="none",
        hovertemplate="%{y}<br>%{text}<extra>%{fullData.name}</extra>",
    )


def movement(frame: pl.DataFrame, language: str) -> go.Figure:
    """Steps from the opening to the closing amount. Needs `part`, `all_fen`; parts that sum to
    nothing over the stages (moves between them) are left out."""
    rows = frame.filter(~pl.col("part").str.starts_with("to_stage"))
    unit = money_unit(frame["all_fen"], language)
    ends = ("opening", "closing")
    steps = go.Waterfall(
        x=[sentence(f"movement_part.{part}", language) for part in rows["part"]],
        y=in_unit(rows["all_fen"], unit),
        measure=["absolute" if part in ends else "relative" for part in rows["part"]],
        increasing={"marker": {"color": _RISE}},
        decreasing={"marker": {"color": _FALL}},
        totals={"marker": {"color": theme.POLICY_COLOURS["today"]}},
        connector={"line": {"color": theme.OUTLINE_COLOUR, "width": 1}},
        text=[shown.money(fen) for fen in rows["all_fen"]],
        textposition="none",
        hovertemplate="%{x}<br>%{text}<extra></extra>",
    )
    drawn = theme.figure(steps, y=money_axis("provisions.axis_loss", unit, language))
    return drawn.update_xaxes(type="category", tickangle=-35)


def chain(known: Chain, product_code: str, language: str) -> go.Figure:
    """The monthly rates of a product as a map: from the stage at the left to the state above."""
    rates = known.rates[product_code]
    columns = [_state(state, language) for state in known.states]
    rows = []
    for place, stage in enumerate(known.live):
        shares = rates[place].tolist()
        texts = [shown.percent(share) if share else "" for share in shares]
        rows.append(
            Row(
                name=stage,
                colours=[_shade(share) for share in shares],
                texts=texts,
                hovers=[
                    f"{stage} → {column}<br>{text}"
                    for column, text in zip(columns, texts, strict=True)
                ],
                clicks=[[stage, state] for state in known.states],
            )
        )
    height = _ROW_HEIGHT * len(rows) + _ROOM
    drawn = cells(columns, rows, height=height)
    return drawn.update_xaxes(side="top")


def default_curves(curves: Mapping[str, Sequence[float]], language: str) -> go.Figure:
    """The share in default within so many months, a line per stage of lateness."""
    lines = [
        go.Scatter(
            name=stage,
            x=list(range(1, len(values) + 1)),
            y=list(values),
            mode="lines",
            line={"color": theme.BUCKET_COLOURS[stage], "width": 2},
            text=[shown.percent(value) for value in values],
            hovertemplate="%{x}<br>%{text}<extra>%{fullData.name}</extra>",
        )
        for stage, values in curves.items()
    ]
    drawn = theme.figure(
        *lines,
        x=sentence("provisions.axis_months", language),
        y=sentence("provisions.axis_default", language),
    )
    return drawn.update_yaxes(tickformat=".0%", rangemode="tozero")


def _product(code: str | None, language: str) -> str:
    if code is None:
        return sentence("provisions.no_product", language)
    return reference_name("product", code, language)


def _state(state: str, language: str) -> str:
    return (
        state if state in theme.BUCKET_COLOURS else sentence(f"provisions.state_{state}", language)
    )


def _share_text(ecl_fen: int, exposure_fen: int) -> str:
    share = ecl_fen / exposure_fen if exposure_fen else None
    return f"{shown.money(ecl_fen)} · {shown.percent(share)}"


def _shade(share: float) -> str:
    return _SHADES[sum(share >= edge for edge in _EDGES)]
