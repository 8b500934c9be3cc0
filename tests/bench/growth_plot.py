"""Draws the figures of `bench_growth` as a picture for the README:

    python -m tests.bench.growth_plot docs/figures/growth.csv docs/images/growth.svg

What all reports of the overdue screen take together, what the slowest takes, and the most memory;
a line per engine, both axes in powers of ten. The picture brings its own ground, light or dark as
the reader's system is.
"""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import Figures

WIDTH, HEIGHT = 960, 350
PANEL_WIDTH, LEFT, STEP = 226, 62, 306
TOP, BOTTOM = 96, 268
# Points keep clear of the labels of the axis.
INSET = 22
# Where an engine's values stand above its points, and where below: lines may lie close together.
ABOVE, BELOW = -11, 21
ENGINES = {"duckdb": "DuckDB, one file", "spark": "Spark, two workers of a core"}
STYLE = """
text { font: 13px system-ui, "Segoe UI", sans-serif; fill: #3d4651; }
.title { font-size: 15px; font-weight: 600; }
.quiet { fill: #5c6773; }
.ground { fill: #ffffff; stroke: #d5dae0; }
.grid { stroke: #e4e8ec; }
.line { fill: none; stroke-width: 2.5; }
.duckdb { stroke: #0b6e99; } .point.duckdb { fill: #0b6e99; }
.spark { stroke: #c2571a; } .point.spark { fill: #c2571a; }
text.duckdb { fill: #0b6e99; stroke: none; } text.spark { fill: #b04c12; stroke: none; }
@media (prefers-color-scheme: dark) {
  text { fill: #d3dae2; } .quiet { fill: #9aa4af; }
  .ground { fill: #14181d; stroke: #333b45; } .grid { stroke: #2a313a; }
  .duckdb { stroke: #58b7de; } .point.duckdb, text.duckdb { fill: #58b7de; }
  .spark { stroke: #f0935c; } .point.spark, text.spark { fill: #f0935c; }
}
"""

# Size of a book -> value.
Points = dict[int, float]


@dataclass(frozen=True)
class Panel:
    """A question, the unit of its answer, each engine's points, and its left edge."""

    title: str
    unit: str
    lines: dict[str, Points]
    left: float

    @property
    def sizes(self) -> list[int]:
        return sorted({size for points in self.lines.values() for size in points})

    @property
    def powers(self) -> range:
        """The powers of ten from below the least value to above the most."""
        values = [value for points in self.lines.values() for value in points.values()]
        least, most = math.log10(min(values)), math.log10(max(values))
        return range(math.floor(least), max(math.ceil(most), math.floor(least) + 1) + 1)

    def x(self, size: int) -> float:
        return self.left + INSET + (PANEL_WIDTH - 2 * INSET) * _share(size, self.sizes)

    def y(self, value: float) -> float:
        bounds = [10.0 ** self.powers[place] for place in (0, -1)]
        return BOTTOM - (BOTTOM - TOP) * _share(value, bounds)


def picture(figures: Figures) -> str:
    """The picture as SVG."""
    asked = (
        ("All reports together", "seconds", "warm_s", sum),
        ("The slowest report", "seconds", "warm_s", max),
        ("The most memory", "GiB", "memory_mib", lambda values: max(values) / 1024),
    )
    panels = [
        Panel(title, unit, _lines(figures, column, of), LEFT + STEP * place)
        for place, (title, unit, column, of) in enumerate(asked)
    ]
    parts = [part for panel in panels for part in _drawn(panel)]
    edge = f'width="{WIDTH - 1}" height="{HEIGHT - 1}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
            f"<style>{STYLE}</style>",
            f'<rect class="ground" x="0.5" y="0.5" rx="8" {edge}/>',
            *parts,
            *_legend(list(panels[0].lines)),
            "</svg>\n",
        )
    )


def _share(value: float, bounds: Sequence[float]) -> float:
    """How far between the first and the last of some bounds a value lies, in powers of ten."""
    return math.log10(value / bounds[0]) / (math.log10(bounds[-1] / bounds[0]) or 1)


def _lines(figures: Figures, column: str, of: Callable[[list[float]], float]) -> dict[str, Points]:
    """Each engine's points, of what its reports took; without sizes that were not measured."""
    lines: dict[str, Points] = {}
    for engine in ENGINES:
        for size in figures.sizes():
            values = figures.of(size, engine, column)
            if values:
                lines.setdefault(engine, {})[size] = of([*values.values()])
    return lines


def _drawn(panel: Panel) -> Iterator[str]:
    yield _text(panel.left - 34, 34, panel.title, "title")
    yield _text(panel.left - 34, 56, f"{panel.unit}, by loan-months in the book", "quiet")
    for power in panel.powers:
        level = panel.y(10.0**power)
        span = f'x1="{panel.left - 4}" x2="{panel.left + PANEL_WIDTH + 4}"'
        yield f'<line class="grid" {span} y1="{level:.1f}" y2="{level:.1f}"/>'
        yield _text(panel.left - 10, level + 4, f"{10.0**power:g}", "quiet", "end")
    for size in panel.sizes:
        yield _text(panel.x(size), BOTTOM + 24, f"{size / 10**6:g} million", "quiet", "middle")
    last = max(panel.lines, key=lambda engine: max(panel.lines[engine].values()))
    for engine, points in panel.lines.items():
        yield from _line(panel, engine, points, ABOVE if engine == last else BELOW)


def _line(panel: Panel, engine: str, points: Points, beside: float) -> Iterator[str]:
    places = [(panel.x(size), panel.y(value), value) for size, value in sorted(points.items())]
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y, _ in places)
    yield f'<path class="line {engine}" d="M{way}"/>'
    for x, y, value in places:
        yield f'<circle class="point {engine}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        yield _text(
            x, y + beside, f"{value:.2g}" if value < 10 else f"{value:,.0f}", engine, "middle"
        )


def _legend(engines: list[str]) -> Iterator[str]:
    for place, engine in enumerate(engines):
        x, y = LEFT - 34 + 200 * place, HEIGHT - 24
        yield f'<path class="line {engine}" d="M{x} {y - 4} L{x + 26} {y - 4}"/>'
        yield _text(x + 34, y, ENGINES[engine])


def _text(x: float, y: float, words: str, css: str = "", anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{css}" {place}>{words}</text>'


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    target.write_text(picture(Figures(source)), "utf-8")
