"""Charts of a risk pack as SVG: stacked bars and lines by month, drawn for paper.

Screens draw with a browser's library; the close of a day has no browser, and two kinds of chart
need no more than rectangles, lines and text.
"""

import math
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

from lending_core.portfolio.pack import Chart
from lending_core.portfolio.pack_words import heading, shown, word

WIDTH, HEIGHT = 480, 230
LEFT, RIGHT, TOP, BOTTOM = 62, 6, 26, 22
# Stages of lateness from C on: lightness falls as risk grows.
LATENESS_COLOURS = (
    *("#2A9D8F", "#E9C46A", "#F4A261", "#E76F51", "#D1495B", "#A4303F", "#7B2233", "#4A1522"),
)
INK, GRID = "#14202B", "#DDE3E8"
TICKS = 4
# A tick is one of these times a power of ten, so that people can read between them.
ROUND_STEPS = (1, 2, 2.5, 5, 10)
# So many months have room for their names.
LABELS_MAX = 7
# Letters of a legend entry are about so wide, in the units of the picture.
LETTER_WIDTH = {"en": 5.6, "zh": 9.5}


def drawn(chart: Chart, language: str, currency: str) -> str:
    """The chart as an SVG document, with its legend above, its unit at the axis."""
    highest = _round_top(_highest(chart))
    marks = _bars(chart, highest) if chart.kind == "bars" else _lines(chart, highest)
    parts = [*_grid(chart, highest, language, currency), *marks, *_legend(chart, language)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="Noto Sans CJK SC" font-size="10" fill="{INK}">{"".join(parts)}</svg>'
    )


def _highest(chart: Chart) -> float:
    values = chart.frame.select(chart.series).fill_null(0).rows()
    reach = sum if chart.kind == "bars" else max
    return float(max((reach(row) for row in values), default=0))


def _round_top(value: float) -> float:
    """The least round number of `TICKS` steps that is not below the value."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value / TICKS))
    step = next(each * power for each in ROUND_STEPS if each * power * TICKS >= value)
    return step * TICKS


def _grid(chart: Chart, highest: float, language: str, currency: str) -> list[str]:
    parts = []
    for step in range(TICKS + 1):
        value, y = highest * step / TICKS, _y(step / TICKS)
        text = shown(chart.series[0], _whole(chart, value), language, currency)
        parts.append(_line([(LEFT, y), (WIDTH - RIGHT, y)], GRID, 0.7))
        parts.append(_text(LEFT - 5, y + 3, text, "end"))
    places = _places(chart)
    every = max(1, -(-len(places) // LABELS_MAX))
    for place, at in list(zip(places, chart.frame[chart.across], strict=True))[::every]:
        parts.append(_text(place, HEIGHT - 8, _label(at, language), "middle"))
    return parts


def _whole(chart: Chart, value: float) -> float | int:
    return round(value) if chart.series[0].endswith("_fen") else value


def _bars(chart: Chart, highest: float) -> list[str]:
    places, parts = _places(chart), []
    wide = (WIDTH - LEFT - RIGHT) / max(len(places), 1) * 0.72
    for place, row in zip(
        places, chart.frame.select(chart.series).fill_null(0).rows(), strict=True
    ):
        below = 0.0
        for value, colour in zip(row, chart.colours, strict=True):
            top, foot = _y((below + value) / highest), _y(below / highest)
            below += value
            parts.append(
                f'<rect x="{place - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" '
                f'height="{max(foot - top, 0):.1f}" fill="{colour}"/>'
            )
    return parts


def _lines(chart: Chart, highest: float) -> list[str]:
    places, parts = _places(chart), []
    for name, colour in zip(chart.series, chart.colours, strict=True):
        run: list[tuple[float, float]] = []
        # A month that is not known interrupts the line.
        for place, value in [*zip(places, chart.frame[name], strict=True), (0.0, None)]:
            if value is not None:
                run.append((place, _y(value / highest)))
            elif run:
                parts.append(_line(run, colour, 1.8))
                run = []
    return parts


def _legend(chart: Chart, language: str) -> list[str]:
    parts, x = [], float(LEFT)
    for name, colour in zip(chart.series, chart.colours, strict=True):
        text = heading(name, language)
        parts.append(f'<rect x="{x:.1f}" y="7" width="9" height="9" fill="{colour}"/>')
        parts.append(_text(x + 13, 15, text, "start"))
        x += 27 + LETTER_WIDTH[language] * len(text)
    return parts


def _places(chart: Chart) -> list[float]:
    count = chart.frame.height
    step = (WIDTH - LEFT - RIGHT) / max(count, 1)
    return [LEFT + step * (number + 0.5) for number in range(count)]


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _line(points: Sequence[tuple[float, float]], colour: str, wide: float) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    if len(points) == 1:
        x, y = points[0]
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{colour}"/>'
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _label(at: Any, language: str) -> str:
    if isinstance(at, date):
        return f"{at:%Y-%m}"
    return word("chart.month_on_book", language, months=at) if isinstance(at, int) else str(at)
