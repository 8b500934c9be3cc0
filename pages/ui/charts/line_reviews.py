"""What a line review proposes: lines by rule, and how far limits move by product."""

import textwrap

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.charts.series import in_unit, money_axis, money_unit
from pages.ui.text import reference_name, sentence

# Darker where a line is left less: as risk grows.
ACTION_COLOURS = {"increase": "#2A9D8F", "decrease": "#E9A23B", "freeze": "#B23A48"}
# Pixels: a bar with a name beside it, one with the text of a rule, axis and legend around them all.
_HEIGHT_OF_BAR, _HEIGHT_OF_RULE, _HEIGHT_AROUND = 40, 62, 90
# Characters on a line of a rule's text: more would leave the bars no room on a phone.
_LINE_LENGTH = 28
# As many as stand level on a phone.
_TICKS = 4


def lines_by_rule(rows: pl.DataFrame, language: str) -> go.Figure:
    """One bar per rule that proposes something, as long as it proposes lines, in its action's
    colour; with the sum by which limits move. Needs rule, rule_text, action, change_fen. A click
    gives `["rule", rule]`."""
    by_rule = _summed(rows, "rule", "rule_text", "action")
    bars = [_action_bar(by_rule.filter(action=name), name, language) for name in ACTION_COLOURS]
    drawn = theme.figure(
        *(bar for bar in bars if bar.y),
        x=sentence("line_reviews.axis_lines", language),
        height=_HEIGHT_AROUND + _HEIGHT_OF_RULE * by_rule.height,
        clickmode="event+select",
        # The text beside a bar begins with its action.
        showlegend=False,
    )
    drawn.update_xaxes(rangemode="tozero", tickformat=",", nticks=_TICKS)
    order = [_wrapped(text) for text in by_rule["rule_text"]]
    return drawn.update_yaxes(categoryorder="array", categoryarray=order[::-1])


def change_by_product(rows: pl.DataFrame, language: str) -> go.Figure:
    """Per product limits raised to the right and lowered to the left of nought. Needs product_code,
    change_fen. A click gives `["product_code", product_code]`."""
    moved = rows.filter(pl.col("change_fen") != 0)
    unit = money_unit(_summed(moved, "product_code")["change_fen"], language)
    bars = []
    for name, is_up in (("increase", True), ("decrease", False)):
        part = _summed(moved.filter((pl.col("change_fen") > 0) == is_up), "product_code")
        bars.append(
            go.Bar(
                orientation="h",
                name=sentence(f"line_reviews.limits_{'up' if is_up else 'down'}", language),
                y=[reference_name("product", code, language) for code in part["product_code"]],
                x=in_unit(part["change_fen"], unit),
                marker=theme.marker(ACTION_COLOURS[name]),
                customdata=[["product_code", code] for code in part["product_code"]],
                text=_texts(part, language),
                textposition="none",
                hovertemplate="%{y}<br>%{text}<extra></extra>",
            )
        )
    drawn = theme.figure(
        *bars,
        x=money_axis("line_reviews.change", unit, language),
        height=_HEIGHT_AROUND + _HEIGHT_OF_BAR * moved["product_code"].n_unique(),
        barmode="relative",
        clickmode="event+select",
    )
    drawn.add_vline(x=0, line={"color": theme.OUTLINE_COLOUR, "width": 1})
    return drawn.update_xaxes(tickformat=",", nticks=_TICKS)


def _action_bar(by_rule: pl.DataFrame, action: str, language: str) -> go.Bar:
    return go.Bar(
        orientation="h",
        name=sentence(f"review_action.{action}", language),
        y=[_wrapped(text) for text in by_rule["rule_text"]],
        x=by_rule["lines"].to_list(),
        marker=theme.marker(ACTION_COLOURS[action]),
        customdata=[["rule", rule] for rule in by_rule["rule"]],
        text=_texts(by_rule, language),
        textposition="none",
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )


def _summed(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    summed = rows.group_by(*keys).agg(lines=pl.len(), change_fen=pl.col("change_fen").sum())
    return summed.sort("lines", keys[0], descending=[True, False])


def _texts(summed: pl.DataFrame, language: str) -> list[str]:
    return [
        sentence(
            "line_reviews.bar", language, lines=shown.count(lines), change=shown.money(change_fen)
        )
        for lines, change_fen in summed.select("lines", "change_fen").iter_rows()
    ]


def _wrapped(text: str) -> str:
    # Chinese has no spaces to break at; its characters are twice as wide.
    width = _LINE_LENGTH if text.isascii() or " " in text[:12] else _LINE_LENGTH // 2
    return "<br>".join(textwrap.wrap(text, width))
