"""The graph of linked people: who stands where, and what a click gives."""

import itertools
import math
from datetime import date

import polars as pl
import pytest

from pages.ui.charts.links import graph, radial

LINKS = pl.DataFrame(
    {
        "person": ["me", "her", "her", "him"],
        "step": [0, 1, 1, 2],
        "kind": ["device", "device", "address", "address"],
        "fingerprint": ["d1", "d1", "a1", "a1"],
        "application_id": [7, 5, 5, 3],
        "name": ["王*明", "李*", "李*", "张*"],
        "applied_on": [date(2026, 11, 1)] * 4,
        "outcome": ["review", "approve", "approve", "decline"],
    }
)


def radius(place: tuple[float, float]) -> float:
    return math.hypot(*place)


def test_each_step_of_sharing_is_a_ring_further_out() -> None:
    edges = [("me", "d1"), ("her", "d1"), ("her", "a1"), ("him", "a1")]

    places = radial(edges, "me")

    assert [round(radius(places[node]), 6) for node in ("me", "d1", "her", "a1", "him")] == [
        0,
        0.25,
        0.5,
        0.75,
        1,
    ]


def test_branches_share_the_circle_by_their_leaves() -> None:
    edges = [("me", "d1"), ("me", "d2"), *((f"p{n}", "d1") for n in range(3)), ("q", "d2")]

    places = radial(edges, "me")

    angles = sorted(math.atan2(places[p][1], places[p][0]) for p in ("p0", "p1", "p2", "q"))
    assert [after - before for before, after in itertools.pairwise(angles)] == (
        pytest.approx([math.pi / 2] * 3)
    )


def test_what_cannot_be_reached_is_left_out_and_a_circle_ends() -> None:
    edges = [("me", "d1"), ("her", "d1"), ("me", "a1"), ("her", "a1"), ("him", "a9")]

    assert set(radial(edges, "me")) == {"me", "d1", "a1", "her"}


def test_a_click_on_a_person_gives_the_application_in_the_colour_of_its_outcome() -> None:
    drawn = {trace.name: trace for trace in graph(LINKS, "en").data if trace.name}

    assert drawn["Approve"].customdata == (5,)
    assert drawn["Approve"].text == ("李*",)
    assert drawn["Decline"].hovertext == ("张* · Decline · 2026-11-01",)
    assert drawn["Review"].marker.line.width == (4,)
    assert drawn["Device"].customdata is None
