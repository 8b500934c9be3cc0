"""The parts of the provisions screen: why, what moved, what does not agree, what it stands on."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.operations.provision_figures import LOAN, ProvisionFigures
from lending_core.operations.provision_lists import Selection
from lending_core.portfolio.provision_chain import WHOLE_BOOK
from lending_core.portfolio.provisions import default_curves
from pages.ui import format as shown
from pages.ui import (
    inputs,
    links,
    panels,
    provision_list,
    provision_reads,
    provision_words,
    session,
    tables,
)
from pages.ui.charts import provisions as charts
from pages.ui.text import product_name, t

_GROUP_COLUMNS = (
    "loans",
    "principal_fen",
    "exposure_fen",
    "ecl_fen",
    "loss_share",
    "allowance_fen",
)


def nothing(actor: Actor) -> None:
    """Where no loan was ever open at a month end: what to do, or what the tape does not tell."""
    if session.kind() != "lent":
        panels.empty(t("provisions.empty_tape"))
        return
    panels.empty(t("provisions.empty"))
    links.simulation(actor, t("overdue_loans.way_simulation"))


def why(found: ProvisionFigures) -> Sequence[Sequence[str]]:
    """Where the loss is expected and what moved it; what was clicked of the first."""
    language = session.language()
    by_product = found.groups.group_by("product_code", "stage").agg(
        pl.col("ecl_fen", "exposure_fen").sum()
    )
    left, right = st.columns(2)
    with left:
        clicked = panels.selectable_chart(
            charts.by_product(by_product, language),
            t("provisions.where_title"),
            alt=t("provisions.where_alt"),
            key=f"provisions_where_{shown.month(found.month_end_on)}",
            note=t("provisions.where_note"),
        )
    with right:
        if found.movement is None:
            panels.empty(t("provisions.no_opening"))
        else:
            panels.chart(
                charts.movement(found.movement, language),
                t("provisions.moved_title", on=shown.month(found.opening_on)),
                alt=t("provisions.moved_alt"),
                key="provisions_moved",
                note=t("provisions.moved_note"),
            )
    return clicked


def movement(found: ProvisionFigures) -> None:
    """Opening to closing, stage by stage; every column foots; a row chosen lists its loans."""
    if found.movement is None:
        panels.empty(t("provisions.no_opening"))
        return
    with st.container(border=True, key="provisions_movement"):
        panels.heading(t("provisions.movement_title"), t("provisions.movement_note"))
        st.caption(
            t(
                f"provisions.opening_{found.opening_state}",
                on=shown.day(found.opening_on),
            )
        )
        part = tables.selectable(
            found.movement.with_columns(movement_part="part"),
            "part",
            alt=t("provisions.movement_alt"),
            key="provisions_movement_table",
            columns=("movement_part", *found.movement.columns[1:]),
        )
    if part is not None:
        provision_list.moved(found.month_end_on, part)


def agreement(found: ProvisionFigures) -> None:
    """Classes against stages, what gave them, and where the close of the day says otherwise; a row
    chosen in a table lists its loans."""
    chosen = None
    with st.container(border=True, key="provisions_classes"):
        panels.heading(t("provisions.classes_title"), t("provisions.classes_note"))
        own = found.groups.filter(pl.col("kind") == LOAN)
        for columns in (("asset_class", "stage"), ("class_reason", "stage_reason")):
            rows = provision_words.summed(own, columns)
            place = tables.selectable(
                rows.with_row_index("place"),
                "place",
                alt=t("provisions.classes_alt"),
                key=f"provisions_{columns[0]}",
                columns=(*columns, *_GROUP_COLUMNS),
            )
            if place is not None:
                chosen = Selection(**_of_row(rows.row(place, named=True), columns))
    with st.container(border=True, key="provisions_checks"):
        panels.heading(t("provisions.checks_title"), t("provisions.checks_note"))
        breaks = int(found.disagreements.filter(~pl.col("is_expected"))["loans"].sum())
        if breaks:
            st.error(t("provisions.checks_broken", loans=shown.count(breaks)))
        else:
            st.success(t("provisions.checks_hold"), icon=":material/check:")
        check = tables.selectable(
            found.disagreements.with_columns(provision_check="check"),
            "check",
            alt=t("provisions.checks_alt"),
            key="provisions_check_table",
            columns=("provision_check", "loans", "principal_fen"),
        )
    if check is not None:
        chosen = Selection(check=check)
    if chosen is not None:
        provision_list.loans(found.month_end_on, chosen)


_CHOSEN = {
    "asset_class": "asset_classes",
    "stage": "stages",
    "class_reason": "class_reasons",
    "stage_reason": "stage_reasons",
}


def _of_row(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    return {_CHOSEN[column]: (row[column],) for column in columns}


def model(found: ProvisionFigures) -> None:
    """What the losses were computed with: chain, curves, recoveries, scenarios, assumptions."""
    known = found.model.chain
    product_code = inputs.choose_one(
        t("provisions.chain_of"), list(known.rates), key="chain", name_of=_chain_name
    )
    language = session.language()
    left, right = st.columns(2)
    with left:
        panels.chart(
            charts.chain(known, product_code, language),
            t("provisions.chain_title"),
            alt=t("provisions.chain_alt"),
            key=f"provisions_chain_{product_code}",
            note=t("provisions.chain_note", months=found.model.house.window_months),
        )
        st.caption(provision_words.sources_of(known, product_code))
    with right:
        panels.chart(
            charts.default_curves(
                default_curves(found.model, product_code, charts.MONTHS_SHOWN), language
            ),
            t("provisions.curves_title"),
            alt=t("provisions.curves_alt"),
            key=f"provisions_curves_{product_code}",
            note=t("provisions.curves_note"),
        )
    _back_test(found)
    with st.container(border=True, key="provisions_scenarios"):
        panels.heading(t("provisions.scenarios_title"), t("provisions.scenarios_note"))
        tables.show(
            provision_words.scenarios(found),
            alt=t("provisions.scenarios_alt"),
            key="provisions_scenario_table",
        )
    with st.container(border=True, key="provisions_assumptions"):
        panels.heading(t("provisions.assumptions_title"), t("provisions.assumptions_note"))
        st.caption(provision_words.severity(found))
        tables.show(
            provision_words.assumption_rows(),
            alt=t("provisions.assumptions_alt"),
            key="provisions_assumption_table",
        )


def _back_test(found: ProvisionFigures) -> None:
    rows = provision_reads.back_test(found.month_end_on)
    with st.container(border=True, key="provisions_back_test"):
        panels.heading(t("provisions.back_test_title"), t("provisions.back_test_note"))
        if rows.is_empty():
            st.markdown(t("provisions.back_test_none"))
            return
        tables.show(
            provision_words.back_test(rows),
            alt=t("provisions.back_test_alt"),
            key="provisions_back_test_table",
        )


def _chain_name(code: str) -> str:
    return t("provisions.whole_book") if code == WHOLE_BOOK else product_name(code)


def history() -> None:
    """Runs of before, newest first; nothing where there are none."""
    runs = provision_reads.runs()
    if runs.is_empty():
        return
    with st.container(border=True, key="provisions_history"):
        panels.heading(t("provisions.runs_title"), t("provisions.runs_note"))
        tables.show(
            provision_words.history(runs), alt=t("provisions.runs_alt"), key="provisions_runs"
        )
