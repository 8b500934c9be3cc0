"""Who else came with the device, phone, card or address: in words, as a graph, as links."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.identity.fraud import Signal, signals
from lending_core.operations import fraud_reports
from pages.ui import format as shown
from pages.ui import links, panels, reads, session
from pages.ui.charts import links as charts
from pages.ui.text import plain, t

# The graph shows everybody; below it the nearest are named with a link each.
_NAMED_MAX = 8


def linked(application_id: int, features: dict[str, Any], *, key: str) -> None:
    """What the fraud rules counted on the day, and everybody who is linked as known now; a click
    leads to the other person's newest application."""
    people = reads.answer(fraud_reports.linked_people, application_id)
    with st.container(border=True, key=key, gap="small"):
        panels.heading(t("fraud.title"), t("fraud.note"))
        for signal in signals(features):
            st.markdown(_said(signal))
        if people.is_empty():
            st.markdown(t("fraud.nobody"))
            return
        _graph(people, key)
        _others(people)


def _said(signal: Signal) -> str:
    text = t(f"fraud.{signal.feature}", others=shown.count(signal.others))
    return f":orange[:material/group:] {text}"


def _graph(people: pl.DataFrame, key: str) -> None:
    others = people.filter(pl.col("step") > 0)["person"].n_unique()
    clicked = panels.selectable_chart(
        charts.graph(people, session.language()),
        t("fraud.graph_title", others=shown.count(others)),
        alt=t("fraud.graph_alt", others=shown.count(others)),
        key=f"{key}_graph",
        note=t("fraud.graph_note"),
    )
    if clicked and clicked[0] is not None:
        number = str(clicked[0])
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": number})


def _others(people: pl.DataFrame) -> None:
    """The nearest people who share something directly, each with what it is."""
    near = (
        people.filter(pl.col("step") == 1)
        .group_by("person", maintain_order=True)
        .agg(pl.exclude("kind").first(), pl.col("kind").unique(maintain_order=True))
    )
    for row in near.head(_NAMED_MAX).rows(named=True):
        label = t(
            "fraud.other",
            name=plain(row["name"]),
            outcome=t(f"outcome.{row['outcome']}"),
            shared=t("application.list_separator").join(t(f"shared.{k}") for k in row["kind"]),
        )
        links.application(row["application_id"], label)
    if near.height > _NAMED_MAX:
        st.caption(t("fraud.more", count=shown.count(near.height - _NAMED_MAX)))
