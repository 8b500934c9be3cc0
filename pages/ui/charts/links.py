"""Linked applicants as a graph: people, and between them what they share, in rings around one."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui import format as shown
from pages.ui import theme
from pages.ui.text import sentence

Place = tuple[float, float]

_SYMBOLS = {
    "device": "square",
    "phone": "triangle-up",
    "bank_card": "diamond",
    "address": "pentagon",
}
_HEIGHT = 420
_PERSON_SIZE, _THING_SIZE = 20, 12


def graph(links: pl.DataFrame, language: str) -> go.Figure:
    """People (circles in the colour of their outcome) joined to the things that they share (small
    grey signs); the applicant is in the middle, with a ring around.

    Needs person, step, kind, fingerprint, application_id, name, applied_on, outcome: one row per
    person and thing, the applicant's first. A click on a person gives the application.
    """
    places = radial(list(links.select("person", "fingerprint").rows()), links["person"][0])
    people = links.unique("person", maintain_order=True)
    things = links.unique("fingerprint", maintain_order=True)
    drawn = theme.figure(
        _lines(links, places),
        *(_things(things, kind, places, language) for kind in _SYMBOLS if kind in things["kind"]),
        *(_people(people, outcome, places, language) for outcome in theme.OUTCOME_COLOURS),
        height=_HEIGHT,
        clickmode="event+select",
    )
    hidden = {"visible": False, "range": [-1.2, 1.2]}
    return drawn.update_layout(xaxis=hidden, yaxis={**hidden, "scaleanchor": "x"})


def radial(edges: Sequence[tuple[str, str]], centre: str) -> dict[str, Place]:
    """Where each node stands: the centre at (0, 0), all others on rings by their distance from it,
    the outermost of radius 1; a branch takes its share of the circle by the leaves that it bears.

    Nodes that cannot be reached from the centre are left out.
    """
    branches = _branches(edges, centre)
    leaves: dict[str, int] = {}
    for node in reversed(branches):
        leaves[node] = sum(leaves[child] for child in branches[node]) or 1
    depth, start = {centre: 0}, {centre: 0.0}
    for node, children in branches.items():
        edge = start[node]
        for child in children:
            depth[child], start[child] = depth[node] + 1, edge
            edge += leaves[child]
    turn, rings = 2 * math.pi / leaves[centre], max(depth.values()) or 1
    return {
        node: _on_ring(depth[node] / rings, turn * (start[node] + leaves[node] / 2))
        for node in branches
    }


def _on_ring(radius: float, angle: float) -> Place:
    return radius * math.cos(angle), radius * math.sin(angle)


def _branches(edges: Sequence[tuple[str, str]], centre: str) -> dict[str, list[str]]:
    """Each node with those that are reached through it, from the centre outwards."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        neighbours[one].append(other)
        neighbours[other].append(one)
    branches: dict[str, list[str]] = {}
    reached, ahead = {centre}, [centre]
    for node in ahead:
        branches[node] = [
            other for other in dict.fromkeys(neighbours[node]) if other not in reached
        ]
        reached.update(branches[node])
        ahead.extend(branches[node])
    return branches


def _lines(links: pl.DataFrame, places: Mapping[str, Place]) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for person, thing in links.select("person", "fingerprint").rows():
        if person in places:
            x += [places[person][0], places[thing][0], None]
            y += [places[person][1], places[thing][1], None]
    line = {"color": theme.OUTLINE_COLOUR, "width": 1}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _things(
    things: pl.DataFrame, kind: str, places: Mapping[str, Place], language: str
) -> go.Scatter:
    of_kind = [t for t in things.filter(pl.col("kind") == kind)["fingerprint"] if t in places]
    return go.Scatter(
        name=sentence(f"shared.{kind}", language),
        x=[places[thing][0] for thing in of_kind],
        y=[places[thing][1] for thing in of_kind],
        mode="markers",
        marker={"symbol": _SYMBOLS[kind], "size": _THING_SIZE, "color": theme.OUTLINE_COLOUR},
        hovertemplate="%{fullData.name}<extra></extra>",
    )


def _people(
    people: pl.DataFrame, outcome: str, places: Mapping[str, Place], language: str
) -> go.Scatter:
    rows = people.filter(pl.col("outcome") == outcome, pl.col("person").is_in(list(places)))
    name = sentence(f"outcome.{outcome}", language)
    return go.Scatter(
        name=name,
        x=[places[person][0] for person in rows["person"]],
        y=[places[person][1] for person in rows["person"]],
        mode="markers+text",
        text=rows["name"].to_list(),
        textposition="bottom center",
        customdata=rows["application_id"].to_list(),
        hovertext=[
            f"{row['name']} · {name} · {shown.day(row['applied_on'])}"
            for row in rows.rows(named=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={
            "size": _PERSON_SIZE,
            "color": theme.OUTCOME_COLOURS[outcome],
            "line": {
                "color": theme.PLAIN_COLOUR,
                "width": [4 if step == 0 else 0 for step in rows["step"]],
            },
        },
    )
