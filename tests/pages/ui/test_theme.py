"""Colours that mean something stay legible, in order, and on either background."""

import tomllib

import plotly.graph_objects as go
import pytest

from lending_core.servicing.buckets import bucket_codes
from lending_core.settings import PROJECT_ROOT
from pages.ui import theme

CONFIG = tomllib.loads((PROJECT_ROOT / ".streamlit" / "config.toml").read_text("utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_bucket_has_a_colour_in_the_order_of_lateness() -> None:
    assert tuple(theme.BUCKET_COLOURS) == bucket_codes()


def test_late_buckets_darken_as_risk_grows() -> None:
    shades = [luminance(colour) for colour in list(theme.BUCKET_COLOURS.values())[1:]]

    assert shades == sorted(shades, reverse=True)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize("ink", ["textColor", "linkColor"])
def test_text_stands_out_from_its_ground(mode: str, ground: str, ink: str) -> None:
    colours = CONFIG["theme"][mode]

    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_lines_of_charts_stand_out_from_the_page(mode: str) -> None:
    colours = CONFIG["theme"][mode]
    series = colours["chartCategoricalColors"]

    assert min(contrast(colour, colours["backgroundColor"]) for colour in series) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("colours", ["chartCategoricalColors", "chartSequentialColors"])
def test_charts_have_the_ten_colours_that_they_need(mode: str, colours: str) -> None:
    assert len(CONFIG["theme"][mode][colours]) == 10


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_white_on_a_button_is_legible_and_the_button_stands_out(mode: str) -> None:
    colours = CONFIG["theme"][mode]

    assert contrast("#FFFFFF", colours["primaryColor"]) >= 4.5
    assert contrast(colours["primaryColor"], colours["secondaryBackgroundColor"]) >= 3


def test_a_figure_takes_the_colours_of_its_page() -> None:
    drawn = theme.figure(go.Bar(x=[1], y=[2]), x="Month", y="Principal", barmode="stack")

    assert drawn.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert drawn.layout.font.color is None
    assert drawn.layout.xaxis.title.text == "Month"
    assert drawn.layout.yaxis.title.text == "Principal"
    assert drawn.layout.barmode == "stack"
